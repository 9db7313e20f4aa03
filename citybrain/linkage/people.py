"""Which person each row speaks of, where its number does not say so."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from citybrain.linkage.decisions import merged_into, read_decisions
from citybrain.linkage.events import write_events
from citybrain.linkage.pool import PAIRS, create_pool, sql_evidence
from citybrain.linkage.probabilistic import USUAL, Band, weigh
from citybrain.linkage.rules import NAME_AND_BIRTH, NEAR_ID, sql_sure
from citybrain.linkage.statements import create_statements
from citybrain.sql import quote
from citybrain.warehouse.secrets import sql_pseudonym

PERSON = sql_pseudonym("resident_id", "person")


@dataclass(frozen=True)
class LinkReport:
    """What one run of the linkage did."""

    rows: dict[str, int]
    """Rows of `person_links` by how."""
    review: int
    """Pairs that wait for a person."""
    events: dict[str, int]
    """Merges, splits and moves against the previous build."""
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Linkage:
    """What a run is given besides the mentions."""

    decisions: Path
    """The project's file of decisions, which need not exist."""
    previous: Path | None = None
    """The snapshot, or a Parquet file of the table `person_map`, of the build before."""
    ancestors: str | None = None
    """Relation with the columns of `shared.area_ancestors`; without it areas agree only when equal."""
    known_at: dt.datetime | None = None
    """When this build's knowledge ends; stands beside its events."""
    band: Band = USUAL


def link_people(con: duckdb.DuckDBPyConnection, mentions: str, given: Linkage, schema: str = "linkage") -> LinkReport:
    """Finds the person of every mention without a valid number; writes four tables into a schema of the connection.

    `mentions` is a relation of the columns that `sql_mentions` lists; the connection's pseudonyms are armed. The
    order: decisions,
    numbers one slip away, name with birth date, what Splink accepts; the rest keeps a pseudonym of its own. Written are

    - `person_links`, one row for each mention whose person is not the plain pseudonym of its valid number: table_name,
    batch,
      source_line, person_key BIGINT, how (near_id, name_birth, probabilistic, decision, unlinked), score DOUBLE (0 to
      1; null for
      decision and unlinked). A mention that says too little to be told from others has none and stays without a person.
    - `person_map`, one row a different statement: mention_key, person_key, how, score. The next build compares with it.
    - `review`, one row for each pair that a person should decide: mention_key, person_key, score, reasons VARCHAR[],
    the first
      row (table_name, batch, source_line) and how many rows state it.
    - `person_events`: see `write_events`.

    Raises:
        ContractError: the file of decisions is damaged.
    """
    clock: dict[str, float] = {}
    with _step(clock, "statements"):
        create_statements(con, mentions)
        _load_decisions(con, given.decisions)
    with _step(clock, "pool"):
        create_pool(con, mentions)
    with _step(clock, "rules"):
        _apply_rules(con, given.ancestors)
    with _step(clock, "probabilistic"):
        weigh(con, mentions, given.ancestors, given.band)
    with _step(clock, "tables"):
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}")
        _write_map(con, schema)
        _write_links(con, mentions, schema)
        _write_review(con, schema)
        events = write_events(con, schema, given.previous, given.known_at)
        _drop_temporary(con)
    counted = con.execute(
        f"SELECT how, count(*) FROM {quote(schema)}.person_links GROUP BY how ORDER BY how"
    ).fetchall()
    review = con.execute(f"SELECT count(*) FROM {quote(schema)}.review").fetchall()[0][0]
    return LinkReport(dict(counted), review, events, clock)


@contextmanager
def _step(clock: dict[str, float], name: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    clock[name] = round(time.perf_counter() - began, 3)


def _load_decisions(con: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Makes `link_merged` (key, person_key) and `link_refused` (mention_key, person_key)."""
    decisions = read_decisions(file)
    merged = merged_into(decisions)
    pairs = {
        "merged": (list(merged), list(merged.values()), "key"),
        "refused": (
            [d.mention_key for d in decisions if d.verdict == "different"],
            [d.person_key for d in decisions if d.verdict == "different"], "mention_key",
        ),
    }  # fmt: skip
    for name, (left, right, key) in pairs.items():
        frame = pl.DataFrame({key: left, "person_key": right}, schema={key: pl.Int64, "person_key": pl.Int64})
        con.register("link_given", frame.to_arrow())
        con.execute(f"CREATE OR REPLACE TEMP TABLE link_{name} AS FROM link_given")
        con.unregister("link_given")


def _apply_rules(con: duckdb.DuckDBPyConnection, ancestors: str | None) -> None:
    """Makes `link_found` (mention_key, resident_id, how, score) and `link_evidence` of what they leave."""
    decided = "mention_key NOT IN (SELECT key FROM link_merged)"
    near = f"(SELECT mention_key, id17 FROM link_near WHERE {decided})"
    _judge(con, near, ancestors)
    con.execute(f"CREATE OR REPLACE TEMP TABLE link_found AS {sql_sure('link_evidence', NEAR_ID)}")
    # What a number one slip away says stays evidence for the scales, even where it was not enough alone.
    con.execute("CREATE OR REPLACE TEMP TABLE link_near_left AS SELECT mention_key, id17 FROM link_evidence")
    left = "mention_key NOT IN (SELECT mention_key FROM link_found)"
    _judge(
        con,
        f"""(SELECT mention_key, id17 FROM ({PAIRS}) WHERE {decided} AND {left}
        UNION SELECT mention_key, id17 FROM link_near_left WHERE {left})""",
        ancestors,
    )
    con.execute(f"INSERT INTO link_found {sql_sure('link_evidence', NAME_AND_BIRTH)}")
    con.execute(f"DELETE FROM link_evidence WHERE NOT ({left})")


def _judge(con: duckdb.DuckDBPyConnection, pairs: str, ancestors: str | None) -> None:
    """Makes `link_evidence` of pairs, without those that a person refused."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE link_evidence AS {sql_evidence(pairs, ancestors)}")
    con.execute(
        f"""DELETE FROM link_evidence WHERE mention_key IN (SELECT mention_key FROM link_refused)
        AND (mention_key, {PERSON}) IN (SELECT mention_key, person_key FROM link_refused)"""
    )


def _write_map(con: duckdb.DuckDBPyConnection, schema: str) -> None:
    """The person of each statement; decisions count last, also for persons that rules found."""
    con.execute(
        f"""CREATE OR REPLACE TABLE {quote(schema)}.person_map AS
        WITH found AS (SELECT mention_key, {PERSON} AS person_key, how, score FROM link_found),
        said AS (SELECT DISTINCT mention_key, is_identifying FROM link_statements),
        mapped AS (
          SELECT s.mention_key, coalesce(f.person_key, CASE WHEN is_identifying THEN s.mention_key END) AS person_key,
            coalesce(f.how, 'unlinked') AS how, f.score
          FROM said AS s LEFT JOIN found AS f USING (mention_key)
          UNION ALL
          SELECT key, key, 'decision', NULL FROM link_merged WHERE key NOT IN (SELECT mention_key FROM said)
        ),
        merged AS (
          SELECT m.mention_key, coalesce(own.person_key, theirs.person_key, m.person_key) AS person_key,
            CASE WHEN own.key IS NULL AND theirs.key IS NULL THEN m.how ELSE 'decision' END AS how,
            CASE WHEN own.key IS NULL AND theirs.key IS NULL THEN m.score END AS score
          FROM mapped AS m LEFT JOIN link_merged AS own ON own.key = m.mention_key
            LEFT JOIN link_merged AS theirs ON theirs.key = m.person_key
        )
        -- The key that a decision points to may itself be a statement whose person a rule found.
        SELECT a.mention_key, coalesce(b.person_key, a.person_key) AS person_key, a.how, a.score
        FROM merged AS a LEFT JOIN merged AS b ON b.mention_key = a.person_key AND a.how = 'decision'
        ORDER BY a.mention_key"""
    )


def _write_links(con: duckdb.DuckDBPyConnection, mentions: str, schema: str) -> None:
    own = quote(schema)
    con.execute(
        f"""CREATE OR REPLACE TABLE {own}.person_links AS
        SELECT table_name, batch, source_line, person_key, how, score
        FROM link_open JOIN {own}.person_map USING (mention_key) WHERE person_key IS NOT NULL"""
    )
    numbered = "SELECT key FROM link_merged WHERE key NOT IN (SELECT mention_key FROM link_statements)"
    if con.execute(numbered).fetchall():
        # Persons with two valid numbers: only then every number must be turned into its pseudonym.
        con.execute(
            f"""INSERT INTO {own}.person_links
            SELECT table_name, batch, source_line, map.person_key, 'decision', NULL
            FROM {mentions} AS m JOIN {own}.person_map AS map ON map.mention_key = {PERSON}
            WHERE m.resident_id IS NOT NULL AND map.mention_key IN ({numbered})"""
        )


def _write_review(con: duckdb.DuckDBPyConnection, schema: str) -> None:
    con.execute(
        f"""CREATE OR REPLACE TABLE {quote(schema)}.review AS
        SELECT r.mention_key, {PERSON} AS person_key, r.score, r.reasons, o.first.table_name, o.first.batch,
          o.first.source_line, o.rows
        FROM link_review AS r JOIN (
          SELECT mention_key, count(*) AS rows,
            min({{'table_name': table_name, 'batch': batch, 'source_line': source_line}}) AS first
          FROM link_open WHERE mention_key IN (SELECT mention_key FROM link_review) GROUP BY mention_key
        ) AS o USING (mention_key) ORDER BY r.score DESC, r.mention_key, person_key"""
    )


def _drop_temporary(con: duckdb.DuckDBPyConnection) -> None:
    """What was made on the way holds names and numbers."""
    names = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE temporary AND table_name LIKE 'link\\_%' ESCAPE '\\'"
    )
    for (name,) in names.fetchall():
        con.execute(f"DROP TABLE {quote(name)}")
