"""`shared.reports`: every report that an area owed, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import duckdb
import polars as pl

from citybrain.contracts.contract import Contract
from citybrain.ingest import Batch, RowState, current_batches, feed_folder, sql_stored, stored_files
from citybrain.ingest.waiting import sql_waiting
from citybrain.project import Paths, Project
from citybrain.reporting.expected import expected_reports, last_deadline, period_start, sql_period_start
from citybrain.schema.shared.told import Reports
from citybrain.sql import literal, quote
from citybrain.warehouse import sql_accepted

LEAST_COPIED = 10
"""Equal small numbers on two days are chance; a report is called copied from this total on."""


TWICE = f"(a.state = {RowState.DUPLICATE:d} AND a.repeats IS NULL) OR list_contains(a.reasons, 'key.conflict')"
"""Rows set aside because their file says the same again, or says it again otherwise."""
NOWHERE = "SELECT NULL::VARCHAR AS area_code, NULL::DATE AS period_on WHERE FALSE"
"""No area and no period."""


def build_reports(
    con: duckdb.DuckDBPyConnection,
    project: Project,
    contracts: Sequence[Contract],
    batches: Sequence[Batch],
    as_of: dt.datetime | None,
) -> None:
    """Makes `shared.reports` of every feed whose contract says who must report (`[due] each`).

    Reads `shared.areas` and the accepted zone, superseded deliveries too: what a corrected report said before is in them.
    Not `shared.observations`: where two feeds state the same number, only one of them is there. Reports are owed from the first
    period that anybody has reported; one that has not come is owed once its due time is past at what the snapshot knows
    (`last_known`), so that a feed or an area that falls silent is missing from then on, period after period.
    """
    columns = ", ".join(f"{quote(n)} {c.sql_type}" for n, c in Reports.columns().items())
    con.execute(f"CREATE OR REPLACE TABLE shared.reports ({columns})")
    for contract in reporting_feeds(contracts):
        known = [
            b for b in batches if b.feed == contract.feed and not b.error and (as_of is None or b.received_at <= as_of)
        ]
        if known:
            _add_feed(con, project, contract, known, last_known(batches, as_of))


def reporting_feeds(contracts: Sequence[Contract]) -> list[Contract]:
    """The feeds of which every area owes its own report."""
    return [c for c in contracts if c.due and c.due.each and c.record.name == "observation"]


def last_known(batches: Sequence[Batch], as_of: dt.datetime | None) -> dt.datetime:
    """The instant that a snapshot knows the world of: `as_of`, or when the last delivery of any feed was received.

    Not the clock of the build: the same deliveries must give the same snapshot.
    """
    return as_of or max((b.received_at for b in batches), default=dt.datetime.min.replace(tzinfo=dt.UTC))


def deadlines_past(
    contracts: Sequence[Contract], batches: Sequence[Batch], as_of: dt.datetime | None, timezone: str
) -> list[str]:
    """By feed the last day whose report is due: what decides, besides the deliveries, which reports are owed."""
    now = last_known(batches, as_of)
    return [f"{c.feed}:{last_deadline(c.due, now, timezone)}" for c in reporting_feeds(contracts) if c.due and batches]


def _add_feed(
    con: duckdb.DuckDBPyConnection, project: Project, contract: Contract, known: Sequence[Batch], now: dt.datetime
) -> None:
    assert contract.due
    rows = sql_accepted(project.paths, contract, current_batches(known, contract))
    spoken = con.execute(f"SELECT min(period_on), max(period_on) FROM {rows}").fetchone()
    if spoken is None or spoken[0] is None:
        return
    first, last = spoken[0], max(spoken[1], last_deadline(contract.due, now, project.timezone))
    expected = _of_their_time(
        con, contract.due.each,
        expected_reports(contract.due, _areas(con, contract.due.each), first, last, project.timezone),
    )  # fmt: skip
    received = pl.DataFrame(
        [(b.batch, _naive(b.received_at)) for b in known],
        schema={"batch": pl.Int32, "received_at": pl.Datetime("us")}, orient="row",
    )  # fmt: skip
    for name, frame in (("expected", expected), ("received", received)):
        con.register(f"report_{name}", frame.to_arrow())
    period = sql_period_start(contract.due, period_start(contract.due, first), "{}")
    con.execute(f"INSERT INTO shared.reports {sql_reports(project.paths, contract, known, period, _naive(now))}")
    for name in ("expected", "received"):
        con.unregister(f"report_{name}")


def _areas(con: duckdb.DuckDBPyConnection, level: str) -> list[str]:
    return [a for (a,) in con.execute("SELECT area_code FROM shared.areas WHERE level = ?", [level]).fetchall()]


def _of_their_time(con: duckdb.DuckDBPyConnection, level: str, expected: pl.DataFrame) -> pl.DataFrame:
    """Without the periods before an area began or after it was merged away: nobody was there to report."""
    valid = con.sql("SELECT area_code, valid_from, valid_to FROM shared.areas WHERE level = ?", params=[level]).pl()
    known = expected.join(valid, on="area_code", maintain_order="left")
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= pl.col("period_on"))
    ended = pl.col("valid_to").is_not_null() & (pl.col("valid_to") <= pl.col("period_on"))
    return known.filter(begun & ~ended).select(expected.columns)


def sql_reports(paths: Paths, contract: Contract, known: Sequence[Batch], period: str, now: dt.datetime) -> str:
    """SELECT of the reports of one feed, from `report_expected` and `report_received` (batch, received_at).

    `known` are its deliveries; `period` is SQL with a place `{}` for a day, the first day of whose period it gives; `now`
    (UTC) decides which reports that have not come were due.
    """
    current = current_batches(known, contract)
    asked = len(contract.values) or None
    wanted = str(asked) if asked else "(SELECT count(DISTINCT measure) FROM stands)"
    return f"""{_sql_stands(paths, contract, current, period)},
{_sql_history(paths, contract, known, period)}
SELECT {literal(contract.feed)}, e.area_code, e.period_on, e.due_at, f.filed_at,
  CASE WHEN r.measures IS NULL THEN CASE WHEN u.area_code IS NULL THEN 'missing' ELSE 'quarantined' END
    WHEN f.filed_at <= e.due_at THEN 'on_time' ELSE 'late' END,
  coalesce(r.measures IS NOT NULL AND f.filed_at <= e.due_at, FALSE), r.measures IS NOT NULL,
  coalesce(r.numbers, 0), coalesce(r.zeros, 0),
  coalesce(r.measures < {wanted}, FALSE), coalesce(r.zeros = r.numbers, FALSE), r.is_copied,
  coalesce(h.changed_at > e.due_at, FALSE), t.area_code IS NOT NULL, r.batch, r.source_line
FROM report_expected AS e
JOIN compared AS r ON r.area_code = e.area_code AND r.period_on = e.period_on
LEFT JOIN first AS f ON f.area_code = e.area_code AND f.period_on = e.period_on
LEFT JOIN history AS h ON h.area_code = e.area_code AND h.period_on = e.period_on
LEFT JOIN twice AS t ON t.area_code = e.area_code AND t.period_on = e.period_on
LEFT JOIN unread AS u ON u.area_code = e.area_code AND u.period_on = e.period_on
WHERE r.measures IS NOT NULL OR u.area_code IS NOT NULL OR e.due_at <= TIMESTAMP {literal(now)}
ORDER BY e.period_on, e.area_code"""


def _sql_stands(paths: Paths, contract: Contract, current: Sequence[Batch], period: str) -> str:
    """`stands`, `report`, `compared`: what each report says now, beside the one of the period before."""
    return f"""
WITH stands AS (
  SELECT area AS area_code, {period.format("period_on")} AS period_on, measure, value, batch, source_line
  FROM {sql_accepted(paths, contract, current)} JOIN report_received USING (batch)
  QUALIFY row_number() OVER (PARTITION BY area, period_on, measure ORDER BY received_at DESC, batch DESC, source_line DESC) = 1
),
report AS (
  SELECT area_code, period_on, count(DISTINCT measure) AS measures, count(*) AS numbers,
    count(*) FILTER (WHERE value = 0) AS zeros, sum(abs(value)) AS total,
    list({{'measure': measure, 'value': value}} ORDER BY measure, value) AS said,
    max(batch) AS batch, min(source_line) AS source_line
  FROM stands GROUP BY 1, 2
),
-- Beside what is owed, so that the period before is the one before and not the last one that came.
compared AS (
  SELECT e.area_code, e.period_on, r.* EXCLUDE (area_code, period_on),
    coalesce(said = lag(said) OVER earlier AND total >= {LEAST_COPIED}, FALSE) AS is_copied
  FROM report_expected AS e LEFT JOIN report AS r ON r.area_code = e.area_code AND r.period_on = e.period_on
  WINDOW earlier AS (PARTITION BY e.area_code ORDER BY e.period_on)
)"""


def _sql_history(paths: Paths, contract: Contract, known: Sequence[Batch], period: str) -> str:
    """`filed` … `unread`: when reports were filed and changed, which came twice, which cannot be read."""
    current = current_batches(known, contract)
    return f"""filed AS (
  SELECT v.area AS area_code, v.period_on AS day, {period.format("v.period_on")} AS period_on, v.measure, v.value, v.batch,
    b.received_at, coalesce(v.filed_at, b.received_at) AS filed_at
  FROM {sql_accepted(paths, contract, known)} AS v JOIN report_received AS b USING (batch)
),
-- The same figures sent again after the due time are no correction.
changed AS (
  SELECT area_code, period_on, received_at AS changed_at,
    coalesce(value <> lag(value) OVER (PARTITION BY area_code, day, measure ORDER BY received_at, batch), FALSE) AS is_changed
  FROM filed
),
history AS (
  SELECT area_code, period_on, max(changed_at) FILTER (WHERE is_changed) AS changed_at
  FROM changed GROUP BY area_code, period_on
),
first AS (SELECT area_code, period_on, min(filed_at) AS filed_at FROM filed GROUP BY area_code, period_on),
twice AS (
  SELECT area_code, period_on FROM filed WHERE batch IN {_numbers(current)}
  GROUP BY area_code, period_on, day, measure, batch HAVING count(*) > 1
  UNION {_sql_twice(paths, contract, current, period)}
),
unread AS ({_sql_unread(paths, contract, current, period)})"""


def _naive(instant: dt.datetime) -> dt.datetime:
    return instant.astimezone(dt.UTC).replace(tzinfo=None)


def _sql_rows(paths: Paths, contract: Contract, known: Sequence[Batch]) -> str:
    """FROM item of every row of the deliveries, whatever its state."""
    return sql_stored(file for b in known for file in stored_files(paths, b))


def _sql_twice(paths: Paths, contract: Contract, current: Sequence[Batch], period: str) -> str:
    """SELECT of the areas and periods of rows of current files that were set aside because they repeat one another."""
    folder = feed_folder(paths.quarantine, contract.feed)
    files = [literal(folder / b.rows_name) for b in current if b.duplicate or b.quarantined]
    if not files:
        return NOWHERE
    aside = (
        "SELECT *, CAST(split_part(parse_filename(filename), '-', 1) AS INTEGER) AS batch"
        f" FROM read_parquet([{', '.join(files)}], filename = TRUE, union_by_name = TRUE) AS a WHERE {TWICE}"
    )
    return _sql_places(paths, contract, current, period, aside)


def _sql_unread(paths: Paths, contract: Contract, current: Sequence[Batch], period: str) -> str:
    """SELECT of the areas and periods of rows that wait in quarantine: what a returned workbook settled is read or withdrawn."""
    waiting = sql_waiting(paths, current, current)
    return _sql_places(paths, contract, current, period, waiting) if waiting else NOWHERE


def _sql_places(paths: Paths, contract: Contract, current: Sequence[Batch], period: str, aside: str) -> str:
    """The areas and periods of rows that were set aside (`batch`, `row`), as far as they could be read."""
    return f"""SELECT DISTINCT r.area AS area_code, {period.format("r.period_on")} AS period_on
  FROM {_sql_rows(paths, contract, current)} AS r JOIN ({aside}) AS a
    ON a.row = r.row AND a.batch = r._batch"""


def _numbers(batches: Sequence[Batch]) -> str:
    return "(" + ", ".join(str(b.batch) for b in batches) + ")"
