"""What waits in quarantine: rows that were set aside and that no returned workbook has stated anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from citybrain.contracts.contract import Contract
from citybrain.ingest.batches import Batch, RowState, current_batches, feed_folder, load_batches
from citybrain.ingest.returned import sql_ref
from citybrain.ingest.stored import sql_stored, stored_files
from citybrain.project import Paths, Project
from citybrain.sql import literal, literals


@dataclass(frozen=True)
class QuarantinedRow:
    """A row that was set aside: where it stands, why, and what it said."""

    file_name: str
    line: int | None
    sheet: str | None
    reasons: tuple[str, ...]
    """`column:reason` codes; see `citybrain.semantics.REASONS`."""
    headers: tuple[str, ...]
    original: tuple[str | None, ...]
    """Cells under the headers; one more where the row has cells beyond them."""
    batch: int = 0
    measure: str = ""
    """Of a wide sheet, the measure that the row was unrolled for."""


def quarantined_rows(
    project: Project, contract: Contract, areas: Collection[str] | None = None
) -> Iterator[QuarantinedRow]:
    """The rows of a feed that wait in quarantine, of the batches that count now, in file order.

    With `areas` only rows that were placed in one of them: the place of a row may be known though it was set aside.
    """
    current = current_batches(load_batches(project.paths), contract)
    measure = "r.measure" if contract.values else "NULL"
    inside = f"AND r.area IN {literals(areas)}" if areas is not None and "area" in contract.record.columns() else ""
    if areas is not None and not inside:
        return
    with duckdb.connect() as con:
        for batch in (b for b in current if b.quarantined):
            rows = sql_stored(stored_files(project.paths, batch))
            found = con.execute(
                f"SELECT w.source_line, w.sheet, w.reasons, w.original, {measure}"
                f" FROM ({sql_waiting(project.paths, [batch], current)}) AS w"
                f" JOIN {rows} AS r ON r.row = w.row"
                f" WHERE TRUE {inside} ORDER BY w.source_line, w.row"
            ).fetchall()
            for line, sheet, reasons, original, of in found:
                yield QuarantinedRow(
                    batch.file_name, line, sheet, tuple(reasons or ()), batch.headers, tuple(original or ()),
                    batch.batch, of or "",
                )  # fmt: skip


def waiting_rows(paths: Paths, contract: Contract, current: Sequence[Batch]) -> int:
    """How many rows of the current batches of a feed wait in quarantine."""
    return sum(waiting_by_batch(paths, current).values())


def waiting_by_batch(paths: Paths, current: Sequence[Batch]) -> dict[int, int]:
    """Batch → how many of its rows wait; of the current batches of one feed or of several. No file is read where nothing
    was corrected.
    """
    corrected = {b.corrects for b in current if b.corrects}
    waiting = {b.batch: b.quarantined for b in current if b.batch not in corrected}
    asked = [b for b in current if b.batch in corrected]
    if any(b.quarantined for b in asked):
        with duckdb.connect() as con:
            counted = f"SELECT batch, count(*) FROM ({sql_waiting(paths, asked, current)}) GROUP BY batch"
            waiting |= dict(con.execute(counted).fetchall())
    return {batch: rows for batch, rows in waiting.items() if rows}


def sql_waiting(paths: Paths, asked: Sequence[Batch], current: Sequence[Batch]) -> str:
    """SELECT of the rows of the quarantine files of the asked batches that wait: their columns, and `batch`.

    A row waits while no counting returned workbook (in `current`) has stated it anew: corrected, withdrawn, or still wrong,
    in which case the row of the workbook waits in its place. Empty where no asked batch has quarantined rows.
    """
    files = [literal(_aside(paths, b)) for b in asked if b.quarantined]
    if not files:
        return ""
    rows = (
        # The file of a batch is named `<batch>-<recipe>.parquet`.
        "SELECT * EXCLUDE (filename), CAST(split_part(parse_filename(filename), '-', 1) AS INTEGER) AS batch\n"
        f"FROM read_parquet([{', '.join(files)}], filename = TRUE, union_by_name = TRUE)"
        f" WHERE state = {RowState.QUARANTINED:d}"
    )
    numbers = {b.batch for b in asked}
    answers = [
        f"SELECT {b.corrects} AS batch, answers FROM read_parquet({literal(_aside(paths, b))})"
        for b in current
        if b.corrects in numbers
    ]
    if not answers:
        return rows
    ref = sql_ref("w.source_line", "w.sheet")
    return (
        f"SELECT w.* FROM ({rows}) AS w ANTI JOIN ({' UNION ALL '.join(answers)}) AS a"
        f" ON a.batch = w.batch AND a.answers = {ref}"
    )


def _aside(paths: Paths, batch: Batch) -> Path:
    """The file of the rows of a batch that were set aside."""
    return feed_folder(paths.quarantine, batch.feed) / batch.rows_name
