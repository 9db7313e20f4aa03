"""How the columns of a feed drifted: which came, went, or are in no contract."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from citybrain.query.quality import columns_of
from citybrain.query.snapshot import OpenSnapshot
from citybrain.sql import literal


class Drift(StrEnum):
    """What is remarkable about a source column; of several the first."""

    UNKNOWN = "unknown"
    """The contract neither maps nor ignores it."""
    GONE = "gone"
    """The newest delivery lacks it."""
    NEW = "new"
    """In the newest delivery, and not in the first."""
    PARTIAL = "partial"
    """Some deliveries between lacked it."""


@dataclass(frozen=True)
class DeliveredColumn:
    """One source column of a feed that not every delivery had, or that the contract does not know."""

    header: str
    drift: Drift
    deliveries: int
    """Deliveries that had it."""
    of_deliveries: int
    first_at: dt.datetime
    """Received (UTC), as `last_at`."""
    last_at: dt.datetime


def read_drift(snapshot: OpenSnapshot, feed: str) -> list[DeliveredColumn] | None:
    """The remarkable columns of a feed in the order in which they came; None where the snapshot does not tell."""
    if not columns_of(snapshot, "meta", "delivered_columns"):
        return None
    rows = snapshot.rows(
        "SELECT *, min(first_at) OVER () AS first_of_feed_at FROM meta.delivered_columns"
        f" WHERE feed = {literal(feed)} ORDER BY place"
    )
    return [
        DeliveredColumn(r["header"], drift, r["deliveries"], r["of_deliveries"], r["first_at"], r["last_at"])
        for r in rows
        if (drift := _drift(**{k: r[k] for k in _ASKED})) is not None
    ]


_ASKED = ("is_known", "deliveries", "of_deliveries", "first_at", "last_at", "first_of_feed_at", "last_of_feed_at")


def _drift(
    is_known: bool,
    deliveries: int,
    of_deliveries: int,
    first_at: dt.datetime,
    last_at: dt.datetime,
    first_of_feed_at: dt.datetime,
    last_of_feed_at: dt.datetime,
) -> Drift | None:
    if not is_known:
        return Drift.UNKNOWN
    if last_at < last_of_feed_at:
        return Drift.GONE
    if first_at > first_of_feed_at:
        return Drift.NEW
    return Drift.PARTIAL if deliveries < of_deliveries else None
