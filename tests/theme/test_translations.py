"""The Spanish catalog: whole for the residents' pages, and compiled from its source."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import ckanext.indep
from ckanext.indep.extraction import extract_schema

ROOT = Path(next(iter(ckanext.indep.__path__)))
SPANISH = ROOT / "i18n" / "es" / "LC_MESSAGES"
PAGES = (
    "*.html",
    "home/*.html",
    "indep/**/*.html",
    "indep_committee/base.html",
    "indep_committee/index.html",
    "indep_committee/print.html",
    "indep_committee/read.html",
    "indep_committee/snippets/meeting.html",
    "indep_governance/policy.html",
    "indep_insight/**/*.html",
    "indep_inventory/holding.html",
    "indep_inventory/inventory.html",
    "indep_inventory/program.html",
    "indep_inventory/request*.html",
    "indep_inventory/snippets/parts.html",
    "organization/**/*.html",
    "package/read.html",
    "package/resource_read.html",
    "package/search.html",
    "package/snippets/search_*.html",
    "snippets/*.html",
    "user/**/*.html",
)
CODE = (
    "navigation.py",
    "views.py",
    "downloads.py",
    "catalog/wording.py",
    "committee/helpers.py",
    "governance/helpers.py",
    "insight/**/*.py",
    "inventory/**/*.py",
)
# Among these, what only the city's staff reads: it is in English.
STAFF = (
    "templates/indep_insight/history/",
    "templates/indep_insight/staff/",
    "insight/meetings/auth.py",
    "insight/meetings/book.py",
    "insight/meetings/views.py",
    "insight/reporting/",
    "insight/suggestions/action.py",
    "insight/suggestions/auth.py",
    "insight/suggestions/schema.py",
    "insight/suggestions/staff_views.py",
    "insight/suggestions/words.py",
    "insight/targets/",
    "insight/uploads/",
)


def _texts() -> Iterator[str]:
    files = [(path, "ckan") for glob in PAGES for path in (ROOT / "templates").glob(glob)]
    files += [(path, "python") for glob in CODE for path in ROOT.glob(glob)]
    for path, method in files:
        if path.relative_to(ROOT).as_posix().startswith(STAFF):
            continue
        for _line, message, _comments, _context in extract_from_file(method, path):
            yield message if isinstance(message, str) else message[0]


def test_residents_pages_are_all_in_spanish() -> None:
    with (SPANISH / "ckanext-indep.po").open("rb") as file:
        catalog = read_po(file)
    assert [text for text in _texts() if not _translated(catalog, text)] == []


def _translated(catalog: Catalog, text: str) -> bool:
    found = catalog.get(text)
    if found is None or found.fuzzy or not found.string:
        return False
    return isinstance(found.string, str) or all(found.string)


def test_placeholders_are_the_same_in_both_languages() -> None:
    with (SPANISH / "ckanext-indep.po").open("rb") as file:
        catalog = read_po(file)
    errors = [
        (m.id, list(m.check(catalog))) for m in catalog if m.string and list(m.check(catalog))
    ]
    assert errors == []


def test_the_compiled_catalog_is_that_of_the_source() -> None:
    with (SPANISH / "ckanext-indep.po").open("rb") as file:
        catalog = read_po(file)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    assert (SPANISH / "ckanext-indep.mo").read_bytes() == compiled.getvalue()


@pytest.mark.parametrize("name", ["dataset", "measure"])
def test_labels_of_the_schema_are_found(name: str) -> None:
    with (ROOT / "schema" / f"{name}.yaml").open("rb") as file:
        texts = [text for _line, _function, text, _comments in extract_schema(file, (), (), {})]
    assert "Strategic goal" in texts
    assert all(isinstance(text, str) and text for text in texts)


def test_a_page_in_spanish(with_plugins: None, app: Any) -> None:
    assert "Iniciar sesión" in app.get("/es/user/login").body
