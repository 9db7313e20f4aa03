"""SQL of the scan: what each area has on each day, and how deep and how long the source speaks."""

from __future__ import annotations

import datetime as dt

from citybrain.indicators.indicator import Function, Indicator
from citybrain.indicators.plan import Scan
from citybrain.sql import literal, quote

EXACT = "DECIMAL(38, 9)"
"""Sums are kept exact until the last step: the same rows give the same bits whatever the order of threads."""
PLACED = "JOIN (SELECT area_code AS cube_code, place AS cube_place FROM cube_places) ON cube_code = area_code"
"""Joins rows to the number of their area (`cube_place`); rows outside the tree are left out."""


def sql_days(scan: Scan, as_of: dt.date) -> str:
    """Create the temporary table (place, day, all_rows, rows_…, value_…): the only read of the source table.

    A value is null where no row meets the condition: the sum of nothing is not zero.
    """
    day = quote(scan.on) if scan.on else f"DATE {literal(as_of)}"
    columns = ["count(*) AS all_rows"]
    for indicator in scan.measured:
        if scan.rows_column(indicator) != "all_rows":
            columns.append(f"{_sql_rows(indicator)} AS {scan.rows_column(indicator)}")
        if indicator not in (*scan.distinct, *scan.durations):
            columns.append(f"{_sql_value(indicator)} AS {scan.column(indicator)}")
    dated = f"WHERE {quote(scan.on)} IS NOT NULL\n" if scan.on else ""
    return (
        f"CREATE OR REPLACE TEMP TABLE {scan.days} AS\n"
        f"SELECT cube_place AS place, {day} AS day,\n  " + ",\n  ".join(columns) + "\n"
        f"FROM {scan.source} {PLACED}\n{dated}GROUP BY 1, 2"
    )


def sql_coverage(scan: Scan) -> str:
    """Insert the coverage of all indicators of the scan: none of those whose source has no placed row.

    Depth is the deepest one at which at least half of the rows are placed, or below.
    """
    # Where no row means zero, all indicators of a scan count the same rows: that is asked once.
    names: dict[str, list[str]] = {}
    for indicator, name in [*((i, i.id) for i in scan.measured), *((flow, c.id) for c, flow in scan.cumulative)]:
        names.setdefault(scan.rows_column(indicator), []).append(name)
    return "INSERT INTO marts.coverage\n" + "\nUNION ALL\n".join(_sql_covered(scan, *n) for n in names.items())


def _sql_covered(scan: Scan, rows: str, names: list[str]) -> str:
    return f"""SELECT unnest([{", ".join(literal(n) for n in names)}]), depth, first_on, last_on FROM (
  SELECT max(depth) FILTER (WHERE 2 * at_or_below >= total) AS depth, min(first_on) AS first_on, max(last_on) AS last_on
  FROM (
    SELECT depth, first_on, last_on, sum(n) OVER (ORDER BY depth DESC) AS at_or_below, sum(n) OVER () AS total
    FROM (
      SELECT depth, sum({rows}) AS n, min(day) AS first_on, max(day) AS last_on
      FROM {scan.days} JOIN cube_places USING (place)
      WHERE {rows} > 0 GROUP BY depth
    )
  )
  HAVING count(*) > 0
)"""


def sql_filter(indicator: Indicator) -> str:
    """` FILTER (WHERE …)` of a measure, or nothing."""
    assert indicator.measure
    return f" FILTER (WHERE {indicator.measure.where})" if indicator.measure.where else ""


def _sql_rows(indicator: Indicator) -> str:
    assert indicator.measure
    return f"count({indicator.measure.argument}){sql_filter(indicator)}"


def _sql_value(indicator: Indicator) -> str:
    assert indicator.measure
    argument, only = indicator.measure.argument, sql_filter(indicator)
    if indicator.measure.function is Function.SUM:
        return f"sum(TRY_CAST({argument} AS {EXACT})){only}"
    if argument == "*":
        return f"CAST(nullif(count(*){only}, 0) AS DOUBLE)"
    return f"CAST(CASE WHEN count(*){only} > 0 THEN count({argument}){only} END AS DOUBLE)"
