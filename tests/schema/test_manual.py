"""The manual names every field of the schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from ckanext.indep.schema import fields

MANUAL = Path(__file__).parents[2] / "docs" / "schema.md"


@pytest.mark.parametrize("package_type", fields.PACKAGE_TYPES)
def test_every_field_is_in_the_manual(package_type: str):
    text = MANUAL.read_text(encoding="utf-8")
    missing = [name for name in fields.names(package_type) if f"| `{name}` |" not in text]
    assert missing == []
