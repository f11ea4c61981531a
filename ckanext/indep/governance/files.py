"""Files of resources, stored once under their sha256 and never overwritten.

Which bytes a resource has is a row of our own, set by an upload on this server and by a
release, never by what a client says. Bytes reach the disk inside ``upload()``, after
validation and inside the transaction that records them.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import IO, Any

import ckan.model as ckan_model
import ckan.plugins.toolkit as tk
from ckan.lib.uploader import ResourceUpload, get_storage_path
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from werkzeug.exceptions import NotFound

from ckanext.indep.governance import outbox
from ckanext.indep.governance.model import Blob, ResourceFile, WorkspaceResource

__all__ = ["BlobUpload", "blob_path", "file_of", "set_file"]

CHUNK = 1 << 20


def blob_path(sha256: str) -> Path:
    """Return where the bytes with this hash are stored."""
    return Path(get_storage_path()) / "indep" / "blobs" / sha256[:2] / sha256[2:4] / sha256


def file_of(resource_id: str, package_id: str) -> ResourceFile | None:
    """Return the file of a resource in a package, if it has one of ours."""
    return ckan_model.Session.get(ResourceFile, (resource_id, package_id))


def set_file(resource_id: str, package_id: str, sha256: str, filename: str) -> None:
    """Point a resource at stored bytes, in the caller's transaction."""
    row = {"sha256": sha256, "filename": filename}
    ckan_model.Session.execute(
        insert(ResourceFile)
        .values(resource_id=resource_id, package_id=package_id, **row)
        .on_conflict_do_update(index_elements=["resource_id", "package_id"], set_=row)
    )


class BlobUpload(ResourceUpload):
    """CKAN's uploader of resources, with content-addressed storage."""

    def __init__(self, resource: dict[str, Any]) -> None:
        super().__init__(resource)
        self.sha256 = ""
        if self.filename:
            self.sha256 = _digest(self.upload_file)
            resource["hash"] = self.sha256
            resource["size"] = self.filesize
            return
        # Hash and size are facts of ours: whatever the client sent is replaced.
        resource.pop("hash", None)
        stored = _stored(resource.get("id")) if resource.get("url_type") == "upload" else None
        if stored:
            resource["hash"], resource["size"] = stored.sha256, stored.size

    def get_path(self, id: str) -> str:
        """Return the path of the resource's bytes.

        A resource without a row of ours was uploaded before governance was turned on and is
        still where CKAN put it. Raises a 404 where there are no bytes at all.
        """
        stored = _stored(id)
        path = str(blob_path(stored.sha256)) if stored else super().get_path(id)
        if not os.path.isfile(path):
            raise NotFound(tk._("This file is not available."))
        return path

    def upload(self, id: str, max_size: int = 10) -> None:
        """Store the bytes and point the resource at them; `max_size` in megabytes."""
        if not self.filename:
            return
        if self.filesize > max_size * 1024 * 1024:
            raise tk.ValidationError(
                {
                    "upload": [
                        tk._("{name} has {size} MB; a file may have at most {limit} MB.").format(
                            name=self.filename,
                            size=round(self.filesize / 1024 / 1024, 1),
                            limit=max_size,
                        )
                    ]
                }
            )
        resource = ckan_model.Session.get(ckan_model.Resource, id)
        assert resource, "CKAN stores the resource before its file"
        assert resource.package_id, "a resource belongs to a package"
        _store(self.upload_file, self.sha256)
        ckan_model.Session.execute(
            insert(Blob).values(sha256=self.sha256, size=self.filesize).on_conflict_do_nothing()
        )
        set_file(id, resource.package_id, self.sha256, self.filename)
        # The rows of the released file are not this file's: from now on it has its own table.
        ckan_model.Session.execute(
            update(WorkspaceResource)
            .where(WorkspaceResource.resource_id == id)
            .values(shares_table=False)
        )
        outbox.add("file_stored", resource_id=id, sha256=self.sha256)


def _stored(resource_id: str | None):
    if not resource_id:
        return None
    resource = ckan_model.Resource
    return ckan_model.Session.execute(
        select(ResourceFile.sha256, Blob.size)
        .join(Blob, Blob.sha256 == ResourceFile.sha256)
        .join(
            resource,
            (resource.id == ResourceFile.resource_id)
            & (resource.package_id == ResourceFile.package_id),
        )
        .where(ResourceFile.resource_id == resource_id)
    ).first()


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


def _store(stream: IO[bytes], sha256: str) -> None:
    """Write the bytes beside their place and move them there, whole or not at all."""
    path = blob_path(sha256)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as target:
            stream.seek(0)
            while chunk := stream.read(CHUNK):
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
