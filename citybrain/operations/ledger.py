"""The ledger of findings (对账台账、校验台账): one item a rule, area and period, open until it is explained or gone.

A snapshot is built anew every day; what people said about a finding stays here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, Table, and_, insert, select, update
from sqlalchemy.exc import IntegrityError

from citybrain.errors import AccessError
from citybrain.operations.finding import (
    SYSTEM,
    Entry,
    FindingKind,
    Found,
    Item,
    ItemStatus,
    Key,
    Notice,
    SettleReport,
    Way,
    period_text,
)
from citybrain.operations.settling import Event, events_of
from citybrain.operations.tables import FINDINGS, HISTORY, KEY, NOTICES, SETTLED

WAITING = (ItemStatus.OPEN, ItemStatus.REOPENED)
"""Nobody has done anything about it yet."""


class Ledger:
    """All questions to the ledger of one kind of findings, and everything that may happen to its items."""

    def __init__(
        self,
        engine: Engine,
        now: Callable[[], dt.datetime] | None = None,
        kind: FindingKind = FindingKind.RECONCILIATION,
    ) -> None:
        self.engine, self.kind = engine, kind
        self._now = now or (lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None))

    def items(self, rule: str = "", area_codes: Collection[str] | None = None, period: str = "") -> list[Item]:
        """Items by rule, area and period, newest period first within a rule; all of them."""
        query = self._mine(FINDINGS)
        if rule:
            query = query.where(FINDINGS.c.rule == rule)
        if period:
            query = query.where(FINDINGS.c.period == period)
        query = query.order_by(FINDINGS.c.rule, FINDINGS.c.period.desc(), FINDINGS.c.area_code)
        with self.engine.connect() as con:
            found = [_item(row._mapping) for row in con.execute(query)]
        codes = None if area_codes is None else set(area_codes)
        return [i for i in found if codes is None or i.area_code in codes]

    def item(self, rule: str, area_code: str, period_on: dt.date | None) -> Item:
        """One item. Raises AccessError where the ledger has none."""
        with self.engine.connect() as con:
            return self._one(con, (rule, area_code, period_text(period_on)))

    def history(self, item: Item) -> list[Entry]:
        """Everything that happened to an item, oldest first."""
        rows = self._rows_of(HISTORY, item, Entry)
        return [Entry(**{**row, "status": ItemStatus(row["status"])}) for row in rows]

    def notices(self, item: Item) -> list[Notice]:
        """Who was told of an item, oldest first."""
        return [Notice(**{**row, "way": Way(row["way"])}) for row in self._rows_of(NOTICES, item, Notice)]

    def tell(self, items: Iterable[Item], notice: Notice) -> list[Item]:
        """Writes down who was told of the items; the instant is that of the ledger. An open item is `told` from then on."""
        at = self._now()
        told_to = ", ".join(part for part in (notice.department, notice.person) if part)
        if not told_to:
            raise AccessError(self.kind, "nobody is named", remedy="Say which department or person was told")
        told = []
        with self.engine.begin() as con:
            for item in items:
                known = self._one(con, item.key)
                status = ItemStatus.TOLD if known.status in WAITING and known.is_present else known.status
                note = f"{told_to} ({notice.way})" + (f": {notice.note}" if notice.note else "")
                changed = replace(known, status=status, told_to=told_to, told_at=at, changed_at=at)
                self._change(con, changed, _entry(changed, at, notice.by, "told", note, ""))
                values = {n: getattr(notice, n) for n in Notice.__dataclass_fields__}
                con.execute(insert(NOTICES).values(**_key(changed), **{**values, "at": at}))
                told.append(changed)
        return told

    def assign(self, item: Item, owner: str, by: str, due_on: dt.date | None = None) -> Item:
        """Names who must explain it, and until when."""
        return self._act(
            item, by, "assigned", owner, status=ItemStatus.ASSIGNED, owner=owner, due_on=due_on or item.due_on
        )

    def explain(self, item: Item, explanation: str, by: str) -> Item:
        """Takes an explanation of the finding as large as it is now. Raises AccessError for an empty one."""
        if not explanation.strip():
            raise AccessError(self.kind, "an explanation is words", remedy="Say why the two sides differ")
        said = {"status": ItemStatus.EXPLAINED, "explanation": explanation.strip(), "accepted_gap": item.gap}
        return self._act(item, by, "explained", explanation.strip(), **said)

    def close(self, item: Item, by: str, note: str = "") -> Item:
        """Closes it. Raises AccessError while nobody has explained it."""
        if not item.explanation and not note.strip():
            raise AccessError(
                self.kind, "nobody has explained this difference", remedy="Explain it, or close it with a note"
            )
        said = {"status": ItemStatus.CLOSED, "accepted_gap": item.gap, "explanation": item.explanation or note.strip()}
        return self._act(item, by, "closed", note.strip(), **said)

    def is_settled(self, snapshot: str) -> bool:
        """Whether the findings of a snapshot are in the ledger already."""
        with self.engine.connect() as con:
            return con.execute(self._mine(SETTLED).where(SETTLED.c.snapshot == snapshot)).first() is not None

    def settle(
        self, snapshot: str, found: Iterable[Found], rules: Collection[str], silent: Collection[Key] = ()
    ) -> SettleReport:
        """Brings the ledger up to the snapshot: opens what is new, opens again what came back or grew, closes what is gone.

        `rules` are those of the snapshot; items of other rules stay as they are, and so do those in `silent`, of which a side
        says nothing: they cannot be judged. Nothing changes when the same snapshot is settled again.
        """
        report = SettleReport()
        try:
            with self.engine.begin() as con:
                # First of all: whoever settles the same snapshot at the same time waits here, and then finds it done.
                con.execute(insert(SETTLED).values(kind=self.kind, snapshot=snapshot, at=self._now()))
                known = {i.key: i for i in (_item(row._mapping) for row in con.execute(self._mine(FINDINGS)))}
                self._write(con, snapshot, events_of(self.kind, known, found, rules, silent), known, report)
                self._see_again(con, snapshot, known, rules, silent)
        except IntegrityError:
            if not self.is_settled(snapshot):
                raise
        return report

    def _write(
        self, con: Connection, snapshot: str, events: list[Event], known: dict[Key, Item], report: SettleReport
    ) -> None:
        at = self._now()
        fresh, history = [], []
        for stated, event in events:
            item = replace(stated, changed_at=at)
            if item.key in known:
                con.execute(update(FINDINGS).where(*_same(FINDINGS, item)).values(**_values(item)))
            else:
                item = replace(item, opened_at=at, first_seen=snapshot)
                fresh.append({**_key(item), **_values(item)})
            history.append(_entry(item, at, SYSTEM, event, "", snapshot))
            report.counts[event] = report.counts.get(event, 0) + 1
        if fresh:
            con.execute(insert(FINDINGS), fresh)
        if history:
            con.execute(insert(HISTORY), history)

    def _see_again(
        self, con: Connection, snapshot: str, known: dict[Key, Item], rules: Collection[str], silent: Collection[Key]
    ) -> None:
        """All that still stands was seen in this snapshot, but for what could not be judged."""
        standing = and_(FINDINGS.c.kind == self.kind, FINDINGS.c.is_present, FINDINGS.c.rule.in_(list(rules)))
        con.execute(update(FINDINGS).where(standing).values(last_seen=snapshot))
        for item in (known[key] for key in silent if key in known):
            con.execute(update(FINDINGS).where(*_same(FINDINGS, item)).values(last_seen=item.last_seen))

    def _act(self, item: Item, by: str, event: str, note: str, **changes: Any) -> Item:
        at = self._now()
        with self.engine.begin() as con:
            changed = replace(self._one(con, item.key), **changes, changed_at=at)
            self._change(con, changed, _entry(changed, at, by, event, note, ""))
        return changed

    def _change(self, con: Connection, changed: Item, entry: dict[str, Any]) -> None:
        con.execute(update(FINDINGS).where(*_same(FINDINGS, changed)).values(**_values(changed)))
        con.execute(insert(HISTORY), [entry])

    def _mine(self, table: Table) -> Any:
        return select(table).where(table.c.kind == self.kind)

    def _one(self, con: Connection, key: Key) -> Item:
        conditions = [FINDINGS.c[name] == value for name, value in zip(KEY[1:], key, strict=True)]
        row = con.execute(self._mine(FINDINGS).where(*conditions)).first()
        if row is None:
            where = " ".join(part for part in key if part)
            raise AccessError(f"{self.kind} {where}", "the ledger has no such item", remedy="List the items first")
        return _item(row._mapping)

    def _rows_of(self, table: Table, item: Item, shape: type[Entry] | type[Notice]) -> list[dict[str, Any]]:
        names = shape.__dataclass_fields__
        with self.engine.connect() as con:
            rows = con.execute(select(table).where(*_same(table, item)).order_by(table.c.entry))
            return [{n: row._mapping[n] for n in names} for row in rows]


def _key(item: Item) -> dict[str, str]:
    return {name: getattr(item, name) for name in KEY}


def _same(table: Table, item: Item) -> list[Any]:
    return [table.c[name] == value for name, value in _key(item).items()]


def _item(row: Any) -> Item:
    return Item(**{**row, "kind": FindingKind(row["kind"]), "status": ItemStatus(row["status"])})


def _values(item: Item) -> dict[str, Any]:
    return {n: getattr(item, n) for n in Item.__dataclass_fields__ if n not in KEY}


def _entry(item: Item, at: dt.datetime, by: str, event: str, note: str, snapshot: str) -> dict[str, Any]:
    return {
        **_key(item), "at": at, "by": by, "event": event, "status": item.status, "note": note,
        "left_only": item.left_only, "right_only": item.right_only, "snapshot": snapshot,
    }  # fmt: skip
