"""Deliveries after the one pass: judged rows that wait for the search for repeats."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from citybrain.contracts.contract import Contract
from citybrain.ingest.batches import Batch
from citybrain.ingest.check import CheckPlan, sql_check
from citybrain.ingest.desk import Desk
from citybrain.ingest.opening import open_delivery
from citybrain.ingest.places import place_areas
from citybrain.semantics import Context
from citybrain.sql import literal

_FORMAT = "FORMAT parquet, DICTIONARY_SIZE_LIMIT 5000"
"""Names and numbers gain nothing from a dictionary; giving it up early saves a tenth of the pass."""


@dataclass(frozen=True)
class Checked:
    """Deliveries of one layout after the pass; the Parquet of each batch lies at `rows_file`."""

    plan: CheckPlan
    batches: tuple[Batch, ...]
    """With headers, reader and findings, without counts of rows."""
    rows: str
    """FROM item: the columns of `sql_check`, and `row`, the position (from 0) of a row in the Parquet of its batch."""


def check_alone(desk: Desk, contract: Contract, batch: Batch) -> Checked:
    """Checks one delivery of any size: it streams from the file straight to its Parquet.

    Raises:
        DeliveryError: the file cannot be read as a table, or lacks a column that the record type requires.
    """
    opened = open_delivery(desk, contract, batch)
    context = Context(opened.received_on, desk.project.timezone)
    (plan,) = place_areas(desk, [CheckPlan(contract, opened.raw, opened.bound, context, str(batch.batch))])
    file = rows_file(desk, batch)
    write_parquet(desk, sql_check(plan), file)
    rows = f"(SELECT *, file_row_number AS row FROM read_parquet({literal(file)}, file_row_number = TRUE))"
    return Checked(plan, (opened.batch,), rows)


def rows_file(desk: Desk, batch: Batch) -> Path:
    """Where the Parquet of a batch is written before it is moved in."""
    return desk.work / batch.rows_name


def write_parquet(desk: Desk, select: str, file: Path) -> None:
    """Writes the rows of a SELECT, in its order."""
    desk.con.execute(f"COPY ({select}) TO {literal(file)} ({_FORMAT})")
