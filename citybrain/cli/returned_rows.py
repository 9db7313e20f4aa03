"""Quarantined rows as a table that opens in Excel and WPS and can run nothing there."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from citybrain.ingest import QuarantinedRow

HEADINGS = {"zh": ("文件", "行号", "工作表", "退回原因"), "en": ("file", "line", "sheet", "reasons")}
NOT_A_FORMULA = re.compile(r"[+-]?[\d.,]+%?")
SHEET_ROWS = 1_048_575
"""Rows of an Excel sheet below its header."""
CELL_CHARACTERS = 32_767
"""Most characters of an Excel cell."""


class ReturnedRows:
    """The rows of a feed in one table: file, line, sheet, reasons, then every column any of the files has.

    `read` starts reading the rows anew; they are read twice, first for the columns, so that no feed is too large.
    `sources` maps canonical columns to source headers, so that a reason names the column as the department does.
    """

    def __init__(
        self, read: Callable[[], Iterable[QuarantinedRow]], language: str, sources: dict[str, tuple[str, ...]]
    ) -> None:
        self.read, self.language, self.sources = read, language, sources
        self.headers: list[str] = list(dict.fromkeys(h for row in read() for h in row.headers))

    @property
    def headings(self) -> list[str]:
        """Headings of the table, in the language."""
        return [*HEADINGS[self.language], *self.headers]

    def cells(self) -> Iterator[list[str]]:
        """The rows of the table, all text."""
        place = {header: i for i, header in enumerate(self.headers)}
        for row in self.read():
            original = [""] * len(place)
            for header, cell in zip(row.headers, row.original, strict=False):
                original[place[header]] = cell or ""
            reasons = "\n".join(self._sentence(reason, row) for reason in row.reasons)
            yield [row.file_name, str(row.line or ""), row.sheet or "", reasons, *original]

    def objects(self) -> Iterator[dict[str, Any]]:
        """The rows for programs: reasons as codes, cells by header."""
        for row in self.read():
            yield {
                "file": row.file_name,
                "line": row.line,
                "sheet": row.sheet,
                "reasons": list(row.reasons),
                "original": dict(zip(row.headers, row.original, strict=False)),
            }

    def _sentence(self, reason: str, row: QuarantinedRow) -> str:
        from citybrain.semantics import REASONS

        column, _, code = reason.rpartition(":")
        words = REASONS[code][0 if self.language == "zh" else 1] if code in REASONS else code
        header = next((h for h in self.sources.get(column, ()) if h in row.headers), column)
        return f"{header}: {words}" if header else words


def harmless(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula; plain numbers stay what they are.

    Source: OWASP, CSV Injection.
    """
    if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠") and not NOT_A_FORMULA.fullmatch(cell):
        return "'" + cell
    return cell


def write_csv(rows: ReturnedRows, file: TextIO) -> int:
    """Writes the table as CSV; returns the number of rows."""
    writer, count = csv.writer(file, lineterminator="\r\n"), 0
    writer.writerow([harmless(h) for h in rows.headings])
    for cells in rows.cells():
        writer.writerow([harmless(c) for c in cells])
        count += 1
    return count


def write_xlsx(rows: ReturnedRows, file: Path, title: str) -> int:
    """Writes the table as a workbook of text cells, in further sheets where one is full; returns the number of rows."""
    import xlsxwriter

    count = 0
    # Constant memory writes each row at once; every cell is written as a string, so nothing is computed or linked.
    with xlsxwriter.Workbook(str(file), {"constant_memory": True}) as book:
        text = book.add_format({"num_format": "@"})
        name = re.sub(r"[\[\]:*?/\\']", " ", title)[:25].strip() or "rows"
        sheet = _new_sheet(book, rows, name)
        for count, cells in enumerate(rows.cells(), start=1):
            at = (count - 1) % SHEET_ROWS
            if at == 0 and count > 1:
                sheet = _new_sheet(book, rows, f"{name} {count // SHEET_ROWS + 1}")
            for column, cell in enumerate(cells):
                sheet.write_string(at + 1, column, cell[:CELL_CHARACTERS], text)
    return count


def _new_sheet(book: Any, rows: ReturnedRows, name: str) -> Any:
    sheet, fixed = book.add_worksheet(name), len(HEADINGS[rows.language])
    header = book.add_format({"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True})
    sheet.freeze_panes(1, fixed)
    for column, heading in enumerate(rows.headings):
        sheet.set_column(column, column, 40 if column == fixed - 1 else 16)
        sheet.write_string(0, column, heading, header)
    return sheet
