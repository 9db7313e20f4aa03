"""What waits in quarantine: rows that were set aside and that no returned workbook has stated anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import duckdb

from citybrain.contracts.contract import Contract
from citybrain.ingest.batches import Batch, RowState, current_batches, feed_folder, load_batches
from citybrain.ingest.returned import sql_ref
from citybrain.project import Paths, Project
from citybrain.sql import literal, literals, quote


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
            rows = feed_folder(project.paths.accepted, batch.feed) / batch.rows_name
            found = con.execute(
                f"SELECT w.source_line, w.sheet, w.reasons, w.original, {measure}"
                f" FROM ({_sql_waiting(project.paths, batch, current)}) AS w"
                f" JOIN read_parquet({literal(rows)}, file_row_number = TRUE) AS r ON r.file_row_number = w.row"
                f" WHERE TRUE {inside} ORDER BY w.source_line, w.row"
            ).fetchall()
            for line, sheet, reasons, original, of in found:
                yield QuarantinedRow(
                    batch.file_name, line, sheet, tuple(reasons or ()), batch.headers, tuple(original or ()),
                    batch.batch, of or "",
                )  # fmt: skip


def waiting_rows(paths: Paths, contract: Contract, current: Sequence[Batch]) -> int:
    """How many rows of the current batches of a feed wait in quarantine."""
    corrected = {b.corrects for b in current if b.corrects}
    waiting = sum(b.quarantined for b in current if b.batch not in corrected)
    with duckdb.connect() as con:
        for batch in (b for b in current if b.batch in corrected and b.quarantined):
            row = con.execute(f"SELECT count(*) FROM ({_sql_waiting(paths, batch, current)})").fetchone()
            waiting += row[0] if row else 0
    return waiting


def _sql_waiting(paths: Paths, batch: Batch, current: Sequence[Batch]) -> str:
    """SELECT of the rows of the quarantine file of a batch that are quarantined and not stated anew."""
    folder = feed_folder(paths.quarantine, batch.feed)
    rows = f"SELECT * FROM read_parquet({literal(folder / batch.rows_name)}) WHERE state = {RowState.QUARANTINED:d}"
    corrections = [folder / b.rows_name for b in current if b.corrects == batch.batch]
    if not corrections:
        return rows
    files = ", ".join(literal(file) for file in corrections)
    answered = f"SELECT answers FROM read_parquet([{files}])"
    return f"SELECT * FROM ({rows}) WHERE {sql_ref(quote('source_line'), 'sheet')} NOT IN ({answered})"
