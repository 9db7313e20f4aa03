"""The cells of one sheet as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

from citybrain.readers.headers import MergedRange

LARGEST_EXACT = 2**53
"""Whole numbers beyond this lose digits in Excel."""


@dataclass(frozen=True)
class SheetCells:
    """Every cell of a sheet as text; row n (from 0) is row n + 1 of the sheet, blank cells are NULL."""

    cells: pa.Table
    first_column: int
    """Column of the sheet (from 0) that the first column of `cells` is; those before it are blank."""
    is_visible: bool


def load_cells(book: fastexcel.ExcelReader, sheet: str) -> SheetCells:
    """The cells of a sheet.

    Dates are `2020-01-24` or `2020-01-24 08:30:00`, times `08:30:00`, numbers as short as they are exact, booleans
    TRUE and FALSE. A number too long for Excel's precision shows its exponent (`3.70123E+17`): digits are lost.
    """
    # skip_rows=0 keeps blank rows at the top, so that rows keep their numbers.
    loaded = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
    batch = loaded.to_arrow()
    columns = [_plain(batch.column(i)) for i in range(batch.num_columns)]
    places = [c.absolute_index for c in loaded.available_columns()]
    suspects = [i for i, c in enumerate(columns) if _any(pc.match_substring_regex(c, r"^\d{16,}$"))]
    if suspects:
        # Read as booleans, numbers give a value and texts do not: the only way to tell a number from its digits.
        wanted = [places[i] for i in suspects]
        flags = book.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="boolean", use_columns=wanted).to_arrow()
        for n, i in enumerate(suspects):
            columns[i] = _with_exponents(columns[i], flags.column(n))
    table = pa.Table.from_arrays(columns, names=[str(i) for i in range(len(columns))])
    return SheetCells(_without_blank_end(table), places[0] if places else 0, loaded.visible == "visible")


def fill_down(table: pa.Table, merged: Sequence[MergedRange], first_row: int) -> pa.Table:
    """The table with the text of cells merged over rows repeated in each of them, from `first_row` on."""
    for left in sorted({m.left for m in merged if m.bottom > m.top and m.bottom >= first_row}):
        if left >= table.num_columns:
            continue
        texts = table.column(left).to_pylist()
        for m in merged:
            if m.left == left and m.top >= first_row:
                end = min(m.bottom + 1, len(texts))
                texts[m.top : end] = texts[m.top : m.top + 1] * max(end - m.top, 0)
        table = table.set_column(left, table.schema.field(left), pa.array(texts, pa.string()))
    return table


def _plain(column: pa.Array) -> pa.Array:
    column = pc.if_else(pc.equal(column, ""), pa.scalar(None, column.type), column).cast(pa.string())
    if _any(pc.ends_with(column, " 00:00:00")):
        column = pc.replace_substring_regex(column, r"^(\d{4}-\d\d-\d\d) 00:00:00$", r"\1")
    if _any(pc.starts_with(column, "1899-12-3")):
        column = pc.replace_substring_regex(column, r"^1899-12-3[01] (\d\d:\d\d:\d\d)", r"\1")
    is_boolean = pc.is_in(column, pa.array(["true", "false"]))
    return pc.if_else(is_boolean, pc.utf8_upper(column), column) if _any(is_boolean) else column


def _with_exponents(column: pa.Array, flags: pa.Array) -> pa.Array:
    texts = [
        f"{float(text):.15G}" if flag is not None and text.isdigit() and int(text) > LARGEST_EXACT else text
        for text, flag in zip(column.to_pylist(), flags.to_pylist(), strict=True)
    ]
    return pa.array(texts, pa.string())


def _without_blank_end(table: pa.Table) -> pa.Table:
    last = -1
    for column in table.columns:
        filled = pc.indices_nonzero(pc.is_valid(column))
        last = max(last, filled[-1].as_py() if len(filled) else -1)
    return table.slice(0, last + 1)


def _any(flags: pa.Array) -> bool:
    return bool(pc.any(flags).as_py())
