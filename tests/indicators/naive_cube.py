"""The cube a second time: plain loops over rows, slow and obvious, to compare the SQL with."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
Cells = dict[tuple[str, str, dt.date], float]

PERIODS = ("day", "week", "month", "quarter", "year")
AS_OF = dt.date(2021, 2, 1)

TREE: dict[str, tuple[str | None, int]] = {
    "C": (None, 0),
    "T1": ("C", 1),
    "T2": ("C", 1),
    "T3": ("C", 1),
    "V11": ("T1", 2),
    "V12": ("T1", 2),
    "V21": ("T2", 2),
    "G111": ("V11", 3),
    "X": ("C", 2),
}
"""Area -> parent and depth: a township without villages, a village with a grid, and one without a township."""


@dataclass(frozen=True)
class Twin:
    """What one indicator means, in Python."""

    table: str
    kind: str
    value: Callable[[list[Row]], float | None] = len
    on: str = ""
    where: Callable[[Row], bool] = lambda row: True
    member: str = ""
    carry: str = "none"
    zero: bool = False
    states: Callable[[Row], bool] = lambda row: True
    """Whether a row says something, for coverage without zeros."""

    @property
    def overlaps(self) -> bool:
        return self.table in ("observations", "areas")


def add(column: str) -> Callable[[list[Row]], float | None]:
    """Sum of a column; of nothing: None."""

    def total(rows: list[Row]) -> float | None:
        known = [r[column] for r in rows if r[column] is not None]
        return sum(known) if known else None

    return total


def count(column: str) -> Callable[[list[Row]], float | None]:
    """How many rows have the column."""
    return lambda rows: sum(r[column] is not None for r in rows)


def middle(column: str) -> Callable[[list[Row]], float | None]:
    """Median of a column; of nothing: None."""

    def median(rows: list[Row]) -> float | None:
        known = [r[column] for r in rows if r[column] is not None]
        return statistics.median(known) if known else None

    return median


def above(area: str | None) -> list[str]:
    """The area and its ancestors."""
    path = []
    while area is not None:
        path.append(area)
        area = TREE[area][0]
    return path


def period_of(period: str, day: dt.date) -> dt.date:
    if period == "week":
        return dt.date.fromisocalendar(*day.isocalendar()[:2], 1)
    if period == "quarter":
        return dt.date(day.year, {1: 1, 2: 1, 3: 1, 4: 4, 5: 4, 6: 4, 7: 7, 8: 7, 9: 7}.get(day.month, 10), 1)
    if period == "year":
        return dt.date(day.year, 1, 1)
    return day.replace(day=1) if period == "month" else day


def placed(twin: Twin, tables: dict[str, list[Row]]) -> list[tuple[dt.date, Row]]:
    """Rows in the tree with their day, whatever their condition."""
    rows = [r for r in tables[twin.table] if r["area_code"] in TREE]
    if not twin.on:
        return [(AS_OF, r) for r in rows]
    return [(r[twin.on], r) for r in rows if r[twin.on] is not None]


def cells(twin: Twin, tables: dict[str, list[Row]], flow: Twin | None = None) -> Cells:
    """All cells of an indicator."""
    if flow is not None:
        made = cumulated(cells(flow, tables))
        return zeros(made, twin, coverage(flow, tables)) if flow.zero else made
    rows = [(d, r) for d, r in placed(twin, tables) if twin.where(r)]
    periods = PERIODS if twin.on else ("day",)
    if twin.kind == "distinct":
        return group(
            twin, rows, periods, lambda g: len({r[twin.member] for r in g if r[twin.member] is not None}) or None
        )
    if twin.kind == "duration":
        return group(twin, rows, periods, twin.value)
    if twin.kind == "flow" or not twin.on:
        made = summed_reports(twin, rows, periods) if twin.overlaps else group(twin, rows, periods, twin.value)
        return zeros(made, twin, coverage(twin, tables)) if twin.zero and twin.kind == "stock" else made
    return last_values(twin, rows) if twin.carry == "none" else carried(twin, rows)


def group(twin: Twin, rows: list, periods: Iterable[str], value: Callable[[list[Row]], float | None]) -> Cells:
    """One thing a row: every row counts at its area and all above."""
    found: dict[tuple[str, str, dt.date], list[Row]] = {}
    for period in periods:
        for day, row in rows:
            for area in above(row["area_code"]):
                found.setdefault((period, area, period_of(period, day)), []).append(row)
    return {k: v for k, g in found.items() if (v := value(g)) is not None}


def stated(twin: Twin, rows: list) -> dict[dt.date, dict[str, float]]:
    """Day -> area -> what it says itself."""
    said: dict[dt.date, dict[str, list[Row]]] = {}
    for day, row in rows:
        said.setdefault(day, {}).setdefault(row["area_code"], []).append(row)
    known = {d: {a: v for a, g in areas.items() if (v := twin.value(g)) is not None} for d, areas in said.items()}
    return {d: areas for d, areas in sorted(known.items()) if areas}


def total(area: str, own: dict[str, float], overlaps: bool) -> float | None:
    """What the area says itself, else the sum below; both where rows do not overlap."""
    if overlaps and area in own:
        return own[area]
    parts = [total(a, own, overlaps) for a, (parent, _) in TREE.items() if parent == area] + [own.get(area)]
    known = [p for p in parts if p is not None]
    return sum(known) if known else None


def totals(own: dict[str, float], overlaps: bool) -> dict[str, float]:
    return {a: v for a in TREE if (v := total(a, own, overlaps)) is not None}


def summed_reports(twin: Twin, rows: list, periods: Iterable[str]) -> Cells:
    made: Cells = {}
    for day, own in stated(twin, rows).items():
        for area, value in totals(own, twin.overlaps).items():
            for period in periods:
                key = (period, area, period_of(period, day))
                made[key] = made.get(key, 0) + value
    return made


def last_values(twin: Twin, rows: list) -> Cells:
    made: Cells = {}
    for period in PERIODS:
        last: dict[dt.date, dict[str, float]] = {}
        for day, own in stated(twin, rows).items():
            last.setdefault(period_of(period, day), {}).update(own)
        for first_day, own in last.items():
            made |= {(period, a, first_day): v for a, v in totals(own, twin.overlaps).items()}
    return made


def carried(twin: Twin, rows: list) -> Cells:
    by_day = stated(twin, rows)
    known: dict[str, float] = {}
    if twin.carry == "both":
        for own in reversed(by_day.values()):
            known |= own
    made: Cells = {}
    before: dict[str, float] = {}
    for day, own in by_day.items():
        known |= own
        now = totals(known, twin.overlaps)
        made |= {("day", a, day): v for a, v in now.items() if before.get(a) != v}
        before = now
    return made


def cumulated(flow: Cells) -> Cells:
    made: Cells = {}
    running: dict[str, float] = {}
    for (period, area, day), value in sorted(flow.items()):
        if period == "day":
            is_first = area not in running
            running[area] = running.get(area, 0) + value
            if is_first or value != 0:
                made[period, area, day] = running[area]
    return made


def zeros(made: Cells, twin: Twin, spoken: tuple[int, dt.date, dt.date] | None) -> Cells:
    if spoken is None:
        return made
    depth, first_on, _ = spoken
    begun = {a for _, a, day in made if twin.carry == "both" or day == first_on}
    return made | {("day", a, first_on): 0.0 for a, (_, d) in TREE.items() if d <= depth and a not in begun}


def coverage(twin: Twin, tables: dict[str, list[Row]]) -> tuple[int, dt.date, dt.date] | None:
    """Depth, first and last day at which the source speaks."""
    rows = placed(twin, tables)
    if not twin.zero or twin.overlaps:
        rows = [(d, r) for d, r in rows if twin.where(r) and twin.states(r)]
    if not rows:
        return None
    depths = [TREE[r["area_code"]][1] for _, r in rows]
    deep = max(d for d in depths if sum(other >= d for other in depths) * 2 >= len(depths))
    return deep, min(d for d, _ in rows), max(d for d, _ in rows)
