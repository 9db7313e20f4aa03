"""SQL of the totals of one side by cell, for rules that compare totals and no records."""

from __future__ import annotations

from citybrain.indicators.indicator import Function
from citybrain.indicators.sources import REPORTS
from citybrain.reconciliation.rule import Rule, Side
from citybrain.reconciliation.units_sql import AMOUNT, TOTAL, sql_period
from citybrain.sql import quote

_PLACE = """min(counted_on) AS counted_on, CASE WHEN count(*) = 1 THEN min(batch) END AS batch,
  CASE WHEN count(*) = 1 THEN min(source_line) END AS source_line"""


def silence_is_zero(side: Side) -> bool:
    """Whether no row in a cell means none of it: in a log it does, in a report or a sum it means that nobody said."""
    return side.measure.function is not Function.SUM


def sql_totals(rule: Rule, name: str) -> str:
    """Create `reconcile_total_<side>`: one row for each cell that the side states.

    Columns: area_code (the cell), period_on, total, counted_on (the day of the oldest count in it, where the side says),
    batch and source_line of its row, where it has only one.
    """
    side = rule.left if name == "left" else rule.right
    if side.measure.source in REPORTS:
        totals = _sql_reported(rule, side)
    else:
        period = sql_period(rule.period, "day")
        columns = f"area_code, {period} AS period_on, {_value(side)} AS total, {_PLACE}"
        totals = f"SELECT {columns} FROM ({_sql_rows(side)}) GROUP BY ALL"
    return f"CREATE OR REPLACE TEMP TABLE reconcile_total_{name} AS\n{totals}"


def sql_running(name: str, other: str) -> str:
    """Turn the changes of `reconcile_total_<side>` into what is in the state on every day that either side speaks of.

    All changes up to then make it up, so it has no place in a file. Areas that never had a change say nothing, nor does anybody
    after the last day on which any change is known.
    """
    return f"""CREATE OR REPLACE TEMP TABLE reconcile_total_{name} AS
WITH run AS (
  SELECT area_code, period_on,
    CAST(sum(total) OVER (PARTITION BY area_code ORDER BY period_on ROWS UNBOUNDED PRECEDING) AS {TOTAL}) AS total
  FROM reconcile_total_{name}
),
asked AS (
  SELECT area_code, period_on FROM reconcile_total_{other}
  UNION SELECT area_code, period_on FROM run
)
SELECT asked.area_code, asked.period_on, run.total, CAST(NULL AS DATE) AS counted_on, CAST(NULL AS INTEGER) AS batch,
  CAST(NULL AS BIGINT) AS source_line
FROM asked ASOF JOIN run ON run.area_code = asked.area_code AND run.period_on <= asked.period_on
WHERE asked.period_on <= (SELECT max(period_on) FROM run)"""


def _sql_rows(side: Side) -> str:
    """SELECT area_code (the cell), day and what is counted, of the rows that count."""
    measure = side.measure
    conditions = [measure.where, f"{quote(measure.on)} IS NOT NULL" if measure.on else ""]
    where = " AND ".join(f"({c})" for c in conditions if c) or "TRUE"
    counted = "1" if measure.argument == "*" else measure.argument
    day = quote(measure.on) if measure.on else "CAST(NULL AS DATE)"
    area = quote(side.area) if side.area else "CAST(NULL AS VARCHAR)"
    return (
        "SELECT coalesce(c.cell, (FROM reconcile_root)) AS area_code, t.* EXCLUDE (stated)\n"
        f"FROM (SELECT {area} AS stated, {day} AS day, {counted} AS counted, {_counted_on(side)} AS counted_on,\n"
        f"  batch, source_line FROM {measure.source} WHERE {where}) AS t\n"
        "LEFT JOIN reconcile_cells AS c ON c.area_code = t.stated"
    )


def _counted_on(side: Side) -> str:
    return quote(side.counted_on) if side.counted_on else "CAST(NULL AS DATE)"


def _value(side: Side) -> str:
    if side.measure.function is Function.SUM:
        return f"CAST(sum(TRY_CAST(counted AS {AMOUNT})) AS {TOTAL})"
    distinct = "DISTINCT " if side.measure.function is Function.DISTINCT else ""
    return f"CAST(count({distinct}counted) AS {TOTAL})"


def _sql_reported(rule: Rule, side: Side) -> str:
    """Totals of reports: an area's own report holds those of the areas below it, so the highest one in the cell counts.

    A report of an area above the level speaks of all its cells together, and is not compared.
    """
    measure = side.measure
    conditions = [measure.where, f"{quote(measure.on)} IS NOT NULL" if measure.on else ""]
    where = " AND ".join(f"({c})" for c in conditions if c) or "TRUE"
    day = quote(measure.on) if measure.on else "CAST(NULL AS DATE)"
    return f"""WITH said AS (
  SELECT {quote(side.area)} AS stated, {day} AS day, sum(TRY_CAST({measure.argument} AS {AMOUNT})) AS counted,
    min({_counted_on(side)}) AS counted_on, CASE WHEN count(*) = 1 THEN min(batch) END AS batch,
    CASE WHEN count(*) = 1 THEN min(source_line) END AS source_line
  FROM {measure.source} WHERE {where} GROUP BY ALL
),
placed AS (SELECT s.*, c.cell FROM said AS s JOIN reconcile_cells AS c ON c.area_code = s.stated WHERE c.is_below)
SELECT cell AS area_code, {sql_period(rule.period, "day")} AS period_on, CAST(sum(counted) AS {TOTAL}) AS total, {_PLACE}
FROM placed AS low
WHERE counted IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM shared.area_ancestors AS up JOIN placed AS high ON high.stated = up.ancestor_code
  WHERE up.area_code = low.stated AND high.stated <> low.stated AND high.day IS NOT DISTINCT FROM low.day
    AND high.counted IS NOT NULL
)
GROUP BY ALL"""
