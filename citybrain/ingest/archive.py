"""The archive: the original bytes of every delivery, once each, under their SHA-256."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from citybrain.errors import BuildError, DeliveryError


@dataclass(frozen=True)
class Archived:
    """The archived copy of one file."""

    path: Path
    sha256: str
    size: int


def archived_path(archive: Path, sha256: str) -> Path:
    """Where the bytes with that hash are kept."""
    return archive / sha256[:2] / sha256


def archive_file(source: Path, archive: Path, work: Path) -> Archived:
    """Copies a file into the archive, hashing it on the way; the same bytes are kept once.

    Raises:
        DeliveryError: the file is empty, vanished, is not readable, or changed while it was copied.
        BuildError: the archive cannot be written (disk full, read-only folder).
    """
    try:
        before = source.stat()
        digest, copy = _copy(source, work)
        after = source.stat()
    except FileNotFoundError as error:
        raise DeliveryError(
            source.name, "the file vanished while it was read", remedy="The department should deliver it again"
        ) from error
    except PermissionError as error:
        raise DeliveryError(
            source.name, "the file may not be read", remedy="Give the user that runs CityBrain the right to read it"
        ) from error
    if (before.st_size, before.st_mtime_ns) != (
        after.st_size,
        after.st_mtime_ns,
    ) or copy.stat().st_size != after.st_size:
        copy.unlink()
        raise DeliveryError(
            source.name,
            "the file changed while it was read",
            remedy="It is still being written; the next build takes it",
        )
    if after.st_size == 0:
        copy.unlink()
        raise DeliveryError(source.name, "the file is empty", remedy="The department should deliver it again")
    kept = archived_path(archive, digest)
    kept.parent.mkdir(parents=True, exist_ok=True)
    copy.chmod(0o400)
    copy.replace(kept)
    return Archived(kept, digest, after.st_size)


def _copy(source: Path, work: Path) -> tuple[str, Path]:
    """The hash and the copy of a file: copied by the system, without passing through this process, then read once."""
    copy = work / f"archiving-{os.getpid()}"
    try:
        shutil.copyfile(source, copy)
        with copy.open("rb") as kept:
            return hashlib.file_digest(kept, "sha256").hexdigest(), copy
    except OSError as error:
        copy.unlink(missing_ok=True)
        if error.filename == str(source) and error.filename2 is None:
            raise
        raise BuildError(
            str(work),
            "the archive cannot be written",
            found=error.strerror or "",
            remedy="Make room or give the right to write",
        ) from error
