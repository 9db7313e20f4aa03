"""SQL that hands running totals over when an area goes on in another: the successor knows what was counted before it."""

from __future__ import annotations

CHANGES = "shared.area_changes"


def sql_handed_over(flow: str) -> str:
    """SELECT (place, period_on, value) of the day cells of a flow in the same columns, as steps of running totals.

    A case of a township that was merged since is one of its successor from the day of the merge on. So each step also
    leaves the old area on that day, or on its own day where it comes later (a return of somebody who left before the
    merge), and enters the successor. Sums of both stay what they were; an area above them sees nothing of it.
    """
    return f"""WITH flow AS ({flow}),
going_on AS (
  SELECT old.place AS stated, own.place, c.from_on, c.until_on,
    c.from_on = min(c.from_on) OVER (PARTITION BY c.stated_code) AS is_first
  FROM {CHANGES} AS c
  JOIN cube_places AS old ON old.area_code = c.stated_code
  JOIN cube_places AS own ON own.area_code = c.area_code
  WHERE c.is_over AND NOT EXISTS (SELECT 1 FROM cube_tree WHERE cube_tree.place = old.place AND cube_tree.up = own.place)
)
SELECT place, period_on, sum(value) AS value FROM (
SELECT place, period_on, value FROM flow
UNION ALL
SELECT flow.place, greatest(flow.period_on, g.from_on), -flow.value
FROM flow JOIN going_on AS g ON g.stated = flow.place AND g.is_first
UNION ALL
SELECT g.place, greatest(flow.period_on, g.from_on), flow.value
FROM flow JOIN going_on AS g ON g.stated = flow.place AND flow.period_on < g.until_on
UNION ALL
SELECT g.place, g.until_on, -flow.value
FROM flow JOIN going_on AS g ON g.stated = flow.place AND flow.period_on < g.until_on
WHERE g.until_on < DATE '9999-12-31'
) GROUP BY place, period_on"""
