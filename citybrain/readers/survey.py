"""One fast pass over the bytes of a delimited file: does the simple rule `line = first line + row` hold?"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

BLOCK = 1 << 20
"""Bytes a worker looks at, at a time: small enough that the passes over a block stay in the processor's cache."""
WORKERS = 2
LF, CR = 10, 13


@dataclass(frozen=True)
class Survey:
    """What the bytes from the first data row on are like."""

    lines: int
    first_invalid: int | None
    """Byte offset of the first line that is not UTF-8, or None."""
    has_nul: bool
    has_quotes: bool
    is_plainly_quoted: bool
    """Every quote opens or closes a whole field or is doubled inside one, and no field spans lines."""
    short_rows: int
    long_rows: int
    blank_lines_inside: int
    """Blank lines before the last line that is not blank."""
    line_ends: frozenset[str]
    """Of `lf`, `crlf`, `cr`."""
    longest_line: int


@dataclass(frozen=True)
class _Part:
    """The same of one block; blocks begin and end at line ends."""

    lines: int = 0
    first_invalid: int | None = None
    has_nul: bool = False
    has_quotes: bool = False
    is_plain: bool = True
    short: int = 0
    long: int = 0
    blank: int = 0
    blank_at_end: int = 0
    crlf: int = 0
    lone_cr: int = 0
    longest: int = 0


def survey(path: Path, delimiter: bytes, quote: bytes, width: int, start: int = 0) -> Survey:
    """Looks at every byte from offset `start` (the first data row) on.

    Args:
        delimiter: one byte, or empty when fields cannot be counted by bytes (then no row is short or long).
        width: number of columns of the header.
    """
    size = path.stat().st_size
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with ThreadPoolExecutor(WORKERS) as pool:
            offsets = range(start, size, BLOCK)
            parts = list(pool.map(lambda o: _look(descriptor, o, start, size, delimiter, quote, width), offsets))
    finally:
        os.close(descriptor)
    return _sum([p for p in parts if p.lines])


def _sum(parts: list[_Part]) -> Survey:
    lines, crlf, lone_cr = sum(p.lines for p in parts), sum(p.crlf for p in parts), sum(p.lone_cr for p in parts)
    blank_at_end = 0
    for part in reversed(parts):
        blank_at_end += part.blank_at_end
        if part.blank_at_end < part.lines:
            break
    ends = {"crlf": crlf, "cr": lone_cr, "lf": lines - crlf}
    return Survey(
        lines=lines,
        first_invalid=min((p.first_invalid for p in parts if p.first_invalid is not None), default=None),
        has_nul=any(p.has_nul for p in parts),
        has_quotes=any(p.has_quotes for p in parts),
        is_plainly_quoted=all(p.is_plain for p in parts),
        short_rows=sum(p.short for p in parts),
        long_rows=sum(p.long for p in parts),
        blank_lines_inside=sum(p.blank for p in parts) - blank_at_end,
        line_ends=frozenset(name for name, count in ends.items() if count),
        longest_line=max((p.longest for p in parts), default=0),
    )


def _look(descriptor: int, offset: int, start: int, size: int, delimiter: bytes, quote: bytes, width: int) -> _Part:
    """Looks at the lines that begin in the block at `offset`.

    A block whose first line end lies inside a quoted field is misjudged, but then an earlier block is not plain.
    """
    data = _whole_lines(descriptor, offset, start, size)
    if not data:
        return _Part()
    cells = np.frombuffer(data, np.uint8)
    has_quotes = bool(quote) and quote in data
    marks = cells == LF
    if delimiter:
        marks |= cells == delimiter[0]
    if has_quotes:
        marks |= cells == quote[0]
    places = np.flatnonzero(marks)
    tokens = cells[places]
    is_plain = True
    if has_quotes:
        is_plain, inside = _quoting(cells, places, tokens, delimiter, quote[0])
        places, tokens = places[~inside], tokens[~inside]
    ends = np.flatnonzero(tokens == LF)
    line_ends = places[ends]
    lengths = np.diff(line_ends, prepend=-1) - 1
    after_cr = cells[np.maximum(line_ends - 1, 0)] == CR if CR in data else np.zeros(len(ends), bool)
    blank = (lengths == 0) | ((lengths == 1) & after_cr) if width > 1 else np.zeros(len(ends), bool)
    fields = np.diff(ends, prepend=-1) if delimiter else np.full(len(ends), width)
    crlf = int(np.count_nonzero(after_cr))
    return _Part(
        lines=len(ends),
        first_invalid=None if _is_utf8(data) else offset,
        has_nul=0 in data,
        has_quotes=has_quotes,
        is_plain=is_plain,
        short=int(np.count_nonzero((fields < width) & ~blank)),
        long=int(np.count_nonzero(fields > width)),
        blank=int(np.count_nonzero(blank)),
        blank_at_end=_run_at_end(blank),
        crlf=crlf,
        lone_cr=data.count(b"\r") - crlf if CR in data else 0,
        longest=int(lengths.max(initial=0)),
    )


def _whole_lines(descriptor: int, offset: int, start: int, size: int) -> bytes:
    """The lines that begin in [offset, offset + BLOCK); the last one gets a line end if the file gives it none."""
    before = 1 if offset > start else 0
    data = os.pread(descriptor, BLOCK + before, offset - before)
    begin = 0
    if before:
        begin = data.find(b"\n") + 1
        # No line begins here when the first line end is missing or is the last byte of the block.
        if begin in (0, len(data)):
            return b""
    position = offset - before + len(data)
    pieces = [data[begin:]]
    while not pieces[-1].endswith(b"\n") and position < size:
        more = os.pread(descriptor, 1 << 16, position)
        end = more.find(b"\n") + 1
        pieces.append(more[:end] if end else more)
        position += len(more)
        if end:
            break
    whole = b"".join(pieces)
    return whole if not whole or whole.endswith(b"\n") else whole + b"\n"


def _quoting(
    cells: np.ndarray, places: np.ndarray, tokens: np.ndarray, delimiter: bytes, quote: int
) -> tuple[bool, np.ndarray]:
    """Whether quotes stand only where they should, and which tokens are quotes or lie inside quoted fields."""
    is_quote = tokens == quote
    is_open = (np.cumsum(is_quote) & 1).astype(bool)
    if bool(np.any(is_open & (tokens == LF))) or (len(is_open) and bool(is_open[-1])):
        return False, is_quote | is_open
    separators = np.zeros(256, bool)
    separators[[LF, quote, *delimiter]] = True
    opening, closing = places[is_quote & is_open], places[is_quote & ~is_open]
    before = (opening == 0) | separators[cells[np.maximum(opening - 1, 0)]]
    separators[CR] = True
    after = separators[cells[np.minimum(closing + 1, len(cells) - 1)]]
    return bool(before.all() and after.all()), is_quote | is_open


def _run_at_end(flags: np.ndarray) -> int:
    unset = np.flatnonzero(~flags)
    return len(flags) - 1 - int(unset[-1]) if len(unset) else len(flags)


def _is_utf8(data: bytes) -> bool:
    offsets = pa.py_buffer(np.array([0, len(data)], dtype=np.int32).tobytes())
    try:
        pa.StringArray.from_buffers(1, offsets, pa.py_buffer(data)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
