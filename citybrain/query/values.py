"""What a reader sees of indicators: for every asked area and period one row with value and state."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from citybrain.errors import AccessError
from citybrain.query.access import AccessContext
from citybrain.query.cells import Span, is_partial, read_grids
from citybrain.query.definitions import Indicator
from citybrain.query.places import Places
from citybrain.query.snapshot import OpenSnapshot
from citybrain.query.states import with_states
from citybrain.schema.value_state import ValueState

SCHEMA = {
    "indicator": pl.String,
    "area_code": pl.String,
    "area_name": pl.String,
    "depth": pl.Int32,
    "period_on": pl.Date,
    "value": pl.Float64,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "state": pl.String,
    "is_partial": pl.Boolean,
}
"""Columns of every frame of values.

`period_on` first day of the period; `value` in the unit of the indicator, null without data; `numerator`, `denominator`
of ratios only; `state` a `ValueState` (value, zero and no_data follow from the number; the others are told by the marts,
see `query.states`); `is_partial` true where the source covers only some days of the period.
"""
COLUMNS = tuple(SCHEMA)

MOST_VALUES = 5_000_000
"""A question for more values than this is a mistake, and would fill the memory."""


def read_values(
    snapshot: OpenSnapshot, access: AccessContext, indicators: Sequence[str], places: Places, span: Span
) -> pl.DataFrame:
    """One row per indicator × area × period, with `COLUMNS`: in the order of `indicators`, of the area tree, of time.

    Raises AccessError for unknown indicators and for too many values at once.
    """
    codes = list(dict.fromkeys(indicators))
    if span.periods * len(places) * len(codes) > MOST_VALUES:
        raise AccessError("query", "too many values asked for at once", remedy="Ask for fewer areas or fewer periods")
    answers = [_read_indicator(snapshot, access, snapshot.dictionary.indicator(c), places, span) for c in codes]
    return answers[0] if len(answers) == 1 else pl.concat([pl.DataFrame(schema=SCHEMA), *answers])


def _read_indicator(
    snapshot: OpenSnapshot, access: AccessContext, indicator: Indicator, places: Places, span: Span
) -> pl.DataFrame:
    """All of one indicator, remembered; an asker without the right is never answered from what another was shown."""

    def make() -> pl.DataFrame:
        plain = _derive(snapshot, indicator, places, span)
        return with_states(snapshot, access, plain, indicator.code, span)

    return snapshot.memory.recall((indicator.code, places.codes, span, access.sees_small_counts), make)


def _derive(snapshot: OpenSnapshot, indicator: Indicator, places: Places, span: Span) -> pl.DataFrame:
    """Values and the states that follow from them. A ratio is scale × numerator ÷ denominator of the same place."""
    bases = snapshot.dictionary.bases(indicator.code)
    grids = read_grids(snapshot, bases, places, span)
    counted = value = grids[0]
    divisor = grids[1] if indicator.is_ratio else None
    if divisor is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(divisor == 0, np.nan, indicator.scale * counted / divisor)
    partial = np.logical_or.reduce([is_partial(b, span) for b in bases])
    areas, periods = value.shape
    grid = places.frame[np.repeat(np.arange(areas), periods)]
    known = ~np.isnan(value)
    states = np.where(known, (value == 0).astype(np.int8), 2).ravel()
    return pl.DataFrame(
        [
            pl.repeat(indicator.code, areas * periods, eager=True).alias("indicator"),
            *(grid[c] for c in ("area_code", "area_name", "depth")),
            pl.Series("period_on", np.tile(span.starts()[:-1], areas)).cast(pl.Date),
            _numbers("value", value),
            _numbers("numerator", counted if indicator.is_ratio else None, areas * periods),
            _numbers("denominator", divisor, areas * periods),
            _STATES.gather(states).alias("state"),
            pl.Series("is_partial", (known & partial[None, :]).ravel()),
        ]
    )


_STATES = pl.Series([ValueState.VALUE.value, ValueState.ZERO.value, ValueState.NO_DATA.value], dtype=pl.String)


def _numbers(name: str, grid: np.ndarray | None, rows: int = 0) -> pl.Series:
    return pl.Series(name, np.full(rows, np.nan) if grid is None else grid.ravel(), nan_to_null=True)
