"""Rows that a delivery says twice: exact duplicates count once, conflicting keys are set aside."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import duckdb

from citybrain.contracts.contract import Contract, Delivery
from citybrain.ingest.batches import RowState
from citybrain.ingest.checked import Checked
from citybrain.ingest.stored import sql_stored
from citybrain.sql import literal, quote


def find_repeats(con: duckdb.DuckDBPyConnection, contract: Contract, checked: Sequence[Checked]) -> None:
    """Makes the temp table `repeats` of the rows that deliveries say twice, each delivery by itself.

    Columns: `batch`, `row` (position in its Parquet), `state` (RowState), `reasons`, `repeats` (for a duplicate of
    earlier batches: their numbers).

    Only hashes of the keys are looked at, sorted as one column, which takes half the time of grouping them; whole rows are
    compared for the few keys that seem to occur twice.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE repeats"
        " (batch INTEGER, row BIGINT, state UTINYINT, reasons VARCHAR[], repeats INTEGER[])"
    )
    hashed = f"hash(_batch, {_key(contract)})"
    keys = con.sql(f"SELECT {hashed} AS hashed FROM {_sql_accepted(contract, checked)}").pl()["hashed"].sort()
    repeated = keys.filter(keys == keys.shift())
    if len(repeated):
        con.register("repeated_hashes", repeated.to_frame().to_arrow())
        con.execute("CREATE OR REPLACE TEMP TABLE repeated_keys AS SELECT DISTINCT hashed FROM repeated_hashes")
        con.unregister("repeated_hashes")
        _find_repeats_within(con, contract, checked, hashed)


def _key(contract: Contract) -> str:
    return ", ".join(quote(k) for k in contract.record.key)


def _same(contract: Contract) -> str:
    return ", ".join(quote(c) for c in contract.record.columns())


def _sql_accepted(contract: Contract, checked: Sequence[Checked]) -> str:
    """FROM item of the rows of all layouts that the pass accepted."""
    columns = f"_batch, row, _line, {_same(contract)}"
    selects = [f"SELECT {columns} FROM {c.rows} WHERE _state = {RowState.ACCEPTED:d}" for c in checked]
    return f"({' UNION ALL '.join(selects)})"


def _find_repeats_within(
    con: duckdb.DuckDBPyConnection, contract: Contract, checked: Sequence[Checked], hashed: str
) -> None:
    """Adds the rows of the repeated keys that count no more: later copies, and all rows of a conflicting key."""
    key, same = _key(contract), _same(contract)
    con.execute(f"""
INSERT INTO repeats
  WITH candidate AS (
    SELECT _batch AS batch, row, coalesce(_line, row) AS place, {same}
    FROM {_sql_accepted(contract, checked)} WHERE {hashed} IN (SELECT hashed FROM repeated_keys)
  ), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY batch, {same} ORDER BY place) AS copy,
      max(place) OVER (PARTITION BY batch, {key}) AS last_place,
      max(place) OVER (PARTITION BY batch, {same}) AS last_copy
    FROM candidate
  )
  SELECT batch, row, CASE WHEN copy > 1 THEN {RowState.DUPLICATE:d} ELSE {RowState.QUARANTINED:d} END AS state,
    CASE WHEN copy > 1 THEN ['key.duplicate'] ELSE ['key.conflict'] END AS reasons, NULL::INTEGER[] AS repeats
  FROM numbered
  WHERE copy > 1 OR ({"FALSE" if contract.delivery is Delivery.APPEND else "last_copy <> last_place"})""")


def find_repeats_of_earlier(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    checked: Sequence[Checked],
    earlier: Collection[tuple[int, int]],
    files: Mapping[int, Sequence[Path]],
) -> None:
    """Adds to `repeats` the rows that earlier batches of an append-only feed have delivered already.

    `earlier` holds, for each batch, the batches it is compared with; they are among the checked ones or in `files`, the
    Parquets of batches taken before, by their number. Of these only the keys are read, and once, unless one comes again.
    """
    if not earlier:
        return
    con.execute(
        "CREATE OR REPLACE TEMP TABLE precedes AS SELECT unnest($batches::INTEGER[]) AS batch,"
        " unnest($earlier::INTEGER[]) AS earlier",
        {"batches": [batch for batch, _ in earlier], "earlier": [other for _, other in earlier]},
    )
    hashed, accepted = f"hash({_key(contract)})", _sql_accepted(contract, checked)
    con.execute(f"CREATE OR REPLACE TEMP TABLE keys AS SELECT DISTINCT {hashed} AS hashed, _batch FROM {accepted}")
    repeated = "SELECT hashed FROM keys GROUP BY hashed HAVING count(*) > 1"
    if files:
        _learn_earlier_keys(con, contract, hashed, files)
        numbers = ", ".join(str(batch) for batch in files)
        repeated += f" UNION SELECT hashed FROM earlier_keys SEMI JOIN keys USING (hashed) WHERE _batch IN ({numbers})"
    con.execute(f"CREATE OR REPLACE TEMP TABLE repeated_keys AS {repeated}")
    if con.execute("SELECT 1 FROM repeated_keys LIMIT 1").fetchall():
        _compare_with_earlier(con, contract, accepted, _older(con, contract, accepted, files))


def _learn_earlier_keys(
    con: duckdb.DuckDBPyConnection, contract: Contract, hashed: str, files: Mapping[int, Sequence[Path]]
) -> None:
    """Reads into the temp table `earlier_keys` (feed, _batch, hashed) what it does not hold yet of the feed's earlier batches.

    A feed of a file a day would otherwise read all that came before for each new one.
    """
    con.execute("CREATE TEMP TABLE IF NOT EXISTS earlier_keys (feed VARCHAR, _batch INTEGER, hashed UBIGINT)")
    con.execute("DELETE FROM earlier_keys WHERE feed <> $feed", {"feed": contract.feed})
    held = {row[0] for row in con.execute("SELECT DISTINCT _batch FROM earlier_keys").fetchall()}
    new = [file for batch, stored in files.items() if batch not in held for file in stored]
    if new:
        con.execute(
            f"INSERT INTO earlier_keys SELECT {literal(contract.feed)}, _batch, {hashed}"
            f" FROM {sql_stored(new)} WHERE _state = {RowState.ACCEPTED:d}"
        )


def _older(
    con: duckdb.DuckDBPyConnection, contract: Contract, accepted: str, files: Mapping[int, Sequence[Path]]
) -> str:
    """SELECT of the rows that a repeated key may repeat: those just checked, and those of batches that hold such a key."""
    rows = f"SELECT _batch, {_same(contract)} FROM {accepted}"
    if not files:
        return rows
    holding = con.execute("SELECT DISTINCT _batch FROM earlier_keys SEMI JOIN repeated_keys USING (hashed)").fetchall()
    stored = [file for (batch,) in holding for file in files.get(batch, ())]
    if stored:
        rows += (
            f" UNION ALL SELECT _batch, {_same(contract)} FROM {sql_stored(stored)}"
            f" WHERE _state = {RowState.ACCEPTED:d}"
        )
    return rows


def _compare_with_earlier(con: duckdb.DuckDBPyConnection, contract: Contract, fresh: str, older: str) -> None:
    """Compares whole rows, of the repeated keys only."""
    same = _same(contract)
    is_repeated = f"hash({_key(contract)}) IN (SELECT hashed FROM repeated_keys)"
    equal = " AND ".join(f"e.{quote(c)} IS NOT DISTINCT FROM r.{quote(c)}" for c in contract.record.columns())
    con.execute(f"""
INSERT INTO repeats
  WITH fresh AS (
    SELECT _batch, row, {same} FROM {fresh} AS r
    ANTI JOIN repeats AS s ON s.batch = r._batch AND s.row = r.row WHERE {is_repeated}
  ), older AS (
    SELECT * FROM ({older}) WHERE {is_repeated}
  )
  SELECT r._batch, r.row, {RowState.DUPLICATE:d}, ['key.duplicate'], list(DISTINCT e._batch ORDER BY e._batch)
  FROM fresh AS r JOIN older AS e ON {equal}
  JOIN precedes AS p ON p.batch = r._batch AND p.earlier = e._batch GROUP BY r._batch, r.row""")
