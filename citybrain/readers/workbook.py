"""Workbooks: XLSX, XLSM (macros are never run), XLSB, XLS and ODS."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import fastexcel
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from citybrain.errors import ContractError, DeliveryError, nearest
from citybrain.readers.container import check_parts, damaged, protected, zip_names
from citybrain.readers.files import new_file
from citybrain.readers.headers import HEAD_ROWS, Header, find_header
from citybrain.readers.parquet_spool import sql_parquet
from citybrain.readers.sheet_cells import fill_down, load_cells
from citybrain.readers.sheet_marks import SheetMarks, read_marks
from citybrain.readers.table import LayoutRow, RawTable, ReadOptions, free_name

ALL_SHEETS = "*"


@dataclass(frozen=True)
class SheetTable:
    """The table of one sheet: columns named by its header, rows below it."""

    sheet: str
    is_visible: bool
    rows: pa.Table
    header: Header
    layout: tuple[LayoutRow, ...]
    findings: tuple[str, ...]

    @property
    def first_row(self) -> int:
        """Row of the sheet, from 1, that the first row of the table stands on."""
        return (self.header.bottom + 1 if self.header.is_found else self.header.top) + 1

    @property
    def holds_table(self) -> bool:
        """Whether the sheet holds more than a single cell or column without rows."""
        return self.rows.num_columns > 1 or (self.rows.num_columns == 1 and self.rows.num_rows > 0)


def read_workbook(path: Path, options: ReadOptions, con: duckdb.DuckDBPyConnection, spool: Path) -> RawTable:
    """One sheet of a workbook as a table, or with `sheet = "*"` every visible sheet with the headers of the first.

    Cells merged over rows are repeated in each row where the format says so (XLSX). The source line is the row of the
    sheet.

    Raises:
        ContractError: the stated sheet does not exist.
        DeliveryError: the file is damaged, protected, a ZIP bomb, or holds no table.
    """
    book = _open(path)
    tables = _tables(path, book, options)
    first = tables[0]
    findings = [*first.findings, *_unread(book, tables, options)]
    several = options.sheet == ALL_SHEETS
    line = free_name("source_line", first.rows.column_names) if several else ""
    sheet = free_name("sheet", first.rows.column_names) if several else ""
    file = new_file(spool)
    pq.write_table(_united(tables, line, sheet, findings) if several else first.rows, file, compression="zstd")
    if not first.header.is_found and options.header_row >= 0:
        findings.append(
            "No header row was found: columns are called column_1, column_2, …; state header_row or the headers."
        )
    return RawTable(
        relation=sql_parquet([file]), headers=tuple(first.rows.column_names), first_line=first.first_row,
        line_column=line, sheet_column=sheet, kind="workbook", sheet=ALL_SHEETS if several else first.sheet,
        header_line=first.header.top + 1 if first.header.is_found else 0,
        layout=first.layout, findings=tuple(dict.fromkeys(findings)),
    )  # fmt: skip


def _open(path: Path) -> fastexcel.ExcelReader:
    if zipfile.is_zipfile(path):
        zip_names(path)
        check_parts(path)
    try:
        return fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> DeliveryError:
    return protected(path) if "password" in str(error).lower() else damaged(path)


def _tables(path: Path, book: fastexcel.ExcelReader, options: ReadOptions) -> list[SheetTable]:
    """The stated sheet, every visible sheet that holds a table (`*`), or the first of them."""
    if options.sheet and options.sheet != ALL_SHEETS:
        return [_read_sheet(path, book, _stated_sheet(path, book, options.sheet), options)]
    tables = []
    for name in book.sheet_names:
        table = _read_sheet(path, book, name, options)
        if table.is_visible and table.holds_table:
            tables.append(table)
            if options.sheet != ALL_SHEETS:
                break
    if not tables:
        raise DeliveryError(
            path.name, "no visible sheet holds a table", found=", ".join(book.sheet_names), remedy="State the sheet"
        )
    return tables


def _stated_sheet(path: Path, book: fastexcel.ExcelReader, stated: str) -> str:
    names = book.sheet_names
    if stated in names:
        return stated
    if stated.isdigit() and 1 <= int(stated) <= len(names):
        return names[int(stated) - 1]
    raise ContractError(path.name, f"there is no sheet '{stated}'.{nearest(stated, names)}", found=", ".join(names))


def _read_sheet(path: Path, book: fastexcel.ExcelReader, name: str, options: ReadOptions) -> SheetTable:
    try:
        sheet = load_cells(book, name)
        marks = read_marks(path, name, sheet.first_column)
    except (fastexcel.FastExcelError, zipfile.BadZipFile, OSError) as error:
        raise _unreadable(path, error) from error
    merged = marks.merged if marks else ()
    head = [[c or "" for c in row.values()] for row in sheet.cells.slice(0, HEAD_ROWS).to_pylist()]
    stated = options.header_row - 1 if options.header_row > 0 else -1 if options.header_row < 0 else None
    if stated is not None and stated >= max(len(head), 1):
        raise ContractError(
            path.name, f"sheet '{name}' has no header row {options.header_row}", found=f"{len(head)} rows"
        )
    header = find_header(head, options.expected_headers, stated, merged)
    first = header.bottom + 1 if header.is_found else header.top
    rows = fill_down(sheet.cells, merged, first).slice(first)
    rows = _without_blank_columns(rows.rename_columns(list(header.names[: rows.num_columns])))
    return SheetTable(name, sheet.is_visible, rows, header, _layout(head, header, first), _findings(name, rows, marks))


def _without_blank_columns(rows: pa.Table) -> pa.Table:
    """Without columns that have neither a header nor any value."""
    kept = [n for i, n in enumerate(rows.column_names, start=1)
            if n != f"column_{i}" or rows.column(n).null_count < rows.num_rows]  # fmt: skip
    return rows.select(kept)


def _layout(head: list[list[str]], header: Header, first: int) -> tuple[LayoutRow, ...]:
    rows = []
    for i, cells in enumerate(head[:first]):
        text = " ".join(dict.fromkeys(c.strip() for c in cells if c.strip()))
        rows.append(LayoutRow(i + 1, "header" if i >= header.top else "title" if text else "blank", text[:200]))
    return tuple(rows)


def _findings(sheet: str, rows: pa.Table, marks: SheetMarks | None) -> tuple[str, ...]:
    found = []
    if marks is None and rows.num_columns and rows.num_rows:
        gaps = rows.num_rows - pc.sum(pc.cast(pc.is_valid(rows.column(0)), "int64")).as_py()
        if 0 < gaps < rows.num_rows:
            found.append(
                f"Sheet '{sheet}': the first column is blank in {gaps} rows; this format does not say whether cells"
                " are merged over rows, so they stay blank. Save as XLSX to have them filled."
            )
    if marks and marks.error_cells:
        found.append(
            f"Sheet '{sheet}': {marks.error_cells} cells hold an error (#N/A, #REF!, …) and are read as blank."
        )
    if marks and marks.uncomputed_formulas:
        found.append(
            f"Sheet '{sheet}': {marks.uncomputed_formulas} formulas hold no computed value and are read as blank;"
            " open and save the file in Excel or WPS."
        )
    return tuple(found)


def _unread(book: fastexcel.ExcelReader, tables: list[SheetTable], options: ReadOptions) -> list[str]:
    left = [n for n in book.sheet_names if n not in {t.sheet for t in tables}]
    found = [f"Sheet '{t.sheet}' is hidden and was read because it is stated." for t in tables if not t.is_visible]
    if left and not options.sheet:
        found.append(
            f"Only sheet '{tables[0].sheet}' is read; others: {', '.join(left)}. State the sheet, or '*' for all."
        )
    return found


def _united(tables: list[SheetTable], line: str, sheet: str, findings: list[str]) -> pa.Table:
    """The rows of all sheets that have the headers of the first one, with sheet name and row beside each."""
    headers = tables[0].rows.column_names
    united = []
    for table in tables:
        findings.extend(table.findings)
        if set(table.rows.column_names) != set(headers):
            findings.append(f"Sheet '{table.sheet}' has other headers than '{tables[0].sheet}' and is not read.")
            continue
        numbers = pa.array(range(table.first_row, table.first_row + table.rows.num_rows), pa.int64())
        names = pa.array([table.sheet] * table.rows.num_rows, pa.string())
        united.append(table.rows.select(headers).append_column(line, numbers).append_column(sheet, names))
    return pa.concat_tables(united)
