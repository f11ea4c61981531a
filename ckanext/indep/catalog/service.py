"""Makes exports, whole or not at all, and keeps them as long as they are right."""

from __future__ import annotations

import gzip
import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timezone

from sqlalchemy.exc import SQLAlchemyError

from ckanext.indep.catalog import cache, config, reading
from ckanext.indep.catalog.errors import CatalogUnavailableError
from ckanext.indep.catalog.export import Export, Head
from ckanext.indep.catalog.exporters import CatalogFormat
from ckanext.indep.catalog.exporters.registry import Built
from ckanext.indep.catalog.records import Refusal
from ckanext.indep.catalog.site import current_site
from ckanext.indep.catalog.version import public_version

__all__ = ["Answer", "answer", "refusals"]

log = logging.getLogger(__name__)

_ATTEMPTS = 3
_COMPRESSION = 6


@dataclass(frozen=True)
class Answer:
    """The present export: its head at once, its bytes when they are wanted."""

    format: CatalogFormat
    head: Head
    made: Export | None
    """The export itself if this process has just made it."""

    def body(self, *, compressed: bool) -> bytes:
        """The bytes that belong to `head`.

        :raises CatalogUnavailableError: if the cache lost them between two questions
        """
        if self.made:
            found = self.made.compressed
        else:
            found = cache.compressed(self.format.name, self.head.version)
        if found is None:
            raise CatalogUnavailableError("The export is being renewed.")
        return found if compressed else gzip.decompress(found)


def answer(format_: CatalogFormat) -> Answer:
    """The export of the catalog as it is now, from the cache if it is there.

    :raises CatalogUnavailableError: if it can not be made whole
    """
    version = _version()
    head = cache.head(format_.name, version)
    if head:
        return Answer(format_, head, None)
    with cache.one_at_a_time(format_.name):
        head = cache.head(format_.name, version)
        if head:
            return Answer(format_, head, None)
        made = _make(format_)
    return Answer(format_, made.head, made)


def refusals(format_: CatalogFormat) -> tuple[Refusal, ...]:
    """The public datasets that the present export leaves out, with the reasons.

    :raises CatalogUnavailableError: if the export can not be made
    """
    stored = cache.refusals(format_.name, _version())
    return _make(format_, even_if_empty=True).refusals if stored is None else stored


def _version() -> str:
    try:
        return public_version()
    except SQLAlchemyError as error:
        raise CatalogUnavailableError("The database does not answer.") from error


def _make(format_: CatalogFormat, *, even_if_empty: bool = False) -> Export:
    """Make and keep an export of a moment at which nothing changed.

    The version is asked before and after reading; if it moved, what was read may be a mixture
    and is thrown away. An export that must not go out empty is never kept empty.
    """
    for _ in range(_ATTEMPTS):
        version = _version()
        packages = reading.all_public()
        built = format_.build(packages, current_site(packages))
        if _version() != version:
            log.info("The catalog changed while %s was made; once more.", format_.name)
            continue
        export = _export(format_, version, built)
        if _may_go_out(format_, built):
            cache.store(format_.name, export)
        elif not even_if_empty:
            raise CatalogUnavailableError(_why_empty(built))
        return export
    raise CatalogUnavailableError("The catalog changes faster than it can be read.")


def _may_go_out(format_: CatalogFormat, built: Built) -> bool:
    return built.listed > 0 or format_.may_be_empty or config.empty_is_right()


def _why_empty(built: Built) -> str:
    if built.refusals:
        return "Every public dataset lacks something that harvesters require."
    return "No dataset is public yet, and an empty list would tell harvesters to delete all."


def _export(format_: CatalogFormat, version: str, built: Built) -> Export:
    etag = hashlib.sha256(built.body).hexdigest()
    before = cache.last(format_.name)
    unchanged = before is not None and before.etag == etag
    now = datetime.now(timezone.utc).replace(microsecond=0)
    head = Head(version, etag, before.last_modified if before and unchanged else now, built.listed)
    # Without a time of its own, for the compressed bytes are to be the same each time too.
    compressed = gzip.compress(built.body, _COMPRESSION, mtime=0)
    return Export(head, compressed, built.refusals)
