"""Deliveries after the one pass: judged rows that wait for the search for repeats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from citybrain.contracts.contract import Contract
from citybrain.ingest.batches import Batch
from citybrain.ingest.check import CheckPlan, sql_check
from citybrain.ingest.desk import Desk
from citybrain.ingest.opening import open_delivery
from citybrain.ingest.places import place_areas
from citybrain.ingest.short_pass import WORTH_BYTES, find_spellings, open_rows, sql_short_pass
from citybrain.ingest.stored import sql_stored
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
    """Checks one delivery of any size: it streams from the file straight to its Parquet.

    Raises:
        DeliveryError: the file cannot be read as a table, or lacks a column that the record type requires.
    """
    opened = open_delivery(desk, contract, batch)
    context = Context(opened.received_on, desk.project.timezone)
    (plan,) = place_areas(desk, [CheckPlan(contract, opened.raw, opened.bound, context, str(batch.batch))])
    spellings = find_spellings(desk.con, plan) if batch.size >= WORTH_BYTES else None
    first = desk.work / batch.rows_name
    described = opened.batch
    if spellings is None:
        write_parquet(desk, sql_check(plan), first)
    else:
        write_parquet(desk, sql_short_pass(plan, spellings), first)
        rechecked = write_parquet(desk, sql_check(open_rows(plan, first)), desk.work / batch.rechecked_name)
        described = replace(described, rechecked=rechecked)
    return Checked(plan, (described,), sql_stored(desk.work / name for name in described.rows_names))


def write_parquet(desk: Desk, select: str, file: Path) -> int:
    """Writes the rows of a SELECT, in its order; returns how many they are."""
    row = desk.con.execute(f"COPY ({select}) TO {literal(file)} ({_FORMAT})").fetchone()
    return int(row[0]) if row else 0
