"""The pictures that were made: keeps them, and gives out those that show a certain drawing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

import ckan.model as model
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from ckanext.indep.insight import reader
from ckanext.indep.insight.pictures.model import ChartPicture

__all__ = ["Key", "digest", "digests", "found", "keep", "keep_only"]

Key = tuple[str, str, str]
"""Id of the measure, kind of chart, language."""


def digest(drawing: str) -> str:
    """SHA-256 of a drawing: what a picture of it is known by."""
    return hashlib.sha256(drawing.encode()).hexdigest()


def keep(key: Key, drawing: str, content: bytes) -> None:
    """Keep the picture of a drawing in place of the one before."""
    measure_id, kind, language = key
    columns = {
        "version": reader.current_version(),
        "drawing_sha256": digest(drawing),
        "content": content,
        "made_at": sa.func.clock_timestamp(),
    }
    model.Session.execute(
        insert(ChartPicture)
        .values(measure_id=measure_id, kind=kind, language=language, **columns)
        .on_conflict_do_update(index_elements=["measure_id", "kind", "language"], set_=columns)
    )
    model.Session.commit()


def keep_only(measures: Collection[str]) -> None:
    """Let the pictures of all other measures go: those are not public any more."""
    model.Session.execute(sa.delete(ChartPicture).where(ChartPicture.measure_id.not_in(measures)))
    model.Session.commit()


def digests() -> dict[Key, str]:
    """Of which drawing there is a picture."""
    rows = model.Session.execute(
        sa.select(
            ChartPicture.measure_id,
            ChartPicture.kind,
            ChartPicture.language,
            ChartPicture.drawing_sha256,
        )
    )
    return {(row.measure_id, row.kind, row.language): row.drawing_sha256 for row in rows}


def found(key: Key, drawing: str) -> bytes | None:
    """The picture of exactly this drawing; None until it is made."""
    measure_id, kind, language = key
    return model.Session.scalar(
        sa.select(ChartPicture.content).where(
            ChartPicture.measure_id == measure_id,
            ChartPicture.kind == kind,
            ChartPicture.language == language,
            ChartPicture.drawing_sha256 == digest(drawing),
        )
    )
