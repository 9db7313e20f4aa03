"""Deliveries of one feed through reading and checking into the accepted and the quarantine zone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from citybrain.contracts.contract import Contract, Delivery
from citybrain.errors import DeliveryError
from citybrain.ingest.answers import find_answered, set_all_aside
from citybrain.ingest.batches import Batch, current_batches, feed_folder
from citybrain.ingest.checked import Checked, check_alone, write_parquet
from citybrain.ingest.desk import Desk
from citybrain.ingest.planning import planned_for
from citybrain.ingest.refusals import NOT_A_TABLE, engine_refused, not_a_table
from citybrain.ingest.repeats import find_repeats, find_repeats_of_earlier
from citybrain.ingest.set_aside import sql_set_aside
from citybrain.ingest.stored import stored_files
from citybrain.ingest.tally import check_expected, count_blanked, count_states, counted
from citybrain.ingest.together import check_together


def accept(desk: Desk, contract: Contract, batches: Sequence[Batch], known: Collection[Batch]) -> list[Batch]:
    """Reads, checks and stores deliveries, in order of receipt; returns their batches, ready to be committed.

    A batch comes back with its counts, or with the error for which it is refused: the file cannot be read, lacks a
    required column, or is outside `[expect]`. `known` is the ledger before them.

    Raises:
        BuildError: the zones cannot be written.
    """
    try:
        with (
            TemporaryDirectory(dir=desk.work) as folder,
            planned_for(desk.con, sum(batch.size for batch in batches)),
        ):
            return _accept(replace(desk, work=Path(folder)), contract, batches, known)
    except NOT_A_TABLE:
        if len(batches) == 1:
            return [replace(batches[0], error=str(not_a_table(batches[0])))]
    except duckdb.Error as error:
        raise engine_refused(error, batches[0]) from error
    # One of them stopped the pass over all: alone, it stops nothing but itself.
    taken: list[Batch] = []
    for batch in batches:
        taken += accept(desk, contract, [batch], [*known, *taken])
    return taken


def _accept(desk: Desk, contract: Contract, batches: Sequence[Batch], known: Collection[Batch]) -> list[Batch]:
    checked, refused = _check(desk, contract, batches)
    taken: dict[int, Batch] = {}
    if checked:
        find_repeats(desk.con, contract, checked)
        correction = next((batch for batch in batches if batch.corrects), None)
        if correction:
            # It comes alone, and a few corrected rows are not what `[expect]` speaks of.
            _find_answered(desk, contract, checked[0], correction, known)
        else:
            refused |= _unexpected(desk, contract, checked)
        fresh = [batch for batch in batches if batch.batch not in refused]
        if contract.delivery is Delivery.APPEND:
            _find_repeats_of_earlier(desk, contract, checked, fresh, known)
        aside = " UNION ALL ".join(sql_set_aside(desk.con, one) for one in checked)
        desk.con.execute(f"CREATE OR REPLACE TEMP TABLE set_aside AS {aside}")
        if correction:
            set_all_aside(desk.con, checked[0])
        taken = _counted(desk, checked)
        for batch in fresh:
            _move_in(desk, taken[batch.batch])
    return [replace(b, error=str(refused[b.batch])) if b.batch in refused else taken[b.batch] for b in batches]


def _check(desk: Desk, contract: Contract, batches: Sequence[Batch]) -> tuple[list[Checked], dict[int, DeliveryError]]:
    """The pass, and why deliveries are refused before it."""
    if len(batches) > 1:
        return check_together(desk, contract, batches)
    try:
        return [check_alone(desk, contract, batches[0])], {}
    except DeliveryError as error:
        return [], {batches[0].batch: error}


def _unexpected(desk: Desk, contract: Contract, checked: Sequence[Checked]) -> dict[int, DeliveryError]:
    """Why deliveries are outside `[expect]`; what earlier ones said before does not matter to that."""
    states = count_states(desk.con, checked)
    refused = {}
    for batch in (batch for one in checked for batch in one.batches):
        try:
            check_expected(contract, counted(batch, states[batch.batch], {}))
        except DeliveryError as error:
            refused[batch.batch] = error
    return refused


def _find_answered(
    desk: Desk, contract: Contract, checked: Checked, correction: Batch, known: Collection[Batch]
) -> None:
    """Compares a correction with the delivery that it corrects, and with what other workbooks say of the same rows."""
    ledger = {b.batch: b for b in known}
    others = [
        b
        for b in current_batches(ledger.values(), contract)
        if b.corrects == correction.corrects and b.part != correction.part and b.order < correction.order
    ]
    find_answered(desk.con, desk.project.paths, contract, checked, ledger[correction.corrects], others)


def _find_repeats_of_earlier(
    desk: Desk, contract: Contract, checked: Sequence[Checked], batches: Sequence[Batch], known: Collection[Batch]
) -> None:
    """Compares each delivery with those before it that count when it comes."""
    ledger = {b.batch: b for b in known}
    fresh = {b.batch for b in batches}
    pairs: list[tuple[int, int]] = []
    files: dict[int, Sequence[Path]] = {}
    for batch in batches:
        if batch.corrects:
            # An earlier return of the same workbook is replaced by this one: nothing repeats it.
            ledger[batch.batch] = batch
        for earlier in current_batches(ledger.values(), contract):
            if earlier.order < batch.order:
                pairs.append((batch.batch, earlier.batch))
                if earlier.batch not in fresh:
                    files[earlier.batch] = stored_files(desk.project.paths, earlier)
        ledger[batch.batch] = batch
    find_repeats_of_earlier(desk.con, contract, checked, pairs, files)


def _counted(desk: Desk, checked: Sequence[Checked]) -> dict[int, Batch]:
    states, blanked = count_states(desk.con, checked), count_blanked(desk.con)
    batches = (batch for one in checked for batch in one.batches)
    return {b.batch: counted(b, states[b.batch], blanked.get(b.batch, {})) for b in batches}


def _move_in(desk: Desk, batch: Batch) -> None:
    """Puts the rows of a delivery and what is set aside of it into their zones."""
    paths, aside = desk.project.paths, desk.work / f"aside-{batch.rows_name}"
    rows = f"SELECT * EXCLUDE (batch) FROM set_aside WHERE batch = {batch.batch} ORDER BY source_line, row"
    write_parquet(desk, rows, aside)
    moves = [(desk.work / target.name, target) for target in stored_files(paths, batch)]
    for file, target in ((aside, feed_folder(paths.quarantine, batch.feed) / batch.rows_name), *moves):
        target.parent.mkdir(parents=True, exist_ok=True)
        file.chmod(0o600)
        file.replace(target)
