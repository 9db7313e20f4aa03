"""What departments have delivered, and what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from citybrain.contracts.contract import Contract
from citybrain.errors import AccessError, nearest
from citybrain.ingest.batches import Batch, current_batches, load_batches
from citybrain.ingest.tally import findings_of
from citybrain.ingest.waiting import waiting_rows
from citybrain.project import Project


@dataclass(frozen=True)
class FeedStatus:
    """One feed: when it came, when it is due, and the rows of the batches that count now."""

    feed: str
    title: str
    department: str
    due_at: dt.datetime | None
    last_received_at: dt.datetime | None
    is_late: bool
    batches: int
    refused: int
    rows_in: int
    accepted: int
    quarantined: int
    duplicate: int
    layout: int
    out_of_scope: int
    waiting: int
    """Quarantined rows that no returned workbook has settled."""
    findings: tuple[str, ...]


def status(project: Project, contracts: Sequence[Contract], as_of: dt.datetime | None = None) -> list[FeedStatus]:
    """The state of every feed, in the order of the contracts; instants in UTC."""
    ledger = load_batches(project.paths)
    now = as_of or dt.datetime.now(dt.UTC)
    return [_status(project, c, [b for b in ledger if b.feed == c.feed], now) for c in contracts]


def _status(project: Project, contract: Contract, batches: list[Batch], now: dt.datetime) -> FeedStatus:
    counted = current_batches(batches, contract, now)
    # A correction is no delivery: it does not make the feed punctual.
    deliveries = [b for b in batches if not b.error and not b.corrects]
    last = max((b.received_at for b in deliveries if b.received_at <= now), default=None)
    due_at = due_after(contract, last, project.timezone)
    return FeedStatus(
        contract.feed,
        contract.title,
        contract.owner.department,
        due_at,
        last,
        is_late=contract.due is not None and (last is None or (due_at is not None and due_at < now)),
        batches=len(counted),
        refused=sum(bool(b.error) for b in batches),
        rows_in=sum(b.rows_in for b in counted),
        accepted=sum(b.accepted for b in counted),
        quarantined=sum(b.quarantined for b in counted),
        duplicate=sum(b.duplicate for b in counted),
        layout=sum(b.layout for b in counted),
        out_of_scope=sum(b.out_of_scope for b in counted),
        waiting=waiting_rows(project.paths, contract, counted),
        findings=findings_of(counted),
    )


def due_after(contract: Contract, last: dt.datetime | None, timezone: str) -> dt.datetime | None:
    """When the delivery after `last` is due (UTC): one interval later, at the stated local time or at the day's end."""
    if contract.due is None or last is None:
        return None
    zone = ZoneInfo(timezone)
    due = last.astimezone(zone) + contract.due.every
    if contract.due.every >= dt.timedelta(days=1):
        by = contract.due.by or dt.time(23, 59, 59)
        due = dt.datetime.combine(due.date(), by, zone)
    return due.astimezone(dt.UTC)


def contract_of(contracts: Sequence[Contract], feed: str) -> Contract:
    """The contract of a feed.

    Raises:
        AccessError: no such feed.
    """
    for contract in contracts:
        if contract.feed == feed:
            return contract
    raise AccessError(
        feed,
        "there is no such feed",
        remedy="`citybrain status` lists them." + nearest(feed, [c.feed for c in contracts]),
    )
