"""What the reconciliation pages show: cells of the snapshot beside what the ledger says of them."""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from citybrain.errors import BuildError, CityBrainError
from citybrain.operations import Entry, Item, ItemStatus, Ledger, open_operations, operations_url_beside
from citybrain.operations.finding import Key
from citybrain.query import AccessContext, City
from citybrain.query.reconciliation import ReconciliationRule
from citybrain.web.reconciliation.acts import NotTaken, Sent, check_sent, is_written_already, write
from citybrain.web.rights import may_explain
from citybrain.web.texts import Texts


@dataclass(frozen=True)
class Ledgered:
    """The ledger as it stands, or why it cannot be read."""

    items: Mapping[Key, Item]
    departments: Mapping[str, str]
    trouble: str = ""

    def of(self, rule: str, area: str, period: str) -> Item | None:
        """The item of a cell, if it ever differed."""
        return self.items.get((rule, area, period))

    def owner(self, item: Item) -> str:
        """Who must explain it, by name where the project names its departments."""
        return self.departments.get(item.owner, item.owner)

    @property
    def waiting(self) -> int:
        """Items that nobody has explained or closed."""
        return sum(i.status not in (ItemStatus.EXPLAINED, ItemStatus.CLOSED) for i in self.items.values())


class Desk:
    """Opens the ledger when it is first asked for; pages go on without it where that fails."""

    def __init__(self, city: City, access: AccessContext, snapshots: Path, departments: Mapping[str, str]) -> None:
        self.city, self.access, self.departments = city, access, departments
        self._url, self._turn = operations_url_beside(snapshots), snapshots.parent / ".ledger-turn"
        self._ledger: Ledger | None = None
        self._opening = threading.Lock()

    def rules(self) -> dict[str, ReconciliationRule]:
        """Rules of the snapshot by id."""
        return {r.rule: r for r in self.city.reconciliation_rules(self.access)}

    def ledgered(self, rule: str = "") -> Ledgered:
        """Items of the ledger, brought up to the served snapshot, of areas that the asker may see."""
        try:
            ledger = self._open()
            self.city.settle_reconciliations(ledger)
            seen = {i.key: i for i in ledger.items(rule) if self._is_seen(i.area_code)}
            return Ledgered(seen, self.departments)
        except CityBrainError as error:
            return Ledgered({}, self.departments, error.sentence())

    def history(self, item: Item) -> list[Entry]:
        """Everything that happened to an item, oldest first."""
        return self._open().history(item)

    def write(self, item: Item, sent: Sent, _: Texts) -> NotTaken | None:
        """Writes what a person sent; else why it was not taken. Raises BuildError where the ledger cannot be written.

        Who acts on an item that changed since the page was made is shown the change first.
        """
        if not may_explain(self.access):
            return NotTaken(sent, _("You may read the ledger and not write into it."), 403)
        with self._in_turn():
            ledger, by = self._open(), self.access.user
            history = ledger.history(item)
            if is_written_already(sent, history[-1] if history else None, by):
                return None
            if sent.seen != str(len(history)):
                changed = _(
                    "Meanwhile somebody else has written about this: read the history below. Send again if it still holds."
                )
                return NotTaken(sent, changed, 409)
            newest = ledger.item(item.rule, item.area_code, item.period_on)
            if words := check_sent(sent, newest, _):
                return NotTaken(sent, words)
            write(ledger, newest, sent, by)
        return None

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """One writer at a time, in whichever server process, so that nobody overwrites what was not seen."""
        try:
            with self._turn.open("a", encoding="ascii") as turn:
                fcntl.flock(turn, fcntl.LOCK_EX)
                yield
        except (OSError, SQLAlchemyError) as error:
            raise BuildError(
                "operations", "the ledger cannot be written", found=type(error).__name__,
                remedy="Whoever runs the server gives it the right to write in the data folder",
            ) from error  # fmt: skip

    def _open(self) -> Ledger:
        with self._opening:
            if self._ledger is None:
                self._ledger = Ledger(open_operations(self._url))
            return self._ledger

    def _is_seen(self, area: str) -> bool:
        if self.access.area_root is None:
            return True
        try:
            self.city.area(self.access, area)
        except CityBrainError:
            return False
        return True
