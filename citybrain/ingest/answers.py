"""What a correction says beside the delivery that it corrects: no row may count twice."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from citybrain.contracts.contract import Contract, Delivery
from citybrain.ingest.batches import Batch, RowState, feed_folder
from citybrain.ingest.checked import Checked
from citybrain.ingest.returned import ref_column, sql_ref
from citybrain.ingest.stored import sql_stored, stored_files
from citybrain.project import Paths
from citybrain.sql import literal, quote


def find_answered(
    con: duckdb.DuckDBPyConnection,
    paths: Paths,
    contract: Contract,
    checked: Checked,
    original: Batch,
    others: Sequence[Batch],
) -> None:
    """Adds to the temp table `repeats` the accepted rows of a correction that must not count; makes the table `answers`.

    `answers` (`row`, `ref`) says which row of the original each row states anew. `others` are the corrections of the same
    original by other workbooks that count now. A row that says again what counts already is a duplicate; a row that says
    otherwise than what counts for the same row of the original is set aside as a conflict, and in a `full` feed also one that
    says otherwise than what counts for its key, since nothing tells which of them is right.
    """
    raw = checked.plan.raw
    con.execute(f"""
CREATE OR REPLACE TEMP TABLE answers AS
  SELECT r.row, a.{quote(ref_column(raw.headers))} AS ref
  FROM {checked.rows} AS r JOIN {raw.relation} AS a ON a.{quote(raw.line_column)} = r._line""")
    same = [quote(c) for c in contract.record.columns()]
    counting = [_sql_counting(paths, original, same), *(_sql_counting(paths, other, same) for other in others)]
    con.execute(f"""
CREATE OR REPLACE TEMP TABLE stated_anew AS
  SELECT r._batch, r.row, a.ref, {", ".join(f"r.{c}" for c in same)} FROM {checked.rows} AS r JOIN answers AS a USING (row)
  ANTI JOIN repeats AS s ON s.batch = r._batch AND s.row = r.row WHERE r._state = {RowState.ACCEPTED:d}""")
    equal = " AND ".join(f"r.{c} IS NOT DISTINCT FROM e.{c}" for c in same)
    # Of a wide sheet a row of the file is several rows, one for each measure.
    joins = ["e.ref = r.ref" + (" AND e.measure = r.measure" if contract.values else "")]
    if contract.delivery is Delivery.FULL:
        joins.append(" AND ".join(f"e.{quote(k)} = r.{quote(k)}" for k in contract.record.key))
    pairs = " UNION ALL ".join(
        f"SELECT r._batch, r.row, e.batch AS earlier, ({equal}) AS is_same FROM stated_anew AS r JOIN counting AS e ON {join}"
        for join in joins
    )
    con.execute(f"""
INSERT INTO repeats
  WITH counting AS ({" UNION ALL ".join(counting)}), pairs AS ({pairs})
  SELECT _batch, row, CASE WHEN bool_or(is_same) THEN {RowState.DUPLICATE:d} ELSE {RowState.QUARANTINED:d} END,
    CASE WHEN bool_or(is_same) THEN ['key.duplicate'] ELSE ['key.conflict'] END,
    list(DISTINCT earlier ORDER BY earlier) FILTER (WHERE is_same)
  FROM pairs GROUP BY _batch, row""")


def _sql_counting(paths: Paths, batch: Batch, columns: Sequence[str]) -> str:
    """SELECT of the rows of a taken batch that count: `batch`, `ref` (the row of the original), columns."""
    aside = literal(feed_folder(paths.quarantine, batch.feed) / batch.rows_name)
    ref = sql_ref("coalesce(r._line, r._first_line + r.row)", "r._sheet")
    answers = ""
    if batch.corrects:
        ref, answers = "a.answers", f"JOIN read_parquet({aside}) AS a ON a.row = r.row"
    return f"""
  SELECT {batch.batch} AS batch, {ref} AS ref, {", ".join(f"r.{c}" for c in columns)}
  FROM {sql_stored(stored_files(paths, batch))} AS r {answers}
  ANTI JOIN (SELECT row FROM read_parquet({aside}) WHERE state <> {RowState.ACCEPTED:d}) AS s ON s.row = r.row
  WHERE r._state = {RowState.ACCEPTED:d}"""


def set_all_aside(con: duckdb.DuckDBPyConnection, checked: Checked) -> None:
    """Extends the temp table `set_aside` of a correction to every row, accepted ones too, with `answers`: the row of the
    original that each states anew, which is thereby settled.
    """
    con.execute(f"""
CREATE OR REPLACE TEMP TABLE set_aside AS
  SELECT r._batch AS batch, r.row AS row, r._line AS source_line, r._sheet AS sheet,
    coalesce(s.state, r._state)::UTINYINT AS state, s.reasons AS reasons,
    coalesce(s.original, r._original) AS original, s.repeats AS repeats, a.ref AS answers
  FROM {checked.rows} AS r JOIN answers AS a USING (row) LEFT JOIN set_aside AS s ON s.row = r.row""")
