"""What the reconciliation pages show: cells of the snapshot beside what the ledger says of them."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from citybrain.errors import CityBrainError
from citybrain.operations import Entry, Item, ItemStatus, Ledger, open_operations
from citybrain.operations.database import URL
from citybrain.operations.ledger import Key
from citybrain.query import AccessContext, City
from citybrain.query.reconciliation import ReconciliationRule


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
        self._url = os.environ.get(URL) or f"sqlite:///{snapshots.parent / 'operations.sqlite'}"
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
