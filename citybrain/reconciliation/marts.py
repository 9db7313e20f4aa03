"""The tables of a snapshot that reconciliation fills, and the SQL of their cells."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from citybrain.reconciliation.reasons_sql import NEED_EVIDENCE, RECORD, sql_pending
from citybrain.reconciliation.rule import Period, Rule, Side, Status
from citybrain.reconciliation.totals_sql import silence_is_zero
from citybrain.reconciliation.units_sql import TOTAL, sql_period
from citybrain.sql import literal, literals

CELLS = f"""CREATE TABLE IF NOT EXISTS marts.reconciliations (rule VARCHAR, area_code VARCHAR, period_on DATE,
  left_count {TOTAL}, right_count {TOTAL}, matched {TOTAL}, left_only {TOTAL}, right_only {TOTAL}, difference {TOTAL},
  status VARCHAR)"""
"""One row a rule, area and period (null: the whole time). `left_count`, `right_count`: what each side says, null where it
says nothing; `difference` = left_only − right_only, null where a side says nothing. Of rules that compare totals,
`matched` is the most that can be the same on both sides."""
RECORDS = f"""CREATE TABLE IF NOT EXISTS marts.reconciliation_records (rule VARCHAR, side VARCHAR, area_code VARCHAR,
  period_on DATE, batch INTEGER, source_line BIGINT, record_key VARCHAR, amount {TOTAL}, reason VARCHAR, evidence_side VARCHAR,
  evidence_batch INTEGER, evidence_line BIGINT, evidence_on DATE, evidence_ratio DOUBLE)"""
"""One row a record that stands on one side only, or is matched through linkage alone (amount 0). The amounts of a side add up to
`left_only` and `right_only` of the cell. Nothing is listed only because the other side is silent about the whole period.
Of rules that compare totals, one row a cell that does not agree, with batch and line null where the total has several rows.
`evidence_on`: the day on which the other side has it, or the period or day whose figure it is; `evidence_ratio`: right by left,
where that is the reason."""
RULES = """CREATE OR REPLACE TABLE marts.reconciliation_rules (rule VARCHAR, sort_order INTEGER, title_zh VARCHAR,
  title_en VARCHAR, question_zh VARCHAR, question_en VARCHAR, owner VARCHAR, level VARCHAR, period_type VARCHAR,
  by_record BOOLEAN, counts_persons BOOLEAN, lag_days INTEGER, tolerance DOUBLE, tolerance_pct DOUBLE,
  left_title_zh VARCHAR, left_title_en VARCHAR,
  left_department VARCHAR, left_table VARCHAR, left_sql VARCHAR, right_title_zh VARCHAR, right_title_en VARCHAR,
  right_department VARCHAR, right_table VARCHAR, right_sql VARCHAR)"""
"""One row a rule: what it compares, in words and as SQL."""


def create_marts(con: duckdb.DuckDBPyConnection) -> None:
    """Creates the tables where they are missing, and anew where an older version of the product made them otherwise."""
    con.execute("CREATE SCHEMA IF NOT EXISTS marts")
    known = con.execute(
        "SELECT count(*) FILTER (column_name = 'evidence_on'), count(*) FROM information_schema.columns WHERE"
        " table_catalog = current_database() AND table_schema = 'marts' AND table_name = 'reconciliation_records'"
    ).fetchall()
    if known[0][1] and not known[0][0]:
        con.execute("DROP TABLE marts.reconciliation_records")
    con.execute(CELLS)
    con.execute(RECORDS)


def forget(con: duckdb.DuckDBPyConnection, rules: Sequence[str], kept: Sequence[str]) -> None:
    """Removes what was computed for `rules`, and for every rule not in `kept`."""
    for table in ("reconciliations", "reconciliation_records"):
        gone = f"rule IN {literals(rules)}" if rules else "FALSE"
        unknown = f"rule NOT IN {literals(kept)}" if kept else "TRUE"
        con.execute(f"DELETE FROM marts.{table} WHERE {gone} OR {unknown}")


def write_rules(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> None:
    """Writes `marts.reconciliation_rules`."""
    con.execute(RULES)
    rows = [
        (
            r.id, place, r.title.zh, r.title.en, r.question.zh, r.question.en, r.owner, r.level, r.period.value, r.by_record,
            r.counts_persons, r.lag_days, r.tolerance, r.tolerance_pct, *_side(r.left), *_side(r.right),
        )
        for place, r in enumerate(rules)
    ]  # fmt: skip
    if rows:
        con.register("frame", pl.DataFrame(rows, orient="row", infer_schema_length=None).to_arrow())
        con.execute("INSERT INTO marts.reconciliation_rules FROM frame")
        con.unregister("frame")


def _side(side: Side) -> tuple[str, str, str, str, str]:
    measure = side.measure
    where = f" WHERE {measure.where}" if measure.where else ""
    return (
        side.title.zh,
        side.title.en,
        side.department,
        side.table,
        f"SELECT {measure.value} FROM {measure.source}{where}",
    )


def sql_coverage(rule: Rule, name: str) -> str:
    """Create `reconcile_covered_<side>` (first_on, last_on, says): the periods of which the side speaks at all."""
    if rule.by_record:
        source = f"SELECT {sql_period(rule.period, 'day')} AS period_on FROM reconcile_{name}"
    else:
        source = f"SELECT period_on FROM reconcile_total_{name}"
    return (
        f"CREATE OR REPLACE TEMP TABLE reconcile_covered_{name} AS\n"
        f"SELECT min(period_on) AS first_on, max(period_on) AS last_on, count(*) > 0 AS says FROM ({source})"
    )


def sql_found_by_record(rule: Rule) -> str:
    """Create `reconcile_found` (area_code, period_on, left_count, right_count, matched, pending) of a rule that matches records.

    `pending`: of what only the left side has, what the right side need not have yet.
    """
    pending = f"CASE WHEN partner_id IS NULL AND {sql_pending(rule)} THEN amount ELSE 0 END"
    return f"""CREATE OR REPLACE TEMP TABLE reconcile_found AS
SELECT area_code, period_on, sum(l) AS left_count, sum(r) AS right_count, sum(m) AS matched, sum(p) AS pending FROM (
  SELECT area_code, period_on, left_amount AS l, right_amount AS r, least(left_amount, right_amount) AS m, 0 AS p
  FROM reconcile_together
  UNION ALL SELECT area_code, period_on, amount, 0, 0, {pending} FROM reconcile_alone_left AS a
  UNION ALL SELECT area_code, period_on, 0, amount, 0, 0 FROM reconcile_alone_right
) GROUP BY area_code, period_on"""


def sql_found_by_totals(rule: Rule) -> str:
    """The same of a rule that compares totals; `matched` is the most that can be the same."""
    left = "coalesce(l.total, 0)" if silence_is_zero(rule.left) else "l.total"
    right = "coalesce(r.total, 0)" if silence_is_zero(rule.right) else "r.total"
    return f"""CREATE OR REPLACE TEMP TABLE reconcile_found AS
SELECT coalesce(l.area_code, r.area_code) AS area_code, coalesce(l.period_on, r.period_on) AS period_on,
  {left} AS left_count, {right} AS right_count,
  CASE WHEN {left} IS NULL OR {right} IS NULL THEN 0 ELSE least({left}, {right}) END AS matched, 0 AS pending
FROM reconcile_total_left AS l
FULL JOIN reconcile_total_right AS r ON r.area_code = l.area_code AND r.period_on IS NOT DISTINCT FROM l.period_on"""


def sql_insert_cells(rule: Rule) -> str:
    """Insert the cells: a side is missing where it says nothing about the whole period."""
    sums = {s: _silent(rule, s) for s in ("left", "right")}
    limit = f"greatest({rule.tolerance}, {rule.tolerance_pct / 100} * greatest(left_count, right_count))"
    return f"""INSERT INTO marts.reconciliations
SELECT {literal(rule.id)}, area_code, period_on,
  CASE WHEN NOT left_silent THEN left_count END, CASE WHEN NOT right_silent THEN right_count END, matched, left_only, right_only,
  CASE WHEN NOT left_silent AND NOT right_silent THEN left_count - right_count END,
  CASE WHEN left_silent THEN {literal(Status.LEFT_MISSING)} WHEN right_silent THEN {literal(Status.RIGHT_MISSING)}
    WHEN left_only = 0 AND right_only = 0 THEN {literal(Status.AGREES)}
    WHEN greatest(left_only - pending, right_only) <= {limit} THEN {literal(Status.WITHIN_TOLERANCE)}
    ELSE {literal(Status.DIFFERS)} END
FROM (
  SELECT *, coalesce(left_count, 0) - matched AS left_only, coalesce(right_count, 0) - matched AS right_only,
    {sums["left"]} AS left_silent, {sums["right"]} AS right_silent
  FROM reconcile_found
) ORDER BY period_on, area_code"""


def _silent(rule: Rule, side: str) -> str:
    """Condition: nothing in the cell, and the period lies outside of those that the side speaks of."""
    within = "says" if rule.period is Period.ALL else "says AND reconcile_found.period_on BETWEEN first_on AND last_on"
    covered = f"(SELECT {within} FROM reconcile_covered_{side})"
    return f"{side}_count IS NULL OR ({side}_count = 0 AND NOT {covered})"


def sql_any_silent(rule: Rule) -> str:
    """SELECT of a row if a side of the rule is silent about any cell."""
    silent = literals([Status.LEFT_MISSING, Status.RIGHT_MISSING])
    return f"SELECT 1 FROM marts.reconciliations WHERE rule = {literal(rule.id)} AND status IN {silent} LIMIT 1"


def sql_insert_records(rule: Rule, selects: Sequence[str], any_silent: bool) -> str:
    """Insert the records of the rule, but for those whose only reason is the silence of the other side."""
    union = "\nUNION ALL\n".join(selects)
    records = f"INSERT INTO marts.reconciliation_records\nSELECT {literal(rule.id)}, {RECORD} FROM (\n{union}\n) AS r({RECORD})"
    if not any_silent:
        return records
    silent = literals([Status.LEFT_MISSING, Status.RIGHT_MISSING])
    return f"""{records}
WHERE reason IN {NEED_EVIDENCE} OR NOT EXISTS (
  SELECT 1 FROM marts.reconciliations AS s WHERE s.rule = {literal(rule.id)} AND s.status IN {silent}
    AND s.area_code = r.area_code AND s.period_on IS NOT DISTINCT FROM r.period_on
)"""
