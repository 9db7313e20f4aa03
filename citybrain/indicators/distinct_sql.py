"""SQL of distinct counts: at every level and period from the rows themselves, never added up."""

from __future__ import annotations

from collections.abc import Sequence

from citybrain.indicators.indicator import Indicator
from citybrain.indicators.plan import Scan
from citybrain.indicators.rollup_sql import sql_first_day, sql_rolled
from citybrain.sql import quote


def sql_distinct(scan: Scan, indicator: Indicator, day: str) -> list[str]:
    """Create `cube_distinct_<id>` (period_type, area_code, depth, period_on, value).

    A member counts in an area and period on the first day that it is seen there: these firsts, unlike members, add up.
    Most members are seen on one day or in one area only, where the firsts are the same at every level; only the few seen
    in several areas are followed at each area above.
    """
    members, whole, firsts = (quote(f"cube_{stage}_{indicator.id}") for stage in ("members", "whole", "firsts"))
    return [
        _sql_members(members, scan, indicator, day),
        f"CREATE OR REPLACE TEMP TABLE {whole} AS\n"
        f"SELECT member, min(place) AS place, max(place) AS other_place, {_DATED if scan.on else _UNDATED}\n"
        f"FROM {members} GROUP BY member",
        _sql_firsts(firsts, members, whole, scan.periods),
        sql_rolled(
            quote(f"cube_distinct_{indicator.id}"),
            firsts,
            {p: [_first(p)] for p in scan.periods},
        ),
        *(f"DROP TABLE {table}" for table in (members, whole, firsts)),
    ]


_DATED = "min(day) AS day, max(day) AS other_day, count(*) AS seen"
_UNDATED = "any_value(day) AS day, any_value(day) AS other_day, 1 AS seen"
"""Without dates all is on one day, and looking at each costs a third of the time."""


def _first(period: str) -> str:
    return f"first_in_{period}"


def _sql_members(members: str, scan: Scan, indicator: Indicator, day: str) -> str:
    assert indicator.measure
    conditions = [f"{indicator.measure.argument} IS NOT NULL", f"{day} IS NOT NULL"]
    if indicator.measure.where:
        conditions.append(f"({indicator.measure.where})")
    return (
        f"CREATE OR REPLACE TEMP TABLE {members} AS\nSELECT member, place, day FROM (\n"
        f"  SELECT {indicator.measure.argument} AS member, area_code, {day} AS day\n"
        f"  FROM {scan.source} WHERE {' AND '.join(conditions)}\n) JOIN cube_places USING (area_code)"
    )


def _sql_firsts(firsts: str, members: str, whole: str, periods: Sequence[str]) -> str:
    """Members that are seen for the first time in each period, by area (as `place`) and day.

    Those seen once or twice need no look at their rows in order of days, which costs most.
    """
    names = ", ".join(_first(p) for p in periods)
    once = ", ".join(f"1 AS {_first(p)}" for p in periods)
    later = ", ".join(f"CAST(day < {sql_first_day(p, 'other_day')} AS TINYINT)" for p in periods)
    counted = ", ".join(
        f"count(*) FILTER (WHERE before IS NULL OR before < {sql_first_day(p, 'day')}) AS {_first(p)}" for p in periods
    )
    sums = ", ".join(f"sum({_first(p)}) AS {_first(p)}" for p in periods)
    return f"""CREATE OR REPLACE TEMP TABLE {firsts} AS
WITH settled AS (
  SELECT place, day, {sums} FROM (
    SELECT place, day, {once} FROM {whole} WHERE place = other_place AND (day = other_day OR seen = 2)
    UNION ALL
    SELECT place, other_day, {later} FROM {whole} WHERE place = other_place AND day <> other_day AND seen = 2
  ) GROUP BY place, day
  UNION ALL
  SELECT place, day, {counted} FROM (
    SELECT place, day, lag(day) OVER (PARTITION BY member ORDER BY day) AS before
    FROM {members} SEMI JOIN (SELECT member FROM {whole} WHERE place = other_place AND day <> other_day AND seen > 2)
      USING (member)
  ) GROUP BY place, day
)
SELECT place, day, {sums} FROM (
  SELECT up AS place, day, {names} FROM settled JOIN cube_tree USING (place)
  UNION ALL
  SELECT place, day, {counted} FROM (
    SELECT up AS place, day, lag(day) OVER (PARTITION BY member, up ORDER BY day) AS before
    FROM {members} SEMI JOIN (SELECT member FROM {whole} WHERE place <> other_place) USING (member)
    JOIN cube_tree USING (place)
  ) GROUP BY place, day
) GROUP BY place, day"""
