"""SQL of distinct counts: at every level and period from the rows themselves, never added up."""

from __future__ import annotations

from citybrain.indicators.indicator import Indicator
from citybrain.indicators.plan import Scan
from citybrain.indicators.rollup_sql import PERIODS, sql_first_day
from citybrain.sql import literal, quote


def sql_distinct(scan: Scan, indicator: Indicator, day: str) -> list[str]:
    """Create `cube_distinct_<id>` (period_type, area_code, depth, period_on, value).

    Most members are seen in one area only within a period. Those add up over the tree, since each is below an area
    once or not at all; only the few seen in several areas are fanned out and counted distinct.
    """
    assert indicator.measure
    members, cells = quote(f"cube_members_{indicator.id}"), quote(f"cube_distinct_{indicator.id}")
    conditions = [f"{indicator.measure.argument} IS NOT NULL", f"{day} IS NOT NULL"]
    conditions.append("area_code IN (SELECT area_code FROM shared.area_ancestors)")
    if indicator.measure.where:
        conditions.append(f"({indicator.measure.where})")
    periods = PERIODS if scan.on else PERIODS[:1]
    return [
        f"CREATE OR REPLACE TEMP TABLE {members} AS\n"
        f"SELECT DISTINCT {indicator.measure.argument} AS member, area_code, {day} AS day\n"
        f"FROM {scan.source}\nWHERE " + " AND ".join(conditions),
        f"CREATE OR REPLACE TEMP TABLE {cells} AS\n" + "\nUNION ALL\n".join(_sql_period(p, members) for p in periods),
        f"DROP TABLE {members}",
    ]


def _sql_period(period: str, members: str) -> str:
    first_day = sql_first_day(period, "day")
    return f"""SELECT period_type, area_code, depth, period_on, sum(n) AS value FROM (
  WITH whereabouts AS (
    SELECT member, {first_day} AS period_on, min(area_code) AS area_code, max(area_code) AS other_area
    FROM {members} GROUP BY member, period_on
  ),
  settled AS (
    SELECT area_code, period_on, count(*) AS n FROM whereabouts
    WHERE area_code = other_area GROUP BY area_code, period_on
  ),
  moving AS (
    SELECT seen.member, seen.area_code, whereabouts.period_on
    FROM {members} AS seen
    JOIN whereabouts ON whereabouts.member = seen.member AND whereabouts.period_on = {first_day}
    WHERE whereabouts.area_code <> whereabouts.other_area
  )
  SELECT {literal(period)} AS period_type, up.ancestor_code AS area_code, up.ancestor_depth AS depth, period_on, n
  FROM settled JOIN shared.area_ancestors AS up ON up.area_code = settled.area_code
  UNION ALL
  SELECT {literal(period)}, up.ancestor_code, up.ancestor_depth, period_on, count(DISTINCT member)
  FROM moving JOIN shared.area_ancestors AS up ON up.area_code = moving.area_code
  GROUP BY up.ancestor_code, up.ancestor_depth, period_on
) GROUP BY period_type, area_code, depth, period_on"""
