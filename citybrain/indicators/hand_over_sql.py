"""SQL that hands running totals over when an area goes on in another: the successor knows what was counted before it."""

from __future__ import annotations

CHANGES = "shared.area_changes"


def sql_handed_over(flow_cells: str) -> str:
    """SELECT (CELL columns) of the day cells of a flow, as steps of running totals: one an area and day.

    A case of a township that was merged since is one of its successor from the day of the merge on. So each step also
    leaves the old area on that day, or on its own day where it comes later (a return of somebody who left before the
    merge), and enters the successor. Sums of both stay what they were; an area above them sees nothing of it.
    """
    return f"""WITH flow AS (
  SELECT area_code, depth, period_on, value FROM ({flow_cells}) WHERE period_type = 'day'
),
going_on AS (
  SELECT c.stated_code, c.area_code, own.ancestor_depth AS depth, c.from_on, c.until_on,
    c.from_on = min(c.from_on) OVER (PARTITION BY c.stated_code) AS is_first
  FROM {CHANGES} AS c
  JOIN shared.area_ancestors AS own ON own.area_code = c.area_code AND own.ancestor_code = c.area_code
  WHERE c.is_over AND NOT EXISTS (
    SELECT 1 FROM shared.area_ancestors AS up WHERE up.area_code = c.stated_code AND up.ancestor_code = c.area_code
  )
)
SELECT 'day' AS period_type, area_code, depth, period_on, sum(value) AS value FROM (
SELECT area_code, depth, period_on, value FROM flow
UNION ALL
SELECT flow.area_code, flow.depth, greatest(flow.period_on, g.from_on), -flow.value
FROM flow JOIN going_on AS g ON g.stated_code = flow.area_code AND g.is_first
UNION ALL
SELECT g.area_code, g.depth, greatest(flow.period_on, g.from_on), flow.value
FROM flow JOIN going_on AS g ON g.stated_code = flow.area_code AND flow.period_on < g.until_on
UNION ALL
SELECT g.area_code, g.depth, g.until_on, -flow.value
FROM flow JOIN going_on AS g ON g.stated_code = flow.area_code AND flow.period_on < g.until_on
WHERE g.until_on < DATE '9999-12-31'
) GROUP BY area_code, depth, period_on"""
