"""One workbook of the daily report: title, unit, a header of two rows, the townships, a total, who filled it in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from citybrain.demo.names import COUNTY_NAME

UPPER = ("序号", "乡镇（街道）", "日期", "疫情防控情况", "", "", "上报时间", "备注")
LOWER = ("", "", "", "发热人数", "排查人数", "居家观察人数", "", "")
HEADER = 2
"""Row of the header, from 0."""
FIRST_ROW = 4
"""Row of the first township, from 0."""


@dataclass(frozen=True)
class SheetRow:
    """One township; the day is a date, or a text as people write it, and the figures are numbers, texts or blank."""

    township: str
    on: dt.date | str
    figures: tuple[object, object, object]
    filed: str
    """When the township filed it, as the clerk wrote it down."""


def write_daily_sheet(path: Path, on: dt.date, rows: Sequence[SheetRow], *, has_one_date: bool) -> None:
    """Writes the workbook; `has_one_date` writes the day once, merged over all rows."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False})
    # The file must be the same each time it is made.
    book.set_properties({"created": dt.datetime.combine(on, dt.time(9)), "author": ""})
    head = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1})
    dated = book.add_format({"num_format": "yyyy-mm-dd", "align": "center", "valign": "vcenter"})
    sheet = book.add_worksheet("日报")
    sheet.set_column(1, len(UPPER) - 1, 14)
    _write_head(sheet, head)
    for number, row in enumerate(rows, start=1):
        at = FIRST_ROW + number - 1
        sheet.write_row(at, 0, (number, row.township))
        if not has_one_date:
            _write_day(sheet, at, row.on, dated)
        sheet.write_row(at, 3, row.figures)
        sheet.write_string(at, 6, row.filed)
    last = FIRST_ROW + len(rows) - 1
    if has_one_date:
        sheet.merge_range(FIRST_ROW, 2, last, 2, "", dated)
        _write_day(sheet, FIRST_ROW, on, dated)
    _write_foot(sheet, rows, last, head)
    book.close()


def _write_head(sheet: Worksheet, head: Format) -> None:
    sheet.merge_range(0, 0, 0, len(UPPER) - 1, f"{COUNTY_NAME}疫情防控乡镇（街道）日报表", head)
    sheet.write(1, len(UPPER) - 2, "单位：人")
    sheet.merge_range(HEADER, 3, HEADER, 5, UPPER[3], head)
    for column, (above, below) in enumerate(zip(UPPER, LOWER, strict=True)):
        if below:
            sheet.write(HEADER + 1, column, below, head)
        else:
            sheet.merge_range(HEADER, column, HEADER + 1, column, above, head)


def _write_day(sheet: Worksheet, at: int, on: dt.date | str, dated: Format) -> None:
    if isinstance(on, str):
        sheet.write_string(at, 2, on)
    else:
        sheet.write_datetime(at, 2, dt.datetime.combine(on, dt.time()), dated)


def _write_foot(sheet: Worksheet, rows: Sequence[SheetRow], last: int, head: Format) -> None:
    """The total, as formulas with their value (texts do not count, as in any spreadsheet), and the note."""
    sheet.write(last + 1, 0, "合计", head)
    for i, letter in enumerate("DEF"):
        total = sum(f for row in rows if isinstance(f := row.figures[i], int))
        sheet.write_formula(last + 1, 3 + i, f"=SUM({letter}{FIRST_ROW + 1}:{letter}{last + 1})", head, total)
    sheet.write(last + 2, 0, "填表人：县疫情防控办公室　　审核人：　　填报单位（盖章）：")
