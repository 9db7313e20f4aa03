"""What does a record-level match of two large lists cost, beside one bare join of the same lists?"""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.child import Facts, Task
from benchmarks.measuring import Alternative, take_turns
from benchmarks.report import Answer, compared

HERE = "benchmarks.reconciling"
WORK = Path(__file__).parent / "work"
DAYS, TOWNSHIPS = 90, 300
RULE = "fever_clinic_follow_ups"
LOST, SHIFTED, ELSEWHERE, TWICE = 0.02, 0.01, 0.01, 0.01
"""Of the right side: missing on the left, on another day, in another township, twice."""


def make_lists(left: int) -> Path:
    """A database with a left list of so many rows and a right one of three tenths, made once."""
    right, file = left * 3 // 10, WORK / f"lists-{left}.duckdb"
    if file.exists():
        return file
    WORK.mkdir(exist_ok=True)
    making = file.with_suffix(".making")
    making.unlink(missing_ok=True)
    with duckdb.connect(str(making)) as con:
        con.execute("CREATE SCHEMA shared")
        con.execute(
            f"CREATE TABLE shared.areas AS SELECT 'c' AS area_code, 'county' AS level, 0 AS depth"
            f" UNION ALL SELECT 't' || n, 'township', 1 FROM range({TOWNSHIPS}) AS t(n)"
        )
        con.execute(
            "CREATE TABLE shared.area_ancestors AS"
            " SELECT area_code, area_code AS ancestor_code, depth AS ancestor_depth FROM shared.areas"
            " UNION ALL SELECT area_code, 'c', 0 FROM shared.areas WHERE depth = 1"
        )
        con.execute(
            "CREATE TABLE shared.screenings AS SELECT (hash(n) >> 1)::BIGINT AS person_key, 't' || (hash(n, 1) % "
            f"{TOWNSHIPS})::VARCHAR AS area_code, DATE '2020-01-01' + (hash(n, 2) % {DAYS})::INTEGER AS screened_on,"
            " TRUE AS is_fever, 38.0 AS temperature_c, 1::INTEGER AS batch, n AS source_line"
            f" FROM range({left}) AS t(n)"
        )
        con.execute(_sql_right(right))
        con.execute("CREATE TABLE shared.residents AS SELECT person_key, area_code FROM shared.screenings")
    making.rename(file)
    return file


def _sql_right(rows: int) -> str:
    """The list of the other side: the first rows of the left one, with a share of each kind of mistake."""
    lost, shifted = LOST * 1000, (LOST + SHIFTED) * 1000
    elsewhere = shifted + ELSEWHERE * 1000
    copied = f"""SELECT CASE WHEN draw < {lost} THEN (hash(source_line, 9) >> 1)::BIGINT ELSE person_key END AS person_key,
      CASE WHEN draw BETWEEN {shifted} AND {elsewhere - 1} THEN 't0' ELSE area_code END AS area_code,
      screened_on + CASE WHEN draw BETWEEN {lost} AND {shifted - 1} THEN 1 ELSE 0 END AS screened_on, source_line
    FROM (SELECT *, hash(source_line, 5) % 1000 AS draw FROM shared.screenings WHERE source_line < {rows})"""
    return (
        "CREATE TABLE shared.follow_ups AS SELECT *, 2::INTEGER AS batch FROM ("
        f"{copied} UNION ALL SELECT * REPLACE (source_line + {rows} AS source_line) FROM ({copied})"
        f" WHERE hash(source_line, 7) % 1000 < {TWICE * 1000})"
    )


def bare_join(file: str) -> Task:
    """One full join on person, township and day, into a table of every record on one side only: no reasons, no evidence."""
    con = duckdb.connect(file)

    def task() -> Facts:
        con.execute(
            "CREATE OR REPLACE TABLE bare AS SELECT coalesce(l.area_code, r.area_code) AS area_code,"
            " coalesce(l.screened_on, r.screened_on) AS period_on, l.batch IS NULL AS is_right,"
            " coalesce(l.batch, r.batch) AS batch, coalesce(l.source_line, r.source_line) AS source_line,"
            " coalesce(l.person_key, r.person_key)::VARCHAR AS record_key"
            " FROM shared.screenings AS l FULL JOIN shared.follow_ups AS r"
            " ON r.person_key = l.person_key AND r.area_code = l.area_code AND r.screened_on = l.screened_on"
            " WHERE l.batch IS NULL OR r.batch IS NULL"
        )
        rows = con.execute("SELECT count(*) FROM bare").fetchall()[0][0]
        con.close()
        return {"records": rows}

    return task


def reconcile(file: str) -> Task:
    """The whole rule: match, reasons with evidence, cells and a row for every record on one side only."""
    from citybrain.reconciliation import STANDARD_RULES, build_reconciliation, load_rules

    rules = [r for r in load_rules([STANDARD_RULES]) if r.id == RULE]
    con = duckdb.connect(file)

    def task() -> Facts:
        report = build_reconciliation(con, rules)
        con.close()
        return {"cells": report.cells, "records": report.records}

    return task


def answer(residents: int, rounds: int) -> Answer:
    """Both in turns: as many rows on the left as residents, three tenths on the right."""
    place = {"file": str(make_lists(residents))}
    runs = take_turns(
        {name: Alternative(f"{HERE}:{task}", place) for name, task in (("bare", "bare_join"), ("whole", "reconcile"))},
        rounds,
    )
    bare, whole = runs["bare"], runs["whole"]
    facts = f"{whole.facts['cells']:,} cells, {whole.facts['records']:,} records with a reason"
    return Answer(
        f"Reconciling {residents:,} with {residents * 3 // 10:,} records one by one",
        "one bare full join of the same two lists into a table of what is on one side only",
        [
            compared("bare full join", bare, bare),
            compared("reconciliation", whole, bare, "ratio ≤ 8", facts),
        ],
    )
