"""The cells of one base indicator as a grid of areas × periods: what the mart says, and the zeros that it means.

For every asked area and period (docs/architecture.md, "The query layer derives"):

- a cell → its value;
- carried indicators (`forward`, `both`) → the last cell at or before the end of the period; `both`: else the first after;
- no cell, `absent = zero`, period overlaps the coverage (for carried ones: does not end before it), area not deeper
  than covered → 0;
- else no data, which is NaN here.

The database only reads rows in a range: planning joins to a grid took it longer than all of this takes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from citybrain.query.definitions import Indicator
from citybrain.query.periods import MONTHS, period_end, period_start
from citybrain.query.places import FEW, Places
from citybrain.query.snapshot import OpenSnapshot
from citybrain.sql import literal, literals

_SHORTEST_DAYS = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}


@dataclass(frozen=True)
class Span:
    """The asked periods, each named by its first day."""

    period_type: str
    first: dt.date
    last: dt.date

    @classmethod
    def around(cls, period_type: str, period_from: dt.date, period_to: dt.date) -> Span:
        """From the period that holds one day to the one that holds the other. Raises AccessError for other words."""
        return cls(period_type, period_start(period_type, period_from), period_start(period_type, period_to))

    @property
    def periods(self) -> int:
        """At most this many periods."""
        return (self.last - self.first).days // _SHORTEST_DAYS[self.period_type] + 1

    @property
    def end(self) -> dt.date:
        """Last day of the last period."""
        return period_end(self.period_type, self.last)

    def starts(self) -> np.ndarray:
        """First days of the periods, and of the one after the last (datetime64[D])."""
        if self.period_type in MONTHS:
            step = MONTHS[self.period_type]
            first, last = np.datetime64(self.first, "M"), np.datetime64(self.last, "M")
            return np.arange(first, last + step + 1, step).astype("datetime64[D]")
        step = 7 if self.period_type == "week" else 1
        return np.arange(np.datetime64(self.first, "D"), np.datetime64(self.last, "D") + step + 1, step)


def read_grids(snapshot: OpenSnapshot, bases: Sequence[Indicator], places: Places, span: Span) -> list[np.ndarray]:
    """Values of base indicators (float64, areas × periods each), NaN where there are no data; read in one question."""
    if not len(places):
        return [np.empty((0, len(span.starts()) - 1)) for _ in bases]
    selects = [_sql_cells(base, n, places, span) for n, base in enumerate(bases)]
    cells = snapshot.read("\nUNION ALL\n".join(selects)).join(places.numbers, on="area_code")
    which, place = cells["base"].to_numpy(), cells["place"].to_numpy()
    day, value = cells["period_on"].to_numpy().astype(np.int64), cells["value"].to_numpy()
    starts = span.starts().astype(np.int64)
    grids = []
    for n, base in enumerate(bases):
        mine = which == n
        own = (place[mine], day[mine], value[mine])
        grid = _stated(own, starts, len(places)) if base.carry == "none" else _carried(own, starts, len(places), base)
        grids.append(_with_zeros(grid, base, places.depths, span.starts()))
    return grids


def is_partial(base: Indicator, span: Span) -> np.ndarray:
    """For each period, whether the source covers only some of its days; carried numbers hold for whole periods."""
    starts = span.starts()
    if base.carry != "none" or base.first_on is None or base.last_on is None:
        return np.zeros(len(starts) - 1, dtype=bool)
    return (starts[:-1] < np.datetime64(base.first_on)) | (starts[1:] - 1 > np.datetime64(base.last_on))


Cells = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Place of the area, first day of the period (days since 1970) and value of cells in any order."""


def _stated(cells: Cells, starts: np.ndarray, places: int) -> np.ndarray:
    place, day, value = cells
    grid = np.full((places, len(starts) - 1), np.nan)
    at = np.searchsorted(starts[:-1], day)
    named = starts[at] == day
    grid[place[named], at[named]] = value[named]
    return grid


def _carried(cells: Cells, starts: np.ndarray, places: int, base: Indicator) -> np.ndarray:
    place, day, value = cells
    if not len(place):
        return np.full((places, len(starts) - 1), np.nan)
    # One number for area and day, so that one search finds both.
    stated = place * 2**32 + day
    order = np.argsort(stated)
    place, stated, value = place[order], stated[order], value[order]
    own = np.arange(places)[:, None]
    after = np.searchsorted(stated, own * 2**32 + (starts[1:] - 1)[None, :], side="right")
    before = np.maximum(after - 1, 0)
    grid = np.where((after > 0) & (place[before] == own), value[before], np.nan)
    if base.carry == "both":
        later = np.minimum(after, len(value) - 1)
        grid = np.where(np.isnan(grid) & (after < len(value)) & (place[later] == own), value[later], grid)
    return grid


def _with_zeros(grid: np.ndarray, base: Indicator, depths: np.ndarray, starts: np.ndarray) -> np.ndarray:
    if base.absent != "zero" or base.first_on is None or base.last_on is None:
        return grid
    begun = starts[1:] - 1 >= np.datetime64(base.first_on)
    covered = {
        "none": begun & (starts[:-1] <= np.datetime64(base.last_on)),
        "forward": begun,
        "both": np.ones_like(begun),
    }[base.carry]
    silent = np.isnan(grid) & covered[None, :] & (depths <= base.covered_depth)[:, None]
    return np.where(silent, 0.0, grid)


def _sql_cells(base: Indicator, number: int, places: Places, span: Span) -> str:
    """SELECT of the cells (base, area_code, period_on, value) that may be needed; some of areas that were not asked for."""
    carried = base.carry != "none"
    days = f" AND period_on BETWEEN DATE '{span.first}' AND DATE '{span.last}'"
    if carried:
        # What only holds forward is not asked for what comes later.
        days = "" if base.carry == "both" else f" AND period_on <= DATE '{span.end}'"
    if len(places) <= FEW:
        where = f"area_code IN {literals(places.codes)}"
    else:
        where = f"depth BETWEEN {places.depths.min()} AND {places.depths.max()}"
    return (
        f"SELECT CAST({number} AS TINYINT) AS base, area_code, period_on, value FROM marts.cells"
        f" WHERE indicator = {literal(base.code)} AND period_type = '{'day' if carried else span.period_type}'"
        f" AND value IS NOT NULL{days} AND {where}"
    )
