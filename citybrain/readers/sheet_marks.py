"""What an XLSX sheet says beside its values: merged ranges, error cells, formulas that were never computed."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from citybrain.readers.headers import MergedRange

MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)"')
ERROR_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\bt="e"')
UNCOMPUTED = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>")
RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
CHUNK = 1 << 20


@dataclass(frozen=True)
class SheetMarks:
    """Marks of one sheet. Ranges count from 0: rows from the top of the sheet, columns from `first_column`."""

    merged: tuple[MergedRange, ...] = ()
    error_cells: int = 0
    uncomputed_formulas: int = 0


def read_marks(path: Path, sheet: str, first_column: int = 0) -> SheetMarks | None:
    """The marks of a sheet of an XLSX or XLSM file; None for formats that are not XML of that kind."""
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        return _scan(archive, part, first_column) if part else None


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    names = set(archive.namelist())
    relations = "xl/_rels/workbook.xml.rels"
    if "xl/workbook.xml" not in names or relations not in names:
        return ""
    # Expat refuses entity bombs since 2.4.1 and ElementTree fetches nothing; zip bombs are refused before.
    targets = {r.get("Id"): r.get("Target", "") for r in ElementTree.fromstring(archive.read(relations))}  # noqa: S314
    for node in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():  # noqa: S314
        if node.tag.endswith("}sheet") and node.get("name") == sheet:
            part = posixpath.normpath(posixpath.join("/xl", targets.get(node.get(RELATION_ID), ""))).lstrip("/")
            return part if part in names else ""
    return ""


def _scan(archive: zipfile.ZipFile, part: str, first: int) -> SheetMarks:
    ranges: list[tuple[int, int, int, int]] = []
    errors = uncomputed = 0
    for piece in _pieces(archive, part):
        errors += len(ERROR_CELL.findall(piece)) if b't="e"' in piece else 0
        uncomputed += len(UNCOMPUTED.findall(piece)) if b"<f" in piece else 0
        if b"mergeCell " in piece:
            ranges += [(int(r1), _column(c1), int(r2), _column(c2)) for c1, r1, c2, r2 in MERGED.findall(piece)]
    merged = tuple(MergedRange(t - 1, max(le - first, 0), b - 1, r - first) for t, le, b, r in ranges if r >= first)
    return SheetMarks(merged, errors, uncomputed)


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The XML in pieces that never cut a cell in two."""
    rest = b""
    with archive.open(part) as file:
        while chunk := file.read(CHUNK):
            rest += chunk
            cut = rest.rfind(b"<c ")
            if cut > 0:
                yield rest[:cut]
                rest = rest[cut:]
    yield rest


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
