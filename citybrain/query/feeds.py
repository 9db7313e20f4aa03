"""Which deliveries have arrived, and which are late."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from citybrain.query.snapshot import OpenSnapshot

_EVERY = re.compile(r"(?:(?P<days>\d+) days?(?:, )?)?(?:(?P<hours>\d+):(?P<minutes>\d\d):\d\d)?")
"""A `timedelta` written as text."""


@dataclass(frozen=True)
class FeedStatus:
    """One feed as the snapshot knows it; counts are of its current batches."""

    feed: str
    title: str
    department: str
    last_received_at: dt.datetime | None
    """UTC."""
    state: str
    """on_time, late, never, or unscheduled (the contract states no due time)."""
    batches: int
    rows_in: int
    accepted: int
    quarantined: int
    duplicate: int


def read_feeds(snapshot: OpenSnapshot) -> list[FeedStatus]:
    """Feeds in order of department and feed; late is judged at the as-of time of the snapshot."""
    rows = snapshot.rows(
        "SELECT f.feed, f.title, f.department, f.due_every, f.due_by, f.last_received_at,\n"
        "  count(b.batch) AS batches, CAST(coalesce(sum(b.rows_in), 0) AS BIGINT) AS rows_in,\n"
        "  CAST(coalesce(sum(b.accepted), 0) AS BIGINT) AS accepted,\n"
        "  CAST(coalesce(sum(b.quarantined), 0) AS BIGINT) AS quarantined,\n"
        "  CAST(coalesce(sum(b.duplicate), 0) AS BIGINT) AS duplicate\n"
        "FROM shared.feeds AS f LEFT JOIN shared.batches AS b ON b.feed = f.feed AND b.is_current\n"
        "GROUP BY ALL ORDER BY f.department, f.feed"
    )
    as_of = snapshot.info.get("as_of") or snapshot.info.get("built_at")
    zone = ZoneInfo(str(snapshot.info.get("timezone") or "UTC"))
    found = []
    for row in rows:
        every, by = row.pop("due_every"), row.pop("due_by")
        found.append(FeedStatus(state=feed_state(row["last_received_at"], as_of, every or "", by or "", zone), **row))
    return found


def feed_state(
    received_at: dt.datetime | None,
    as_of: dt.datetime | None,
    every: str,
    by: str,
    zone: ZoneInfo,
) -> str:
    """on_time, late, never or unscheduled: late once the local time `by` of the day `every` after the last one is past.

    Times are UTC without offset; `every` is an interval as text, such as `1 day, 0:00:00`; `by` a time such as `10:00`.
    """
    interval = _interval(every)
    if interval is None:
        return "unscheduled"
    if received_at is None:
        return "never"
    if as_of is None:
        return "on_time"
    due = received_at.replace(tzinfo=dt.UTC).astimezone(zone) + interval
    at = _time(by)
    if at is not None and interval >= dt.timedelta(days=1):
        due = due.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return "late" if as_of.replace(tzinfo=dt.UTC) > due else "on_time"


def _interval(every: str) -> dt.timedelta | None:
    stated = _EVERY.fullmatch(every.strip())
    parts = {unit: int(count) for unit, count in stated.groupdict().items() if count} if stated else {}
    return dt.timedelta(**parts) if any(parts.values()) else None


def _time(text: str) -> dt.time | None:
    try:
        return dt.time.fromisoformat(text)
    except ValueError:
        return None
