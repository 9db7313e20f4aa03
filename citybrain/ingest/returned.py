"""A workbook of quarantined rows that came back: what it says it is, and its rows as a delivery that corrects another.

Such a workbook is known by its marker sheet, whatever it is called and wherever it lies. Each row says in its first cell
which row of which delivery it states anew, and so the workbook becomes one batch for each delivery that it corrects.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import fastexcel
import pyarrow as pa
import pyarrow.parquet as pq

from citybrain.errors import DeliveryError
from citybrain.ingest.batches import Batch, RowState, feed_folder
from citybrain.project import Paths
from citybrain.readers.files import new_file
from citybrain.readers.parquet_spool import sql_parquet
from citybrain.readers.sheet_cells import load_cells
from citybrain.readers.table import RawTable, free_name
from citybrain.sql import quote

RETURNED_FOLDERS = ("returned/*.xlsx", "*/returned/*.xlsx")
"""Where workbooks that came back are looked for, below the extracts folder."""
MARKER_SHEET = "citybrain.returned"
MARKER = "citybrain returned rows 1"
"""First cell of the marker sheet: what it is, and the version of its layout."""
OWN_COLUMNS = 4
"""Columns before the department's own: number of the row, file, line, reasons."""
SURPLUS = {"zh": "（表头以外的内容）", "en": "(beyond the header)"}
"""Heading of the last column by language, where some row has more cells than its header."""
CELL_CHARACTERS = 32_767
"""Most characters of an Excel cell."""
_REF = re.compile(r"(\d+)-(\d+(?:-.*)?)")


@dataclass(frozen=True)
class ReturnedSheet:
    """The rows of one feed in a workbook of quarantined rows."""

    workbook: str
    """Which export it is; returned again it replaces its earlier return."""
    feed: str
    sheet: str
    deliveries: Mapping[int, str]
    """Number of a batch when the workbook was written -> `identity` of that batch."""


def identity(batch: Batch, ledger: Mapping[int, Batch]) -> str:
    """What a batch is made of, whatever its number: its bytes, and for a correction those that it corrects too."""
    if not batch.corrects:
        return batch.sha256
    return f"{batch.sha256} {identity(ledger[batch.corrects], ledger)}"


def row_ref(batch: int, line: int | None, sheet: str | None) -> str:
    """The first cell of a row in the workbook: which row of which batch it is."""
    return f"{batch}-{line}" + (f"-{sheet}" if sheet else "")


def sql_ref(line: str, sheet: str) -> str:
    """SQL of what stands in `row_ref` behind the batch."""
    return f"{line}::VARCHAR || coalesce('-' || {sheet}, '')"


def marker_rows(sheets: Iterable[ReturnedSheet]) -> list[list[str]]:
    """The marker sheet of a workbook, row by row."""
    rows = [[MARKER]]
    for sheet in sheets:
        deliveries = [f"{number}={what}" for number, what in sheet.deliveries.items()]
        # One cell a delivery: a cell holds no more than some thousand of them.
        rows.append([sheet.workbook, sheet.feed, sheet.sheet, *deliveries])
    return rows


def returned_sheets(path: Path) -> list[ReturnedSheet]:
    """What the marker sheet of a workbook says; nothing where there is no such sheet.

    Raises:
        DeliveryError: the file is damaged.
    """
    if not _has_marker(path):
        return []
    texts = [[cell or "" for cell in row.values()] for row in _cells(path, MARKER_SHEET).to_pylist()]
    if not texts or not texts[0] or texts[0][0] != MARKER:
        raise DeliveryError(
            path.name, "the sheet that says what the workbook is was changed",
            remedy="The department fills in the workbook as it was sent",
        )  # fmt: skip
    return [
        ReturnedSheet(workbook, feed, sheet, {int(n): what for n, _, what in (c.partition("=") for c in cells if c)})
        for workbook, feed, sheet, *cells in texts[1:]
    ]


def _has_marker(path: Path) -> bool:
    """Whether there is a marker sheet, by the list of sheets alone: every workbook delivered is asked this."""
    try:
        with zipfile.ZipFile(path) as archive:
            return MARKER_SHEET.encode() in archive.read("xl/workbook.xml")
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError):
        return False


def _cells(path: Path, sheet: str) -> pa.Table:
    try:
        return load_cells(fastexcel.read_excel(path), sheet).cells
    except fastexcel.FastExcelError as error:
        raise DeliveryError(
            path.name, "the workbook cannot be read", remedy="The department opens and saves it again"
        ) from error


class ReturnedRows:
    """The sheet of one feed in a workbook that came back.

    Raises:
        DeliveryError: it cannot be read, or a row does not say which row it states anew.
    """

    def __init__(self, path: Path, sheet: str) -> None:
        self.name, self.cells = path.name, _cells(path, sheet)
        header = self.cells.slice(0, 1).to_pylist()
        self.headers: list[str | None] = list(header[0].values())[OWN_COLUMNS:] if header else []
        self.refs: list[tuple[int, str] | None] = [None, *self._read_refs()]

    def _read_refs(self) -> Iterable[tuple[int, str] | None]:
        """Batch and row that each row below the header states anew; None for a blank row."""
        own = self.cells.column(0).to_pylist() if self.cells.num_columns else []
        for line, text in enumerate(own[1:], start=2):
            found = _REF.fullmatch((text or "").strip())
            if found:
                yield int(found[1]), found[2]
            elif any(row is not None for row in self.cells.slice(line - 1, 1).to_pylist()[0].values()):
                raise DeliveryError(
                    self.name, f"row {line} does not say which row it corrects",
                    remedy="Leave the first column as it was sent; new rows belong in a delivery of their own",
                )  # fmt: skip
            else:
                yield None

    @property
    def batches(self) -> list[int]:
        """The batches of which rows are stated anew, by the numbers they had when the workbook was written."""
        return sorted({ref[0] for ref in self.refs if ref})

    def rows_of(self, batch: int, headers: Sequence[str]) -> list[tuple[int, str, tuple[str | None, ...]]]:
        """Row of the sheet, row that it states anew, and its cells, for the rows of one batch.

        The cells are those under the headers and, last, what lies beyond them.

        Raises:
            DeliveryError: one of the headers is missing.
        """
        missing = [h for h in headers if h not in self.headers]
        if missing:
            raise DeliveryError(
                self.name, "columns are missing", found=f"no {', '.join(missing[:5])}",
                remedy="Leave header and columns as they were sent",
            )  # fmt: skip
        lines = [line for line, ref in enumerate(self.refs) if ref and ref[0] == batch]
        taken = self.cells.take(pa.array(lines, pa.int64()))
        surplus = next((s for s in SURPLUS.values() if s in self.headers and s not in headers), None)
        columns = [
            taken.column(OWN_COLUMNS + self.headers.index(h)).to_pylist() if h in self.headers else [None] * len(lines)
            for h in (*headers, surplus or "")
        ]
        refs = [ref[1] for ref in self.refs if ref and ref[0] == batch]
        texts = zip(*columns, strict=True)
        return [(line + 1, ref, cells) for line, ref, cells in zip(lines, refs, texts, strict=True)]


def corrected_table(
    path: Path, sheet: ReturnedSheet, original: Batch, number: int, paths: Paths, spool: Path
) -> tuple[RawTable, int]:
    """The rows of a returned sheet that state rows of one batch anew, and how many rows stand there unchanged.

    An unchanged row is the quarantined row over again, which stays as it is; so it is no row of the table. The table has
    the headers of the batch, the row of the sheet as its line, and in `ref_column` the row that each states anew. `number`
    is that of the batch in the workbook.

    Raises:
        DeliveryError: the sheet cannot be read or lacks a column.
    """
    headers = original.headers
    before = _quarantined_cells(paths, original)
    rows = ReturnedRows(path, sheet.sheet).rows_of(number, headers)
    width = len(headers) + 1
    changed = [row for row in rows if _plain(row[2], width) != _plain(before.get(row[1], ()), width)]
    line_column = free_name("source_line", headers)
    columns = [pa.array([cells[place] for _, _, cells in changed], pa.string()) for place in range(len(headers))]
    lines, refs = pa.array([c[0] for c in changed], pa.int64()), pa.array([c[1] for c in changed], pa.string())
    table = pa.Table.from_arrays([*columns, lines, refs], names=[*headers, line_column, ref_column(headers)])
    file = new_file(spool)
    pq.write_table(table, file)
    raw = RawTable(
        relation=sql_parquet([file]), headers=headers, first_line=2, line_column=line_column, kind="returned workbook",
        sheet=sheet.sheet, header_line=1,
    )  # fmt: skip
    return raw, len(rows) - len(changed)


def corrected_batches(path: Path, sheet: ReturnedSheet, ledger: Mapping[int, Batch]) -> list[Batch]:
    """The batches of which a returned sheet states rows anew, oldest first.

    They are known by their bytes: a number may be another's where the ledger was made anew.

    Raises:
        DeliveryError: the sheet cannot be read, or such a delivery never came.
    """
    numbers = ReturnedRows(path, sheet.sheet).batches
    by_identity = {identity(b, ledger): b for b in ledger.values() if b.feed == sheet.feed and not b.error}
    found = {}
    for number in numbers:
        wanted = sheet.deliveries.get(number, "")
        own = ledger.get(number)
        # Bytes delivered twice are two batches: the one with its own number first.
        batch = own if own and identity(own, ledger) == wanted and not own.error else by_identity.get(wanted)
        if batch is None:
            raise DeliveryError(
                path.name, "the workbook corrects a delivery that is not known here",
                remedy="Export the rows again with `citybrain quarantine`",
            )  # fmt: skip
        found[batch.batch] = batch
    return sorted(found.values(), key=lambda b: b.order)


def sheet_of(
    path: Path, sheets: Iterable[ReturnedSheet], original: Batch, ledger: Mapping[int, Batch]
) -> tuple[ReturnedSheet, int]:
    """The sheet with rows of a batch, and the number that the batch has in the workbook.

    Raises:
        DeliveryError: the workbook does not speak of that batch.
    """
    wanted = identity(original, ledger)
    for sheet in sheets:
        numbers = [n for n, what in sheet.deliveries.items() if what == wanted and sheet.feed == original.feed]
        if numbers:
            # Bytes delivered twice are two batches: the one with its own number first.
            return sheet, original.batch if original.batch in numbers else numbers[0]
    raise DeliveryError(
        path.name, "the workbook corrects a delivery that it does not name",
        remedy="The department fills in the workbook as it was sent",
    )  # fmt: skip


def ref_column(headers: Sequence[str]) -> str:
    """Column of a `corrected_table` that says which row each row states anew."""
    return free_name("ref", headers)


def _quarantined_cells(paths: Paths, batch: Batch) -> dict[str, tuple[str | None, ...]]:
    """The cells of the quarantined rows of a batch, by row."""
    file = feed_folder(paths.quarantine, batch.feed) / batch.rows_name
    with duckdb.connect() as con:
        rows = con.execute(
            f"SELECT {sql_ref(quote('source_line'), 'sheet')}, original FROM read_parquet($file) WHERE state = $state",
            {"file": str(file), "state": int(RowState.QUARANTINED)},
        ).fetchall()
    return {ref: tuple(original or ()) for ref, original in rows}


def _plain(cells: Sequence[str | None], width: int) -> list[str]:
    """The cells as they compare: what a spreadsheet adds, drops or cuts off when it saves a text makes no difference."""
    return [_plain_text(cell) for cell in (*cells, *[None] * (width - len(cells)))]


def _plain_text(cell: str | None) -> str:
    text = " ".join((cell or "")[:CELL_CHARACTERS].split())
    text = re.sub(r"^(\d{4}-\d\d-\d\d) 00:00:00$", r"\1", text)
    text = re.sub(r"^1899-12-3[01] (\d\d:\d\d:\d\d)", r"\1", text)
    return text.upper() if text in ("true", "false") else text
