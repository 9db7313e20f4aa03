"""Merges and splits against the build before, so that whoever kept a person's key can follow it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

from citybrain.sql import literal, quote

_COLUMNS = """event VARCHAR, mention_key BIGINT, previous_key BIGINT, person_key BIGINT, previous_how VARCHAR, how
VARCHAR,
  known_at TIMESTAMP"""


def write_events(
    con: duckdb.DuckDBPyConnection, schema: str, previous: Path | None, known_at: dt.datetime | None
) -> dict[str, int]:
    """Writes `person_events` of a schema that holds `person_map`; returns how many of each event are new.

    One row for each statement whose person is another than before: event (`merged`: it had a key of its own and is now
    a known
    person's; `split`: the reverse; `moved`: another person's), mention_key, previous_key, person_key, previous_how,
    how, known_at. The
    events of the builds before stay in front. `previous` is a snapshot with the tables of this schema, or the Parquet
    of a `person_map`.
    """
    own = quote(schema)
    con.execute(f"CREATE OR REPLACE TABLE {own}.person_events ({_COLUMNS})")
    if previous is None or not previous.exists():
        return {}
    if previous.suffix == ".parquet":
        return _compare(con, own, f"read_parquet({literal(previous)})", known_at)
    con.execute(f"ATTACH {literal(previous)} AS link_previous (READ_ONLY)")
    try:
        held = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'link_previous' AND schema_name = $schema",
            {"schema": schema},
        ).fetchall()
        if ("person_events",) in held:
            con.execute(f"INSERT INTO {own}.person_events FROM link_previous.{own}.person_events")
        return _compare(con, own, f"link_previous.{own}.person_map", known_at) if ("person_map",) in held else {}
    finally:
        con.execute("DETACH link_previous")


def _compare(con: duckdb.DuckDBPyConnection, own: str, before: str, known_at: dt.datetime | None) -> dict[str, int]:
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE link_events AS
        SELECT CASE WHEN was.mention_key IS NULL OR was.person_key IS NULL OR was.person_key = was.mention_key THEN
        'merged'
            WHEN now.person_key IS NULL OR now.person_key = now.mention_key THEN 'split' ELSE 'moved' END AS event,
          now.mention_key, coalesce(was.person_key, now.mention_key) AS previous_key, now.person_key, was.how AS
          previous_how, now.how,
          $known_at::TIMESTAMP AS known_at
        FROM {own}.person_map AS now LEFT JOIN {before} AS was USING (mention_key)
        WHERE CASE WHEN was.mention_key IS NULL
            -- A person with a valid number had no row before a decision gave it another's.
            THEN now.how = 'decision' AND now.mention_key IN (SELECT key FROM link_merged)
              AND now.mention_key NOT IN (SELECT mention_key FROM link_statements)
            ELSE now.person_key IS DISTINCT FROM was.person_key END
        ORDER BY now.mention_key""",
        {"known_at": known_at},
    )
    con.execute(f"INSERT INTO {own}.person_events FROM link_events")
    return dict(con.execute("SELECT event, count(*) FROM link_events GROUP BY event ORDER BY event").fetchall())
