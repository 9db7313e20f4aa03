"""What the readers see in a file, for a person to look at, and the whole table as read."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Literal, TextIO

import duckdb

from citybrain.errors import DeliveryError
from citybrain.readers.layout import sql_layout_kind
from citybrain.readers.reading import read_table
from citybrain.readers.table import LayoutRow, RawTable, ReadOptions, free_name
from citybrain.semantics import guess_semantic
from citybrain.sql import quote

FIRST_ROWS = 10
SAMPLE_ROWS = 500
"""Rows whose values suggest the semantic types."""
GUESSED_COLUMNS = 30
"""The semantic type is guessed for so many columns, since each guess runs every check; wider tables are measures."""
LAYOUT_ROWS = 50
"""Layout rows below the header that are listed; `Preview.layout_counts` counts all."""


@dataclass(frozen=True)
class PreviewColumn:
    """A column as read, with the semantic type its header and values suggest (empty if that was not tried)."""

    name: str
    semantic: str


@dataclass(frozen=True)
class Preview:
    """What the readers see in a file.

    `rows` counts data rows, without the layout rows among them; `first_rows` are data rows, each with its source line
    in `first_lines`.
    """

    kind: str
    encoding: str
    delimiter: str
    sheet: str
    header_line: int
    layout: tuple[LayoutRow, ...]
    layout_counts: dict[str, int]
    columns: tuple[PreviewColumn, ...]
    first_lines: tuple[int, ...]
    first_rows: tuple[tuple[str | None, ...], ...]
    rows: int
    damaged_rows: int
    findings: tuple[str, ...]


def preview(path: Path, options: ReadOptions) -> Preview:
    """What the readers see in a file.

    Raises:
        ContractError: what is stated of the file is wrong.
        DeliveryError: the file cannot be read as a table.
    """
    with _opened(path, options) as (con, table):
        source = _sql_with_layout(table)
        cells = ", ".join(quote(h) for h in table.headers)
        kinds = dict(con.execute(f"SELECT __kind, count(*) FROM {source} GROUP BY __kind").fetchall())
        sample = con.execute(
            f"SELECT __line, {cells} FROM {source} WHERE __kind IS NULL LIMIT {SAMPLE_ROWS}"
        ).fetchall()
        below = con.execute(
            f"SELECT __line, __kind, left(concat_ws(' ', {cells}), 200) FROM {source}"
            f" WHERE __kind IS NOT NULL LIMIT {LAYOUT_ROWS}"
        ).fetchall()
        surplus = quote(table.surplus_column) if table.surplus_column else "NULL"
        damaged = con.execute(f"SELECT count({surplus}) FROM {table.relation}").fetchall()[0][0]
    guesses = [
        guess_semantic(h, [row[i] for row in sample if row[i] is not None])
        for i, h in enumerate(table.headers[:GUESSED_COLUMNS], start=1)
    ]
    columns = tuple(PreviewColumn(h, g) for h, g in zip_longest(table.headers, guesses, fillvalue=""))
    return Preview(
        kind=table.kind, encoding=table.encoding, delimiter=table.delimiter, sheet=table.sheet,
        header_line=table.header_line,
        layout=(*table.layout, *(LayoutRow(*row) for row in below)),
        layout_counts={k: n for k, n in sorted((k or "", n) for k, n in kinds.items()) if k},
        columns=columns, first_lines=tuple(row[0] for row in sample[:FIRST_ROWS]),
        first_rows=tuple(row[1:] for row in sample[:FIRST_ROWS]), rows=kinds.get(None, 0), damaged_rows=damaged,
        findings=table.findings,
    )  # fmt: skip


def write_table(path: Path, options: ReadOptions, to: Literal["csv", "json"], out: TextIO) -> int:
    """Writes the whole table as read, layout rows too, as CSV or as a JSON list of objects; returns the number of rows.

    Raises:
        ContractError: what is stated of the file is wrong.
        DeliveryError: the file cannot be read as a table.
    """
    with _opened(path, options) as (con, table):
        headers = [*table.headers, *(c for c in (table.sheet_column, table.surplus_column) if c)]
        rows = _rows(con, f"SELECT {', '.join(quote(h) for h in headers)} FROM {table.relation}")
        return _write_csv(headers, rows, out) if to == "csv" else _write_json(headers, rows, out)


def _write_csv(headers: list[str], rows: Iterator[tuple[str | None, ...]], out: TextIO) -> int:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headers)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
    return count


def _write_json(headers: list[str], rows: Iterator[tuple[str | None, ...]], out: TextIO) -> int:
    count = 0
    out.write("[")
    for count, row in enumerate(rows, start=1):
        out.write("\n" if count == 1 else ",\n")
        out.write(json.dumps(dict(zip(headers, row, strict=True)), ensure_ascii=False))
    out.write("\n]\n")
    return count


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[str | None, ...]]:
    found = con.execute(query)
    while rows := found.fetchmany(10_000):
        yield from rows


@contextmanager
def _opened(path: Path, options: ReadOptions) -> Iterator[tuple[duckdb.DuckDBPyConnection, RawTable]]:
    with tempfile.TemporaryDirectory(prefix="citybrain-") as spool, duckdb.connect() as con:
        try:
            yield con, read_table(path, options, con, Path(spool))
        except duckdb.Error as error:
            raise DeliveryError(
                path.name, "the file cannot be read to its end", found=type(error).__name__, remedy="Deliver it again"
            ) from error


def _sql_with_layout(table: RawTable) -> str:
    """The table with `__line` (source line) and `__kind` (layout kind or NULL) beside each row."""
    line = quote(table.line_column) if table.line_column else f"{table.first_line - 1} + row_number() OVER ()"
    kind = sql_layout_kind(table.headers)
    taken = free_name("__row", table.headers)
    return f"(SELECT *, {taken} AS __line, {kind} AS __kind FROM (SELECT *, {line} AS {taken} FROM {table.relation}))"
