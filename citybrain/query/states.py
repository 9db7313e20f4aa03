"""The state of every value that is not told by the value itself: hidden, late, quarantined, not to be believed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from citybrain.query.access import AccessContext
from citybrain.query.definitions import Indicator
from citybrain.query.places import Places
from citybrain.query.slices import Slice
from citybrain.query.snapshot import OpenSnapshot
from citybrain.query.span import Span
from citybrain.schema.value_state import ValueState
from citybrain.sql import literal, literals

STATES = tuple(sorted(s.value for s in ValueState))
"""States as arrays hold them: the number is the place here. Where two are told of one value, the first one counts."""
VALUE, ZERO, NO_DATA, DOUBTED, SUPPRESSED = (
    STATES.index(s)
    for s in (
        ValueState.VALUE,
        ValueState.ZERO,
        ValueState.NO_DATA,
        ValueState.IMPLAUSIBLE_ZERO,
        ValueState.SUPPRESSED,
    )
)


def tell_states(
    snapshot: OpenSnapshot, bases: Sequence[Indicator], places: Places, span: Span, plain: np.ndarray
) -> np.ndarray:
    """The states of one indicator (areas × periods) that the marts tell, in place of those that follow from the value.

    A ratio has the state of its numerator's zero or its missing part.
    """
    known = [b for b in bases if b.code in snapshot.told]
    if not known:
        return plain
    told = _cells(snapshot, _sql_told(known, span)).stated(
        snapshot.tree.numbers(places.codes), span.starts[:-1].astype(np.int64)
    )
    doubted = told == DOUBTED
    applies = np.where(doubted, plain == ZERO, ~np.isnan(told) & (plain == NO_DATA))
    return np.where(applies, np.nan_to_num(told), plain).astype(np.int8)


def hidden_places(
    snapshot: OpenSnapshot, access: AccessContext, bases: Sequence[Indicator], places: Places, span: Span
) -> np.ndarray | None:
    """Which values of one indicator (areas × periods) the asker may not see; None where all may be seen.

    A ratio is hidden when either part is. Where a number holds for longer than its cell, it is hidden for all periods.
    """
    small = [b for b in bases if b.minimum_cell and b.code in snapshot.suppressed]
    if not small or access.sees_small_counts:
        return None
    starts, numbers = span.starts[:-1].astype(np.int64), snapshot.tree.numbers(places.codes)
    carried = any(b.carry != "none" for b in small)
    cells = _cells(snapshot, _sql_hidden(small, span, is_timeless=carried))
    if carried:
        return np.repeat(~np.isnan(cells.stated(numbers, np.zeros(1, dtype=np.int64))), len(starts), axis=1)
    return ~np.isnan(cells.stated(numbers, starts))


def _cells(snapshot: OpenSnapshot, sql: str) -> Slice:
    """Remembered cells (area_code, day, told) of a statement."""
    known = snapshot.memory.known(sql)
    if isinstance(known, Slice):
        return known
    rows = snapshot.read(sql).join(snapshot.numbers, on="area_code")
    day = rows["day"].cast(pl.Int64) if rows["day"].dtype != pl.Date else rows["day"].cast(pl.Int32).cast(pl.Int64)
    cells = Slice.of(rows["place"].to_numpy(), day.to_numpy(), rows["told"].to_numpy().astype(np.float64))
    snapshot.memory.keep(sql, cells)
    return cells


def _sql_told(bases: Sequence[Indicator], span: Span) -> str:
    """All periods: what is told is little."""
    places = f"list_position([{', '.join(literal(s) for s in STATES)}], min(state)) - 1"
    return (
        f"SELECT area_code, period_on AS day, {places} AS told FROM marts.value_states"
        f" WHERE indicator IN {_codes(bases)} AND period_type = {literal(span.period_type)}"
        " GROUP BY area_code, period_on"
    )


def _sql_hidden(bases: Sequence[Indicator], span: Span, *, is_timeless: bool) -> str:
    days = f"period_on BETWEEN DATE '{span.first}' AND DATE '{span.last}'"
    only = "" if is_timeless else f" AND period_type = {literal(span.period_type)} AND {days}"
    day = "0" if is_timeless else "period_on"
    return (
        f"SELECT DISTINCT area_code, {day} AS day, 1 AS told FROM marts.suppressed"
        f" WHERE indicator IN {_codes(bases)}{only}"
    )


def _codes(bases: Sequence[Indicator]) -> str:
    return literals(b.code for b in bases)
