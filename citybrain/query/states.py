"""The state of every value that is not told by the value itself: hidden, late, quarantined, not to be believed."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from citybrain.query.access import AccessContext
from citybrain.query.cells import Span
from citybrain.query.definitions import Indicator
from citybrain.query.snapshot import OpenSnapshot
from citybrain.schema.value_state import ValueState
from citybrain.sql import literal, literals

PLACE = ["area_code", "period_on"]
HIDDEN = ("value", "numerator", "denominator")


def with_states(
    snapshot: OpenSnapshot, access: AccessContext, values: pl.DataFrame, code: str, span: Span
) -> pl.DataFrame:
    """The values of one indicator with the states that the marts tell, and without the small counts that the asker may
    not see.

    A ratio has the state of its numerator's zero or its missing part, and is hidden when either part is.
    """
    bases = snapshot.dictionary.bases(code)
    told = [b for b in bases if b.code in snapshot.told]
    if told:
        values = _told(snapshot, values, told, span)
    small = [b for b in bases if b.minimum_cell and b.code in snapshot.suppressed]
    if small and not access.sees_small_counts:
        values = _suppressed(snapshot, values, small, span)
    return values


def _told(snapshot: OpenSnapshot, values: pl.DataFrame, bases: Sequence[Indicator], span: Span) -> pl.DataFrame:
    told = snapshot.read(
        f"SELECT area_code, period_on, min(state) AS told FROM marts.value_states WHERE indicator IN {_codes(bases)}"
        f" AND {_sql_within(span)} GROUP BY area_code, period_on"
    )
    if told.is_empty():
        return values
    doubted = pl.col("told") == ValueState.IMPLAUSIBLE_ZERO.value
    silent = (pl.col("state") == ValueState.NO_DATA.value) & ~doubted
    zero = (pl.col("state") == ValueState.ZERO.value) & doubted
    joined = values.join(told, on=PLACE, how="left", maintain_order="left")
    return joined.with_columns(state=pl.when(silent | zero).then(pl.col("told")).otherwise(pl.col("state"))).drop(
        "told"
    )


def _suppressed(snapshot: OpenSnapshot, values: pl.DataFrame, bases: Sequence[Indicator], span: Span) -> pl.DataFrame:
    hidden = _hidden_places(snapshot, bases, span)
    if hidden.is_empty():
        return values
    keys = [k for k in PLACE if k in hidden.columns]
    joined = values.join(hidden, on=keys, how="left", maintain_order="left")
    here = pl.col("is_hidden").fill_null(False)
    return joined.with_columns(
        *(pl.when(here).then(None).otherwise(pl.col(c)).alias(c) for c in HIDDEN),
        state=pl.when(here).then(pl.lit(ValueState.SUPPRESSED.value)).otherwise(pl.col("state")),
    ).drop("is_hidden")


def _hidden_places(snapshot: OpenSnapshot, bases: Sequence[Indicator], span: Span) -> pl.DataFrame:
    """Area and period of the hidden cells; only the area where a number holds for longer than its cell."""
    carried = any(b.carry != "none" for b in bases)
    only = "" if carried else f" AND {_sql_within(span)}"
    columns = "area_code" if carried else "area_code, period_on"
    return snapshot.read(
        f"SELECT DISTINCT {columns}, TRUE AS is_hidden FROM marts.suppressed WHERE indicator IN {_codes(bases)}{only}"
    )


def _codes(bases: Sequence[Indicator]) -> str:
    return literals(b.code for b in bases)


def _sql_within(span: Span) -> str:
    days = f"period_on BETWEEN DATE '{span.first}' AND DATE '{span.last}'"
    return f"period_type = {literal(span.period_type)} AND {days}"
