"""The ledger of batches: one small JSON file a batch, written last, so that it is the commit."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import IntEnum
from pathlib import Path

from citybrain.contracts.contract import Contract, Delivery
from citybrain.project import Paths

RECHECKED = "-rechecked.parquet"
"""How the name of a Parquet of rechecked rows ends."""


class RowState(IntEnum):
    """What became of one row of a delivery."""

    ACCEPTED = 0
    QUARANTINED = 1
    DUPLICATE = 2
    LAYOUT = 3
    """A title, total or note: not data."""
    OUT_OF_SCOPE = 4
    """Data of another place, by the contract's `[scope]`."""
    OPEN = 5
    """A gap that the short pass left: what became of the row stands in the second Parquet of its batch."""


@dataclass(frozen=True)
class Batch:
    """One version of one file, as it was taken or refused.

    `rows_in = accepted + quarantined + duplicate`; layout and out-of-scope rows are counted beside it.
    Instants are UTC. `path` is relative to the extracts folder, so that a moved project keeps its ledger.
    """

    batch: int
    feed: str
    file_name: str
    path: str
    part: str
    sha256: str
    size: int
    received_at: dt.datetime
    ingested_at: dt.datetime
    recipe: str
    rows_in: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicate: int = 0
    layout: int = 0
    out_of_scope: int = 0
    headers: tuple[str, ...] = ()
    reader: dict[str, str] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    blanked: dict[str, int] = field(default_factory=dict)
    """`column:reason` -> accepted rows in which that value could not be read and was left empty."""
    error: str = ""
    """Why the delivery was refused; such a batch has no rows."""
    corrects: int = 0
    """The batch whose quarantined rows this one states anew, of a workbook that came back; 0 for a delivery. `part` is then
    the workbook, of which only the newest return counts."""
    rechecked: int = 0
    """Rows that the short pass left open, and that stand in a Parquet of their own."""

    @property
    def rows_name(self) -> str:
        """File name of the batch's Parquet, in the accepted and in the quarantine zone."""
        return f"{self.batch:06d}-{self.recipe[:8]}.parquet"

    @property
    def rechecked_name(self) -> str:
        """File name of the Parquet of the rechecked rows, in the accepted zone."""
        return f"{self.batch:06d}-{self.recipe[:8]}{RECHECKED}"

    @property
    def rows_names(self) -> tuple[str, ...]:
        """File names of the Parquets of all rows, in the accepted zone."""
        return (self.rows_name, self.rechecked_name) if self.rechecked else (self.rows_name,)

    @property
    def order(self) -> tuple[dt.datetime, int]:
        """Sorts batches by what was known first."""
        return (self.received_at, self.batch)


def feed_folder(zone: Path, feed: str) -> Path:
    """The folder of a feed in a zone: `<zone>/<department>/<feed>`."""
    return zone.joinpath(*feed.split(".", 1))


def load_batches(paths: Paths) -> list[Batch]:
    """Every batch of the project, oldest first."""
    found = [_load(file) for file in paths.batches.glob("*/*/*.json")]
    return sorted(found, key=lambda b: b.order)


def save_batch(paths: Paths, batch: Batch) -> None:
    """Commits a batch: its JSON appears whole or not at all."""
    folder = feed_folder(paths.batches, batch.feed)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{batch.batch:06d}.json"
    beside = target.with_suffix(".part")
    with beside.open("w", encoding="utf-8") as out:
        json.dump(asdict(batch), out, ensure_ascii=False, indent=1, default=dt.datetime.isoformat)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(target)


def load_batch(paths: Paths, feed: str, number: int) -> Batch:
    """One batch by its number. Raises FileNotFoundError where there is none."""
    return _load(feed_folder(paths.batches, feed) / f"{number:06d}.json")


def _load(file: Path) -> Batch:
    row = json.loads(file.read_text(encoding="utf-8"))
    for instant in ("received_at", "ingested_at"):
        row[instant] = dt.datetime.fromisoformat(row[instant])
    for names in ("headers", "findings"):
        row[names] = tuple(row[names])
    return Batch(**row)


def current_batches(batches: Iterable[Batch], contract: Contract, as_of: dt.datetime | None = None) -> list[Batch]:
    """The batches of a feed whose rows count, as known at `as_of`, oldest first.

    For `upsert` every batch counts and the newest row of a key wins; otherwise the newest taken batch of a part. Corrections
    follow the batch that they correct: they count as long as it does, and rank where it ranks.
    """
    taken = [
        b for b in batches if b.feed == contract.feed and not b.error and (as_of is None or b.received_at <= as_of)
    ]
    taken.sort(key=lambda b: b.order)
    deliveries = [b for b in taken if not b.corrects]
    if contract.delivery is not Delivery.UPSERT:
        newest: dict[str, Batch] = {}
        for batch in deliveries:
            newest[batch.part or f"#{batch.batch}" if contract.delivery is Delivery.APPEND else batch.part] = batch
        deliveries = sorted(newest.values(), key=lambda b: b.order)
    corrections: dict[int, dict[str, Batch]] = defaultdict(dict)
    for batch in taken:
        if batch.corrects:
            corrections[batch.corrects][batch.part] = batch
    return [one for batch in deliveries for one in _with_corrections(batch, corrections)]


def _with_corrections(batch: Batch, corrections: Mapping[int, Mapping[str, Batch]]) -> Iterator[Batch]:
    """The batch, the newest return of each workbook that corrects it, and what corrects those in turn."""
    yield batch
    for correction in sorted(corrections.get(batch.batch, {}).values(), key=lambda b: b.order):
        yield from _with_corrections(correction, corrections)


def remove_orphans(paths: Paths, batches: Iterable[Batch]) -> None:
    """Removes files that a killed build left without a commit record."""
    known = {(b.feed, name) for b in batches if not b.error for name in b.rows_names}
    for zone in (paths.accepted, paths.quarantine):
        for file in zone.glob("*/*/*.parquet"):
            if (".".join(file.parent.parts[-2:]), file.name) not in known:
                file.unlink()


def open_refusals(batches: Iterable[Batch]) -> Iterator[Batch]:
    """Refused batches that no later delivery of the same part has made good."""
    newest: dict[tuple[str, str, int], Batch] = {}
    for batch in sorted(batches, key=lambda b: b.order):
        newest[(batch.feed, batch.path, batch.corrects)] = batch
    return (b for b in newest.values() if b.error)


def read_again(batch: Batch, recipe: str, now: dt.datetime) -> Batch:
    """The same delivery before it is read by another recipe: same number, same bytes, no rows yet."""
    return replace(
        batch, recipe=recipe, ingested_at=now, rows_in=0, accepted=0, quarantined=0, duplicate=0, layout=0,
        out_of_scope=0, headers=(), reader={}, findings=(), blanked={}, error="", rechecked=0,
    )  # fmt: skip
