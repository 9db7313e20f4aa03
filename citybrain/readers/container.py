"""Files that hold other files (ZIP, OLE): what they are, and whether it is safe to open them."""

from __future__ import annotations

import mmap
import zipfile
import zlib
from pathlib import Path

from citybrain.errors import DeliveryError

LARGEST_UNPACKED = 4 << 30
"""Bytes of all parts together."""
UNSUSPECTED = 64 << 20
"""Bytes up to which any ratio of packing is taken."""
HIGHEST_RATIO = 250
"""A sheet of a million equal rows packs about 200 to 1; a bomb 1000 to 1."""


def zip_names(path: Path) -> list[str]:
    """Names of the parts of a ZIP file that is safe to unpack.

    Raises:
        DeliveryError: it is damaged, encrypted or would unpack to more than this machine should take.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise damaged(path) from error
    unpacked = sum(p.file_size for p in parts)
    packed = max(path.stat().st_size, 1)
    if unpacked > LARGEST_UNPACKED or (unpacked > UNSUSPECTED and unpacked > packed * HIGHEST_RATIO):
        raise DeliveryError(
            path.name, "the file unpacks to far more than it should (a ZIP bomb?)",
            found=f"{unpacked >> 20} MB out of {packed / (1 << 20):.1f} MB",
            expected=f"at most {LARGEST_UNPACKED >> 20} MB and {HIGHEST_RATIO} times its size",
            remedy="Deliver the table as CSV",
        )  # fmt: skip
    if any(p.flag_bits & 0x1 for p in parts):
        raise protected(path)
    return [p.filename for p in parts]


def check_parts(path: Path) -> None:
    """Unpacks every part once: a part that is longer than the directory says, or damaged, is found before it is parsed.

    Raises:
        DeliveryError: the file is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            broken = archive.testzip()
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, zlib.error) as error:
        raise damaged(path) from error
    if broken is not None:
        raise damaged(path)


def ole_kind(path: Path) -> str:
    """`workbook`, `encrypted` or an empty string (a Word document, a mail, …) for an OLE compound file."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            return "encrypted"
        has_book = any(data.find(name.encode("utf-16-le")) >= 0 for name in ("Workbook\0", "Book\0"))
    return "workbook" if has_book else ""


def damaged(path: Path) -> DeliveryError:
    """The error for a file that cannot be opened."""
    return DeliveryError(
        path.name, "the file is damaged and cannot be opened", remedy="Open and save it again, or deliver it as CSV"
    )


def protected(path: Path) -> DeliveryError:
    """The error for a file behind a password."""
    return DeliveryError(path.name, "the file is protected by a password", remedy="Deliver it without a password")
