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

from citybrain.errors import AccessError
from citybrain.query.definitions import Dictionary, Indicator
from citybrain.query.periods import next_period, period_start
from citybrain.sql import literal, literals

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

MOST_CELLS = 5_000_000
"""A question for more values than this is a mistake, and would fill the memory."""

# `period_end` by period type: DuckDB's interval and the last day of the period.
_STEPS = {"day": "INTERVAL 1 DAY", "week": "INTERVAL 7 DAY", "month": "INTERVAL 1 MONTH"}


def sql_values(
    dictionary: Dictionary,
    indicators: Sequence[str],
    areas: Iterable[str],
    period_type: str,
    period_from: dt.date,
    period_to: dt.date,
) -> str:
    """SELECT of one row per indicator × area × period from one to the other inclusive, with `COLUMNS`.

    Rows come in the order of `indicators`, then of the area tree, then of time. Both dates may be any day within
    their period. Raises AccessError for unknown indicators and for questions of more than `MOST_CELLS` values.
    """
    first, last = period_start(period_type, period_from), period_start(period_type, period_to)
    asked = list(dict.fromkeys(areas))
    if (last - first).days // {"day": 1, "week": 7, "month": 28}[period_type] * len(asked) > MOST_CELLS:
        raise AccessError("query", "too many values asked for at once", remedy="Ask for fewer areas or fewer periods")
    bases = {b.code: b for i in indicators for b in dictionary.bases(i)}
    named = {code: f"base_{n}" for n, code in enumerate(bases)}
    parts = [
        f"asked AS MATERIALIZED (SELECT area_code, area_name, depth, sort_order FROM shared.areas\n"
        f"  WHERE area_code IN {literals(asked or [''])})",
        _sql_periods(period_type, first, last),
        "grid AS (SELECT area_code, depth, period_on, period_end FROM asked CROSS JOIN periods)",
    ]
    parts += [f"{named[code]} AS (\n{_sql_base(base, period_type)})" for code, base in bases.items()]
    chosen = [_sql_indicator(dictionary.indicator(i), n, named) for n, i in enumerate(dict.fromkeys(indicators))]
    parts.append("chosen AS (\n" + "\nUNION ALL\n".join(chosen) + ")")
    return (
        "WITH " + ",\n".join(parts) + "\n"
        "SELECT c.indicator, c.area_code, a.area_name, a.depth, c.period_on, c.value, c.numerator, c.denominator,\n"
        "  CASE WHEN c.value IS NULL THEN 'no_data' WHEN c.value = 0 THEN 'zero' ELSE 'value' END AS state,\n"
        "  c.value IS NOT NULL AND c.is_partial AS is_partial\n"
        "FROM chosen AS c JOIN asked AS a USING (area_code)\n"
        "ORDER BY c.place, a.depth, a.sort_order, c.area_code, c.period_on"
    )


def _sql_periods(period_type: str, first: dt.date, last: dt.date) -> str:
    step = _STEPS[period_type]
    if first == last:
        end = next_period(period_type, first) - dt.timedelta(days=1)
        return f"periods AS (SELECT DATE '{first}' AS period_on, DATE '{end}' AS period_end)"
    return (
        f"periods AS (SELECT CAST(p AS DATE) AS period_on, CAST(p + {step} - INTERVAL 1 DAY AS DATE) AS period_end\n"
        f"  FROM (SELECT unnest(generate_series(DATE '{first}', DATE '{last}', {step})) AS p))"
    )


def _sql_base(base: Indicator, period_type: str) -> str:
    """SELECT area_code, period_on, value, is_partial of a base indicator for the whole grid."""
    return _sql_stated(base, period_type) if base.carry == "none" else _sql_carried(base)


def _sql_stated(base: Indicator, period_type: str) -> str:
    zero = _sql_zero(base, "g.period_end >= {first} AND g.period_on <= {last}")
    partial = "false"
    if base.first_on and base.last_on:
        partial = f"g.period_on < DATE '{base.first_on}' OR g.period_end > DATE '{base.last_on}'"
    return (
        f"  SELECT g.area_code, g.period_on, coalesce(c.value, {zero}) AS value, {partial} AS is_partial\n"
        f"  FROM grid AS g LEFT JOIN (SELECT area_code, period_on, value FROM marts.cells\n"
        f"    WHERE indicator = {literal(base.code)} AND period_type = {literal(period_type)}\n"
        f"      AND period_on BETWEEN (SELECT min(period_on) FROM periods) AND (SELECT max(period_on) FROM periods)\n"
        f"  ) AS c ON c.area_code = g.area_code AND c.period_on = g.period_on"
    )


def _sql_carried(base: Indicator) -> str:
    changes = (
        f"(SELECT area_code, period_on AS changed_on, value FROM marts.cells\n"
        f"    WHERE indicator = {literal(base.code)} AND period_type = 'day' AND value IS NOT NULL\n"
        f"      AND area_code IN (SELECT area_code FROM asked))"
    )
    joins = f"ASOF LEFT JOIN {changes} AS b\n    ON b.area_code = g.area_code AND g.period_end >= b.changed_on\n"
    value = "b.value"
    if base.carry == "both":
        joins += f"  ASOF LEFT JOIN {changes} AS f\n    ON f.area_code = g.area_code AND g.period_end < f.changed_on\n"
        value = "b.value, f.value"
    zero = _sql_zero(base, "true" if base.carry == "both" else "g.period_end >= {first}")
    return (
        f"  SELECT g.area_code, g.period_on, coalesce({value}, {zero}) AS value, false AS is_partial\n"
        f"  FROM grid AS g {joins}"
    )


def _sql_zero(base: Indicator, condition: str) -> str:
    if base.absent != "zero" or base.first_on is None or base.last_on is None:
        return "NULL"
    within = condition.format(first=f"DATE '{base.first_on}'", last=f"DATE '{base.last_on}'")
    return f"CASE WHEN {within} AND g.depth <= {base.covered_depth} THEN 0.0 END"


def _sql_indicator(indicator: Indicator, place: int, named: dict[str, str]) -> str:
    start = f"  SELECT {place} AS place, {literal(indicator.code)} AS indicator, "
    if not indicator.is_ratio:
        return (
            f"{start}area_code, period_on, value, CAST(NULL AS DOUBLE) AS numerator,\n"
            f"    CAST(NULL AS DOUBLE) AS denominator, is_partial FROM {named[indicator.code]}"
        )
    return (
        f"{start}n.area_code, n.period_on,\n"
        f"    CASE WHEN d.value <> 0 THEN CAST({indicator.scale!r} AS DOUBLE) * n.value / d.value END AS value,\n"
        f"    n.value AS numerator, d.value AS denominator, n.is_partial OR d.is_partial AS is_partial\n"
        f"  FROM {named[indicator.numerator]} AS n JOIN {named[indicator.denominator]} AS d USING (area_code, period_on)"
    )
