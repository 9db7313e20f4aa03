"""The relations models read: `records.<table>`, the rows of each record type that count now, without direct identifiers."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from citybrain.contracts.contract import Contract, Delivery
from citybrain.contracts.fingerprint import contract_fingerprint
from citybrain.ingest import Batch, RowState, current_batches, feed_folder, sql_stored, stored_files
from citybrain.project import Paths, Project
from citybrain.schema.columns import RecordType, Sensitivity
from citybrain.schema.records import RECORD_TYPES
from citybrain.schema.served import local_day_of, served_columns
from citybrain.sql import literal, quote
from citybrain.warehouse.area_changes import area_columns, sql_with_changes, take_changes
from citybrain.warehouse.secrets import sql_pseudonym


def create_empty_records(con: duckdb.DuckDBPyConnection) -> None:
    """Empty `records.<table>` of every record type, for checking models before any row is read."""
    con.execute("ATTACH ':memory:' AS records")
    for record in RECORD_TYPES.values():
        columns = ", ".join(f"{quote(n)} {c.sql_type}" for n, c in served_columns(record).items())
        con.execute(f"CREATE TABLE records.{quote(record.table)} ({columns})")


@dataclass(frozen=True)
class Linked:
    """The identifiers that linkage gives to rows of one record table, whatever they state themselves."""

    relation: str
    """Table of table_name, batch, source_line and the column `gives`."""
    gives: str
    """Served column that takes the link's value: `person_key` or `credit_code`."""


def record_fingerprints(
    contracts: Sequence[Contract], batches: Sequence[Batch], as_of: dt.datetime | None
) -> dict[str, str]:
    """For each `records.<table>` the fingerprint of what is delivered: equal fingerprints mean equal rows."""
    fingerprints = {}
    for record in RECORD_TYPES.values():
        feeds = [c for c in contracts if c.record is record]
        current = {c.feed: current_batches(batches, c, as_of) for c in feeds}
        fingerprints[f"records.{record.table}"] = _fingerprint(feeds, current)
    return fingerprints


def create_records(
    con: duckdb.DuckDBPyConnection,
    project: Project,
    contracts: Sequence[Contract],
    batches: Sequence[Batch],
    as_of: dt.datetime | None,
    links: Mapping[str, Sequence[Linked]],
) -> None:
    """Creates the view `records.<table>` of every record type over the accepted zone.

    `links` has, for the tables of which linkage found rows, where their identifiers stand. Where areas have successors
    (`shared.area_changes`), every row stands in the area that it means on its own day.
    """
    con.execute("ATTACH ':memory:' AS records")
    is_changed = take_changes(con)
    for record in RECORD_TYPES.values():
        current = [(c, current_batches(batches, c, as_of)) for c in contracts if c.record is record]
        found = links.get(record.table, ())
        selects = [sql_feed_rows(project, c, taken, found) for c, taken in current if taken]
        if is_changed and selects and area_columns(record):
            selects = [sql_with_changes(record, selects)]
        con.execute(f"CREATE OR REPLACE VIEW records.{quote(record.table)} AS {sql_union(record, selects)}")


def sql_union(record: type[RecordType], selects: Sequence[str]) -> str:
    """All feeds of a record type under one another; typed and empty where there is none."""
    if selects:
        return "\nUNION ALL\n".join(selects)
    nulls = ", ".join(f"NULL::{c.sql_type} AS {quote(n)}" for n, c in served_columns(record).items())
    return f"SELECT {nulls} WHERE FALSE"


def sql_feed_rows(project: Project, contract: Contract, current: Sequence[Batch], links: Sequence[Linked] = ()) -> str:
    """SELECT of a feed's rows that count now, with the columns of `served_columns`."""
    record = contract.record
    rows = sql_accepted(project.paths, contract, current)
    if contract.delivery is Delivery.UPSERT:
        key = ", ".join(quote(k) for k in record.key)
        order = "CASE batch " + " ".join(f"WHEN {b.batch} THEN {n}" for n, b in enumerate(current)) + " END"
        newest = f"row_number() OVER (PARTITION BY {key} ORDER BY {order} DESC, source_line DESC)"
        rows = f"(SELECT * FROM {rows} QUALIFY {newest} = 1)"
    if any(mapping.cumulative for mapping in contract.values.values()):
        rows = _sql_differences(contract, rows)
    served = [sql for n in record.columns() for sql in _sql_served(record, n, project.timezone)]
    stated = f"SELECT {', '.join(served)}, batch, source_line FROM {rows} AS delivered"
    return _sql_linked(record, stated, links) if links else stated


def _sql_linked(record: type[RecordType], stated: str, links: Sequence[Linked]) -> str:
    """The rows with the identifiers that linkage found in place of what they state; there are few, so a join is cheap."""
    columns = ", ".join(
        f"coalesce({quote('_' + n)}.{quote(n)}, s.{quote(n)}) AS {quote(n)}"
        if n in {link.gives for link in links}
        else f"s.{quote(n)}"
        for n in served_columns(record)
    )
    joins = "".join(
        f"\nLEFT JOIN (SELECT batch, source_line, {quote(link.gives)} FROM {link.relation} WHERE table_name ="
        f" {literal(record.table)}) AS {quote('_' + link.gives)} ON {quote('_' + link.gives)}.batch = s.batch AND"
        f" {quote('_' + link.gives)}.source_line = s.source_line"
        for link in links
    )
    return f"SELECT {columns} FROM ({stated}) AS s{joins}"


def _sql_served(record: type[RecordType], name: str, timezone: str) -> list[str]:
    column, day = record.columns()[name], local_day_of(name)
    if column.pseudonym:
        kind = column.pseudonym.removesuffix("_key")
        return [f"{sql_pseudonym(quote(name), kind)} AS {quote(column.pseudonym)}"]
    if column.sensitivity is Sensitivity.DIRECT:
        return []
    if column.semantic == "instant" and day not in record.columns():
        local = f"timezone({literal(timezone)}, timezone('UTC', {quote(name)}))"
        return [quote(name), f"CAST({local} AS DATE) AS {quote(day)}"]
    return [quote(name)]


def sql_accepted(paths: Paths, contract: Contract, current: Sequence[Batch]) -> str:
    """FROM item of the accepted rows of some batches: canonical columns, `batch`, `source_line`.

    Duplicates of earlier batches are left out as long as one of those batches counts.
    """
    rows = sql_stored(file for b in current for file in stored_files(paths, b))
    aside = [
        feed_folder(paths.quarantine, contract.feed) / b.rows_name for b in current if b.duplicate or b.quarantined
    ]
    columns = ", ".join(quote(c) for c in contract.record.columns())
    unless = ""
    if aside:
        numbers = ", ".join(str(b.batch) for b in current)
        unless = f"""
  AND (_batch, row) NOT IN (
    SELECT (substr(parse_filename(filename), 1, 6)::INTEGER, row) FROM read_parquet({_list(aside)}, filename = TRUE)
    WHERE (state = {RowState.DUPLICATE:d} AND (repeats IS NULL OR list_has_any(repeats, [{numbers}])))
      OR list_contains(reasons, 'key.conflict'))"""
    return f"""(
  SELECT {columns}, _batch AS batch, coalesce(_line, _first_line + row) AS source_line
  FROM {rows} WHERE _state = {RowState.ACCEPTED:d}{unless})"""


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
