"""SQL of running totals: what a flow adds up to since the beginning, at the days on which it changes."""

from __future__ import annotations

from citybrain.indicators.hand_over_sql import sql_handed_over
from citybrain.indicators.indicator import Absent, Indicator
from citybrain.indicators.plan import PERIODS, Scan
from citybrain.sql import literal, quote


def sql_running(scan: Scan, total: Indicator, flow: Indicator, *, goes_on: bool) -> str:
    """Create `cube_running_<id>` (ordinal, place, period_on, value) in the order of cells.

    Where no row means zero, every covered area that begins later has a zero on the first day: a village without a case
    has a total of none. `goes_on`: areas hand over to successors.
    """
    steps = _sql_by_day(scan, flow)
    cells = _sql_cumulated(sql_handed_over(steps) if goes_on else steps)
    if flow.absent is Absent.ZERO:
        cells = _sql_begun(cells, total)
    return (
        f"CREATE OR REPLACE TEMP TABLE {quote(f'cube_running_{total.id}')} AS\n"
        f"SELECT CAST({PERIODS.index('day')} AS TINYINT) AS ordinal, place, period_on, value\n"
        f"FROM ({cells})\nORDER BY period_on, place"
    )


def _sql_by_day(scan: Scan, flow: Indicator) -> str:
    """SELECT (place, period_on, value) of the day cells of a flow out of the temporary tables of its scan."""
    if flow in scan.added:
        column = scan.column(flow)
        return (
            f"SELECT place, period_on, {column} AS value FROM cube_added_{scan.number}\n"
            f"WHERE ordinal = {PERIODS.index('day')} AND {column} IS NOT NULL"
        )
    return (
        f"SELECT place, period_on, value FROM cube_reported_{scan.number} JOIN cube_places USING (area_code)\n"
        f"WHERE indicator = {literal(flow.id)} AND period_type = 'day'"
    )


def _sql_cumulated(steps: str) -> str:
    """The running sum of steps (place, period_on, value), at its change points."""
    over = "PARTITION BY place ORDER BY period_on"
    return (
        f"SELECT place, period_on, sum(value) OVER ({over} ROWS UNBOUNDED PRECEDING) AS value\n"
        f"FROM ({steps}) AS steps QUALIFY steps.value <> 0 OR row_number() OVER ({over}) = 1"
    )


def _sql_begun(cells: str, total: Indicator) -> str:
    return f"""WITH cells AS ({cells})
SELECT place, period_on, value FROM cells
UNION ALL
SELECT own.place, coverage.first_on, 0
FROM cube_places AS own
JOIN marts.coverage AS coverage ON coverage.indicator = {literal(total.id)} AND own.depth <= coverage.depth
WHERE NOT EXISTS (SELECT 1 FROM cells WHERE cells.place = own.place AND cells.period_on = coverage.first_on)"""
