"""A workbook of findings that goes to a department or township, and comes back with explanations in its last column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citybrain.cli.returned_rows import CELL_CHARACTERS, SHEET_ROWS, harmless
from citybrain.errors import DeliveryError

if TYPE_CHECKING:
    from citybrain.operations import Ledger, Notice, Way

AS_OF = {"zh": "数据截至 {as_of}，快照 {snapshot}", "en": "as of {as_of}, snapshot {snapshot}"}
HEADER_ROW = 2
"""Two rows stand above the headings: the title, and which snapshot it is."""
MOST_ROWS = SHEET_ROWS - HEADER_ROW - 1
"""Rows of one sheet below the headings; more go on in another sheet."""
ANSWER_WIDTH, LEAST_WIDTH, MOST_WIDTH = 48, 10, 44


@dataclass(frozen=True)
class SheetText:
    """One sheet: name, title, which snapshot it is, headings and rows; all text, so that no spreadsheet computes anything."""

    name: str
    title: str
    note: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    is_answered: bool = False
    """Whether the last column is to be filled in, and marked."""


@dataclass(frozen=True)
class Said:
    """One explanation that came back."""

    rule: str
    area_code: str
    period_on: dt.date | None
    explanation: str


def write_sheets(file: Path, sheets: Iterable[SheetText]) -> None:
    """Writes the sheets; rows beyond what a sheet can hold go on in further ones of the same headings."""
    import xlsxwriter

    # The rows may lead to people: only the owner of the file may read it.
    file.touch(mode=0o600)
    with xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for sheet in sheets:
            for number, first in enumerate(range(0, max(len(sheet.rows), 1), MOST_ROWS), start=1):
                name = sheet.name if number == 1 else f"{sheet.name} {number}"
                _write_sheet(book, name, sheet, sheet.rows[first : first + MOST_ROWS])


def _write_sheet(book: Any, name: str, said: SheetText, rows: Sequence[Sequence[str]]) -> None:
    sheet = book.add_worksheet(name)
    text = book.add_format(
        {"num_format": "@", "text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
    )
    fill = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#FFF2CC"})
    header = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
    sheet.write_string(0, 0, said.title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, said.note, book.add_format({"font_color": "#595959"}))
    sheet.freeze_panes(HEADER_ROW + 1, 3)
    last = len(said.headings) - 1
    for column, heading in enumerate(said.headings):
        widest = max([len(heading), *(len(r[column]) for r in rows[:200])])
        is_answer = said.is_answered and column == last
        width = ANSWER_WIDTH if is_answer else min(max(LEAST_WIDTH, 1.8 * widest), MOST_WIDTH)
        sheet.set_column(column, column, width)
        sheet.write_string(HEADER_ROW, column, heading, header)
    for line, cells in enumerate(rows, start=HEADER_ROW + 1):
        for column, cell in enumerate(cells):
            is_answer = said.is_answered and column == last
            sheet.write_string(line, column, harmless(cell)[:CELL_CHARACTERS], fill if is_answer else text)
    if rows:
        sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + len(rows), last)


def read_answers(
    file: Path, sheet: Mapping[str, str], headings: Mapping[str, tuple[str, ...]], what: str
) -> list[Said]:
    """The explanations filled into a workbook; rows without one are left out.

    `sheet` and `headings` are the name of the sheet and its headings by language; its first three columns say which finding
    is meant (rule, area code, period). `what` it should be is said where it is another workbook.

    Raises:
        DeliveryError: it is no such workbook, or the cells that say which finding is meant were changed.
    """
    rows_by_sheet = _read_rows(file)
    found: list[Said] = []
    is_known = False
    for name, rows in rows_by_sheet.items():
        known = [
            h
            for language, h in headings.items()
            if name.startswith(sheet[language]) and len(rows) > HEADER_ROW and tuple(rows[HEADER_ROW][: len(h)]) == h
        ]
        if known:
            is_known = True
            found += _said(file, rows[HEADER_ROW + 1 :], len(known[0]) - 1)
    if not is_known:
        expected = f"a sheet {' or '.join(sheet.values())} with its headings in row {HEADER_ROW + 1}"
        raise DeliveryError(file.name, f"this is no workbook of {what}", expected=expected)
    return found


def _read_rows(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    import zipfile

    import openpyxl

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, openpyxl.utils.exceptions.InvalidFileException) as error:
        raise DeliveryError(
            file.name, "the workbook cannot be read", remedy="Send the .xlsx file back as it was"
        ) from error
    return {name: list(book[name].iter_rows(values_only=True)) for name in book.sheetnames}


def _said(file: Path, rows: Iterable[tuple[Any, ...]], last: int) -> Iterable[Said]:
    for line, row in enumerate(rows, start=HEADER_ROW + 2):
        text = str(row[last] or "").strip().removeprefix("'") if len(row) > last else ""
        if not text:
            continue
        rule, area, period = (str(cell or "").strip() for cell in row[:3])
        try:
            # A spreadsheet may have turned the day into a date with a time.
            day = dt.date.fromisoformat(period[:10]) if period else None
        except ValueError as error:
            what = f"row {line} does not say which difference is meant"
            raise DeliveryError(file.name, what, expected="rule, area code and period as they were") from error
        yield Said(rule, area, day, text)


def take_explanations(ledger: Ledger, answers: Iterable[Said], by: str) -> tuple[int, int]:
    """Writes explanations that came back into the ledger; returns how many were new, and how many it knew already.

    Raises:
        AccessError: one of them is of a finding that the ledger does not have.
    """
    taken = same = 0
    for said in answers:
        item = ledger.item(said.rule, said.area_code, said.period_on)
        if item.explanation == said.explanation:
            same += 1
        else:
            ledger.explain(item, said.explanation, by)
            taken += 1
    return taken, same


def notice_of(by: str, department: str, person: str, way: Way, note: str = "") -> Notice:
    """Who was told; the ledger puts in the instant."""
    from citybrain.operations import Notice

    return Notice(dt.datetime.min, by, department, person, way, note)


def number_text(value: float | None) -> str:
    """A count as people write it; empty where there is none."""
    return "" if value is None else f"{value:.3f}".rstrip("0").rstrip(".")
