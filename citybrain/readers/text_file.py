"""A text file opened: its encoding, dialect and header decided from the head and held against every byte."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from citybrain.errors import ContractError, DeliveryError
from citybrain.readers.dialect import LONGEST_FIELD, Dialect, read_rows, sniff_dialect
from citybrain.readers.encoding import (
    HEAD_BYTES,
    is_utf8_head,
    legacy_encoding,
    normal_encoding,
    read_head,
    to_utf8,
    utf16_of,
)
from citybrain.readers.headers import HEAD_ROWS, Header, find_header
from citybrain.readers.survey import Survey, survey
from citybrain.readers.table import LayoutRow, ReadOptions


@dataclass(frozen=True)
class TextFile:
    """A text file as UTF-8, with its layout worked out from its head."""

    name: str
    path: Path
    encoding: str
    dialect: Dialect
    header: Header
    rows: list[tuple[int, list[str]]]
    """(line, cells) of the first records."""
    first: int
    """Index of the first record that is not above the data."""
    first_line: int
    """Line of that record."""
    survey: Survey
    findings: tuple[str, ...]


def open_text(path: Path, options: ReadOptions, spool: Path) -> TextFile:
    """Decides encoding, dialect and header from the head, then looks at every byte to see whether they hold."""
    head = read_head(path)
    if not head.strip(b"\xef\xbb\xbf \t\r\n\x1a"):
        raise DeliveryError(path.name, "the file is empty", remedy="Deliver the file again")
    encoding = normal_encoding(options.encoding, path.name) if options.encoding else utf16_of(head)
    if encoding in ("", "utf-8"):
        known = 0
        if is_utf8_head(head):
            text = _described(path, path.name, "utf-8", options)
            if text.survey.first_invalid is None:
                return text
            known = text.survey.first_invalid
        if encoding:
            raise DeliveryError(
                path.name,
                f"the text is not {options.encoding}",
                remedy="Export the file again as UTF-8, or state the right encoding",
            )
        encoding = legacy_encoding(path, known)
    return _described(to_utf8(path, encoding, spool), path.name, encoding, options)


def _described(path: Path, name: str, encoding: str, options: ReadOptions) -> TextFile:
    head = read_head(path)
    sample = head.decode("utf-8", "replace").removeprefix("\ufeff")
    dialect = sniff_dialect(sample, options.delimiter)
    try:
        rows = list(read_rows(sample, dialect))
    except csv.Error as error:
        raise never_closed(name, 1) from error
    if len(head) == HEAD_BYTES and len(rows) > 1:
        rows.pop()
    header = _find_header(name, rows, options)
    first = header.bottom + 1 if header.is_found else header.top
    first_line = rows[first][0] if first < len(rows) else rows[-1][0] + 1
    delimiter = dialect.delimiter.encode() if len(dialect.delimiter.encode()) == 1 else b""
    seen = survey(path, delimiter, dialect.quote.encode(), len(header.names), _offset_of_line(head, first_line))
    return TextFile(name, path, encoding, dialect, header, rows, first, first_line, seen, _findings(encoding))


def _findings(encoding: str) -> tuple[str, ...]:
    if encoding == "latin-1":
        return (
            "The encoding is neither UTF-8 nor GB18030: read as Latin-1, state it in the contract if that is wrong.",
        )
    return ()


def _find_header(name: str, rows: list[tuple[int, list[str]]], options: ReadOptions) -> Header:
    stated = -1 if options.header_row < 0 else None
    if options.header_row > 0:
        stated = next((i for i, (line, _) in enumerate(rows[:HEAD_ROWS]) if line >= options.header_row), None)
        if stated is None:
            raise ContractError(name, f"there is no header row {options.header_row} among the first {HEAD_ROWS} rows")
    return find_header([cells for _, cells in rows], options.expected_headers, stated)


def _offset_of_line(head: bytes, line: int) -> int:
    """Byte offset at which a line (from 1) begins; the end of the head if it lies beyond."""
    offset = 0
    for _ in range(line - 1):
        offset = head.find(b"\n", offset) + 1
        if not offset:
            return len(head)
    return offset


def never_closed(name: str, line: int) -> DeliveryError:
    """The error for a quoted cell without its closing quote."""
    return DeliveryError(
        name, f"a quoted cell that begins in the record on line {line} is never closed",
        expected=f"a closing quote within {LONGEST_FIELD >> 20} MB",
        remedy="The file may have been cut off: deliver it again, or have the stray quote removed",
    )  # fmt: skip


def layout_above(text: TextFile) -> tuple[LayoutRow, ...]:
    """What stands above the data: titles, blank lines, the header itself."""
    above = text.rows[: text.first]
    kinds = ["header" if i >= text.header.top else "title" if any(c.strip() for c in cells) else "blank"
             for i, (_, cells) in enumerate(above)]  # fmt: skip
    shown = [" ".join(c.strip() for c in cells if c.strip()) for _, cells in above]
    return tuple(LayoutRow(line, k, s[:200]) for (line, _), k, s in zip(above, kinds, shown, strict=True))
