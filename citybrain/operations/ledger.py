"""The ledger of differences (对账台账): one item a rule, area and period, open until it is explained or gone.

A snapshot is built anew every day; what people said about a difference stays here. Times are UTC without offset.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from citybrain.errors import AccessError
from citybrain.operations.tables import HISTORY, ITEMS, SETTLED

Key = tuple[str, str, str]
"""Rule, area code, period (ISO day, or empty for the whole time)."""
SYSTEM = "citybrain"
"""Who writes what happens by itself."""


class ItemStatus(StrEnum):
    """How far a difference is."""

    OPEN = "open"
    ASSIGNED = "assigned"
    EXPLAINED = "explained"
    CLOSED = "closed"
    REOPENED = "reopened"
    """It came back, or grew beyond what was explained."""


@dataclass(frozen=True)
class Found:
    """One difference beyond tolerance in a snapshot."""

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
    """One item as it stands now."""

    rule: str
    area_code: str
    period: str
    status: ItemStatus
    owner: str
    explanation: str
    due_on: dt.date | None
    left_only: float
    right_only: float
    accepted_gap: float | None
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


@dataclass(frozen=True)
class Entry:
    """One line of the history of an item."""

    at: dt.datetime
    by: str
    event: str
    """opened, changed, grew, came_back, gone, assigned, explained, closed."""
    status: ItemStatus
    note: str
    left_only: float
    right_only: float
    snapshot: str


@dataclass
class SettleReport:
    """What a new snapshot did to the ledger: items by event."""

    counts: dict[str, int] = field(default_factory=dict)


def period_text(period_on: dt.date | None) -> str:
    """The period as the ledger writes it."""
    return period_on.isoformat() if period_on else ""


class Ledger:
    """All questions to the ledger and everything that may happen to its items."""

    def __init__(self, engine: Engine, now: Callable[[], dt.datetime] | None = None) -> None:
        self.engine = engine
        self._now = now or (lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None))

    def items(self, rule: str = "", area_codes: Collection[str] | None = None, period: str = "") -> list[Item]:
        """Items by rule, area and period, newest period first within a rule."""
        query = select(ITEMS)
        if rule:
            query = query.where(ITEMS.c.rule == rule)
        if period:
            query = query.where(ITEMS.c.period == period)
        query = query.order_by(ITEMS.c.rule, ITEMS.c.period.desc(), ITEMS.c.area_code)
        with self.engine.connect() as con:
            found = [_item(row._mapping) for row in con.execute(query)]
        return found if area_codes is None else [i for i in found if i.area_code in set(area_codes)]

    def item(self, rule: str, area_code: str, period_on: dt.date | None) -> Item:
        """One item. Raises AccessError where the ledger has none."""
        with self.engine.connect() as con:
            return _one(con, (rule, area_code, period_text(period_on)))

    def history(self, item: Item) -> list[Entry]:
        """Everything that happened to an item, oldest first."""
        query = select(HISTORY).where(*_same(HISTORY, item.key)).order_by(HISTORY.c.entry)
        names = Entry.__dataclass_fields__
        with self.engine.connect() as con:
            rows = [{n: row._mapping[n] for n in names} for row in con.execute(query)]
        return [Entry(**{**row, "status": ItemStatus(row["status"])}) for row in rows]

    def assign(self, item: Item, owner: str, by: str, due_on: dt.date | None = None) -> Item:
        """Names who must explain it, and until when."""
        return self._act(
            item, by, "assigned", owner, status=ItemStatus.ASSIGNED, owner=owner, due_on=due_on or item.due_on
        )

    def explain(self, item: Item, explanation: str, by: str) -> Item:
        """Takes an explanation of the difference as large as it is now. Raises AccessError for an empty one."""
        if not explanation.strip():
            raise AccessError("reconciliation", "an explanation is words", remedy="Say why the two sides differ")
        said = {"status": ItemStatus.EXPLAINED, "explanation": explanation.strip(), "accepted_gap": item.gap}
        return self._act(item, by, "explained", explanation.strip(), **said)

    def close(self, item: Item, by: str, note: str = "") -> Item:
        """Closes it. Raises AccessError while nobody has explained it."""
        if not item.explanation and not note.strip():
            raise AccessError(
                "reconciliation", "nobody has explained this difference", remedy="Explain it, or close it with a note"
            )
        said = {"status": ItemStatus.CLOSED, "accepted_gap": item.gap, "explanation": item.explanation or note.strip()}
        return self._act(item, by, "closed", note.strip(), **said)

    def is_settled(self, snapshot: str) -> bool:
        """Whether the differences of a snapshot are in the ledger already."""
        with self.engine.connect() as con:
            return con.execute(select(SETTLED.c.snapshot).where(SETTLED.c.snapshot == snapshot)).first() is not None

    def settle(
        self, snapshot: str, found: Iterable[Found], rules: Collection[str], silent: Collection[Key] = ()
    ) -> SettleReport:
        """Brings the ledger up to the snapshot: opens what is new, opens again what came back or grew, closes what is gone.

        `rules` are those of the snapshot; items of other rules stay as they are, and so do those in `silent`, of which a side
        says nothing: they cannot be judged. Nothing changes when the same snapshot is settled again.
        """
        report, differing = SettleReport(), {f.key: f for f in found}
        with self.engine.begin() as con:
            known = {i.key: i for i in (_item(row._mapping) for row in con.execute(select(ITEMS)))}
            events = [_event(known.get(key), f) for key, f in differing.items()]
            events += [
                (replace(i, status=ItemStatus.CLOSED, left_only=0.0, right_only=0.0, accepted_gap=0.0), "gone")
                for key, i in known.items()
                if key not in differing and i.rule in rules and key not in silent and i.gap
            ]
            self._write(con, snapshot, [e for e in events if e is not None], known, report)
            if con.execute(select(SETTLED.c.snapshot).where(SETTLED.c.snapshot == snapshot)).first() is None:
                con.execute(insert(SETTLED).values(snapshot=snapshot, at=self._now()))
        return report

    def _write(
        self,
        con: Connection,
        snapshot: str,
        events: list[tuple[Item, str]],
        known: dict[Key, Item],
        report: SettleReport,
    ) -> None:
        at = self._now()
        fresh, history = [], []
        for stated, event in events:
            item = replace(stated, changed_at=at, opened_at=stated.opened_at if stated.key in known else at)
            if item.key in known:
                con.execute(update(ITEMS).where(*_same(ITEMS, item.key)).values(**_values(item)))
            else:
                fresh.append({"rule": item.rule, "area_code": item.area_code, "period": item.period, **_values(item)})
            history.append(_entry(item, at, SYSTEM, event, "", snapshot))
            report.counts[event] = report.counts.get(event, 0) + 1
        if fresh:
            con.execute(insert(ITEMS), fresh)
        if history:
            con.execute(insert(HISTORY), history)

    def _act(self, item: Item, by: str, event: str, note: str, **changes: Any) -> Item:
        at = self._now()
        with self.engine.begin() as con:
            changed = replace(_one(con, item.key), **changes, changed_at=at)
            con.execute(update(ITEMS).where(*_same(ITEMS, item.key)).values(**_values(changed)))
            con.execute(insert(HISTORY), [_entry(changed, at, by, event, note, "")])
        return changed


def _event(item: Item | None, found: Found) -> tuple[Item, str] | None:
    """What a difference in a new snapshot does to its item; None: nothing."""
    now = {"left_only": found.left_only, "right_only": found.right_only}
    gap = max(found.left_only, found.right_only)
    if item is None:
        at = dt.datetime.min
        opened = Item(
            *found.key, ItemStatus.OPEN, found.owner, "", None, found.left_only, found.right_only, None, at, at
        )
        return opened, "opened"
    if item.accepted_gap is not None and gap > item.accepted_gap:
        event = "grew" if item.accepted_gap else "came_back"
        return replace(item, **now, status=ItemStatus.REOPENED, accepted_gap=None), event  # type: ignore[arg-type]
    if (item.left_only, item.right_only) == (found.left_only, found.right_only):
        return None
    return replace(item, **now), "changed"  # type: ignore[arg-type]


def _one(con: Connection, key: Key) -> Item:
    row = con.execute(select(ITEMS).where(*_same(ITEMS, key))).first()
    if row is None:
        where = " ".join(part for part in key if part)
        raise AccessError(
            f"reconciliation {where}", "the ledger has no such item", remedy="List the items with `citybrain reconcile`"
        )
    return _item(row._mapping)


def _same(table: Any, key: Key) -> list[Any]:
    return [table.c[name] == value for name, value in zip(("rule", "area_code", "period"), key, strict=True)]


def _item(row: Any) -> Item:
    return Item(**{**row, "status": ItemStatus(row["status"])})


def _values(item: Item) -> dict[str, Any]:
    return {n: getattr(item, n) for n in Item.__dataclass_fields__ if n not in ("rule", "area_code", "period")}


def _entry(item: Item, at: dt.datetime, by: str, event: str, note: str, snapshot: str) -> dict[str, Any]:
    return {
        "rule": item.rule, "area_code": item.area_code, "period": item.period, "at": at, "by": by, "event": event,
        "status": item.status, "note": note, "left_only": item.left_only, "right_only": item.right_only, "snapshot": snapshot,
    }  # fmt: skip
