"""The tables of a snapshot that no model makes: areas, the feeds and their batches, and what the snapshot is."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from collections.abc import Sequence
from typing import Any

import duckdb
import polars as pl

from citybrain.areas import AreaTree
from citybrain.contracts.contract import Contract
from citybrain.ingest import Batch, current_batches
from citybrain.ingest.waiting import waiting_by_batch
from citybrain.project import Paths, Project

_BATCHES = """(batch INTEGER, feed VARCHAR, department VARCHAR, file_name VARCHAR, sha256 VARCHAR, received_at TIMESTAMP,
  rows_in BIGINT, accepted BIGINT, quarantined BIGINT, duplicate BIGINT, layout BIGINT, out_of_scope BIGINT,
  is_current BOOLEAN, error VARCHAR, waiting BIGINT)"""
_FEEDS = """(feed VARCHAR, title VARCHAR, department VARCHAR, record VARCHAR, delivery VARCHAR, due_every VARCHAR,
  due_by VARCHAR, last_received_at TIMESTAMP, due_after_hours INTEGER, due_each VARCHAR)"""


def write_areas(con: duckdb.DuckDBPyConnection, areas: AreaTree) -> None:
    """`shared.areas`, `area_ancestors`, `area_changes`, `boundaries`, `overlays`, from the tree."""
    tables = {
        "areas": areas.shared_areas(),
        "area_ancestors": areas.ancestors,
        "area_changes": areas.changes,
        "boundaries": areas.boundaries,
        "overlays": areas.overlays,
    }
    for name, frame in tables.items():
        con.register("frame", frame.to_arrow())
        con.execute(f"CREATE OR REPLACE TABLE shared.{name} AS FROM frame")
        con.unregister("frame")


def write_feeds(
    con: duckdb.DuckDBPyConnection,
    paths: Paths,
    contracts: Sequence[Contract],
    batches: Sequence[Batch],
    as_of: dt.datetime | None,
) -> None:
    """`shared.feeds` and `shared.batches`, as known at `as_of`.

    `quarantined` is that of the delivery, so that its rows add up; `waiting` those of them that still count as set aside: of
    batches that count now, and not settled by a returned workbook.
    """
    known = [b for b in batches if as_of is None or b.received_at <= as_of]
    department = {c.feed: c.owner.department for c in contracts}
    counting = [b for c in contracts for b in current_batches(known, c)]
    current, waiting = {b.batch for b in counting}, waiting_by_batch(paths, counting)
    rows = [
        (
            b.batch, b.feed, department.get(b.feed, ""), b.file_name, b.sha256, _utc(b.received_at), b.rows_in, b.accepted,
            b.quarantined, b.duplicate, b.layout, b.out_of_scope, b.batch in current, b.error,
            waiting.get(b.batch, 0),
        )
        for b in known
    ]  # fmt: skip
    _write(con, "shared.batches", _BATCHES, rows)
    last = {b.feed: _utc(b.received_at) for b in sorted(known, key=lambda b: b.order) if not (b.error or b.corrects)}
    feeds = [
        (
            c.feed, c.title, c.owner.department, c.record.name, c.delivery.value, str(c.due.every) if c.due else "",
            c.due.by.isoformat("minutes") if c.due and c.due.by else "", last.get(c.feed),
            int(c.due.after.total_seconds() // 3600) if c.due else None, c.due.each if c.due else "",
        )
        for c in contracts
    ]  # fmt: skip
    _write(con, "shared.feeds", _FEEDS, feeds)


def write_snapshot(
    con: duckdb.DuckDBPyConnection, project: Project, snapshot: str, as_of: dt.datetime | None, content: str
) -> None:
    """`meta.snapshot`: one row that says what the file is; `content` is the fingerprint of all it holds."""
    row = (
        snapshot, _utc(as_of) if as_of else None, _utc(dt.datetime.now(dt.UTC)), project.name, project.timezone,
        importlib.metadata.version("citybrain"), content,
    )  # fmt: skip
    columns = """(snapshot VARCHAR, as_of TIMESTAMP, built_at TIMESTAMP, project VARCHAR, timezone VARCHAR,
      product_version VARCHAR, content VARCHAR)"""
    _write(con, "meta.snapshot", columns, [row])
    levels = [(n, level.code, level.title) for n, level in enumerate(project.levels)]
    _write(con, "meta.levels", "(depth INTEGER, level VARCHAR, title VARCHAR)", levels)


def _utc(instant: dt.datetime) -> dt.datetime:
    """The instant as a naive UTC timestamp, as DuckDB's TIMESTAMP holds it."""
    return instant.astimezone(dt.UTC).replace(tzinfo=None)


def _write(con: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Sequence[tuple[Any, ...]]) -> None:
    con.execute(f"CREATE OR REPLACE TABLE {table} {columns}")
    if rows:
        names = [part.strip().split()[0] for part in columns.strip("()").split(",")]
        frame = pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None)
        con.register("frame", frame.to_arrow())
        con.execute(f"INSERT INTO {table} FROM frame")
        con.unregister("frame")
