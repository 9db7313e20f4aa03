"""`marts.zeros` and `marts.value_states`: what is thought of each report, and what that does to the numbers."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from citybrain.indicators.indicator import Indicator
from citybrain.reporting.zero_rules import Witness, ZeroRule
from citybrain.reporting.zeros import judge_zeros
from citybrain.schema.columns import SharedTable, TableColumn
from citybrain.schema.value_state import ValueState
from citybrain.sql import literal, quote

PERIODS = ("day", "week", "month", "quarter", "year")
STATES = {
    "missing": ValueState.LATE, "quarantined": ValueState.QUARANTINED, "implausible_zero": ValueState.IMPLAUSIBLE_ZERO,
}  # fmt: skip
"""State of a report, or verdict on it -> state of the numbers it carries."""


class Zeros(SharedTable):
    """One verdict on one measure of one report that an area owed: is its zero true, implausible, or is there none?"""

    name = table = "zeros"
    key = ("feed", "measure", "area_code", "period_on")
    feed = TableColumn("VARCHAR", "The feed of the report.")
    measure = TableColumn("VARCHAR", "What was counted.")
    area_code = TableColumn("VARCHAR", "Who reported.")
    period_on = TableColumn("DATE", "First day of the period.")
    value = TableColumn("DOUBLE", "What was stated; empty if nothing came.")
    witnessed = TableColumn("DOUBLE", "What other departments saw of it there; empty if nobody looks.")
    expected = TableColumn("DOUBLE", "What an honest area would report, on average.")
    probability_zero = TableColumn("DOUBLE", "How likely an honest area would report zero.")
    evidence = TableColumn("DOUBLE", "Decimal logarithm of the evidence against the zero, its run included.")
    run = TableColumn("INTEGER", "Zeros in a row up to here.")
    verdict = TableColumn("VARCHAR", "stated, zero, implausible_zero, missing or not_judged.")
    reasons = TableColumn("VARCHAR[]", "seen_by_others, run_of_zeros, copied, no_denominator, unlikely.")
    batch = TableColumn("INTEGER", "Batch of the report.")
    source_line = TableColumn("BIGINT", "Its line.")


def build_zeros(con: duckdb.DuckDBPyConnection, rules: Sequence[ZeroRule]) -> None:
    """Makes `marts.zeros` from `shared.reports`, `shared.observations`, `shared.residents` and the witnesses."""
    columns = ", ".join(f"{quote(n)} {c.sql_type}" for n, c in Zeros.columns().items())
    con.execute("CREATE SCHEMA IF NOT EXISTS marts")
    con.execute(f"CREATE OR REPLACE TABLE marts.zeros ({columns})")
    for rule in rules:
        reports = con.sql(sql_stated(rule)).pl()
        for feed in reports["feed"].unique().sort():
            judged = judge_zeros(reports.filter(reports["feed"] == feed))
            con.register("judged", judged.to_arrow())
            con.execute(f"""
INSERT INTO marts.zeros SELECT feed, {literal(rule.measure)}, area_code, period_on, value, witnessed, expected,
  probability_zero, evidence, run, verdict, reasons, batch, source_line FROM judged ORDER BY period_on, area_code""")
            con.unregister("judged")


def sql_stated(rule: ZeroRule) -> str:
    """SELECT of the reports that owe a measure: feed and the columns of `zeros.COLUMNS`, batch, source_line."""
    return f"""
WITH stated AS ({sql_report_values(f"o.measure = {literal(rule.measure)}")}),
people AS (
  SELECT up.ancestor_code AS area_code, count(*) AS people
  FROM shared.residents AS p JOIN shared.area_ancestors AS up ON up.area_code = p.area_code GROUP BY up.ancestor_code
),
seen AS ({_sql_witness(rule.witness)})
SELECT r.feed, r.area_code, r.period_on, o.value, coalesce(p.people, 0)::DOUBLE AS people,
  {"coalesce(s.witnessed, 0)" if rule.witness else "NULL"}::DOUBLE AS witnessed,
  r.is_copied, NOT (r.is_incomplete OR r.is_all_zero) AS has_denominator, r.batch, r.source_line
FROM shared.reports AS r
LEFT JOIN stated AS o ON o.feed = r.feed AND o.area_code = r.area_code AND o.period_on = r.period_on
LEFT JOIN people AS p ON p.area_code = r.area_code
LEFT JOIN seen AS s ON s.area_code = r.area_code AND s.period_on = r.period_on
WHERE r.feed IN (SELECT feed FROM stated)"""


def sql_report_values(condition: str) -> str:
    """SELECT of what reports state: feed, measure, area_code, period_on (of the report), value, batch, source_line.

    `condition` chooses among the observations `o`. An observation belongs to the last period that began by its day.
    """
    return f"""SELECT r.feed, o.measure, r.area_code, r.period_on, sum(o.value) AS value, max(o.batch) AS batch,
    min(o.source_line) AS source_line
  FROM (SELECT o.*, b.feed FROM shared.observations AS o JOIN shared.batches AS b USING (batch) WHERE {condition}) AS o
  ASOF JOIN shared.reports AS r ON r.feed = o.feed AND r.area_code = o.area_code AND o.period_on >= r.period_on
  GROUP BY r.feed, o.measure, r.area_code, r.period_on"""


def _sql_witness(witness: Witness | None) -> str:
    if witness is None:
        return "SELECT NULL::VARCHAR AS area_code, NULL::DATE AS period_on, NULL::DOUBLE AS witnessed WHERE FALSE"
    return f"""SELECT area_code, period_on, {witness.value} AS witnessed FROM (
    SELECT w.* EXCLUDE (area_code), up.ancestor_code AS area_code, w.{quote(witness.on)} AS period_on
    FROM {witness.source} AS w JOIN shared.area_ancestors AS up ON up.area_code = w.area_code
  ) WHERE {witness.where} GROUP BY area_code, period_on"""


def build_value_states(con: duckdb.DuckDBPyConnection, indicators: Sequence[Indicator]) -> None:
    """Fills `marts.value_states`: the states that reports give to the indicators which count what they state.

    A state is told at the area that owed the report and at every area above it, for the period and every longer one;
    the query layer shows it where there is no number, or a zero.
    """
    con.execute("DELETE FROM marts.value_states")
    states = " ".join(f"WHEN {literal(k)} THEN {literal(v)}" for k, v in STATES.items())
    con.execute("""CREATE OR REPLACE TEMP TABLE told AS
  SELECT DISTINCT feed, NULL::VARCHAR AS measure, area_code, period_on, state FROM shared.reports
  WHERE state IN ('missing', 'quarantined')
  UNION ALL
  SELECT feed, measure, area_code, period_on, verdict FROM marts.zeros WHERE verdict = 'implausible_zero'""")
    for indicator in indicators:
        if indicator.measure and indicator.measure.source == "shared.observations":
            for period in PERIODS:
                con.execute(f"""
INSERT INTO marts.value_states
  WITH counted AS (
    SELECT DISTINCT b.feed, o.measure FROM shared.observations AS o JOIN shared.batches AS b USING (batch)
    WHERE {indicator.measure.where or "TRUE"}
  )
  SELECT {literal(indicator.id)}, {literal(period)}, up.ancestor_code, CAST(date_trunc({literal(period)}, t.period_on) AS DATE),
    min(CASE t.state {states} END)
  FROM told AS t JOIN counted AS c ON c.feed = t.feed AND (t.measure IS NULL OR t.measure = c.measure)
  JOIN shared.area_ancestors AS up ON up.area_code = t.area_code
  GROUP BY 3, 4""")
    con.execute("DROP TABLE told")
