"""The relations models read: `records.<table>`, the rows of each record type that count now, without direct identifiers."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path

import duckdb

from citybrain.contracts.contract import Contract, Delivery
from citybrain.contracts.fingerprint import contract_fingerprint
from citybrain.ingest import Batch, RowState, current_batches, feed_folder
from citybrain.project import Paths, Project
from citybrain.schema.columns import Column, RecordType, Sensitivity
from citybrain.schema.records import RECORD_TYPES
from citybrain.semantics import semantic_type
from citybrain.sql import literal, quote
from citybrain.warehouse.secrets import sql_pseudonym

PROVENANCE = {"batch": "INTEGER", "source_line": "BIGINT"}


def record_columns(record: type[RecordType]) -> dict[str, str]:
    """Columns of `records.<table>` with DuckDB types.

    Pseudonyms stand in place of direct identifiers; beside an instant `x_at` (UTC) stands its day in the project's time
    zone, `x_on`; provenance comes last.
    """
    columns: dict[str, str] = {}
    for name, column in record.columns().items():
        if column.pseudonym:
            columns[column.pseudonym] = "BIGINT"
        elif column.sensitivity is not Sensitivity.DIRECT:
            columns[name] = semantic_type(column.semantic).sql_type
            if column.semantic == "instant":
                columns[_local_day_of(name)] = "DATE"
    return columns | PROVENANCE


def create_empty_records(con: duckdb.DuckDBPyConnection) -> None:
    """Empty `records.<table>` of every record type, for checking models before any row is read."""
    con.execute("ATTACH ':memory:' AS records")
    for record in RECORD_TYPES.values():
        columns = ", ".join(f"{quote(n)} {t}" for n, t in record_columns(record).items())
        con.execute(f"CREATE TABLE records.{quote(record.table)} ({columns})")


def create_records(
    con: duckdb.DuckDBPyConnection,
    project: Project,
    contracts: Sequence[Contract],
    batches: Sequence[Batch],
    as_of: dt.datetime | None,
) -> dict[str, str]:
    """Creates the view `records.<table>` of every record type over the accepted zone.

    Returns:
        For each relation name its fingerprint: equal fingerprints mean equal rows.
    """
    fingerprints = {}
    con.execute("ATTACH ':memory:' AS records")
    for record in RECORD_TYPES.values():
        feeds = [c for c in contracts if c.record is record]
        current = {c.feed: current_batches(batches, c, as_of) for c in feeds}
        selects = [sql_feed_rows(project, c, current[c.feed]) for c in feeds if current[c.feed]]
        con.execute(f"CREATE OR REPLACE VIEW records.{quote(record.table)} AS {sql_union(record, selects)}")
        fingerprints[f"records.{record.table}"] = _fingerprint(feeds, current)
    return fingerprints


def sql_union(record: type[RecordType], selects: Sequence[str]) -> str:
    """All feeds of a record type under one another; typed and empty where there is none."""
    if selects:
        return "\nUNION ALL\n".join(selects)
    nulls = ", ".join(f"NULL::{t} AS {quote(n)}" for n, t in record_columns(record).items())
    return f"SELECT {nulls} WHERE FALSE"


def sql_feed_rows(project: Project, contract: Contract, current: Sequence[Batch]) -> str:
    """SELECT of a feed's rows that count now, with the columns of `record_columns`."""
    record = contract.record
    rows = sql_accepted(project.paths, contract, current)
    if contract.delivery is Delivery.UPSERT:
        key = ", ".join(quote(k) for k in record.key)
        order = "CASE batch " + " ".join(f"WHEN {b.batch} THEN {n}" for n, b in enumerate(current)) + " END"
        newest = f"row_number() OVER (PARTITION BY {key} ORDER BY {order} DESC, source_line DESC)"
        rows = f"(SELECT * FROM {rows} QUALIFY {newest} = 1)"
    if any(mapping.cumulative for mapping in contract.values.values()):
        rows = _sql_differences(contract, rows)
    served = [sql for n, c in record.columns().items() for sql in _sql_served(n, c, project.timezone)]
    return f"SELECT {', '.join(served)}, batch, source_line FROM {rows} AS delivered"


def _sql_served(name: str, column: Column, timezone: str) -> list[str]:
    if column.pseudonym:
        kind = column.pseudonym.removesuffix("_key")
        return [f"{sql_pseudonym(quote(name), kind)} AS {quote(column.pseudonym)}"]
    if column.sensitivity is Sensitivity.DIRECT:
        return []
    if column.semantic == "instant":
        local = f"timezone({literal(timezone)}, timezone('UTC', {quote(name)}))"
        return [quote(name), f"CAST({local} AS DATE) AS {quote(_local_day_of(name))}"]
    return [quote(name)]


def _local_day_of(instant: str) -> str:
    return instant.removesuffix("_at") + "_on"


def sql_accepted(paths: Paths, contract: Contract, current: Sequence[Batch]) -> str:
    """FROM item of the accepted rows of some batches: canonical columns, `batch`, `source_line`.

    Duplicates of earlier batches are left out as long as one of those batches counts.
    """
    folder = feed_folder(paths.accepted, contract.feed)
    files = [folder / b.rows_name for b in current]
    aside = [
        feed_folder(paths.quarantine, contract.feed) / b.rows_name for b in current if b.duplicate or b.quarantined
    ]
    columns = ", ".join(quote(c) for c in contract.record.columns())
    unless = ""
    if aside:
        numbers = ", ".join(str(b.batch) for b in current)
        unless = f"""
  AND (_batch, file_row_number) NOT IN (
    SELECT (substr(parse_filename(filename), 1, 6)::INTEGER, row) FROM read_parquet({_list(aside)}, filename = TRUE)
    WHERE (state = {RowState.DUPLICATE:d} AND (repeats IS NULL OR list_has_any(repeats, [{numbers}])))
      OR list_contains(reasons, 'key.conflict'))"""
    return f"""(
  SELECT {columns}, _batch AS batch, coalesce(_line, _first_line + file_row_number) AS source_line
  FROM read_parquet({_list(files)}, file_row_number = TRUE) WHERE _state = {RowState.ACCEPTED:d}{unless})"""


def _list(files: Sequence[Path]) -> str:
    return "[" + ", ".join(literal(f) for f in files) + "]"


def _sql_differences(contract: Contract, rows: str) -> str:
    """Running totals as what each period added; the first total known is taken as added then."""
    totals = ", ".join(literal(m) for m, mapping in contract.values.items() if mapping.cumulative)
    previous = "lag(value) OVER (PARTITION BY area, measure ORDER BY period_on)"
    added = f"CASE WHEN measure IN ({totals}) THEN value - coalesce({previous}, 0) ELSE value END"
    return f"(SELECT * REPLACE ({added} AS value) FROM {rows})"


def _fingerprint(feeds: Sequence[Contract], current: dict[str, list[Batch]]) -> str:
    parts = [f"{c.feed}:{contract_fingerprint(c)}:{[(b.batch, b.recipe) for b in current[c.feed]]}" for c in feeds]
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()
