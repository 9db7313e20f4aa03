"""Delimited text: CSV, TSV and any other delimiter, quoting and encoding.

Three ways lead to a relation, the first that is exact is taken:

1. one `read_csv` with a fixed dialect: streams in parallel (the usual case);
2. one `read_csv` of whole lines, cut at the delimiter: for files without quotes that have blank lines or rows
   with too many cells; streams in parallel too, and loses no line;
3. Python's csv module into Parquet, with the source line beside each row: quoted line breaks, odd quoting.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb

from citybrain.errors import DeliveryError
from citybrain.readers.dialect import numbered_rows
from citybrain.readers.files import new_file, sql_file
from citybrain.readers.parquet_spool import sql_parquet, write_rows
from citybrain.readers.table import RawTable, ReadOptions, free_name
from citybrain.readers.text_file import TextFile, layout_above, never_closed, open_text
from citybrain.sql import literal, quote

LONGEST_LINE = 1_900_000
"""Bytes; `read_csv` takes lines of up to 2 MB."""
LINE_AS_ONE_CELL = "delim = '\x01', quote = '', escape = ''"
END_OF_FILE = "\x1e"
"""A record of its own after the last line: it is missing exactly when a quoted cell was never closed."""


def read_text(path: Path, options: ReadOptions, con: duckdb.DuckDBPyConnection, spool: Path) -> RawTable:
    """A delimited text file as a table.

    Raises:
        DeliveryError: it is empty, binary, not of the stated encoding, or ends inside a quoted cell.
    """
    text = open_text(path, options, spool)
    if text.survey.has_nul:
        raise DeliveryError(
            path.name, "this is not a text table", found="zero bytes", remedy="Export the table as CSV (UTF-8) or XLSX"
        )
    findings = list(text.findings)
    if not text.header.is_found and options.header_row >= 0:
        findings.append(
            "No header row was found: columns are called column_1, column_2, …; state header_row or the headers."
        )
    relation = _streaming_relation(text, con, findings)
    line_column = surplus_column = ""
    if isinstance(relation, tuple):
        relation, surplus_column = relation
    elif not relation:
        relation, line_column, surplus_column = _spooled_relation(text, spool, findings)
    return RawTable(
        relation=relation, headers=text.header.names, first_line=text.first_line, line_column=line_column,
        surplus_column=surplus_column, kind="text", encoding=text.encoding, delimiter=text.dialect.delimiter,
        header_line=text.rows[text.header.top][0] if text.header.is_found else 0,
        layout=layout_above(text), findings=tuple(findings),
    )  # fmt: skip


def _streaming_relation(text: TextFile, con: duckdb.DuckDBPyConnection, findings: list[str]) -> str | tuple[str, str]:
    """The relation that streams from the file itself, with its surplus column if it has one; empty if none is exact."""
    seen = text.survey
    can_count = len(text.dialect.delimiter.encode()) == 1
    is_regular = can_count and not seen.long_rows and not seen.blank_lines_inside
    is_plain = not seen.has_quotes or (seen.is_plainly_quoted and text.dialect.escape == text.dialect.quote)
    if "cr" in seen.line_ends or not is_plain or seen.longest_line > LONGEST_LINE:
        return ""
    if seen.has_quotes and not is_regular:
        return ""
    if seen.short_rows:
        findings.append(
            f"Rows with fewer cells than the header: {seen.short_rows}; the missing cells are read as blank."
        )
    if is_regular:
        relation = _sql_read_csv(text)
        return relation if _begins_as_expected(text, relation, con) else ""
    surplus = free_name("surplus", text.header.names)
    relation = _sql_split_lines(text, surplus)
    if not _begins_as_expected(text, relation, con):
        return ""
    if not seen.long_rows:
        return relation, ""
    findings.append(_surplus_finding(seen.long_rows))
    return relation, surplus


def _surplus_finding(rows: int) -> str:
    return f"Rows with more cells than the header: {rows}; their cells may have shifted."


def _sql_read_csv(text: TextFile) -> str:
    columns = ", ".join(f"{literal(h)}: 'VARCHAR'" for h in text.header.names)
    d = text.dialect
    dialect = f"delim = {literal(d.delimiter)}, quote = {literal(d.quote)}, escape = {literal(d.escape)}"
    padding = ", null_padding = true" if text.survey.short_rows else ""
    return _sql_scan(text, f"columns = {{{columns}}}, {dialect}{padding}")


def _sql_scan(text: TextFile, options: str) -> str:
    # The strict parser refuses a file in which some lines end in CR LF and others in LF.
    strict = ", strict_mode = false" if len(text.survey.line_ends) > 1 else ""
    return (
        f"read_csv({sql_file(text.path)}, auto_detect = false, header = false, skip = {text.first}, {options}{strict},"
        " hive_partitioning = false, compression = 'none')"
    )


def _sql_split_lines(text: TextFile, surplus: str) -> str:
    """Whole lines cut at the delimiter; quotes are text here, the file has none."""
    width, delimiter = len(text.header.names), literal(text.dialect.delimiter)
    lines = _sql_scan(text, f"columns = {{'line': 'VARCHAR'}}, {LINE_AS_ONE_CELL}")
    cells = ", ".join(f"nullif(cells[{i}], '') AS {quote(h)}" for i, h in enumerate(text.header.names, start=1))
    rest = f"array_to_string(cells[{width + 1}:], {delimiter})"
    # Delimiters alone beyond the last header are an export's habit, not damage.
    surplus_cells = f"CASE WHEN len(cells) > {width} AND replace({rest}, {delimiter}, '') <> '' THEN {rest} END"
    return (
        f"(SELECT {cells}, {surplus_cells} AS {quote(surplus)}"
        f" FROM (SELECT string_split(line, {delimiter}) AS cells FROM {lines}))"
    )


def _begins_as_expected(text: TextFile, relation: str, con: duckdb.DuckDBPyConnection) -> bool:
    """True when the engine's first row is the one found in the head: both skip the same lines above it."""
    expected = next((cells for _, cells in text.rows[text.first :] if any(cells)), None)
    try:
        found = con.execute(f"SELECT * FROM {relation} LIMIT 1000").fetchmany(1000)
    except duckdb.Error:
        return False
    width = len(text.header.names)
    row = next((r for r in found if any(c is not None for c in r)), None)
    if expected is None or row is None:
        return expected is None and row is None
    wanted = [c or None for c in expected[:width]]
    return list(row[:width]) == [*wanted, *[None] * (width - len(wanted))]


def _spooled_relation(text: TextFile, spool: Path, findings: list[str]) -> tuple[str, str, str]:
    """The rows as Parquet, through Python's csv module: (relation, line column, surplus column)."""
    width = len(text.header.names)
    surplus = free_name("surplus", text.header.names)
    line = free_name("source_line", text.header.names)
    long_rows = 0

    def rows() -> Iterator[list[str | int | None]]:
        nonlocal long_rows
        for number, cells in _data_records(text):
            rest = cells[width:]
            long_rows += bool(any(rest))
            padded = [c or None for c in cells[:width]] + [None] * (width - len(cells))
            yield [*padded, text.dialect.delimiter.join(rest) if any(rest) else None, number]

    file = new_file(spool)
    write_rows(file, (*text.header.names, surplus), rows(), line)
    if long_rows:
        findings.append(_surplus_finding(long_rows))
    return sql_parquet([file]), line, surplus if long_rows else ""


def _data_records(text: TextFile) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of the records below the header; the last one is known to be whole."""
    record: tuple[int, list[str]] = (text.first_line, [])
    try:
        with text.path.open(encoding="utf-8-sig", newline="") as file:
            for record in numbered_rows(_with_end(file), text.dialect):
                if record[1] == [END_OF_FILE]:
                    return
                if record[0] >= text.first_line:
                    yield record
    except csv.Error as error:
        raise never_closed(text.name, record[0]) from error
    raise never_closed(text.name, record[0])


def _with_end(lines: Iterator[str]) -> Iterator[str]:
    yield from lines
    yield END_OF_FILE
