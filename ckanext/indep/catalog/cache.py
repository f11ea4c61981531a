"""Finished exports in Redis, each under the version it was made of.

Nothing is ever looked up by name alone: a process that asks for the present version can not
get an older export. Without Redis there is no cache, and exports are made for each request.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from typing import Any

from ckan.lib.redis import connect_to_redis
from redis.exceptions import RedisError

from ckanext.indep.catalog import config
from ckanext.indep.catalog.export import Export, Head
from ckanext.indep.catalog.records import Refusal
from ckanext.indep.catalog.validation import Problem

__all__ = ["compressed", "head", "last", "one_at_a_time", "refusals", "store"]

log = logging.getLogger(__name__)

_KEPT_SECONDS = 24 * 3600
_LOCKED_SECONDS = 30
_OLD_KEPT_SECONDS = 120
"""An export that has been replaced is kept so long for requests that are just reading it."""


def head(name: str, version: str) -> Head | None:
    """What HTTP needs to know of the export, or None if it is not there."""
    return _head(version, _get(_key(name, version), "etag", "last_modified", "listed"))


def compressed(name: str, version: str) -> bytes | None:
    """The bytes of the export, compressed, or None if they are not there."""
    return _get(_key(name, version), "gzip")[0]


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Let one process at a time make an export, while the others wait for it.

    It saves work and decides nothing: after half a minute, or without Redis, all go on.
    """
    lock = connect_to_redis().lock(
        f"indep:catalog:{config.site_id()}:{name}:lock",
        timeout=_LOCKED_SECONDS,
        blocking_timeout=_LOCKED_SECONDS,
    )
    try:
        held = lock.acquire()
    except RedisError:
        held = False
    try:
        yield
    finally:
        if held:
            with suppress(RedisError):
                lock.release()


def refusals(name: str, version: str) -> tuple[Refusal, ...] | None:
    """What the export left out, or None if the export is not there."""
    (found,) = _get(_key(name, version), "refusals")
    return None if found is None else tuple(_refusal(each) for each in json.loads(found))


def last(name: str) -> Head | None:
    """The head of the export that was stored last, of whatever version."""
    try:
        version: bytes | None = connect_to_redis().get(_pointer(name))  # type: ignore
    except RedisError:
        return None
    return head(name, version.decode()) if version else None


def store(name: str, export: Export) -> None:
    """Keep ``export``, all of it or nothing, and let the one before it expire soon."""
    fields: dict[Any, Any] = {
        "etag": export.head.etag,
        "last_modified": export.head.last_modified.isoformat(),
        "listed": export.head.listed,
        "gzip": export.compressed,
        "refusals": json.dumps([asdict(each) for each in export.refusals]),
    }
    version = export.head.version
    key = _key(name, version)
    try:
        redis = connect_to_redis()
        before: bytes | None = redis.get(_pointer(name))  # type: ignore
        with redis.pipeline(transaction=True) as pipe:
            pipe.hset(key, mapping=fields)
            pipe.expire(key, _KEPT_SECONDS)
            pipe.set(_pointer(name), version, ex=_KEPT_SECONDS)
            if before and before.decode() != version:
                pipe.expire(_key(name, before.decode()), _OLD_KEPT_SECONDS)
            pipe.execute()
    except RedisError as error:
        log.warning("The export %s is not cached: %s", name, error)


def _get(key: str, *fields: str) -> list[bytes | None]:
    try:
        return connect_to_redis().hmget(key, list(fields))  # type: ignore
    except RedisError as error:
        log.warning("The cache of exports is not available: %s", error)
        return [None] * len(fields)


def _head(version: str, found: list[bytes | None]) -> Head | None:
    etag, last_modified, listed = found
    if etag is None or last_modified is None or listed is None:
        return None
    return Head(version, etag.decode(), datetime.fromisoformat(last_modified.decode()), int(listed))


def _refusal(stored: dict[str, Any]) -> Refusal:
    problems = tuple(Problem(**problem) for problem in stored.pop("problems"))
    return Refusal(**stored, problems=problems)


def _pointer(name: str) -> str:
    return f"indep:catalog:{config.site_id()}:{name}:last"


def _key(name: str, version: str) -> str:
    return f"indep:catalog:{config.site_id()}:{name}:{version}"
