"""What the ledger holds: findings, what happened to them, and who was told. Times are UTC without offset."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

Key = tuple[str, str, str]
"""Rule, area code, period (ISO day, or empty for the whole time)."""
SYSTEM = "citybrain"
"""Who writes what happens by itself."""


class FindingKind(StrEnum):
    """Who finds: rules of different kinds have names of their own."""

    RECONCILIATION = "reconciliation"
    """Two departments differ about the same thing."""
    VALIDATION = "validation"
    """Two numbers do not stand to each other as they must."""


class ItemStatus(StrEnum):
    """How far a finding is."""

    OPEN = "open"
    TOLD = "told"
    """Somebody who can explain or mend it has been told."""
    ASSIGNED = "assigned"
    EXPLAINED = "explained"
    CLOSED = "closed"
    REOPENED = "reopened"
    """It came back, or grew beyond what was explained."""


class Way(StrEnum):
    """How somebody was told."""

    WORKBOOK = "workbook"
    """It stood in a workbook that was sent out."""
    BY_HAND = "by_hand"
    """On paper, by telephone, in a meeting: a person says so."""


@dataclass(frozen=True)
class Found:
    """One finding in a snapshot."""

    rule: str
    area_code: str
    period_on: dt.date | None
    left_only: float
    right_only: float
    owner: str
    """Department of the rule: whose it is until somebody is named."""

    @property
    def key(self) -> Key:
        """Which item it is."""
        return self.rule, self.area_code, period_text(self.period_on)


@dataclass(frozen=True)
class Item:
    """One finding as it stands now."""

    kind: FindingKind
    rule: str
    area_code: str
    period: str
    status: ItemStatus
    owner: str
    explanation: str
    due_on: dt.date | None
    left_only: float
    """What stands on the left side only; `left − right = left_only − right_only`."""
    right_only: float
    accepted_gap: float | None
    is_present: bool
    """Whether the last settled snapshot that could judge it still had it."""
    first_seen: str
    """First snapshot that had it."""
    last_seen: str
    """Last one."""
    told_to: str
    """Who was told last; empty if nobody was."""
    told_at: dt.datetime | None
    opened_at: dt.datetime
    changed_at: dt.datetime

    @property
    def key(self) -> Key:
        """Which item it is."""
        return self.rule, self.area_code, self.period

    @property
    def gap(self) -> float:
        """The larger of what stands on one side only."""
        return max(self.left_only, self.right_only)

    @property
    def period_on(self) -> dt.date | None:
        """First day of the period; None for the whole time."""
        return dt.date.fromisoformat(self.period) if self.period else None


@dataclass(frozen=True)
class Entry:
    """One line of the history of a finding."""

    at: dt.datetime
    by: str
    event: str
    """opened, changed, grew, came_back, gone, told, assigned, explained, closed."""
    status: ItemStatus
    note: str
    left_only: float | None
    """None where the reader may not see it."""
    right_only: float | None
    snapshot: str


@dataclass(frozen=True)
class Notice:
    """One time that somebody was told of a finding."""

    at: dt.datetime
    by: str
    department: str
    person: str
    """Person or desk, as the department names it; empty if only the department is known."""
    way: Way
    note: str


@dataclass
class SettleReport:
    """What a new snapshot did to the ledger: items by event."""

    counts: dict[str, int] = field(default_factory=dict)


def period_text(period_on: dt.date | None) -> str:
    """The period as the ledger writes it."""
    return period_on.isoformat() if period_on else ""
