"""What a new snapshot does to the findings known so far: pure rules, no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from citybrain.operations.finding import FindingKind, Found, Item, ItemStatus, Key

Event = tuple[Item, str]
"""A finding as it stands from now on, and what happened to it."""


def events_of(
    kind: FindingKind,
    known: Mapping[Key, Item],
    found: Iterable[Found],
    rules: Collection[str],
    silent: Collection[Key],
) -> list[Event]:
    """Everything that happens to the ledger: what opens, grows, comes back, changes, and what is gone.

    Nothing is gone of a rule that the snapshot does not have, nor of `silent` keys: they could not be judged.
    """
    standing = {f.key: f for f in found}
    events = [_event(kind, known.get(key), f) for key, f in standing.items()]
    gone = [
        (
            replace(i, status=ItemStatus.CLOSED, left_only=0.0, right_only=0.0, accepted_gap=0.0, is_present=False),
            "gone",
        )
        for key, i in known.items()
        if i.is_present and key not in standing and i.rule in rules and key not in silent
    ]
    return [e for e in events if e is not None] + gone


def _event(kind: FindingKind, item: Item | None, found: Found) -> Event | None:
    """What a finding in a new snapshot does to its item; None: nothing."""
    gap = max(found.left_only, found.right_only)
    if item is None:
        return _opened(kind, found), "opened"
    now = replace(item, left_only=found.left_only, right_only=found.right_only, is_present=True)
    if not item.is_present:
        return replace(now, status=ItemStatus.REOPENED, accepted_gap=None), "came_back"
    if item.accepted_gap is not None and gap > item.accepted_gap:
        return replace(now, status=ItemStatus.REOPENED, accepted_gap=None), "grew"
    return None if now == item else (now, "changed")


def _opened(kind: FindingKind, found: Found) -> Item:
    """A new item; the ledger puts in when and by which snapshot."""
    at = dt.datetime.min
    return Item(
        kind, *found.key, ItemStatus.OPEN, found.owner, "", None, found.left_only, found.right_only, None,
        is_present=True, first_seen="", last_seen="", told_to="", told_at=None, opened_at=at, changed_at=at,
    )  # fmt: skip
