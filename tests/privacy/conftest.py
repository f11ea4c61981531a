"""Scanning single columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from ckanext.indep.privacy.report import Finding
from ckanext.indep.privacy.table import Table, scan_table

ScanColumn = Callable[..., dict[str, Finding]]


@pytest.fixture
def scan_column() -> ScanColumn:
    """Scan one column and return the findings by kind."""

    def scan(heading: str, cells: Sequence[str | None]) -> dict[str, Finding]:
        part = scan_table(Table("", [heading], ([cell] for cell in cells)))
        return {finding.kind: finding for finding in part.findings}

    return scan
