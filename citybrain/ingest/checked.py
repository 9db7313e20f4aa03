"""Deliveries after the one pass: judged rows that wait for the search for repeats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from citybrain.contracts.contract import Contract
from citybrain.ingest.batches import Batch
from citybrain.ingest.check import CheckPlan, sql_check
from citybrain.ingest.desk import Desk
from citybrain.ingest.opening import open_delivery
from citybrain.ingest.places import are_placed_by_text, place_areas
from citybrain.ingest.planning import planned_for
from citybrain.ingest.short_pass import BYTES_A_ROW, WORTH_BYTES, Spellings, find_spellings, open_rows, sql_short_pass
from citybrain.ingest.stored import sql_stored
from citybrain.readers import RawTable
from citybrain.readers.table import free_name
from citybrain.semantics import Context
from citybrain.sql import literal

_FORMAT = "FORMAT parquet, DICTIONARY_SIZE_LIMIT 5000"
"""Names and numbers gain nothing from a dictionary; giving it up early saves a tenth of the pass."""


@dataclass(frozen=True)
class Checked:
    """Deliveries of one layout after the pass; the Parquets of each batch lie in the folder for what is on its way."""

    plan: CheckPlan
    batches: tuple[Batch, ...]
    """With headers, reader and findings, without counts of rows."""
    rows: str
    """FROM item: the columns of `sql_check`, and `row`, the position (from 0) of a row in its delivery."""


def check_alone(desk: Desk, contract: Contract, batch: Batch) -> Checked:
    """Checks one delivery of any size: it streams from the file straight to its Parquet, unless area texts must be placed
    before; then the engine holds it meanwhile.

    Raises:
        DeliveryError: the file cannot be read as a table, or lacks a column that the record type requires.
    """
    opened = open_delivery(desk, contract, batch)
    context = Context(opened.received_on, desk.project.timezone)
    raw = _held(desk.con, opened.raw) if are_placed_by_text(desk, contract) else opened.raw
    (plan,) = place_areas(desk, [CheckPlan(contract, raw, opened.bound, context, str(batch.batch))])
    spellings = find_spellings(desk, plan) if batch.size >= WORTH_BYTES else None
    described = opened.batch
    if spellings is None:
        write_parquet(desk, sql_check(plan), desk.work / batch.rows_name)
    else:
        described = replace(described, rechecked=_check_shortly(desk, plan, spellings, batch))
    return Checked(plan, (described,), sql_stored(desk.work / name for name in described.rows_names))


def _check_shortly(desk: Desk, plan: CheckPlan, spellings: Spellings, batch: Batch) -> int:
    """The short pass into the first Parquet of a batch, and what it leaves open into the second; how many rows that are."""
    first = desk.work / batch.rows_name
    write_parquet(desk, sql_short_pass(plan, spellings), first)
    line = free_name("source_line", plan.raw.headers)
    position = free_name("position", [*plan.raw.headers, line])
    passed = f"read_parquet({literal(first)}, file_row_number = TRUE)"
    beside = {line: "coalesce(_line, _first_line + file_row_number)", position: "file_row_number"}
    rows = open_rows(desk.con, plan, passed, beside)
    if rows:
        raw = replace(plan.raw, relation="open_rows", line_column=line)
        with planned_for(desk.con, rows * BYTES_A_ROW):
            select = sql_check(replace(plan, raw=raw, position=position))
            write_parquet(desk, select, desk.work / batch.rechecked_name)
    return rows


def _held(con: duckdb.DuckDBPyConnection, raw: RawTable) -> RawTable:
    """The table read once and held by the engine, each row with its line: its area texts are placed before the pass, and
    looking them up may lose the order of rows.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE delivery AS FROM {raw.relation}")
    if raw.line_column:
        return replace(raw, relation="delivery")
    line = free_name("source_line", raw.headers)
    # Where a header is called so, it hides the number of the row.
    is_hidden = any(header.lower() == "rowid" for header in raw.headers)
    place = "row_number() OVER () - 1" if is_hidden else "rowid"
    return replace(raw, relation=f"(SELECT *, {raw.first_line} + {place} AS {line} FROM delivery)", line_column=line)


def write_parquet(desk: Desk, select: str, file: Path) -> int:
    """Writes the rows of a SELECT, in its order; returns how many they are."""
    row = desk.con.execute(f"COPY ({select}) TO {literal(file)} ({_FORMAT})").fetchone()
    return int(row[0]) if row else 0
