"""The ledger of what validation found, as the pages need it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from citybrain.errors import CityBrainError
from citybrain.operations import Entry, FindingKind, Ledger, Notice, open_operations
from citybrain.operations.finding import Key
from citybrain.query import AccessContext, City
from citybrain.query.validation import AskedFindings, ValidationFinding


@dataclass(frozen=True)
class Listed:
    """Findings as they stand, or why the ledger cannot be read."""

    findings: Sequence[ValidationFinding]
    trouble: str = ""


class FindingsDesk:
    """Opens the ledger when it is first asked for; the page goes on without it where that fails."""

    def __init__(self, city: City, access: AccessContext) -> None:
        self.city, self.access = city, access
        self._ledger: Ledger | None = None
        self._opening = threading.Lock()

    def listed(self, asked: AskedFindings) -> Listed:
        """Findings of the ledger, brought up to the served snapshot."""
        try:
            return Listed(self.city.validation_findings(self.access, self._settled(), asked))
        except CityBrainError as error:
            return Listed((), error.sentence())

    def story(self, key: Key) -> tuple[list[Entry], list[Notice]]:
        """Everything that happened to a finding, and who was told of it. Raises CityBrainError."""
        return self.city.validation_story(self.access, self._settled(), key)

    def _settled(self) -> Ledger:
        with self._opening:
            if self._ledger is None:
                engine = open_operations(self.city.operations_url)
                self._ledger = Ledger(engine, kind=FindingKind.VALIDATION)
        self.city.settle_validation(self._ledger)
        return self._ledger
