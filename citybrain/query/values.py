"""What a reader sees of an indicator: one SQL statement that fills the gaps of the sparse cube.

For every asked area and period (docs/architecture.md, "The query layer derives"):

- a cell → its value;
- carried indicators (`forward`, `both`) → the last cell at or before the end of the period; `both`: else the first after;
- no cell, `absent = zero`, period overlaps the coverage (for carried ones: does not end before it), area not deeper
  than covered → 0;
- else no data;
- a ratio → scale × numerator ÷ denominator of the same area and period; no data when either is, or the divisor is 0.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from citybrain.query.definitions import Dictionary, Indicator
from citybrain.query.periods import period_end, period_start
from citybrain.sql import literal

COLUMNS = (
    "indicator",
    "area_code",
    "area_name",
    "depth",
    "period_on",
    "value",
    "numerator",
    "denominator",
    "state",
    "is_partial",
)
"""Columns of every frame of values.

`period_on` first day of the period; `value` in the unit of the indicator, null without data; `numerator`, `denominator`
of ratios only; `state` value, zero or no_data; `is_partial` true where the source covers only some days of the period.
"""

MOST_VALUES = 5_000_000
"""A question for more values than this is a mistake, and would fill the memory."""

_STEPS = {"day": "INTERVAL 1 DAY", "week": "INTERVAL 7 DAY", "month": "INTERVAL 1 MONTH"}
_BY_AREA = "(PARTITION BY area_code ORDER BY period_on)"
_SHORTEST_DAYS = {"day": 1, "week": 7, "month": 28}


def sql_areas(areas: Iterable[str]) -> str:
    """Condition on `shared.areas` for exactly these area codes."""
    codes = ", ".join(literal(a) for a in dict.fromkeys(areas))
    # A list that is joined: DuckDB plans an IN list of hundreds of texts four times slower.
    return f"area_code IN (SELECT unnest([{codes}]))" if codes else "false"


def sql_level(level: str, within: str | None) -> str:
    """Condition on `shared.areas` for all areas of a level, in the whole tree or within one area."""
    condition = f"level = {literal(level)}"
    if within is None:
        return condition
    below = f"SELECT area_code FROM shared.area_ancestors WHERE ancestor_code = {literal(within)}"
    return f"{condition} AND area_code IN ({below})"


def sql_values(
    dictionary: Dictionary,
    indicators: Sequence[str],
    areas: str,
    period_type: str,
    period_from: dt.date,
    period_to: dt.date,
) -> str:
    """SELECT of one row per indicator × area × period from one to the other inclusive, with `COLUMNS`.

    `areas` is a condition from `sql_areas` or `sql_level`. Rows come in the order of `indicators`, then of the area
    tree, then of time. Both dates may be any day within their period. Raises AccessError for unknown indicators.
    """
    first, last = period_start(period_type, period_from), period_start(period_type, period_to)
    span = Span(period_type, first, last)
    chosen = [
        _sql_indicator(dictionary, dictionary.indicator(code), place, span)
        for place, code in enumerate(dict.fromkeys(indicators))
    ]
    return (
        "WITH asked AS (SELECT area_code, area_name, depth, row_number() OVER (ORDER BY depth, sort_order, area_code)"
        f" AS area_place\n  FROM shared.areas WHERE {areas}),\n"
        f"{_sql_periods(span)},\n"
        "grid AS (SELECT * FROM asked CROSS JOIN periods),\n"
        "counts AS (\n" + "\nUNION ALL\n".join(chosen) + "),\n"
        "derived AS (SELECT *, CASE WHEN scale IS NULL THEN counted WHEN divisor <> 0 THEN scale * counted / divisor END"
        " AS value FROM counts)\n"
        "SELECT indicator, area_code, area_name, depth, period_on, value,\n"
        "  CASE WHEN scale IS NOT NULL THEN counted END AS numerator, divisor AS denominator,\n"
        "  CASE WHEN value IS NULL THEN 'no_data' WHEN value = 0 THEN 'zero' ELSE 'value' END AS state,\n"
        "  value IS NOT NULL AND is_partial AS is_partial\n"
        "FROM derived ORDER BY place, area_place, period_on"
    )


@dataclass(frozen=True)
class Span:
    """The asked periods, each named by its first day."""

    period_type: str
    first: dt.date
    last: dt.date

    @property
    def periods(self) -> int:
        """At most this many periods."""
        return (self.last - self.first).days // _SHORTEST_DAYS[self.period_type] + 1


def _sql_periods(span: Span) -> str:
    step = _STEPS[span.period_type]
    if span.first == span.last:
        end = period_end(span.period_type, span.first)
        return f"periods AS (SELECT DATE '{span.first}' AS period_on, DATE '{end}' AS period_end)"
    return (
        f"periods AS (SELECT CAST(p AS DATE) AS period_on, CAST(p + {step} - INTERVAL 1 DAY AS DATE) AS period_end\n"
        f"  FROM (SELECT unnest(generate_series(DATE '{span.first}', DATE '{span.last}', {step})) AS p))"
    )


def _sql_indicator(dictionary: Dictionary, indicator: Indicator, place: int, span: Span) -> str:
    """SELECT of one indicator over the whole grid."""
    bases = [_base(base, alias, span) for base, alias in zip(dictionary.bases(indicator.code), "nd", strict=False)]
    joins = "\n".join(b.join for b in bases)
    partial = " OR ".join(b.is_partial for b in bases)
    divisor = bases[1].value if indicator.is_ratio else "CAST(NULL AS DOUBLE)"
    scale = f"CAST({indicator.scale!r} AS DOUBLE)" if indicator.is_ratio else "CAST(NULL AS DOUBLE)"
    return (
        f"  SELECT {place} AS place, {literal(indicator.code)} AS indicator, g.area_code, g.area_name, g.depth,\n"
        f"    g.area_place, g.period_on, {bases[0].value} AS counted, {divisor} AS divisor, {scale} AS scale,\n"
        f"    {partial} AS is_partial\n  FROM grid AS g\n{joins}"
    )


@dataclass(frozen=True)
class _Base:
    """How a base indicator is joined to the grid `g`, and its value there."""

    join: str
    value: str
    is_partial: str


def _base(base: Indicator, alias: str, span: Span) -> _Base:
    return _stated(base, alias, span) if base.carry == "none" else _carried(base, alias)


def _stated(base: Indicator, alias: str, span: Span) -> _Base:
    join = (
        f"  LEFT JOIN (SELECT area_code, period_on, value FROM marts.cells WHERE indicator = {literal(base.code)}\n"
        f"      AND period_type = {literal(span.period_type)}\n"
        f"      AND period_on BETWEEN DATE '{span.first}' AND DATE '{span.last}') AS {alias}\n"
        f"    ON {alias}.area_code = g.area_code AND {alias}.period_on = g.period_on"
    )
    partial = "false"
    if base.first_on and base.last_on:
        partial = f"g.period_on < DATE '{base.first_on}' OR g.period_end > DATE '{base.last_on}'"
    zero = _sql_zero(base, "g.period_end >= {first} AND g.period_on <= {last}")
    return _Base(join, f"coalesce({alias}.value, {zero})", partial)


def _carried(base: Indicator, alias: str) -> _Base:
    # A statement holds from its day to the day before the next one; `both`: the first one from ever before. Intervals
    # instead of an ASOF join: faster here, and Spark knows no ASOF.
    since = "period_on"
    if base.carry == "both":
        since = f"CASE WHEN lag(period_on) OVER {_BY_AREA} IS NULL THEN DATE '0001-01-01' ELSE period_on END"
    join = (
        f"  LEFT JOIN (SELECT area_code, value, {since} AS since,\n"
        f"      coalesce(lead(period_on) OVER {_BY_AREA}, DATE '9999-12-31') AS until\n"
        f"    FROM marts.cells WHERE indicator = {literal(base.code)} AND period_type = 'day' AND value IS NOT NULL\n"
        f"      AND area_code IN (SELECT area_code FROM asked)) AS {alias}\n"
        f"    ON {alias}.area_code = g.area_code AND g.period_end >= {alias}.since AND g.period_end < {alias}.until"
    )
    zero = _sql_zero(base, "true" if base.carry == "both" else "g.period_end >= {first}")
    return _Base(join, f"coalesce({alias}.value, {zero})", "false")


def _sql_zero(base: Indicator, condition: str) -> str:
    if base.absent != "zero" or base.first_on is None or base.last_on is None:
        return "NULL"
    within = condition.format(first=f"DATE '{base.first_on}'", last=f"DATE '{base.last_on}'")
    return f"CASE WHEN {within} AND g.depth <= {base.covered_depth} THEN 0.0 END"
