"""The ledger of findings after a build: what the new snapshot found, is gone of, or cannot judge, is written down at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from citybrain.project import Project


def settle_ledgers(project: Project) -> str:
    """Brings both ledgers up to the served snapshot; returns why they could not be, or nothing.

    The snapshot is published by then, and whoever opens a ledger later settles it too: a database of operations that cannot
    be reached must not make a build fail. Only snapshots that were served in between without anybody looking would be missed.
    """
    from citybrain.errors import CityBrainError
    from citybrain.operations import FindingKind, Ledger, open_operations, operations_url
    from citybrain.query import open_city

    try:
        engine, city = open_operations(operations_url(project)), open_city(project.paths.snapshots)
        city.settle_reconciliations(Ledger(engine))
        city.settle_validation(Ledger(engine, kind=FindingKind.VALIDATION))
    except CityBrainError as error:
        return error.sentence()
    return ""
