"""The list of enterprises as the market bureau keeps it: a workbook with everything a clerk can do to one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter

from citybrain.demo import names
from citybrain.demo.faults import Fault, fault_table
from citybrain.demo.firms import TRADES, firms_of
from citybrain.demo.geography import County
from citybrain.demo.identifiers import CREDIT_ALPHABET
from citybrain.demo.people import EXTRACT_DAY
from citybrain.demo.period import day_number, deliver
from citybrain.demo.randomness import stream

FOLDER = "market"
TITLE = f"{names.COUNTY_NAME}市场主体登记信息表（截至2020年1月5日）"
HEADER = (
    ("序号", ""), ("统一社会信用代码", ""), ("企业名称", ""), ("企业类型", ""), ("法定代表人", ""),
    ("所在乡镇", ""), ("住所", ""), ("行业代码", ""), ("注册资本", "（万元）"), ("成立日期", ""), ("从业人数", "（人）"),
)  # fmt: skip
"""Upper and lower header; a column without a lower one is merged over both rows."""
HEADER_ROWS = 3
MOST_WORKBOOK_ROWS = 60_000
ROWS_A_PART = 100_000
RATES = {
    "code_wrong_character": 0.003,
    "code_lower_case": 0.004,
    "code_15_digits": 0.003,
    "town_unknown": 0.003,
    "town_missing": 0.003,
    "date_impossible": 0.002,
    "capital_foreign": 0.003,
    "duplicate": 0.003,
}
"""Share of the rows that bear each fault; a row bears one at most."""
KINDS = tuple(RATES)
TOWN_SPELLINGS = {"plain": 0.80, "stem": 0.08, "variant": 0.04, "with_county": 0.05, "spaced": 0.03}
"""店湾街道, 店湾, 湖崖鎮, 青禾县湖崖镇, 湖崖 镇."""
Cell = str | float | int | dt.date | None


def write_enterprises(extracts: Path, truth: Path, seed: int, county: County, residents: int) -> pl.DataFrame:
    """Writes the list and returns the faults planted, in the columns of `fault_table`.

    Up to 60,000 rows are one workbook, `market/enterprises.xlsx`; more are parts of text, `enterprises_part_N.csv`.
    The truth is `enterprises.parquet`: the columns of `firms_of`, township_code, and `file` and `line` of the first row.
    """
    firms = firms_of(seed, county, residents)
    rng = stream(seed, "enterprise list")
    kind = np.searchsorted(np.cumsum(list(RATES.values())), rng.random(firms.height), side="right")
    rows, planted = _rows(rng, county, firms, kind)
    order = np.repeat(np.arange(len(rows)), 1 + (kind == KINDS.index("duplicate")))
    folder = extracts / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    written = [rows[i] for i in order]
    if len(written) <= MOST_WORKBOOK_ROWS:
        parts = [(_write_workbook(folder / "enterprises.xlsx", written), HEADER_ROWS)]
    else:
        chunks = range(0, len(written), ROWS_A_PART)
        parts = [
            (_write_part(folder / f"enterprises_part_{n}.csv", written[at : at + ROWS_A_PART], at), 1)
            for n, at in enumerate(chunks, start=1)
        ]
    for path, _ in parts:
        deliver(path, day_number(EXTRACT_DAY), "16:40")
    places = _places(parts, len(written))
    first = np.flatnonzero(np.concatenate([[True], order[1:] != order[:-1]]))
    _write_truth(truth, county, firms, places[first])
    return fault_table(_faults(planted, places, first))


def _rows(
    rng: np.random.Generator, county: County, firms: pl.DataFrame, kind: np.ndarray
) -> tuple[list[list[Cell]], list[tuple[int, str, str]]]:
    """The cells of every firm after the serial number, and (row, kind, what stood there before)."""
    planted: list[tuple[int, str, str]] = []
    villages = firms["village"].to_numpy()
    towns = _town_texts(rng, [county.townships[t].name for t in county.township_of[villages]])
    capitals = _capital_cells(rng, firms["capital_wan"].to_list())
    dates = _date_cells(rng, firms["registered_on"].to_list())
    columns = [firms[name].to_list() for name in ("credit_code", "enterprise_name", "enterprise_type")]
    columns += [firms["legal_representative"].to_list(), towns, firms["address"].to_list()]
    columns += [firms["industry"].to_list(), capitals, dates, firms["staff"].to_list()]
    rows: list[list[Cell]] = [list(row) for row in zip(*columns, strict=True)]
    for at in np.flatnonzero(kind < KINDS.index("duplicate")):
        name = KINDS[kind[at]]
        column, text = _spoil(rng, name, rows[at])
        before = firms["registered_on"][int(at)] if name == "date_impossible" else rows[at][column]
        planted.append((int(at), name, str(before)))
        rows[at][column] = text
    planted += [(int(at), "duplicate", "") for at in np.flatnonzero(kind == KINDS.index("duplicate"))]
    return rows, planted


def _spoil(rng: np.random.Generator, kind: str, row: list[Cell]) -> tuple[int, Cell]:
    """Which cell of the row becomes what."""
    code = str(row[0])
    if kind == "code_wrong_character":
        place = int(rng.integers(9, 18))
        other = rng.choice([c for c in CREDIT_ALPHABET if c != code[place]])
        return 0, code[:place] + str(other) + code[place + 1 :]
    if kind == "code_lower_case":
        return 0, code.lower()
    if kind == "code_15_digits":
        return 0, names.COUNTY_CODE + f"{int(rng.integers(0, 10**9)):09d}"
    if kind == "town_unknown":
        return 4, str(rng.choice(["高新技术产业园", "县外", "柳林镇"]))
    if kind == "town_missing":
        return 4, str(rng.choice(["", "无", "—"]))
    if kind == "date_impossible":
        return 8, f"{2010 + int(rng.integers(0, 9))}{rng.choice(['.2.30', '-04-31', '年13月1日'])}"
    return 7, f"{int(rng.integers(1, 60))}万{rng.choice(['美元', '港元'])}"


def _town_texts(rng: np.random.Generator, towns: list[str]) -> list[str]:
    spellings = list(TOWN_SPELLINGS)
    drawn = rng.choice(len(spellings), len(towns), p=list(TOWN_SPELLINGS.values()))
    return [_town_text(spellings[s], town) for s, town in zip(drawn, towns, strict=True)]


def _town_text(spelling: str, town: str) -> str:
    stem = town.removesuffix("街道").removesuffix("镇").removesuffix("乡")
    return {
        "plain": town,
        "stem": stem,
        "variant": town.replace("镇", "鎮").replace("乡", "鄉"),
        "with_county": names.COUNTY_NAME + town,
        "spaced": stem + " " + town.removeprefix(stem),
    }[spelling]


def _capital_cells(rng: np.random.Generator, capitals: list[float]) -> list[Cell]:
    """A dozen spellings of sums in 10,000 yuan; half are plain numbers."""
    drawn = np.where(rng.random(len(capitals)) < 0.5, 0, rng.integers(1, 13, len(capitals)))
    return [_capital_cell(int(spelling), capital) for spelling, capital in zip(drawn, capitals, strict=True)]


def _capital_cell(spelling: int, wan: float) -> Cell:
    whole = f"{wan:g}" if wan < 1000 else f"{wan:.0f}"
    return (
        wan, whole, f"{wan:.2f}", f"{whole}万", f"{whole}万元", f"{whole}万元人民币", f"人民币{whole}万元", f"{whole}.000000万元",
        f"{wan:,.0f}", f"¥{wan * 10000:,.0f}元", f"{wan * 10000:.0f}元", f"{whole}(万元)", f"{wan / 10000:g}亿元",
    )[spelling]  # fmt: skip


def _date_cells(rng: np.random.Generator, dates: list[dt.date]) -> list[Cell]:
    drawn = rng.choice(6, len(dates), p=[0.45, 0.2, 0.12, 0.08, 0.08, 0.07])
    return [_date_cell(int(spelling), date) for spelling, date in zip(drawn, dates, strict=True)]


def _date_cell(spelling: int, date: dt.date) -> Cell:
    """Text in four spellings, a real date cell, or the serial number that is left when its format is lost."""
    return (
        date.isoformat(),
        f"{date.year}年{date.month}月{date.day}日",
        f"{date.year}.{date.month}.{date.day}",
        f"{date.year}/{date.month}/{date.day}",
        date,
        (date - dt.date(1899, 12, 30)).days,
    )[spelling]


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
    cells = [[str(before + n), *(_cell_text(c) for c in row)] for n, row in enumerate(rows, start=1)]
    pl.DataFrame(cells, schema=headers, orient="row").write_csv(path)
    return path


def _cell_text(cell: Cell) -> str:
    return f"{cell:g}" if isinstance(cell, float) and cell < 10**5 else str(cell)


def _places(parts: list[tuple[Path, int]], count: int) -> pl.DataFrame:
    """File and line of every row written."""
    rows = np.arange(count)
    size = count if len(parts) == 1 else ROWS_A_PART
    files = pl.Series([f"{FOLDER}/{path.name}" for path, _ in parts])
    lines = rows % size + parts[0][1] + 1
    return pl.DataFrame({"file": files.gather(rows // size), "line": lines})


def _write_truth(truth: Path, county: County, firms: pl.DataFrame, places: pl.DataFrame) -> None:
    truth.mkdir(parents=True, exist_ok=True)
    codes = pl.Series([county.townships[v.township].code for v in county.villages]).gather(firms["village"])
    firms.with_columns(codes.alias("township_code"), *places).write_parquet(truth / "enterprises.parquet")


def _faults(planted: list[tuple[int, str, str]], places: pl.DataFrame, first: np.ndarray) -> list[Fault]:
    found = []
    for firm, kind, before in planted:
        row = int(first[firm])
        is_repeat = kind == "duplicate"
        # The repeated row is the next one, which may be the first of the next part.
        file, line = places.row(row + is_repeat)
        found.append(Fault(file, line, kind, str(places["line"][row]) if is_repeat else before))
    return found
