"""Files where CKAN itself keeps them: taken into the store of governance, and given back.

CKAN writes a resource's file to a path made from the resource's id, by renaming a finished
file to it, and so never into the bytes of the one before. That lets both places share the
bytes by a hard link; where the file system cannot, they are copied.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import uuid
from pathlib import Path
from shutil import copyfile

import ckan.model as ckan_model
from ckan.lib.uploader import get_storage_path
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from ckanext.indep.governance import files
from ckanext.indep.governance.model import Blob, ResourceFile

__all__ = ["adopt", "give_back", "missing", "stock_path"]

CHUNK = 1 << 20
BATCH = 100


def stock_path(resource_id: str) -> Path:
    """Return where CKAN's own uploader keeps the file of a resource."""
    folder = Path(get_storage_path()) / "resources" / resource_id[:3] / resource_id[3:6]
    return folder / resource_id[6:]


def adopt(package_ids: list[str], commit: bool = True) -> int:
    """Store the uploaded files of these packages under their hash; return how many.

    A file that was stored after it was last written is passed over. With `commit`, every few
    files are committed, so that a run which was cut short goes on where it stood. The
    originals stay.
    """
    resources = [row for row in _uploaded(package_ids) if stock_path(row[0]).is_file()]
    known = _known([resource_id for resource_id, _package, _name in resources])
    done = 0
    for resource_id, package_id, filename in resources:
        path = stock_path(resource_id)
        stored = known.get((resource_id, package_id))
        if stored and stored.timestamp() > path.stat().st_mtime:
            continue
        sha256 = _digest(path)
        _link(path, files.blob_path(sha256))
        ckan_model.Session.execute(
            insert(Blob).values(sha256=sha256, size=path.stat().st_size).on_conflict_do_nothing()
        )
        files.set_file(resource_id, package_id, sha256, filename)
        done += 1
        if commit and done % BATCH == 0:
            ckan_model.Session.commit()
    if commit:
        ckan_model.Session.commit()
    return done


def missing(package_id: str) -> list[str]:
    """Return the names of a package's uploaded files that are nowhere in the storage."""
    return [
        filename
        for resource_id, _package, filename in _uploaded([package_id])
        if not stock_path(resource_id).is_file() and not files.file_of(resource_id, package_id)
    ]


def give_back() -> int:
    """Put each resource's present file where CKAN looks for it; return how many were put.

    A file that is in its place already is left alone, so this may be repeated at any time.
    """
    resource, done = ckan_model.Resource, 0
    rows = ckan_model.Session.execute(
        select(ResourceFile.resource_id, ResourceFile.sha256).join(
            resource,
            (resource.id == ResourceFile.resource_id)
            & (resource.package_id == ResourceFile.package_id),
        )
    ).all()
    for resource_id, sha256 in rows:
        blob, path = files.blob_path(sha256), stock_path(resource_id)
        if blob.is_file() and not _is_same(path, blob):
            _link(blob, path, replace=True)
            done += 1
    return done


def _uploaded(package_ids: list[str]) -> list[tuple[str, str, str]]:
    """Return id, package and file name of each resource that was uploaded."""
    resource = ckan_model.Resource
    rows = ckan_model.Session.execute(
        select(resource.id, resource.package_id, resource.url)
        .where(
            resource.package_id.in_(package_ids),
            resource.url_type == "upload",
            resource.state == "active",
        )
        .order_by(resource.id)
    )
    return [(row[0], row[1], str(row[2] or "").rsplit("/", 1)[-1]) for row in rows]


def _known(resource_ids: list[str]) -> dict[tuple[str, str], dt.datetime]:
    """Return when the file of each resource was stored, by resource and package."""
    rows = ckan_model.Session.execute(
        select(ResourceFile.resource_id, ResourceFile.package_id, Blob.stored_at)
        .join(Blob, Blob.sha256 == ResourceFile.sha256)
        .where(ResourceFile.resource_id.in_(resource_ids))
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _is_same(path: Path, other: Path) -> bool:
    """Whether two files are one, or copies as old as each other."""
    if not (path.is_file() and other.is_file()):
        return False
    if path.samefile(other):
        return True
    first, second = path.stat(), other.stat()
    return (first.st_size, first.st_mtime_ns) == (second.st_size, second.st_mtime_ns)


def _link(source: Path, target: Path, replace: bool = False) -> None:
    """Give `source` a second name, or copy it there, whole or not at all."""
    if target.exists() and not replace:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
    try:
        try:
            os.link(source, temporary)
        except OSError:
            copyfile(source, temporary)
            times = source.stat()
            os.utime(temporary, ns=(times.st_atime_ns, times.st_mtime_ns))
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
