"""Which cells are hidden from those without the right: small counts of people, and what would give them away."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from citybrain.indicators.indicator import Indicator
from citybrain.schema.columns import SharedTable, TableColumn
from citybrain.sql import literal

MOST_ROUNDS = 20
"""Each round hides what the last one left open to subtraction; the chains of a tree of four levels end far earlier."""
NESTED = (("week", "day"), ("month", "day"), ("quarter", "month"), ("year", "quarter"))
"""A period and the shorter ones whose sum it is."""


class Suppressed(SharedTable):
    """One cell that is hidden from those who may not see small counts of people.

    Source: the usual rules of statistical disclosure control: a threshold, and complementary suppression, so that no
    hidden number follows from its total and the numbers beside it.
    """

    name = table = "suppressed"
    key = ("indicator", "period_type", "area_code", "period_on")
    indicator = TableColumn("VARCHAR", "Id of the indicator.")
    period_type = TableColumn("VARCHAR", "day, week, month, quarter or year.")
    area_code = TableColumn("VARCHAR", "The area.")
    period_on = TableColumn("DATE", "First day of the period.")
    is_primary = TableColumn("BOOLEAN", "Below the minimum itself; else hidden to protect another.")


def build_suppressed(con: duckdb.DuckDBPyConnection, indicators: Sequence[Indicator]) -> int:
    """Makes `marts.suppressed` from `marts.cells`; returns how many cells are hidden.

    A cell is hidden if it is above 0 and below the `minimum_cell` of its indicator. Where the hidden parts of one total
    (the areas below an area, the days of a week …) are a single one, or together below the minimum, the smallest part
    still to be seen is hidden too, until nothing can be computed. What one version of an indicator hides its others hide
    too: where they count the same, one would tell what the other one hides.
    """
    smallest = ", ".join(f"({literal(i.id)}, {i.minimum_cell})" for i in indicators if i.minimum_cell)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE least AS SELECT * FROM (VALUES {smallest or '(NULL, 0)'}) AS l (indicator, least)"
    )
    con.execute("""
CREATE OR REPLACE TEMP TABLE countable AS
  SELECT indicator, period_type, area_code, period_on, value, least, value < least AS is_hidden, value < least AS is_primary
  FROM marts.cells JOIN least USING (indicator) WHERE value > 0""")
    versions = _sql_versions(indicators)
    for _ in range(MOST_ROUNDS):
        hidden = sum(_hide_beside(con, groups) for groups in (_SIBLINGS, *(_sql_times(*n) for n in NESTED)))
        hidden += _hide_in_versions(con, versions) if versions else 0
        if not hidden:
            break
    con.execute(
        "CREATE OR REPLACE TABLE marts.suppressed AS SELECT indicator, period_type, area_code, period_on, is_primary"
        " FROM countable WHERE is_hidden"
    )
    con.execute("DROP TABLE countable")
    con.execute("DROP TABLE least")
    row = con.execute("SELECT count(*) FROM marts.suppressed").fetchone()
    return row[0] if row else 0


_SIBLINGS = """
  SELECT c.*, concat_ws('|', c.indicator, c.period_type, c.period_on, a.parent_code) AS total
  FROM countable AS c
  JOIN (
    SELECT area_code, arg_max(ancestor_code, ancestor_depth) AS parent_code FROM shared.area_ancestors
    WHERE ancestor_code <> area_code GROUP BY area_code
  ) AS a ON a.area_code = c.area_code"""
"""Cells with the name of the total that they are parts of: the area above, in the same period."""


def _sql_times(longer: str, shorter: str) -> str:
    return f"""
  SELECT c.*, concat_ws('|', c.indicator, '{longer}', c.area_code, date_trunc('{longer}', c.period_on)) AS total
  FROM countable AS c WHERE c.period_type = '{shorter}'
    AND EXISTS (SELECT 1 FROM countable AS t WHERE t.indicator = c.indicator AND t.period_type = '{longer}'
      AND t.area_code = c.area_code AND t.period_on = date_trunc('{longer}', c.period_on))"""


def _hide_beside(con: duckdb.DuckDBPyConnection, groups: str) -> int:
    """Hides the smallest visible part of every total whose hidden parts could be computed; returns how many."""
    updated = con.execute(f"""
UPDATE countable AS c SET is_hidden = TRUE FROM (
  WITH parts AS ({groups}),
  open AS (
    SELECT total FROM parts GROUP BY total
    HAVING count(*) FILTER (WHERE is_hidden) = 1
      OR (count(*) FILTER (WHERE is_hidden) > 1 AND sum(value) FILTER (WHERE is_hidden) < max(least))
  )
  SELECT indicator, period_type, area_code, period_on FROM parts SEMI JOIN open USING (total) WHERE NOT is_hidden
  QUALIFY row_number() OVER (PARTITION BY total ORDER BY value, area_code, period_on) = 1
) AS h
WHERE c.indicator = h.indicator AND c.period_type = h.period_type AND c.area_code = h.area_code
  AND c.period_on = h.period_on""").fetchone()
    return updated[0] if updated else 0


def _sql_versions(indicators: Sequence[Indicator]) -> str:
    """VALUES (version, indicator) of those that have versions and hide anything; empty where none does."""
    versioned = {i.version_of for i in indicators if i.version_of and i.minimum_cell}
    pairs = ", ".join(f"({literal(i.id)}, {literal(i.name)})" for i in indicators if i.name in versioned)
    return f"VALUES {pairs}" if pairs else ""


def _hide_in_versions(con: duckdb.DuckDBPyConnection, versions: str) -> int:
    """Hides what another version of the same indicator hides; returns how many."""
    updated = con.execute(f"""
UPDATE countable AS c SET is_hidden = TRUE FROM (
  WITH versions (indicator, name) AS ({versions})
  SELECT DISTINCT other.indicator, h.period_type, h.area_code, h.period_on
  FROM countable AS h JOIN versions AS own USING (indicator) JOIN versions AS other ON other.name = own.name
  WHERE h.is_hidden
) AS h
WHERE NOT c.is_hidden AND c.indicator = h.indicator AND c.period_type = h.period_type AND c.area_code = h.area_code
  AND c.period_on = h.period_on""").fetchone()
    return updated[0] if updated else 0
