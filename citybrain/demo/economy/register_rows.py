"""Rows of the registers of firms, with everything a clerk can do to one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from citybrain.demo import names
from citybrain.demo.area_texts import town_texts
from citybrain.demo.departments import FIRM_MENTION_COLUMNS, Planted
from citybrain.demo.faults import Fault, fault_table
from citybrain.demo.geography import County
from citybrain.demo.identifiers import CREDIT_ALPHABET

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
DUPLICATE = KINDS.index("duplicate")
Cell = str | float | int | dt.date | None
CODE, TOWN, CAPITAL, DATE = 0, 4, 7, 8
"""Positions in a row."""


@dataclass(frozen=True)
class RegisterRows:
    """Rows as they are written, repeats included, and what is wrong with them.

    A row holds code, name, legal form, person, township, address, industry, capital (10,000 yuan), date, staff.
    """

    rows: list[list[Cell]]
    origin: np.ndarray
    """For each row the firm it is of, as a row of the firms handed in."""
    firm: np.ndarray
    """For each row the number of the firm in the world."""
    slips: list[tuple[int, str, str]]
    """Firm handed in, kind, and what stood there before."""

    def planted(self, places: pl.DataFrame) -> Planted:
        """Faults and mentions once it is known where the rows stand; `places` has file and line of each row."""
        first = np.flatnonzero(np.diff(self.origin, prepend=-1))
        faults, fault = [], np.full(len(self.rows), "", dtype=object)
        for at, kind, before in self.slips:
            row = int(first[at])
            is_repeat = kind == "duplicate"
            # The repeated row is the next one, which may be the first of the next part.
            file, line = places.row(row + is_repeat)
            faults.append(Fault(file, line, kind, str(places["line"][row]) if is_repeat else before))
            fault[row] = kind if kind.startswith("code") else ""
        mentions = places.with_columns(firm=self.firm, fault=pl.Series(fault, dtype=pl.String))
        cast = [pl.col(name).cast(dtype) for name, dtype in FIRM_MENTION_COLUMNS.items()]
        return Planted(faults=fault_table(faults), firm_mentions=mentions.select(cast))


def register_rows(rng: np.random.Generator, county: County, firms: pl.DataFrame) -> RegisterRows:
    """The rows of firms, which have the columns of `firms_of` and `firm` (number in the world)."""
    kind = np.searchsorted(np.cumsum(list(RATES.values())), rng.random(firms.height), side="right")
    rows, slips = _rows(rng, county, firms, kind)
    origin = np.repeat(np.arange(len(rows)), 1 + (kind == DUPLICATE))
    return RegisterRows([rows[i] for i in origin], origin, firms["firm"].to_numpy()[origin], slips)


def cell_text(cell: Cell) -> str:
    """The cell as a text file has it."""
    return f"{cell:g}" if isinstance(cell, float) and cell < 10**5 else str(cell)


def _rows(
    rng: np.random.Generator, county: County, firms: pl.DataFrame, kind: np.ndarray
) -> tuple[list[list[Cell]], list[tuple[int, str, str]]]:
    """The cells of every firm, and (row, kind, what stood there before)."""
    towns = town_texts(rng, county, firms["village"].to_numpy()).to_list()
    capitals = _capital_cells(rng, firms["capital_wan"].to_list())
    dates = _date_cells(rng, firms["registered_on"].to_list())
    columns = [firms[name].to_list() for name in ("credit_code", "enterprise_name", "enterprise_type")]
    columns += [firms["legal_representative"].to_list(), towns, firms["address"].to_list()]
    columns += [firms["industry"].to_list(), capitals, dates, firms["staff"].to_list()]
    rows: list[list[Cell]] = [list(row) for row in zip(*columns, strict=True)]
    slips: list[tuple[int, str, str]] = []
    for at in np.flatnonzero(kind < DUPLICATE):
        name = KINDS[kind[at]]
        column, text = _spoil(rng, name, rows[at])
        before = firms["registered_on"][int(at)] if name == "date_impossible" else rows[at][column]
        slips.append((int(at), name, str(before)))
        rows[at][column] = text
    slips += [(int(at), "duplicate", "") for at in np.flatnonzero(kind == DUPLICATE)]
    return rows, slips


def _spoil(rng: np.random.Generator, kind: str, row: list[Cell]) -> tuple[int, Cell]:
    """Which cell of the row becomes what."""
    code = str(row[CODE])
    if kind == "code_wrong_character":
        place = int(rng.integers(9, 18))
        other = rng.choice([c for c in CREDIT_ALPHABET if c != code[place]])
        return CODE, code[:place] + str(other) + code[place + 1 :]
    if kind == "code_lower_case":
        return CODE, code.lower()
    if kind == "code_15_digits":
        return CODE, names.COUNTY_CODE + f"{int(rng.integers(0, 10**9)):09d}"
    if kind == "town_unknown":
        return TOWN, str(rng.choice(["高新技术产业园", "县外", "柳林镇"]))
    if kind == "town_missing":
        return TOWN, str(rng.choice(["", "无", "—"]))
    if kind == "date_impossible":
        return DATE, f"{2010 + int(rng.integers(0, 9))}{rng.choice(['.2.30', '-04-31', '年13月1日'])}"
    return CAPITAL, f"{int(rng.integers(1, 60))}万{rng.choice(['美元', '港元'])}"


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
