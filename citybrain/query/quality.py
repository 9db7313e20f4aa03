"""How good the deliveries of each feed are: when due, what came, what was refused, and why rows were set aside."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from citybrain.errors import AccessError, nearest
from citybrain.query.feeds import FeedStatus, next_due, parse_interval, read_feeds
from citybrain.query.snapshot import OpenSnapshot
from citybrain.sql import literal

MOST_DELIVERIES = 400


@dataclass(frozen=True)
class Delivery:
    """One delivery of a feed as the department sent it."""

    batch: int
    file_name: str
    received_at: dt.datetime
    """UTC."""
    rows_in: int
    accepted: int
    quarantined: int
    waiting: int
    """Of the quarantined ones those that no returned workbook has settled, if the delivery counts now."""
    duplicate: int
    is_current: bool
    """Whether its rows count now."""
    error: str
    """Why it was refused as a whole; empty if it was taken."""


@dataclass(frozen=True)
class QuarantineReason:
    """Why rows of a feed were set aside, and how many."""

    column: str
    reason: str
    """A code of `citybrain.semantics.REASONS`."""
    rows: int
    """That still wait."""


@dataclass(frozen=True)
class FeedQuality:
    """One feed: its state, when it is due again, its newest deliveries and why rows were set aside."""

    status: FeedStatus
    record: str
    every: dt.timedelta | None
    """How often it is due; None without a due time."""
    by: str
    """Local time of day."""
    due_each: str
    """Level of the areas of which every one owes a report; empty: the delivery as a whole is due."""
    due_at: dt.datetime | None
    """When the next delivery is due (UTC)."""
    deliveries: tuple[Delivery, ...]
    """Newest first."""
    refused: tuple[Delivery, ...]
    """Refused deliveries that no later one of the same file has made good."""
    reasons: tuple[QuarantineReason, ...] | None
    """Largest first; None where the snapshot does not tell."""


def read_quality(snapshot: OpenSnapshot, newest: int = 12) -> list[FeedQuality]:
    """Every feed with its newest deliveries, in order of department and feed."""
    stated = {r["feed"]: r for r in snapshot.rows("SELECT * FROM shared.feeds")}
    deliveries = _deliveries(snapshot, newest)
    refused = _refused(snapshot)
    reasons = _reasons(snapshot)
    zone = ZoneInfo(str(snapshot.info.get("timezone") or "UTC"))
    found = []
    for status in read_feeds(snapshot):
        row = stated[status.feed]
        every, by = row.get("due_every") or "", row.get("due_by") or ""
        due = next_due(status.last_received_at, every, by, zone) if status.last_received_at else None
        mine = None if reasons is None else tuple(reasons[status.feed])
        given = tuple(deliveries[status.feed]), tuple(refused[status.feed]), mine
        found.append(
            FeedQuality(status, row["record"], parse_interval(every), by, row.get("due_each") or "", due, *given)
        )
    return found


def read_feed_quality(snapshot: OpenSnapshot, feed: str) -> FeedQuality:
    """One feed with all its deliveries, up to `MOST_DELIVERIES`. Raises AccessError for an unknown one."""
    known = {q.status.feed: q for q in read_quality(snapshot, MOST_DELIVERIES)}
    if feed not in known:
        raise AccessError(f"feed {feed}", "not in this snapshot", remedy=f"/quality lists them.{nearest(feed, known)}")
    return known[feed]


def _deliveries(snapshot: OpenSnapshot, newest: int) -> dict[str, list[Delivery]]:
    rows = snapshot.frame(
        f"SELECT * FROM shared.batches WHERE {_refused_is(snapshot, False)}"
        f" QUALIFY row_number() OVER (PARTITION BY feed ORDER BY received_at DESC, batch DESC) <= {newest}"
        " ORDER BY feed, received_at DESC, batch DESC"
    )
    return _by_feed(rows.iter_rows(named=True))


def _refused(snapshot: OpenSnapshot) -> dict[str, list[Delivery]]:
    rows = snapshot.frame(
        "SELECT * FROM (SELECT * FROM shared.batches"
        " QUALIFY row_number() OVER (PARTITION BY feed, file_name ORDER BY received_at DESC, batch DESC) = 1)"
        f" WHERE {_refused_is(snapshot, True)} ORDER BY feed, received_at DESC, batch DESC"
    )
    return _by_feed(rows.iter_rows(named=True))


def _refused_is(snapshot: OpenSnapshot, wanted: bool) -> str:
    if "error" not in columns_of(snapshot, "shared", "batches"):
        return "FALSE" if wanted else "TRUE"
    return f"coalesce(error, '') {'<>' if wanted else '='} ''"


def _by_feed(rows: Iterable[dict[str, Any]]) -> dict[str, list[Delivery]]:
    names = Delivery.__dataclass_fields__
    found: dict[str, list[Delivery]] = defaultdict(list)
    for row in rows:
        # Snapshots from before there was a count of what waits: all that was set aside and counts.
        waiting = row.get("waiting", row["quarantined"] if row["is_current"] else 0)
        said = {**row, "error": row.get("error") or "", "waiting": waiting}
        found[row["feed"]].append(Delivery(**{n: said[n] for n in names}))
    return found


def _reasons(snapshot: OpenSnapshot) -> dict[str, list[QuarantineReason]] | None:
    if not columns_of(snapshot, "marts", "quarantine_reasons"):
        return None
    found: dict[str, list[QuarantineReason]] = defaultdict(list)
    rows = snapshot.frame(
        "SELECT feed, column_name, reason, CAST(sum(rows) AS BIGINT) AS rows FROM marts.quarantine_reasons"
        " GROUP BY ALL ORDER BY feed, rows DESC, column_name, reason"
    )
    for row in rows.iter_rows(named=True):
        found[row["feed"]].append(QuarantineReason(row["column_name"], row["reason"], row["rows"]))
    return found


def columns_of(snapshot: OpenSnapshot, schema: str, table: str) -> frozenset[str]:
    """Columns of a table; none where the snapshot was built before there was such a table."""
    found = snapshot.frame(
        f"SELECT column_name FROM information_schema.columns WHERE table_schema = {literal(schema)}"
        f" AND table_name = {literal(table)}"
    )
    return frozenset(found["column_name"].to_list())
