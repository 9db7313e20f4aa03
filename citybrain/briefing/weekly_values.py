"""Values of a reporting week: as the snapshot holds them for ISO weeks, and put together from days for any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from citybrain.briefing.week import ReportingWeek
from citybrain.query import AccessContext, City
from citybrain.query.definitions import Indicator

_KEYS = ("indicator", "area_code")


@dataclass(frozen=True)
class AskedAreas:
    """Either these areas, or all of a level within one."""

    areas: tuple[str, ...] | None = None
    level: str | None = None
    within: str | None = None


def weekly_values(
    city: City, access: AccessContext, indicators: Sequence[str], asked: AskedAreas, week: ReportingWeek
) -> pl.DataFrame:
    """One row per indicator × area: indicator, area_code, area_name, value, numerator, denominator, state, is_partial, version.

    Weeks that do not begin on Monday are sums of days for flows, the last day for stocks, and ratios of those;
    distinct counts cannot be added up from days and are no data there. All days are counted by the definition that is in
    force on the last one.
    """
    if week.is_iso:
        return _ask(city, access, indicators, asked, "week", week)
    known = {code: city.defined_at(access, code, week.last) for code in indicators}
    parts = {code: [city.indicator(access, b) for b in _parts(version)] for code, version in known.items()}
    bases = {b.pinned: b for of_one in parts.values() for b in of_one}
    return _put_together(_ask(city, access, list(bases), asked, "day", week), known, parts)


def _parts(version: Indicator) -> tuple[str, ...]:
    return (version.numerator, version.denominator) if version.is_ratio else (version.code,)


def _ask(
    city: City,
    access: AccessContext,
    indicators: Sequence[str],
    asked: AskedAreas,
    period_type: str,
    week: ReportingWeek,
) -> pl.DataFrame:
    last = week.first if period_type == "week" else week.last
    return city.values(
        access,
        indicators,
        areas=asked.areas,
        level=asked.level,
        within=asked.within,
        period_type=period_type,
        period_from=week.first,
        period_to=last,
    )


def _put_together(
    days: pl.DataFrame, known: Mapping[str, Indicator], parts: Mapping[str, Sequence[Indicator]]
) -> pl.DataFrame:
    areas = days.select("area_code", "area_name").unique(maintain_order=True)
    found = []
    for code, version in known.items():
        weeks = [_base(days.filter(pl.col("indicator") == b.pinned), b) for b in parts[code]]
        nothing = pl.lit(None, pl.Float64)
        whole = (
            _ratio(weeks[0], weeks[1], version.scale)
            if version.is_ratio
            else weeks[0].with_columns(nothing.alias("numerator"), nothing.alias("denominator"))
        )
        found.append(
            areas.join(whole, on="area_code", how="left", maintain_order="left").select(
                pl.lit(code).alias("indicator"),
                *("area_code", "area_name", "value", "numerator", "denominator"),
                _STATE,
                "is_partial",
                pl.lit(version.version, pl.Int32).alias("version"),
            )
        )
    return pl.concat(found)


_STATE = (
    pl.when(pl.col("value").is_null())
    .then(pl.lit("no_data"))
    .when(pl.col("value") == 0)
    .then(pl.lit("zero"))
    .otherwise(pl.lit("value"))
    .alias("state")
)


def _base(days: pl.DataFrame, indicator: Indicator) -> pl.DataFrame:
    """A week of one base indicator: per area `value` and `is_partial`. Days come oldest first."""
    stated = pl.col("value").drop_nulls()
    if indicator.kind == "distinct":
        value = pl.lit(None, pl.Float64)
    elif indicator.kind == "flow":
        value = pl.when(stated.len() > 0).then(stated.sum())
    else:
        value = stated.last()
    missed = (stated.len() < pl.len()) if indicator.kind == "flow" else pl.lit(False)
    return days.group_by("area_code", maintain_order=True).agg(
        value.alias("value"), ((stated.len() > 0) & missed).alias("is_partial")
    )


def _ratio(counted: pl.DataFrame, divisor: pl.DataFrame, scale: float) -> pl.DataFrame:
    both = counted.join(divisor, on="area_code", how="inner", suffix="_divisor", maintain_order="left")
    ratio = pl.when(pl.col("value_divisor") != 0).then(scale * pl.col("value") / pl.col("value_divisor"))
    return both.select(
        "area_code",
        ratio.alias("value"),
        pl.col("value").alias("numerator"),
        pl.col("value_divisor").alias("denominator"),
        (pl.col("is_partial") | pl.col("is_partial_divisor")).alias("is_partial"),
    )
