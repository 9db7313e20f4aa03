"""Workbooks as offices keep them: a title, a header of two rows, a total, notes, and a hidden sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from citybrain.demo.period import day


@dataclass(frozen=True)
class SheetStyle:
    """What stands around the rows of a workbook."""

    title: str
    groups: Mapping[str, str] = field(default_factory=dict)
    """Header -> the group written above it; neighbours of one group are merged, others span both rows."""
    total: tuple[str, ...] = ()
    """Headers whose sums stand in a 合计 row below."""
    note: str = ""
    hidden: str = ""
    """Name of a hidden sheet with the clerk's own lists."""

    def write(self, path: Path, rows: pl.DataFrame) -> int:
        """Writes the workbook; numbers stay numbers. Returns the row, from 1, of the first row of data."""
        # The file must be the same each time it is made.
        options = {"strings_to_formulas": False, "strings_to_numbers": False, "constant_memory": False}
        book = xlsxwriter.Workbook(str(path), options)
        book.set_properties({"created": dt.datetime.combine(day(0), dt.time(9)), "author": ""})
        head = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1})
        if self.hidden:
            sheet_hidden = book.add_worksheet(self.hidden)
            sheet_hidden.write_column(0, 0, ("下拉选项", "是", "否"))
            sheet_hidden.hide()
        sheet = book.add_worksheet("台账")
        sheet.activate()
        sheet.set_first_sheet()
        sheet.set_column(0, rows.width - 1, 16)
        sheet.merge_range(0, 0, 0, rows.width - 1, self.title, head)
        first = self._write_head(sheet, rows.columns, head)
        for column, header in enumerate(rows.columns):
            values = rows[header].to_list()
            for at, value in enumerate(values, start=first):
                if value is not None and value != "":
                    sheet.write(at, column, value)
        self._write_foot(sheet, rows, first + rows.height, head)
        book.close()
        return first + 1

    def _write_head(self, sheet: Worksheet, headers: list[str], head: Format) -> int:
        """Returns the row, from 0, below the header."""
        if not self.groups:
            sheet.write_row(1, 0, headers, head)
            return 2
        column = 0
        while column < len(headers):
            group = self.groups.get(headers[column], "")
            last = column
            while group and last + 1 < len(headers) and self.groups.get(headers[last + 1]) == group:
                last += 1
            if group:
                sheet.merge_range(1, column, 1, last, group, head)
                sheet.write_row(2, column, headers[column : last + 1], head)
            else:
                sheet.merge_range(1, column, 2, column, headers[column], head)
            column = last + 1
        return 3

    def _write_foot(self, sheet: Worksheet, rows: pl.DataFrame, at: int, head: Format) -> None:
        if self.total:
            sheet.write(at, 0, "合计", head)
            for header in self.total:
                sheet.write(at, rows.columns.index(header), rows[header].sum(), head)
            at += 1
        if self.note:
            sheet.write(at, 0, self.note)
