"""SQL of distinct counts: at every level and period from the rows themselves, never added up."""

from __future__ import annotations

from collections.abc import Sequence

from citybrain.indicators.indicator import Indicator
from citybrain.indicators.plan import PERIODS, Scan
from citybrain.indicators.rollup_sql import sql_first_day, sql_listed
from citybrain.indicators.scan_sql import PLACED
from citybrain.sql import quote


def sql_distinct(scan: Scan, indicator: Indicator, day: str) -> list[str]:
    """Create `cube_distinct_<id>` (ordinal, place, period_on, value: members counted once).

    A member counts in an area and period on the first day that it is seen there: these firsts, unlike members, add up.
    They are all rows less those that repeat an earlier row of the same member in the same area and period. Rows lie in
    order of member and day (sorting takes half the time of grouping by members), so that the row above tells most:

    - it lies in the same place: the row repeats it there and in all areas above;
    - it lies elsewhere, and is the member's first: the row repeats it in the areas above both;
    - it lies elsewhere, and there are more before it: only those few are followed in each area above.
    """
    seen, elsewhere, firsts = (quote(f"cube_{stage}_{indicator.id}") for stage in ("seen", "elsewhere", "firsts"))
    counted = quote(f"cube_distinct_{indicator.id}")
    statements = [
        f"CREATE OR REPLACE TEMP TABLE {seen} AS\n{_sql_seen(scan, indicator, day)}",
        f"CREATE OR REPLACE TEMP TABLE {elsewhere} AS\n"
        f"SELECT member, place, day, place_above, day_above, is_later\nFROM ({_sql_followed(seen)})\n"
        "WHERE is_again AND place <> place_above",
    ]
    if scan.on:
        statements.append(f"CREATE OR REPLACE TEMP TABLE {counted} AS\n{_sql_firsts(seen, elsewhere, scan.periods)}")
    else:
        by_day = f"SELECT place, period_on AS day, value FROM ({_sql_firsts(seen, elsewhere, scan.periods)})"
        statements.append(f"CREATE OR REPLACE TEMP TABLE {firsts} AS\n{by_day}")
        statements.append(sql_listed(counted, firsts, {"value": indicator}))
    return [*statements, *(f"DROP TABLE IF EXISTS {table}" for table in (seen, elsewhere, firsts))]


def _first(period: str) -> str:
    return f"first_in_{period}"


def _sql_seen(scan: Scan, indicator: Indicator, day: str) -> str:
    """SELECT (member, place, day) of the rows that count, in order of member, day and place."""
    assert indicator.measure
    conditions = [f"{indicator.measure.argument} IS NOT NULL", f"{day} IS NOT NULL"]
    if indicator.measure.where:
        conditions.append(f"({indicator.measure.where})")
    rows = (
        f"SELECT {indicator.measure.argument} AS member, area_code, {day} AS day\n"
        f"  FROM {scan.source} WHERE {' AND '.join(conditions)}"
    )
    if not scan.on:
        # Registers list a household one after the other: two thirds of the rows need not be sorted.
        rows = (
            "SELECT member, area_code, day FROM (\n"
            "  SELECT *, lag(member) OVER () AS member_above, lag(area_code) OVER () AS area_above\n"
            f"  FROM ({rows})\n"
            ") WHERE member IS DISTINCT FROM member_above OR area_code IS DISTINCT FROM area_above"
        )
    return f"SELECT member, cube_place AS place, day FROM ({rows}) {PLACED}\nORDER BY member, day, place"


def _sql_followed(seen: str) -> str:
    """SELECT of rows in that order, each with what the row above says: whether of the same member, where and when.

    `is_later`: there are more of the member than that one. No window sorts anything: the rows lie in order.
    """
    return (
        "SELECT member, place, day, lag(place) OVER () AS place_above, lag(day) OVER () AS day_above,\n"
        "  lag(member) OVER () IS NOT DISTINCT FROM member AS is_again,\n"
        f"  lag(member, 2) OVER () IS NOT DISTINCT FROM member AS is_later\nFROM {seen}"
    )


def _sql_firsts(seen: str, elsewhere: str, periods: Sequence[str]) -> str:
    """SELECT (ordinal, place, period_on, value) of members seen for the first time in a period, in the order of cells."""
    sums = ", ".join(f"sum({_first(p)}) AS {_first(p)}" for p in periods)
    # Areas above both places are kept by a semi join: a join would first pair all areas that share the root.
    # Sums of DOUBLE are exact for whole numbers and take half the room and time of those of BIGINT.
    rows = ", ".join(f"CAST(count(*) AS DOUBLE) AS {_first(p)}" for p in periods)
    repeats = ", ".join(
        f"CAST(-count(*) FILTER (WHERE day_above >= {sql_first_day(p, 'day')}) AS DOUBLE) AS {_first(p)}"
        for p in periods
    )
    return f"""WITH below AS MATERIALIZED (
  SELECT place, day, {sums} FROM (
    SELECT place, day, {rows} FROM {seen} GROUP BY place, day
    UNION ALL
    SELECT place, day, {repeats}
    FROM ({_sql_followed(seen)}) WHERE is_again AND place = place_above GROUP BY place, day
  ) GROUP BY place, day
),
followed AS (
  SELECT member, place, day, row_number() OVER own AS nth,
    row_number() OVER own > 2 AND place <> lag(place) OVER own AS is_followed
  FROM {seen} SEMI JOIN (SELECT member FROM {elsewhere} WHERE is_later) USING (member)
  WINDOW own AS (PARTITION BY member ORDER BY day, place)
),
above AS MATERIALIZED (
  SELECT place, day, {repeats} FROM (
    SELECT own.up AS place, day, place_above, day_above
    FROM {elsewhere} AS e JOIN cube_tree AS own ON own.place = e.place WHERE NOT is_later
  ) AS e SEMI JOIN cube_tree AS high ON high.place = e.place_above AND high.up = e.place
  GROUP BY place, day
  UNION ALL
  SELECT place, day, {repeats} FROM (
    SELECT up AS place, day, is_followed, lag(day) OVER (PARTITION BY member, up ORDER BY nth) AS day_above
    FROM followed JOIN cube_tree USING (place)
  ) WHERE is_followed GROUP BY place, day
)
SELECT ordinal, place, period_on, sum(value) AS value FROM (
  SELECT ordinal, up AS place, period_on, value FROM ({_sql_long("below", periods)}) JOIN cube_tree USING (place)
  UNION ALL
  {_sql_long("above", periods)}
) GROUP BY ordinal, place, period_on ORDER BY ordinal, period_on, place"""


def _sql_long(firsts: str, periods: Sequence[str]) -> str:
    """SELECT (ordinal, place, period_on, value) of firsts by day, added up over each period."""
    return "\nUNION ALL\n".join(
        f"SELECT CAST({PERIODS.index(p)} AS TINYINT) AS ordinal, place, {sql_first_day(p, 'day')} AS period_on,"
        f" sum({_first(p)}) AS value\nFROM {firsts} GROUP BY 2, 3"
        for p in periods
    )
