"""Rows that a delivery says twice: exact duplicates count once, conflicting keys are set aside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from citybrain.contracts.contract import Contract, Delivery
from citybrain.ingest.batches import RowState
from citybrain.sql import literal, quote


def find_repeats(con: duckdb.DuckDBPyConnection, contract: Contract, rows: Path, earlier: Sequence[Path]) -> None:
    """Makes the temp table `repeats` of a checked delivery.

    Columns: `row` (position in the Parquet), `state` (RowState), `reasons`, `repeats` (for a duplicate of earlier
    batches: their numbers).

    Only hashes of the keys are grouped; whole rows are compared for the few keys that seem to occur twice.
    """
    key = [quote(k) for k in contract.record.key]
    same = [quote(c) for c in contract.record.columns()]
    accepted = f"read_parquet({literal(rows)}, file_row_number = TRUE)"
    hashed = f"hash({', '.join(key)})"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE repeats (row BIGINT, state UTINYINT, reasons VARCHAR[], repeats INTEGER[])"
    )
    con.execute(f"""
CREATE OR REPLACE TEMP TABLE repeated_keys AS
  SELECT {hashed} AS hashed FROM {accepted} WHERE _state = {RowState.ACCEPTED:d} GROUP BY 1 HAVING count(*) > 1""")
    if con.execute("SELECT 1 FROM repeated_keys LIMIT 1").fetchone():
        _find_repeats_within(con, contract, accepted, hashed)
    if contract.delivery is Delivery.APPEND and earlier:
        _find_repeats_of_earlier(con, accepted, earlier, key, same)


def _find_repeats_within(con: duckdb.DuckDBPyConnection, contract: Contract, accepted: str, hashed: str) -> None:
    """Adds the rows of the repeated keys that count no more: later copies, and all rows of a conflicting key."""
    key = [quote(k) for k in contract.record.key]
    same = [quote(c) for c in contract.record.columns()]
    con.execute(f"""
INSERT INTO repeats
  WITH candidate AS (
    SELECT r.file_row_number AS row, coalesce(r._line, r.file_row_number) AS place, {", ".join(f"r.{c}" for c in same)}
    FROM {accepted} AS r WHERE {hashed} IN (SELECT hashed FROM repeated_keys) AND r._state = {RowState.ACCEPTED:d}
  ), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY {", ".join(same)} ORDER BY place) AS copy,
      max(place) OVER (PARTITION BY {", ".join(key)}) AS last_place,
      max(place) OVER (PARTITION BY {", ".join(same)}) AS last_copy
    FROM candidate
  )
  SELECT row, CASE WHEN copy > 1 THEN {RowState.DUPLICATE:d} ELSE {RowState.QUARANTINED:d} END AS state,
    CASE WHEN copy > 1 THEN ['key.duplicate'] ELSE ['key.conflict'] END AS reasons, NULL::INTEGER[] AS repeats
  FROM numbered
  WHERE copy > 1 OR ({"FALSE" if contract.delivery is Delivery.APPEND else "last_copy <> last_place"})""")


def _find_repeats_of_earlier(
    con: duckdb.DuckDBPyConnection, accepted: str, earlier: Sequence[Path], key: list[str], same: list[str]
) -> None:
    """Adds rows that earlier batches of an append-only feed have delivered already."""
    files = "[" + ", ".join(literal(f) for f in earlier) + "]"
    on_key = " AND ".join(f"e.{k} IS NOT DISTINCT FROM r.{k}" for k in key)
    all_equal = " AND ".join(f"e.{c} IS NOT DISTINCT FROM r.{c}" for c in same)
    con.execute(f"""
INSERT INTO repeats
  WITH fresh AS (
    SELECT * FROM {accepted} WHERE _state = {RowState.ACCEPTED:d} AND file_row_number NOT IN (SELECT row FROM repeats)
  ), older AS (
    SELECT e._batch, {", ".join(f"e.{c}" for c in same)} FROM read_parquet({files}) AS e SEMI JOIN fresh AS r ON {on_key}
    WHERE e._state = {RowState.ACCEPTED:d}
  )
  SELECT r.file_row_number, {RowState.DUPLICATE:d}, ['key.duplicate'], list(DISTINCT e._batch ORDER BY e._batch)
  FROM fresh AS r JOIN older AS e ON {all_equal} GROUP BY r.file_row_number""")
