"""The vault follows the accepted zone: identities of feeds whose rows changed are sealed anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from citybrain.build.fingerprints import digest
from citybrain.contracts.contract import Contract
from citybrain.ingest import Batch, Progress, current_batches
from citybrain.project import Project
from citybrain.warehouse import arm_pseudonyms, connect, has_identities, seal_feed, vault_file

MOST_MEMORY = 512 << 20
"""Bytes for sealing, which goes on beside the making of a snapshot."""


def seal_identities(
    project: Project, contracts: Sequence[Contract], batches: Sequence[Batch], work: Path, progress: Progress
) -> None:
    """Seals the identities of each feed that names persons and whose rows are not those that were sealed last.

    Has an engine of its own, so that it can go on beside the making of a snapshot, which reads nothing of the vault.
    """
    stale = [(contract, held) for contract in contracts if has_identities(contract)
             if not _is_sealed(project, contract, held := _held(contract, batches))]  # fmt: skip
    if not stale:
        return
    with connect(scratch=work, most_memory=MOST_MEMORY) as con:
        arm_pseudonyms(con, project.paths)
        for done, (contract, held) in enumerate(stale):
            progress("vault", done, len(stale), contract.feed)
            stamp = _stamp(project, contract)
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.unlink(missing_ok=True)
            seal_feed(con, project.paths, contract, batches, work)
            stamp.write_text(held, encoding="ascii")


def _held(contract: Contract, batches: Sequence[Batch]) -> str:
    """What the vault file of a feed is made of."""
    return digest(*(f"{b.batch}:{b.recipe}" for b in current_batches(batches, contract)))


def _is_sealed(project: Project, contract: Contract, held: str) -> bool:
    stamp = _stamp(project, contract)
    return stamp.exists() and stamp.read_text(encoding="ascii") == held


def _stamp(project: Project, contract: Contract) -> Path:
    """Written after the vault file, so that a killed build seals it again."""
    return vault_file(project.paths, contract.feed).with_suffix(".parts")
