"""SQL of durations: the median of the rows themselves, at every level and period."""

from __future__ import annotations

from citybrain.indicators.indicator import Indicator
from citybrain.indicators.plan import PERIODS, Scan
from citybrain.indicators.rollup_sql import sql_first_day
from citybrain.sql import literal, quote


def sql_medians(scan: Scan, indicator: Indicator) -> str:
    """Create `cube_medians_<id>` (period_type, area_code, depth, period_on, value).

    A median does not add up, so every row is seen once at each area above it; rows without the number are open, and
    say nothing yet (reporting.delays counts them).
    """
    assert indicator.measure
    measure, day = indicator.measure, quote(scan.on)
    only = f" AND ({measure.where})" if measure.where else ""
    periods = [
        f"SELECT {literal(p)} AS period_type, area_code, depth, {sql_first_day(p, 'day')} AS period_on,"
        " CAST(median(number) AS DOUBLE) AS value\nFROM placed GROUP BY 1, 2, 3, 4"
        for p in PERIODS
    ]
    return f"""CREATE OR REPLACE TEMP TABLE {quote(f"cube_medians_{indicator.id}")} AS
WITH placed AS (
  SELECT up.ancestor_code AS area_code, up.ancestor_depth AS depth, {day} AS day, {measure.argument} AS number
  FROM {scan.source} AS said JOIN (SELECT area_code AS own_code, ancestor_code, ancestor_depth FROM shared.area_ancestors) AS up
    ON up.own_code = said.area_code
  WHERE {day} IS NOT NULL AND {measure.argument} IS NOT NULL{only}
)
""" + "\nUNION ALL\n".join(periods)
