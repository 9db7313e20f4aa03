"""A delivery opened: how its archived bytes are a table of text, and which of its columns mean what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from citybrain.contracts.contract import Contract
from citybrain.errors import DeliveryError
from citybrain.ingest.archive import archived_path
from citybrain.ingest.batches import Batch, load_batch
from citybrain.ingest.desk import Desk
from citybrain.ingest.mapping import Bound, bind_columns
from citybrain.ingest.returned import ReturnedSheet, corrected_table, returned_sheets, sheet_of
from citybrain.project import Paths
from citybrain.readers import RawTable, ReadOptions, read_table
from citybrain.sql import quote


@dataclass(frozen=True)
class Opened:
    """One delivery before its rows are read."""

    batch: Batch
    """With headers, reader and findings, without counts of rows."""
    raw: RawTable
    bound: Bound
    received_on: dt.date
    """Local day of arrival."""


def open_delivery(desk: Desk, contract: Contract, batch: Batch) -> Opened:
    """Opens the archived bytes under their own file name, which says the kind and stands in every message.

    Raises:
        DeliveryError: the file cannot be read as a table, or lacks a column that the record type requires.
    """
    folder = desk.work / str(batch.batch)
    folder.mkdir()
    named = folder / batch.file_name
    named.symlink_to(archived_path(desk.project.paths.archive, batch.sha256).resolve())
    sheets = returned_sheets(named)
    if batch.corrects:
        return _open_correction(desk, contract, batch, named, sheets)
    if sheets:
        raise DeliveryError(
            batch.file_name, "this is a workbook of quarantined rows that came back, and no delivery of the feed",
            remedy="Put it into the folder `returned` of the department, below the extracts folder",
        )  # fmt: skip
    source = contract.source
    options = ReadOptions(
        kind=source.kind, encoding=source.encoding, delimiter=source.delimiter, header_row=source.header_row,
        sheet=source.sheet, rows=source.rows, table=source.table, query=source.query, datum=source.datum,
        expected_headers=contract.headers, reader=contract.reader,
    )  # fmt: skip
    raw = _shaped(desk.con, contract, read_table(named, options, desk.con, folder))
    bound = bind_columns(contract, raw.headers, batch.file_name)
    return Opened(_described(batch, raw, bound), raw, bound, _received_on(desk, batch))


def _received_on(desk: Desk, batch: Batch) -> dt.date:
    return batch.received_at.astimezone(ZoneInfo(desk.project.timezone)).date()


def _open_correction(
    desk: Desk, contract: Contract, batch: Batch, named: Path, sheets: Sequence[ReturnedSheet]
) -> Opened:
    """The rows of a returned workbook that state rows of one delivery anew, in the columns of that delivery.

    They are read as that delivery was: without the contract's own SELECT, whose result was sent out, and with its day of
    arrival, which says the year of a day without one. Rows left as they were sent count as duplicates.
    """
    paths = desk.project.paths
    original = load_batch(paths, contract.feed, batch.corrects)
    sheet, number = sheet_of(named, sheets, original, _chain(paths, original))
    raw, unchanged = corrected_table(named, sheet, original, number, paths, named.parent)
    bound = bind_columns(contract, raw.headers, batch.file_name)
    described = replace(_described(batch, raw, bound), findings=(), duplicate=unchanged)
    return Opened(described, raw, bound, _received_on(desk, original))


def _chain(paths: Paths, batch: Batch) -> dict[int, Batch]:
    """The batch, and where it is a correction those that it corrects."""
    chain = {batch.batch: batch}
    while batch.corrects:
        batch = load_batch(paths, batch.feed, batch.corrects)
        chain[batch.batch] = batch
    return chain


def _shaped(con: duckdb.DuckDBPyConnection, contract: Contract, raw: RawTable) -> RawTable:
    """The table after the contract's own SELECT, which reads `source` (every column, and `source_line`)."""
    if not contract.sql:
        return raw
    line = quote(raw.line_column) if raw.line_column else f"{raw.first_line - 1} + row_number() OVER ()"
    source = f"SELECT *, {line} AS source_line FROM {raw.relation}"
    selected = f"(WITH source AS ({source}) SELECT * FROM (\n{contract.sql}\n))"
    columns = [row[0] for row in con.execute(f"DESCRIBE FROM {selected}").fetchall()]
    headers = tuple(c for c in columns if c != "source_line")
    texts = ", ".join(f"{quote(h)}::VARCHAR AS {quote(h)}" for h in headers)
    kept = ", source_line" if "source_line" in columns else ", NULL::BIGINT AS source_line"
    return replace(raw, relation=f"(SELECT {texts}{kept} FROM {selected})", headers=headers, line_column="source_line")


def _described(batch: Batch, raw: RawTable, bound: Bound) -> Batch:
    facts = {
        "kind": raw.kind, "encoding": raw.encoding, "delimiter": raw.delimiter, "sheet": raw.sheet,
        "header_line": str(raw.header_line or ""),
    }  # fmt: skip
    return replace(
        batch,
        headers=raw.headers,
        reader={k: v for k, v in facts.items() if v},
        findings=(*raw.findings, *bound.findings),
        layout=sum(row.kind != "header" for row in raw.layout),
    )
