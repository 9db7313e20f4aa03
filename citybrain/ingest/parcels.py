"""Which deliveries are taken together: small ones of one feed, as many as fit in memory at ease."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from citybrain.contracts.contract import Contract
from citybrain.ingest.batches import Batch

SMALL = 16 << 20
"""Bytes; a larger file is taken alone, and streams."""
FULL = 48 << 20
"""Bytes of the files of one parcel."""
MOST = 250
"""Files of one parcel: what a killed build has to do again."""


@dataclass
class Parcel:
    """Deliveries of one feed that are taken together, in order of receipt."""

    contract: Contract
    batches: list[Batch] = field(default_factory=list)

    def takes(self, batch: Batch) -> bool:
        """Whether one more delivery fits."""
        size = sum(b.size for b in self.batches)
        return size + batch.size <= FULL and len(self.batches) < MOST


def parcels(deliveries: Iterable[tuple[Contract, Batch]]) -> list[Parcel]:
    """Every delivery in one parcel; each feed's deliveries keep their order. A correction waits for what it corrects."""
    found: list[Parcel] = []
    open_ones: dict[str, Parcel] = {}
    for contract, batch in deliveries:
        parcel = open_ones.get(contract.feed)
        is_alone = batch.size > SMALL or bool(batch.corrects)
        if is_alone or parcel is None or not parcel.takes(batch):
            parcel = Parcel(contract)
            found.append(parcel)
            open_ones[contract.feed] = parcel
        parcel.batches.append(batch)
        if is_alone:
            del open_ones[contract.feed]
    return found
