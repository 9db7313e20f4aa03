"""The lists that departments keep, as workbooks and as text: titles, merged headers, totals, notes; and what is planted.

A list is a table whose columns are the headers as they stand in the file. Columns that begin with `_` are not written:
`_person` (who is meant), `_fault` (of the mention), `_firm`, `_kind` and `_detail` (a fault of the row), `_attribute`,
`_written` and `_right` (an attribute stated otherwise than it is).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter

from citybrain.demo.departments import FIRM_MENTION_COLUMNS, Planted, World
from citybrain.demo.mentions import mention_table
from citybrain.demo.period import day, deliver
from citybrain.demo.text_files import open_encoded

MOST_WORKBOOK_ROWS = 20_000
"""Longer lists are handed over as text, as nobody opens them any more."""
LINE_END = "\r\n"


@dataclass(frozen=True)
class Form:
    """What a list looks like."""

    title: str = ""
    above: Mapping[str, str] = field(default_factory=dict)
    """Header -> the merged header above it; the others are merged over both rows."""
    sheet: str = "Sheet1"
    total: str = ""
    """The column in which the line 合计 of a workbook states the number of rows, which are then numbered; or none."""
    notes: tuple[str, ...] = ()
    """Lines under the table."""
    hidden: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """A hidden sheet of code words: header -> words."""
    encoding: str = "utf-8"
    """Of text: utf-8, utf-8-sig, utf-16 or gb18030."""
    delimiter: str = ","


def write_register(world: World, file: str, rows: pl.DataFrame, form: Form, number: int, clock: str) -> Planted:
    """Writes a list to `file` (below extracts; .xlsx, .csv or .txt), handed over on day `number`; says what it holds.

    A workbook of too many rows becomes text of the same name that ends in .csv.
    """
    written = rows.select(pl.exclude("^_.*$"))
    if form.total:
        written = written.select(pl.int_range(1, pl.len() + 1).alias("序号"), pl.all())
    if file.endswith(".xlsx") and written.height > MOST_WORKBOOK_ROWS:
        file = file.removesuffix(".xlsx") + ".csv"
    path = world.extracts / file
    path.parent.mkdir(parents=True, exist_ok=True)
    is_workbook = file.endswith(".xlsx")
    first = _write_workbook(path, written, form, number) if is_workbook else _write_text(path, written, form)
    deliver(path, number, clock)
    return planted_in(file, rows, first)


def planted_in(file: str, rows: pl.DataFrame, first_line: int) -> Planted:
    """What the rows of a file hold, the first of them on line `first_line`."""
    lined = rows.with_columns(line=first_line + pl.int_range(rows.height, dtype=pl.Int64), file=pl.lit(file))
    has = lambda column: column in rows.columns  # noqa: E731
    planted = {}
    if has("_kind"):
        planted["faults"] = lined.filter(pl.col("_kind") != "").select(
            "file", "line", kind=pl.col("_kind"), detail=pl.col("_detail").fill_null("")
        )
    if has("_person"):
        known = lined.filter(pl.col("_person").is_not_null())
        planted["mentions"] = mention_table(file, known["line"], known["_person"], known["_fault"])
    if has("_firm"):
        known = lined.filter(pl.col("_firm").is_not_null())
        named = known.select("file", "line", firm=pl.col("_firm"), fault=pl.col("_firm_fault"))
        planted["firm_mentions"] = named.select(pl.col(c).cast(t) for c, t in FIRM_MENTION_COLUMNS.items())
    if has("_attribute"):
        planted["attributes"] = lined.filter(pl.col("_attribute") != "").select(
            "file", "line", person=pl.col("_person"), attribute=pl.col("_attribute"), written=pl.col("_written"),
            right=pl.col("_right"),
        )  # fmt: skip
    return Planted(**planted)


def _write_text(path: Path, rows: pl.DataFrame, form: Form) -> int:
    """Writes the list as text and returns the line of its first row."""
    headers = [f"{form.above[h]}/{h}" if h in form.above else h for h in rows.columns]
    padding = form.delimiter * (len(headers) - 1)
    texts = rows.with_columns(pl.selectors.date().dt.strftime("%Y-%m-%d")).rename(
        dict(zip(rows.columns, headers, strict=True))
    )
    body = texts.write_csv(separator=form.delimiter, line_terminator=LINE_END)
    title = [form.title + padding + LINE_END] if form.title else []
    whole = "".join([*title, body, *(note + padding + LINE_END for note in form.notes)])
    if form.encoding == "gb18030":
        with open_encoded(path, form.encoding) as encoded:
            encoded.write(whole.encode())
    else:
        path.write_bytes(whole.encode(form.encoding))
    return len(title) + 2


def _write_workbook(path: Path, rows: pl.DataFrame, form: Form, number: int) -> int:
    """Writes the list as a workbook and returns the row of its first row."""
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": dt.datetime.combine(day(number), dt.time(9))})
    head = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "border": 1})
    sheet = book.add_worksheet(form.sheet)
    at = 0
    if form.title:
        sheet.merge_range(0, 0, 0, len(rows.columns) - 1, form.title, head)
        at = 1
    at = _write_header(sheet, rows.columns, form.above, at, head)
    for column, header in enumerate(rows.columns):
        sheet.write_column(at, column, rows[header].to_list())
        sheet.set_column(column, column, 20 if len(header) > 3 else 12)
    first, at = at + 1, at + rows.height
    if form.total:
        sheet.write_string(at, 0, "合计")
        sheet.write_number(at, rows.columns.index(form.total), rows.height)
        at += 1
    for place, note in enumerate(form.notes, start=at):
        sheet.write_string(place, 0, note)
    if form.hidden:
        codes = book.add_worksheet("代码")
        for column, (header, words) in enumerate(form.hidden.items()):
            codes.write_column(0, column, [header, *words])
        codes.hide()
    book.close()
    return first


def _write_header(
    sheet: xlsxwriter.worksheet.Worksheet, headers: Sequence[str], above: Mapping[str, str], at: int,
    head: xlsxwriter.format.Format,
) -> int:  # fmt: skip
    """Writes one or two rows of headers from row `at` on and returns the row below them."""
    if not above:
        sheet.write_row(at, 0, headers, head)
        return at + 1
    for column, header in enumerate(headers):
        if header not in above:
            sheet.merge_range(at, column, at + 1, column, header, head)
            continue
        sheet.write_string(at + 1, column, header, head)
        group = [c for c, h in enumerate(headers) if above.get(h) == above[header]]
        if column == group[0]:
            if len(group) > 1:
                sheet.merge_range(at, group[0], at, group[-1], above[header], head)
            else:
                sheet.write_string(at, column, above[header], head)
    return at + 2


@dataclass(frozen=True)
class Slip:
    """A fault that spoils a cell: in which column, on which share of the lines, and what then stands there."""

    header: str
    share: float
    texts: tuple[str, ...]


def plant_slips(rng: np.random.Generator, rows: pl.DataFrame, slips: Mapping[str, Slip]) -> pl.DataFrame:
    """The rows with `_kind` and `_detail` (what stood there before); a line bears one slip at most."""
    drawn = np.searchsorted(np.cumsum([s.share for s in slips.values()]), rng.random(rows.height), side="right")
    kind = pl.Series([*slips, ""]).gather(drawn)
    detail = same("", rows.height)
    for place, slip in enumerate(slips.values()):
        at = pl.Series(drawn == place)
        texts = pl.Series(slip.texts, dtype=pl.String).gather(rng.integers(0, len(slip.texts), rows.height))
        detail = rows[slip.header].fill_null("").zip_with(at, detail)
        rows = rows.with_columns(texts.zip_with(at, rows[slip.header]).alias(slip.header))
    return rows.with_columns(_kind=kind, _detail=detail)


def repeat_some(rng: np.random.Generator, rows: pl.DataFrame, share: float) -> pl.DataFrame:
    """Some lines without a slip a second time, below the first: kind `duplicate`."""
    twice = (rng.random(rows.height) < share) & (rows["_kind"] == "").to_numpy()
    position = np.repeat(np.arange(rows.height), 1 + twice)
    is_copy = pl.Series(np.concatenate([[False], np.diff(position) == 0])[: len(position)])
    return rows[position].with_columns(_kind=pl.when(is_copy).then(pl.lit("duplicate")).otherwise("_kind"))


def misstate_births(rng: np.random.Generator, rows: pl.DataFrame, header: str, share: float) -> pl.DataFrame:
    """The rows with the true date of `_born` under `header`, which some lines state otherwise: a year or days off.

    Adds `_attribute`, `_written`, `_right`.
    """
    drawn = rng.random(rows.height)
    years = np.where(drawn < share * 0.5, rng.choice([-2, -1, 1], rows.height), 0)
    days = np.where((drawn >= share * 0.5) & (drawn < share), rng.integers(15, 50, rows.height), 0)
    right = rows["_born"]
    shift = pl.Series(years).cast(pl.String) + "y" + pl.Series(days).cast(pl.String) + "d"
    moved = rows.select(pl.col("_born").dt.offset_by(pl.lit(shift))).to_series()
    return rows.with_columns(
        moved.alias(header),
        _attribute=pl.when(moved != right).then(pl.lit("birth_on")).otherwise(pl.lit("")),
        _written=moved.cast(pl.String),
        _right=right.cast(pl.String),
    )


def same(text: str, count: int) -> pl.Series:
    """The text, `count` times."""
    return pl.repeat(text, count, dtype=pl.String, eager=True)


def serials(prefix: str, count: int, width: int) -> pl.Series:
    """Numbers from 1 on, behind a prefix: QH000001, QH000002, …"""
    return prefix + pl.int_range(1, count + 1, eager=True).cast(pl.String).str.zfill(width)


def gathered(texts: Sequence[str], at: np.ndarray) -> pl.Series:
    """The text at each position."""
    return pl.Series(list(texts), dtype=pl.String).gather(at)


def spelled(dates: pl.Series, formats: Sequence[str], at: np.ndarray) -> pl.Series:
    """Dates as text, each in the format at its position; null stays null."""
    texts = dates.dt.strftime(formats[0])
    for place, written in enumerate(formats[1:], start=1):
        texts = dates.dt.strftime(written).zip_with(pl.Series(at == place), texts)
    return texts
