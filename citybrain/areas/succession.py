"""What a code means on a day: areas end, and others go on in their place.

An area that ends names the one that goes on (merged into it, or renamed). A day before its end means the area itself, a later
one its successor, and so on along the chain. A day before an area began means the one that it succeeded, where that is
sure: the only one, or the only one of the same name. Where an area was split, nobody knows which part is meant: it stays.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import polars as pl

ALWAYS, NEVER = dt.date(1, 1, 1), dt.date(9999, 12, 31)
"""Stand for "since ever" and "for ever" in the table, so that every day lies in one interval. What has no day (a register) counts
as said today: its day is the last one before `NEVER`."""
CHANGE_COLUMNS: dict[str, Any] = {
    "stated_code": pl.String,
    "from_on": pl.Date,
    "until_on": pl.Date,
    "area_code": pl.String,
    "adds_up": pl.Boolean,
    "is_over": pl.Boolean,
}


@dataclass(frozen=True)
class Period:
    """When an area is valid: from the first day (None: since ever) to before the other (None: for ever), and what follows."""

    name: str
    first_on: dt.date | None
    until_on: dt.date | None
    successor: str | None


def area_changes(areas: pl.DataFrame) -> pl.DataFrame:
    """One row for each code and span of days in which it means another area; empty where no area has a successor.

    Columns: stated_code; from_on and until_on (the day after the last), never null; area_code, the area meant;
    adds_up: several areas became that one, so that what they state separately for one day is added up; is_over: the area
    has ended by then (else it has not begun).
    """
    columns = ("area_code", "area_name", "valid_from", "valid_to", "successor_code")
    periods = {code: Period(*told) for code, *told in areas.select(columns).iter_rows()}
    predecessors: dict[str, list[str]] = defaultdict(list)
    for code, period in periods.items():
        if period.successor is not None:
            predecessors[period.successor].append(code)
    involved = [code for code in periods if periods[code].successor is not None or code in predecessors]
    days = {d for c in involved for d in (periods[c].first_on, periods[c].until_on) if d is not None}
    breaks = [ALWAYS, *sorted(days), NEVER]
    rows: list[tuple[str, dt.date, dt.date, str, bool, bool]] = []
    for code in involved:
        for first, until in itertools.pairwise(breaks):
            meant = area_on(code, first, periods, predecessors)
            if meant == code:
                continue
            ends = periods[code].until_on
            is_over = ends is not None and first >= ends
            is_merged = is_over and was_merged(code, meant, periods, predecessors)
            if rows and rows[-1][0] == code and rows[-1][2] == first and rows[-1][3] == meant:
                rows[-1] = (code, rows[-1][1], until, *rows[-1][3:])
            else:
                rows.append((code, first, until, meant, is_merged, is_over))
    return pl.DataFrame(rows, schema=CHANGE_COLUMNS, orient="row")


def area_on(code: str, on: dt.date, periods: dict[str, Period], predecessors: dict[str, list[str]]) -> str:
    """The area that a code means on a day."""
    meant = code
    while (ends := periods[meant].until_on) is not None and on >= ends and periods[meant].successor is not None:
        meant = str(periods[meant].successor)
    if meant != code:
        return meant
    while (begins := periods[meant].first_on) is not None and on < begins:
        earlier = sure_predecessor(meant, periods, predecessors)
        if earlier is None:
            break
        meant = earlier
    return meant


def sure_predecessor(code: str, periods: dict[str, Period], predecessors: dict[str, list[str]]) -> str | None:
    """What an area was before it began: its only predecessor, or the only one of the same name; None where it is not sure."""
    known = predecessors[code]
    named = [c for c in known if periods[c].name == periods[code].name]
    chosen = known if len(known) == 1 else named
    return chosen[0] if len(chosen) == 1 else None


def was_merged(code: str, meant: str, periods: dict[str, Period], predecessors: dict[str, list[str]]) -> bool:
    """Whether anything else went into the later area on the way to it: what else was there, or another predecessor."""
    while code != meant:
        later, ends = str(periods[code].successor), periods[code].until_on
        begins = periods[later].first_on
        if len(predecessors[later]) > 1 or begins is None or (ends is not None and begins < ends):
            return True
        code = later
    return False
