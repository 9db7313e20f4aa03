"""Everything new that departments delivered, small files of a feed together; one bad file never stops another."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from citybrain.contracts.contract import Contract
from citybrain.contracts.fingerprint import contract_fingerprint
from citybrain.errors import DeliveryError
from citybrain.ingest.accept import accept
from citybrain.ingest.archive import Archived, archive_file
from citybrain.ingest.batches import Batch, load_batches, open_refusals, read_again, remove_orphans, save_batch
from citybrain.ingest.desk import Desk
from citybrain.ingest.discover import Found, Seen, discover, part_of
from citybrain.ingest.parcels import Parcel, parcels
from citybrain.ingest.returned import corrected_batches
from citybrain.ingest.sharing import share_out

Progress = Callable[[str, int, int, str], None]
Delivered = tuple[Contract, Batch]
"""A batch before it is read, with its contract."""
RECIPE_VERSION = 2
"""Raise it when reading or checking changes what comes out: every delivery is then read again from the archive."""


@dataclass(frozen=True)
class IngestReport:
    """What one ingest did: the whole ledger after it, the batches it wrote, sentences on what needs a person."""

    batches: tuple[Batch, ...]
    fresh: tuple[Batch, ...]
    findings: tuple[str, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()
    """Feed and sentence of each delivery that cannot be taken, those of earlier builds that still stand too."""


def ingest_new(desks: Sequence[Desk], contracts: Sequence[Contract], progress: Progress | None = None) -> IngestReport:
    """Takes every delivery that is new or was read by another recipe; feeds are shared out among the desks.

    Raises:
        BuildError: the project's own folders cannot be written.
    """
    return _Intake(desks, contracts, progress or (lambda *_: None)).run()


class _Intake:
    """The state of one ingest: the ledger as it grows."""

    def __init__(self, desks: Sequence[Desk], contracts: Sequence[Contract], progress: Progress) -> None:
        self.desks, self.desk, self.contracts, self.progress = desks, desks[0], contracts, progress
        self.paths, self.lock = self.desk.project.paths, Lock()
        self.batches = {b.batch: b for b in load_batches(self.paths)}
        self.last = {(b.feed, b.path): b.sha256 for b in sorted(self.batches.values(), key=lambda b: b.order)}
        """The bytes that each file name delivered last."""
        self.recipes = {c.feed: self._recipe(c) for c in contracts}
        self.number = max(self.batches, default=0)
        self.fresh: list[Batch] = []
        self.errors: list[tuple[str, str]] = []
        self.seen = Seen(self.paths)

    def run(self) -> IngestReport:
        remove_orphans(self.paths, self.batches.values())
        self._take("read again", self._stale())
        found = discover(self.paths, self.contracts)
        self._take("ingest", [*self._new_files(found.files), *self._new_extracts()])
        for returned in found.returned:
            # One by one: a workbook may correct rows of one that came back before.
            self._take("ingest", self._new_corrections(returned))
        self.seen.save()
        ledger = tuple(sorted(self.batches.values(), key=lambda b: b.order))
        refused = [(b.feed, b.error) for b in open_refusals(ledger) if (self.paths.extracts / b.path).exists()]
        return IngestReport(ledger, tuple(self.fresh), found.findings, (*self.errors, *refused))

    def _take(self, stage: str, deliveries: Sequence[Delivered]) -> None:
        """Accepts or refuses; either way the batch is committed, so that it is not tried again for nothing."""
        done = 0
        taken: dict[int, Batch] = {}

        def take(desk: Desk, parcel: Parcel) -> None:
            nonlocal done
            with self.lock:
                self.progress(stage, done, len(deliveries), parcel.batches[0].file_name)
                known = [batch for batch in self.batches.values() if batch.feed == parcel.contract.feed]
            for batch in accept(desk, parcel.contract, parcel.batches, known):
                save_batch(self.paths, batch)
                with self.lock:
                    self.batches[batch.batch] = taken[batch.batch] = batch
            with self.lock:
                done += len(parcel.batches)

        share_out(self.desks, parcels(deliveries), take)
        self.fresh += [taken[batch.batch] for _, batch in deliveries if batch.batch in taken]

    def _new_files(self, files: Sequence[Found]) -> Iterator[Delivered]:
        """Archives the files whose bytes are new."""
        for done, found in enumerate(files):
            self.progress("archive", done, len(files), found.path.name)
            contract, path = found.contract, found.path.relative_to(self.paths.extracts).as_posix()
            known = self.seen.sha256(found)
            if known and self._is_known(contract.feed, path, known):
                continue
            archived = self._archive(contract, found.path)
            if archived is None:
                continue
            self.seen.remember(found, archived.sha256)
            if not self._is_known(contract.feed, path, archived.sha256):
                by_time = self.desk.project.received_at == "modified"
                yield self._delivered(
                    contract, path, archived, found.modified_at if by_time else dt.datetime.now(dt.UTC)
                )

    def _new_corrections(self, found: Found) -> list[Delivered]:
        """A returned workbook, if it is new: one batch for each delivery of which it states rows anew."""
        contract, path = found.contract, found.path.relative_to(self.paths.extracts).as_posix()
        seen = self.seen.sha256(found)
        if not found.returned or (
            seen and any((b.feed, b.sha256) == (contract.feed, seen) and b.corrects for b in self.batches.values())
        ):
            return []
        archived = self._archive(contract, found.path)
        if archived is None:
            return []
        try:
            originals = corrected_batches(found.path, found.returned, self.batches)
        except DeliveryError as error:
            self.errors.append((contract.feed, str(error)))
            return []
        self.seen.remember(found, archived.sha256)
        known = {b.corrects for b in self.batches.values() if b.sha256 == archived.sha256 and b.corrects}
        by_time = self.desk.project.received_at == "modified"
        received_at = found.modified_at if by_time else dt.datetime.now(dt.UTC)
        return [
            (
                contract,
                replace(
                    self._delivered(contract, path, archived, max(received_at, original.received_at))[1],
                    part=found.returned.workbook,
                    corrects=original.batch,
                ),
            )
            for original in originals
            if original.batch not in known
        ]

    def _new_extracts(self) -> Iterator[Delivered]:
        """The tables and queries of databases whose rows are new, each one delivery, archived like a file."""
        for contract in self.contracts:
            source = contract.source
            if not source.url:
                continue
            from citybrain.readers.database import extract_database

            try:
                extract = extract_database(source.url, source.table, source.query, self.desk.work)
            except DeliveryError as error:
                self.errors.append((contract.feed, str(error)))
                continue
            archived = self._archive(contract, extract)
            if archived and not self._is_known(contract.feed, extract.name, archived.sha256):
                yield self._delivered(contract, extract.name, archived, dt.datetime.now(dt.UTC))

    def _archive(self, contract: Contract, file: Path) -> Archived | None:
        try:
            return archive_file(file, self.paths.archive, self.desk.work)
        except DeliveryError as error:
            self.errors.append((contract.feed, str(error)))
            return None

    def _delivered(self, contract: Contract, path: str, archived: Archived, received_at: dt.datetime) -> Delivered:
        """A new batch, not read yet."""
        name = path.rsplit("/", 1)[-1]
        self.number += 1
        return contract, Batch(
            self.number, contract.feed, name, path, part_of(contract, name), archived.sha256, archived.size,
            received_at, dt.datetime.now(dt.UTC), self.recipes[contract.feed],
        )  # fmt: skip

    def _is_known(self, feed: str, path: str, sha256: str) -> bool:
        """Whether these bytes are what this file name delivered last."""
        return self.last.get((feed, path)) == sha256

    def _recipe(self, contract: Contract) -> str:
        """The fingerprint of everything that decides how the contract's deliveries are read."""
        areas = self.desk.areas.fingerprint if "area" in contract.record.columns() else ""
        columns = repr(sorted((n, repr(c)) for n, c in contract.record.columns().items()))
        text = f"{RECIPE_VERSION}|{contract_fingerprint(contract)}|{columns}|{areas}|{self.desk.project.timezone}"
        return hashlib.sha256(text.encode()).hexdigest()

    def _stale(self) -> list[Delivered]:
        """Archived deliveries whose contract, record type, areas or code have changed since they were read."""
        by_feed = {c.feed: c for c in self.contracts}
        return [
            (
                by_feed[old.feed],
                replace(
                    read_again(old, self.recipes[old.feed], dt.datetime.now(dt.UTC)),
                    part=old.part if old.corrects else part_of(by_feed[old.feed], old.file_name),
                ),
            )
            for old in sorted(self.batches.values(), key=lambda b: b.order)
            if old.feed in by_feed and old.recipe != self.recipes[old.feed]
        ]
