"""Solr's jars: fetched as stack/solr/jgo.lock.toml names them, each checked against its SHA-256."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from stack import files
from stack.environment import certificates
from stack.errors import StackError
from stack.layout import REPOSITORY, Layout

LOCK = REPOSITORY / "stack" / "solr" / "jgo.lock.toml"
_PARALLEL = 8


@dataclass(frozen=True)
class Jar:
    """One locked artifact: Maven coordinates and the SHA-256 of its file."""

    group: str
    name: str
    version: str
    classifier: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.group}:{self.name}:{self.version}"

    def path(self, folder: Path) -> Path:
        """Return where the file lies in a local Maven repository."""
        ending = f"-{self.classifier}.jar" if self.classifier else ".jar"
        file = f"{self.name}-{self.version}{ending}"
        return folder.joinpath(*self.group.split("."), self.name, self.version, file)


def locked() -> list[Jar]:
    """Return the jars of the lock file, in its order."""
    import tomli

    entries = tomli.loads(LOCK.read_text())["dependencies"]
    return [
        Jar(
            entry["groupId"],
            entry["artifactId"],
            entry["version"],
            entry.get("classifier", ""),
            entry["sha256"],
        )
        for entry in entries
    ]


def folder(layout: Layout) -> Path:
    """Return the local repository that holds the jars."""
    return layout.cache / "maven"


def class_path(layout: Layout) -> str:
    """Return the class path of all locked jars."""
    return ":".join(str(jar.path(folder(layout))) for jar in locked())


def fetch(layout: Layout) -> str:
    """Fetch the jars that are missing or damaged.

    Raises:
        StackError: if one cannot be fetched, or what came is not the locked file.
    """
    os.environ.update(certificates())
    wanted = [jar for jar in locked() if not _is_good(jar, layout)]
    with ThreadPoolExecutor(_PARALLEL) as pool:
        list(pool.map(lambda jar: _fetch_one(jar, layout), wanted))
    return f"{len(wanted)} fetched" if wanted else "all there"


def _is_good(jar: Jar, layout: Layout) -> bool:
    path = jar.path(folder(layout))
    return path.is_file() and files.file_sha256(path) == jar.sha256


def _fetch_one(jar: Jar, layout: Layout) -> None:
    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=folder(layout), timeout=60)
    path = jar.path(folder(layout))
    path.unlink(missing_ok=True)
    component = context.project(jar.group, jar.name).at_version(jar.version)
    try:
        component.artifact(classifier=jar.classifier).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise StackError(
            f"The jar {jar} could not be fetched ({type(error).__name__}).",
            "Check the network (or the proxy settings), then run ./portal up again; "
            "it goes on from here.",
        ) from None
    if not _is_good(jar, layout):
        path.unlink(missing_ok=True)
        raise StackError(
            f"The jar {jar} is not the one that {LOCK.name} names.",
            "Something between here and its source changes files: try from another network.",
        )
