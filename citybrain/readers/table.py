"""What every reader hands on: how some bytes are one table of text."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class ReadOptions:
    """What is known of a file before it is read; empty fields are sniffed.

    `header_row` counts lines (sheet rows) from 1; -1 says that there is no header row.
    """

    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 0
    sheet: str = ""
    rows: str = ""
    table: str = ""
    query: str = ""
    datum: str = ""
    expected_headers: frozenset[str] = frozenset()
    """Headers that the contract names; the header row is the one that holds most of them."""
    reader: Path | None = None


@dataclass(frozen=True)
class LayoutRow:
    """A row that is not data: a title above the header, a total, a note below."""

    line: int
    kind: str
    """`title`, `header`, `total`, `note`, `blank`."""
    text: str


@dataclass(frozen=True)
class RawTable:
    """One table of text, ready to be scanned once by DuckDB.

    Rows come in file order. Every column is VARCHAR under its header as found (made unique, stripped, line breaks
    as blanks); a cell with nothing in it is NULL. If `line_column` is empty, row n (from 0) stands on line
    `first_line + n` exactly: the reader has made sure that no record spans or skips a line.
    """

    relation: str
    """A FROM item, such as `read_csv('…', …)` or `read_parquet('…')`."""
    headers: tuple[str, ...]
    first_line: int
    line_column: str = ""
    """Column of the relation (BIGINT) with the source line, when lines are not consecutive."""
    sheet_column: str = ""
    """Column with the sheet a row came from, when several are read."""
    surplus_column: str = ""
    """Column (VARCHAR, not among `headers`) with the cells beyond the last header, joined by the delimiter, when some
    row has more cells than the header. Where it is not NULL the cells may have shifted: the row is damaged."""
    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_line: int = 0
    layout: tuple[LayoutRow, ...] = ()
    findings: tuple[str, ...] = field(default=())
    """Sentences on what the reader noticed, without cell values."""


Reader = Callable[[Path, ReadOptions, duckdb.DuckDBPyConnection, Path], RawTable]
"""(file, options, connection to try the relation on, folder for what has to be written down) -> table."""


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, with blanks of its own kind (`_`) in front until no header is called so (case does not count)."""
    lower = {t.lower() for t in taken}
    while name.lower() in lower:
        name = f"_{name}"
    return name
