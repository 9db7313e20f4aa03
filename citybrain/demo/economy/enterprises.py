"""The list of companies and cooperatives as the market bureau keeps it: a workbook with all that clerks do to one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter

from citybrain.demo import names
from citybrain.demo.departments import Planted, World
from citybrain.demo.economy.register_rows import Cell, cell_text, register_rows
from citybrain.demo.firms import TRADES
from citybrain.demo.people import EXTRACT_DAY
from citybrain.demo.period import day_number, deliver
from citybrain.demo.randomness import stream

FOLDER = "market"
TITLE = f"{names.COUNTY_NAME}市场主体登记信息表（企业及农民专业合作社，截至2020年1月5日）"
HEADER = (
    ("序号", ""), ("统一社会信用代码", ""), ("企业名称", ""), ("企业类型", ""), ("法定代表人", ""),
    ("所在乡镇", ""), ("住所", ""), ("行业代码", ""), ("注册资本", "（万元）"), ("成立日期", ""), ("从业人数", "（人）"),
)  # fmt: skip
"""Upper and lower header; a column without a lower one is merged over both rows."""
HEADER_ROWS = 3
MOST_WORKBOOK_ROWS = 60_000
ROWS_A_PART = 100_000


def write_enterprises(world: World) -> Planted:
    """Writes the list below the extracts of the world; returns faults and which firm each line means.

    Up to 60,000 rows are one workbook, `market/enterprises.xlsx`; more are parts of text, `enterprises_part_N.csv`.
    """
    firms = world.firms.with_row_index("firm").filter(~pl.col("is_individual"))
    listed = register_rows(stream(world.seed, "enterprise list"), world.county, firms)
    folder = world.extracts / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    if len(listed.rows) <= MOST_WORKBOOK_ROWS:
        parts = [(_write_workbook(folder / "enterprises.xlsx", listed.rows), HEADER_ROWS)]
    else:
        chunks = range(0, len(listed.rows), ROWS_A_PART)
        parts = [
            (_write_part(folder / f"enterprises_part_{n}.csv", listed.rows[at : at + ROWS_A_PART], at), 1)
            for n, at in enumerate(chunks, start=1)
        ]
    for path, _ in parts:
        deliver(path, day_number(EXTRACT_DAY), "16:40")
    return listed.planted(_places(parts, len(listed.rows)))


def _write_workbook(path: Path, rows: list[list[Cell]]) -> Path:
    """The list on the first sheet, with its total; the codes of industries on a hidden second one."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": dt.datetime(2020, 1, 5, 16, 40)})
    head = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1})
    sheet = book.add_worksheet("市场主体")
    sheet.merge_range(0, 0, 0, len(HEADER) - 1, TITLE, head)
    for column, (upper, lower) in enumerate(HEADER):
        if lower:
            sheet.write_string(1, column, upper, head)
            sheet.write_string(2, column, lower, head)
        else:
            sheet.merge_range(1, column, 2, column, upper, head)
    for column, width in enumerate((6, 22, 34, 26, 12, 14, 44, 10, 14, 14, 10)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(HEADER_ROWS, 2)
    for number, row in enumerate(rows, start=1):
        sheet.write_row(HEADER_ROWS - 1 + number, 0, [number, *row])
    _write_total(sheet, rows)
    codes = book.add_worksheet("行业代码表")
    codes.write_row(0, 0, ["行业代码", "行业"])
    for number, trade in enumerate(TRADES, start=1):
        codes.write_row(number, 0, [trade.code, trade.word])
    codes.hide()
    book.close()
    return path


def _write_total(sheet: xlsxwriter.worksheet.Worksheet, rows: list[list[Cell]]) -> None:
    """合计, as the clerk's own formula gives it: only cells that are numbers are added up."""
    at = HEADER_ROWS + len(rows)
    sheet.write_string(at, 0, "合计")
    for column in (8, 10):
        letter = "ABCDEFGHIJK"[column]
        numbers = [row[column - 1] for row in rows]
        total = sum(n for n in numbers if isinstance(n, int | float))
        sheet.write_formula(at, column, f"=SUM({letter}{HEADER_ROWS + 1}:{letter}{at})", None, total)


def _write_part(path: Path, rows: list[list[Cell]], before: int) -> Path:
    """A part of the list as text; the headers of the workbook on one line."""
    headers = [f"{upper}/{lower}" if lower else upper for upper, lower in HEADER]
    cells = [[str(before + n), *(cell_text(c) for c in row)] for n, row in enumerate(rows, start=1)]
    pl.DataFrame(cells, schema=headers, orient="row").write_csv(path)
    return path


def _places(parts: list[tuple[Path, int]], count: int) -> pl.DataFrame:
    """File and line of every row written."""
    rows = np.arange(count)
    size = count if len(parts) == 1 else ROWS_A_PART
    files = pl.Series([f"{FOLDER}/{path.name}" for path, _ in parts])
    lines = rows % max(size, 1) + parts[0][1] + 1
    return pl.DataFrame({"file": files.gather(rows // max(size, 1)), "line": lines})
