"""Small file helpers: atomic writes, digests and stamps of finished work."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def write(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file so that a reader sees either the old or the whole new content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)
    half.replace(path)


def digest(parts: Iterable[str | Path]) -> str:
    """Return the SHA-256 of texts and files; a folder counts as all the files below it."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            contents = [part.encode()]
        elif part.is_dir():
            found = sorted(part.rglob("*.*"))
            contents = [file.read_bytes() for file in found if file.is_file() and _is_source(file)]
        else:
            contents = [part.read_bytes()]
        for content in contents:
            total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def _is_source(path: Path) -> bool:
    return "__pycache__" not in path.parts


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of one file in hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def has_stamp(path: Path, key: str) -> bool:
    """Tell whether the stamp at `path` was set for exactly this key."""
    return path.is_file() and path.read_text() == key
