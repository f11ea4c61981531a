"""The PDFs that were made: keeps them, and gives the newest of a quarter."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import ckan.model as model
import sqlalchemy as sa

from ckanext.indep.insight import periods
from ckanext.indep.insight.periods import Period
from ckanext.indep.insight.report.model import Report

__all__ = ["Stored", "content", "keep", "newest", "versions"]


@dataclass(frozen=True)
class Stored:
    """A PDF without its bytes; ``size`` is in bytes."""

    id: int
    version: int
    sha256: str
    size: int
    made_at: datetime


def keep(
    quarter: Period, language: str, version: int, measures: Collection[str], pdf: bytes
) -> None:
    """Keep the PDF of a quarter, which shows these measures as of that version."""
    model.Session.add(
        Report(
            quarter=quarter.key,
            language=language,
            version=version,
            measures=sorted(measures),
            sha256=hashlib.sha256(pdf).hexdigest(),
            size=len(pdf),
            content=pdf,
        )
    )
    model.Session.commit()


def newest(quarter: Period, language: str) -> Stored | None:
    """The newest PDF of a quarter in a language; None if a measure in it is public no longer."""
    row = model.Session.execute(
        sa.select(
            Report.id,
            Report.version,
            Report.sha256,
            Report.size,
            Report.made_at,
            Report.measures,
        )
        .where(Report.quarter == quarter.key, Report.language == language)
        .order_by(Report.id.desc())
        .limit(1)
    ).first()
    if row is None or not set(row.measures) <= _public(row.measures):
        return None
    return Stored(row.id, row.version, row.sha256, row.size, row.made_at)


def content(report_id: int) -> bytes:
    """The bytes of a PDF."""
    return model.Session.scalars(sa.select(Report.content).where(Report.id == report_id)).one()


def versions(language: str) -> dict[Period, int]:
    """The version of the newest PDF of each quarter in a language; 0 where it may not be served."""
    keys = model.Session.scalars(
        sa.select(Report.quarter).where(Report.language == language).distinct()
    )
    quarters = [periods.parse(key) for key in keys]
    found = {quarter: newest(quarter, language) for quarter in quarters}
    return {quarter: one.version if one else 0 for quarter, one in found.items()}


def _public(measures: Collection[str]) -> set[str]:
    return set(
        model.Session.scalars(
            sa.select(model.Package.id).where(
                model.Package.id.in_(measures),
                model.Package.type == "measure",
                model.Package.state == "active",
                model.Package.private.is_(False),
            )
        )
    )
