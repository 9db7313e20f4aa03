"""How long does the cube take beside one bare join of the same facts to the area tree, and a count by area and day?"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from benchmarks.child import Facts, Task
from benchmarks.measuring import Alternative, take_turns
from benchmarks.registry import WORK
from benchmarks.report import Answer, Line, compared

TOWNSHIPS, VILLAGES, DAYS, YEARS = 300, 10, 90, 20
"""A large city: so many townships, villages in each, days of events and years of registrations."""
AS_OF = dt.date(2020, 3, 30)
FACTS = {
    "residents": "",
    "screenings": "screened_on",
    "cases": "confirmed_on",
    "enterprises": "registered_on",
}
"""The tables that hold most rows, and the day that each row counts on."""


def make_facts(residents: int) -> Path:
    """A snapshot of shared tables: for ten residents three screenings of two persons, and a few cases and enterprises."""
    from citybrain.indicators.binding import create_empty_sources

    file = WORK / f"facts-{residents}.duckdb"
    if file.exists():
        return file
    WORK.mkdir(exist_ok=True)
    part = file.with_suffix(".part")
    part.unlink(missing_ok=True)
    with duckdb.connect(str(part)) as con:
        create_empty_sources(con)
        con.execute(_AREAS)
        con.execute("CREATE TABLE village AS SELECT area_code, row_number() OVER (ORDER BY area_code) - 1 AS n FROM v")
        for table, (share, home, columns) in _ROWS.items():
            con.execute(
                f"INSERT INTO shared.{table} BY NAME SELECT {columns}, area_code, 1 AS batch, i AS source_line"
                f" FROM (SELECT i, hash(i, '{table}') AS h, {home} AS home FROM range({int(residents * share)}) AS r (i))"
                f" JOIN village ON village.n = hash(home) % {TOWNSHIPS * VILLAGES}"
            )
        con.execute("DROP TABLE village; DROP VIEW v")
    part.rename(file)
    return file


_AREAS = f"""
CREATE VIEW v AS SELECT format('3303{{:03d}}{{:05d}}', t, 200 + v) AS area_code, format('3303{{:03d}}00000', t) AS township
  FROM range(1, {TOWNSHIPS + 1}) AS a (t), range(1, {VILLAGES + 1}) AS b (v);
CREATE TABLE shared.area_ancestors AS
  SELECT area_code, unnest([area_code, township, '330300000000']) AS ancestor_code, unnest([2, 1, 0]) AS ancestor_depth FROM v
  UNION ALL SELECT DISTINCT township, unnest([township, '330300000000']), unnest([1, 0]) FROM v
  UNION ALL SELECT '330300000000', '330300000000', 0"""

_FIRST = f"DATE '{AS_OF - dt.timedelta(days=DAYS - 1)}'"
_ROWS = {
    "residents": (
        1.0,
        "i // 3",
        "i AS person_key, i // 3 AS household_key, 1930 + CAST(h // 7 % 90 AS INTEGER) AS birth_year",
    ),
    "screenings": (
        0.3,
        # Two of three are a person's first; a twentieth is placed elsewhere than the person's others.
        "CASE WHEN hash(i) % 20 = 0 THEN -i ELSE i * 2 // 3 END",
        "i * 2 // 3 AS person_key, h // 11 % 20 = 0 AS is_fever,"
        f" {_FIRST} + CAST(h // 13 % {DAYS} AS INTEGER) AS screened_on",
    ),
    "cases": (
        0.02,
        "i",
        f"i AS person_key, {_FIRST} + CAST(h // 13 % {DAYS} AS INTEGER) AS confirmed_on,"
        f" {_FIRST} + CAST(h // 13 % {DAYS} AS INTEGER) AS reported_on",
    ),
    "enterprises": (
        0.05,
        "i",
        f"i AS credit_code, DATE '{AS_OF}' - CAST(h // 13 % {365 * YEARS} AS INTEGER) AS registered_on,"
        " h // 5 % 2 = 0 AS is_individual",
    ),
}


def _copy(facts: str, name: str) -> duckdb.DuckDBPyConnection:
    """A new database beside the facts, into which both alternatives write."""
    target = Path(facts).with_name(f"{name}.duckdb")
    target.unlink(missing_ok=True)
    con = duckdb.connect(str(target))
    con.execute(f"ATTACH '{facts}' AS facts (READ_ONLY); CREATE SCHEMA shared")
    return con


def join_and_count(facts: str) -> Task:
    """One plain statement a table: join to the tree, count by area and day."""
    con = _copy(facts, "bare-counts")

    def task() -> Facts:
        rows = 0
        for table, day in FACTS.items():
            days = f", {day}" if day else ""
            con.execute(
                f"CREATE TABLE shared.{table} AS SELECT ancestor_code{days}, count(*) AS n FROM facts.shared.{table}"
                f" JOIN facts.shared.area_ancestors USING (area_code) GROUP BY ancestor_code{days}"
            )
            rows += con.execute(f"SELECT count(*) FROM shared.{table}").fetchall()[0][0]
        return {"rows": rows}

    return task


def build(facts: str) -> Task:
    """The whole cube: every indicator of the standard dictionary at every level, for days up to years."""
    import pyarrow  # noqa: F401 - the first write of the dictionary would import it, and imports are not timed

    from citybrain.indicators import STANDARD_DICTIONARY, build_cube, load_dictionary

    con = _copy(facts, "cube")
    for (name,) in con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = 'facts' AND schema_name = 'shared'"
    ).fetchall():
        con.execute(f"CREATE VIEW shared.{name} AS FROM facts.shared.{name}")
    indicators = load_dictionary([STANDARD_DICTIONARY])

    def task() -> Facts:
        report = build_cube(con, indicators, AS_OF)
        slowest = max(report.seconds, key=lambda s: report.seconds[s])
        return {"cells": report.rows, "slowest": f"{slowest} {report.seconds[slowest]:.1f} s"}

    return task


def answer(residents: int, rounds: int) -> Answer:
    """Both in turns."""
    facts = {"facts": str(make_facts(residents))}
    runs = take_turns(
        {
            "bare": Alternative("benchmarks.cubing:join_and_count", facts),
            "cube": Alternative("benchmarks.cubing:build", facts),
        },
        rounds,
    )
    bare, cube = runs["bare"], runs["cube"]
    remark = f"{cube.facts['cells']:,} cells; {cube.facts['slowest']}"
    return Answer(
        f"The cube of {residents:,} residents, {TOWNSHIPS} townships, {TOWNSHIPS * VILLAGES:,} villages, {DAYS} days",
        "one bare join-and-count by area and day of the same facts",
        [
            Line("join and count", bare.seconds, "s", peak_mib=bare.peak_mib),
            compared("cube", cube, bare, "ratio ≤ 3", remark),
        ],
    )
