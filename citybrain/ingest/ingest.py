"""Everything new that departments delivered, taken one file at a time; one bad file never stops another."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from citybrain.contracts.contract import Contract, Delivery
from citybrain.contracts.fingerprint import contract_fingerprint
from citybrain.errors import DeliveryError
from citybrain.ingest.accept import Desk, accept
from citybrain.ingest.archive import Archived, archive_file
from citybrain.ingest.batches import (
    Batch,
    current_batches,
    load_batches,
    next_number,
    open_refusals,
    read_again,
    remove_orphans,
    save_batch,
)
from citybrain.ingest.discover import Found, Seen, discover, part_of
from citybrain.readers import extract_database

Progress = Callable[[str, int, int, str], None]
RECIPE_VERSION = 1
"""Raise it when reading or checking changes what comes out: every delivery is then read again from the archive."""


@dataclass(frozen=True)
class IngestReport:
    """What one ingest did: the whole ledger after it, the batches it wrote, sentences on what needs a person."""

    batches: tuple[Batch, ...]
    fresh: tuple[Batch, ...]
    findings: tuple[str, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()
    """Feed and sentence of each delivery that cannot be taken, those of earlier builds that still stand too."""


def ingest_new(desk: Desk, contracts: Sequence[Contract], progress: Progress | None = None) -> IngestReport:
    """Takes every delivery that is new or was read by another recipe.

    Raises:
        BuildError: the project's own folders cannot be written.
    """
    return _Intake(desk, contracts, progress or (lambda *_: None)).run()


class _Intake:
    """The state of one ingest: the ledger as it grows."""

    def __init__(self, desk: Desk, contracts: Sequence[Contract], progress: Progress) -> None:
        self.desk, self.contracts, self.progress = desk, contracts, progress
        self.paths = desk.project.paths
        self.batches = {b.batch: b for b in load_batches(self.paths)}
        self.fresh: list[Batch] = []
        self.errors: list[tuple[str, str]] = []
        self.seen = Seen(self.paths)

    def run(self) -> IngestReport:
        remove_orphans(self.paths, self.batches.values())
        self._read_again_by_new_recipe()
        found = discover(self.paths, self.contracts)
        for done, file in enumerate(found.files):
            self.progress("ingest", done, len(found.files), file.path.name)
            self._take_file(file)
        for contract in self.contracts:
            if contract.source.url:
                self._take_database(contract)
        self.seen.save()
        ledger = tuple(sorted(self.batches.values(), key=lambda b: b.order))
        refused = [(b.feed, b.error) for b in open_refusals(ledger) if (self.paths.extracts / b.path).exists()]
        return IngestReport(ledger, tuple(self.fresh), found.findings, (*self.errors, *refused))

    def _take_file(self, found: Found) -> None:
        """Archives and takes one file if its bytes are new."""
        contract, path = found.contract, found.path.relative_to(self.paths.extracts).as_posix()
        known = self.seen.sha256(found)
        if known and self._is_known(contract.feed, path, known):
            return
        archived = self._archive(contract, found.path)
        if archived is None:
            return
        self.seen.remember(found, archived.sha256)
        if not self._is_known(contract.feed, path, archived.sha256):
            by_time = self.desk.project.received_at == "modified"
            self._take_new(contract, path, archived, found.modified_at if by_time else dt.datetime.now(dt.UTC))

    def _take_database(self, contract: Contract) -> None:
        """Takes the table or query of a database as one delivery, archived like a file."""
        try:
            extract = extract_database(
                contract.source.url, contract.source.table, contract.source.query, self.desk.work
            )
        except DeliveryError as error:
            self.errors.append((contract.feed, str(error)))
            return
        archived = self._archive(contract, extract)
        if archived and not self._is_known(contract.feed, extract.name, archived.sha256):
            self._take_new(contract, extract.name, archived, dt.datetime.now(dt.UTC))

    def _archive(self, contract: Contract, file: Path) -> Archived | None:
        try:
            return archive_file(file, self.paths.archive, self.desk.work)
        except DeliveryError as error:
            self.errors.append((contract.feed, str(error)))
            return None

    def _take_new(self, contract: Contract, path: str, archived: Archived, received_at: dt.datetime) -> None:
        name = path.rsplit("/", 1)[-1]
        batch = Batch(
            next_number(self.batches.values()), contract.feed, name, path, part_of(contract, name), archived.sha256,
            archived.size, received_at, dt.datetime.now(dt.UTC), self._recipe(contract),
        )  # fmt: skip
        self._take(contract, batch)

    def _is_known(self, feed: str, path: str, sha256: str) -> bool:
        """Whether these bytes are what this file name delivered last."""
        of_path = [b for b in self.batches.values() if b.feed == feed and b.path == path]
        return bool(of_path) and max(of_path, key=lambda b: b.order).sha256 == sha256

    def _recipe(self, contract: Contract) -> str:
        """The fingerprint of everything that decides how the contract's deliveries are read."""
        areas = self.desk.areas.fingerprint if "area" in contract.record.columns() else ""
        columns = repr(sorted((n, repr(c)) for n, c in contract.record.columns().items()))
        text = f"{RECIPE_VERSION}|{contract_fingerprint(contract)}|{columns}|{areas}|{self.desk.project.timezone}"
        return hashlib.sha256(text.encode()).hexdigest()

    def _take(self, contract: Contract, batch: Batch) -> None:
        """Accepts or refuses; either way the batch is committed, so that it is not tried again for nothing."""
        earlier = []
        if contract.delivery is Delivery.APPEND:
            earlier = [b for b in current_batches(self.batches.values(), contract) if b.order < batch.order]
        try:
            batch = accept(self.desk, contract, batch, earlier)
        except DeliveryError as error:
            batch = replace(batch, error=str(error))
        save_batch(self.paths, batch)
        self.batches[batch.batch] = batch
        self.fresh.append(batch)

    def _read_again_by_new_recipe(self) -> None:
        """Reads archived deliveries again whose contract, record type, areas or code have changed since."""
        by_feed = {c.feed: c for c in self.contracts}
        stale = [
            b for b in sorted(self.batches.values(), key=lambda b: b.order)
            if b.feed in by_feed and b.recipe != self._recipe(by_feed[b.feed])
        ]  # fmt: skip
        for done, old in enumerate(stale):
            self.progress("read again", done, len(stale), old.file_name)
            contract = by_feed[old.feed]
            batch = replace(
                read_again(old, self._recipe(contract), dt.datetime.now(dt.UTC)),
                part=part_of(contract, old.file_name),
            )
            self._take(contract, batch)
