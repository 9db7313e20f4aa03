"""Which deliveries have arrived, and which are late."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from citybrain.query.snapshot import OpenSnapshot

_EVERY = re.compile(r"(?:(?P<days>\d+) days?(?:, )?)?(?:(?P<hours>\d+):(?P<minutes>\d\d):\d\d)?")
"""A `timedelta` written as text."""
_SILENCE = dt.timedelta(days=30)
"""Where no department at all has delivered for so long, the data are of the past: a drill, a demonstration, an archive."""


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
    """As the deliveries had them, so that rows add up."""
    duplicate: int
    waiting: int = 0
    """Of the quarantined ones those that no returned workbook has settled."""
    judged_at: dt.datetime | None = None
    """When it was judged whether it is late (UTC)."""


def read_feeds(snapshot: OpenSnapshot) -> list[FeedStatus]:
    """Feeds in order of department and feed; when late is judged: see `judging_time`."""
    rows = snapshot.rows(
        "SELECT f.feed, f.title, f.department, f.due_every, f.due_by, f.last_received_at,\n"
        "  count(b.batch) AS batches, CAST(coalesce(sum(b.rows_in), 0) AS BIGINT) AS rows_in,\n"
        "  CAST(coalesce(sum(b.accepted), 0) AS BIGINT) AS accepted,\n"
        "  CAST(coalesce(sum(b.quarantined), 0) AS BIGINT) AS quarantined,\n"
        "  CAST(coalesce(sum(b.duplicate), 0) AS BIGINT) AS duplicate,\n"
        f"  CAST(coalesce(sum({sql_waiting(snapshot)}), 0) AS BIGINT) AS waiting\n"
        "FROM shared.feeds AS f LEFT JOIN shared.batches AS b ON b.feed = f.feed AND b.is_current\n"
        "GROUP BY ALL ORDER BY f.department, f.feed"
    )
    arrived = [r["last_received_at"] for r in rows if r["last_received_at"]]
    now = judging_time(snapshot.info.get("as_of"), snapshot.info.get("built_at"), max(arrived, default=None))
    zone = ZoneInfo(str(snapshot.info.get("timezone") or "UTC"))
    found = []
    for row in rows:
        every, by = row.pop("due_every"), row.pop("due_by")
        state = feed_state(row["last_received_at"], now, every or "", by or "", zone)
        found.append(FeedStatus(state=state, judged_at=now, **row))
    return found


def sql_waiting(snapshot: OpenSnapshot) -> str:
    """Rows of a batch `b` of `shared.batches` that wait; all quarantined ones where the snapshot is older than that column."""
    known = snapshot.frame(
        "SELECT 1 AS found FROM information_schema.columns"
        " WHERE table_schema = 'shared' AND table_name = 'batches' AND column_name = 'waiting'"
    )
    return "b.quarantined" if known.is_empty() else "b.waiting"


def judging_time(
    as_of: dt.datetime | None, built_at: dt.datetime | None, newest: dt.datetime | None
) -> dt.datetime | None:
    """When to judge what is late: at the as-of time; without one when the snapshot was built, or, where the newest delivery
    of the whole city lies long before that, when this one came: of the time after it nothing is known.
    """
    if as_of or built_at is None or newest is None:
        return as_of or built_at
    return newest if built_at - newest > _SILENCE else built_at


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
    if parse_interval(every) is None:
        return "unscheduled"
    if received_at is None:
        return "never"
    due = next_due(received_at, every, by, zone)
    return "late" if as_of is not None and due is not None and as_of > due else "on_time"


def next_due(received_at: dt.datetime, every: str, by: str, zone: ZoneInfo) -> dt.datetime | None:
    """When the delivery after the one received then is due (UTC); None where no interval is stated.

    Arguments as in `feed_state`.
    """
    interval = parse_interval(every)
    if interval is None:
        return None
    due = received_at.replace(tzinfo=dt.UTC).astimezone(zone) + interval
    at = _time(by)
    if at is not None and interval >= dt.timedelta(days=1):
        due = due.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return due.astimezone(dt.UTC).replace(tzinfo=None)


def parse_interval(every: str) -> dt.timedelta | None:
    """The interval of a text such as `1 day, 0:00:00`; None where it states none."""
    stated = _EVERY.fullmatch(every.strip())
    parts = {unit: int(count) for unit, count in stated.groupdict().items() if count} if stated else {}
    return dt.timedelta(**parts) if any(parts.values()) else None


def _time(text: str) -> dt.time | None:
    try:
        return dt.time.fromisoformat(text)
    except ValueError:
        return None
