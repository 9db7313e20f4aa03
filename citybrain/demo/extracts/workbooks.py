"""Spreadsheets that come out the same to the byte every time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet


@dataclass
class Sheet:
    """A worksheet that is filled from top to bottom."""

    worksheet: Worksheet
    head: Format
    row: int = 0
    """Rows written so far."""

    def title(self, text: str, width: int) -> None:
        """One text merged over the whole width."""
        self.worksheet.merge_range(self.row, 0, self.row, width - 1, text, self.head)
        self.row += 1

    def header(self, upper: Sequence[str], lower: Sequence[str]) -> None:
        """A header of two rows: equal neighbours above are merged, and a column without a lower name spans both."""
        first = 0
        for column, (above, below) in enumerate(zip(upper, lower, strict=True)):
            if not below:
                self.worksheet.merge_range(self.row, column, self.row + 1, column, above, self.head)
                continue
            self.worksheet.write(self.row + 1, column, below, self.head)
            if column and upper[column - 1] == above and lower[column - 1]:
                if column + 1 < len(upper) and upper[column + 1] == above:
                    continue
                self.worksheet.merge_range(self.row, first, self.row, column, above, self.head)
            else:
                first = column
                self.worksheet.write(self.row, column, above, self.head)
        self.row += 2

    def add(self, cells: Sequence[object]) -> int:
        """One row; gives its number as people count it, from 1."""
        self.worksheet.write_row(self.row, 0, cells)
        self.row += 1
        return self.row


@contextmanager
def workbook(path: Path, sheet: str, widths: Sequence[int]) -> Iterator[Sheet]:
    """A new workbook with one sheet; it is closed and on disk afterwards."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False})
    book.set_properties({"created": dt.datetime(2020, 1, 1), "author": "", "company": ""})
    book.set_size(1600, 1200)
    head = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1, "text_wrap": True})
    worksheet = book.add_worksheet(sheet)
    for column, width in enumerate(widths):
        worksheet.set_column(column, column, width)
    yield Sheet(worksheet, head)
    book.close()
