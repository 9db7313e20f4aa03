"""The workbook of quarantined rows that goes to a department or township, is corrected there, and comes back."""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from citybrain.cli.returned_rows import NOT_A_FORMULA, SHEET_ROWS, ReturnedRows, Told
from citybrain.ingest.returned import (
    CELL_CHARACTERS,
    MARKER_SHEET,
    OWN_COLUMNS,
    SURPLUS,
    ReturnedSheet,
    marker_rows,
    row_ref,
)

if TYPE_CHECKING:
    from citybrain.contracts.contract import Contract
    from citybrain.ingest import QuarantinedRow

HEADINGS = {
    "zh": ("编号（请勿改动）", "文件", "行号", "退回原因"),
    "en": ("number (do not change)", "file", "line", "reasons"),
}
GUIDE_SHEET = {"zh": "填写说明", "en": "what to do"}
GUIDE = {
    "zh": (
        "这些行未能入库，请核对更正。",
        "1. 标红的单元格有问题，原因写在“退回原因”列和批注里。请直接改成正确的内容。",
        "2. 请勿改动表头和第一列编号，不要增加行。没有改动的行继续留在隔离区，不会丢失。",
        "3. 某一行不应上报的，请清空它的原有内容（编号留下）。",
        "4. 改好后保存为 .xlsx，放回交付目录下本部门的 returned 文件夹。文件名不限；可分几次更正，交回同一份即可。",
        "本文件可能含个人信息，请按下列依据使用和保管，用后删除。",
    ),
    "en": (
        "These rows could not be taken. Please check and correct them.",
        "1. The red cells are wrong; the column of reasons and the comments say why. Write what is right into them.",
        "2. Leave the header and the numbers in the first column as they are, and add no rows. Rows left as they are stay in"
        " quarantine; nothing is lost.",
        "3. If a row should not have been delivered, empty its own cells (leave the number).",
        "4. Save as .xlsx and put the file into the folder `returned` of the department, below the extracts folder. Its name"
        " does not matter; it may come back several times.",
        "The file may name people: use and keep it under the legal basis below, and delete it afterwards.",
    ),
}
FACTS = {
    "zh": ("数据资源", "标识", "工作表", "部门", "行数", "交付批次（文件）", "截至", "法律依据"),
    "en": ("feed", "id", "sheet", "department", "rows", "batches (files)", "as of", "legal basis"),
}
NO_BASIS = {"zh": "合同未写明", "en": "none stated in the contract"}
COMMENTS = 20_000
"""Most comments of a sheet: beyond that a workbook opens very slowly; the reasons stand in their column anyway."""


@dataclass(frozen=True)
class FeedRows:
    """The rows of one feed for the workbook."""

    contract: Contract
    rows: ReturnedRows
    identities: dict[int, str]
    """Batch -> what it is made of, for every batch of the feed."""


def write_workbook(file: Path, feeds: Sequence[FeedRows], timezone: str, language: str) -> dict[str, int]:
    """Writes the guide, a sheet of rows for each feed that has any, and the hidden sheet by which it is known when it
    comes back; returns the rows written by feed.

    All cells are texts, so nothing in them can run. A feed with more rows than a sheet holds is cut off there, and the guide
    says how many rows it has; a corrected delivery is then the better way.
    """
    import xlsxwriter

    workbook = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    with xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        guide = book.add_worksheet(GUIDE_SHEET[language])
        named = [(feed, name) for feed, name in zip(feeds, _names(feeds, language), strict=True)]
        written = [(feed, _FeedSheet(book, feed, name, language).write()) for feed, name in named]
        sheets = [
            ReturnedSheet(workbook, feed.contract.feed, done.name, {n: feed.identities[n] for n in done.files})
            for feed, done in written
        ]
        _write_guide(book, guide, written, timezone, language)
        marker = book.add_worksheet(MARKER_SHEET)
        marker.very_hidden()
        for line, cells in enumerate(marker_rows(sheets)):
            for column, cell in enumerate(cells):
                marker.write_string(line, column, cell)
    return {feed.contract.feed: done.count for feed, done in written}


@dataclass
class _Done:
    name: str
    count: int
    files: dict[int, str]
    """Batch -> file name."""


def _names(feeds: Sequence[FeedRows], language: str) -> list[str]:
    """A sheet name for each feed: its title, cut to what Excel allows, and told apart by a number."""
    taken = {GUIDE_SHEET[language].lower(), MARKER_SHEET}
    names = []
    for feed in feeds:
        stem = re.sub(r"[\[\]:*?/\\']", " ", feed.contract.title or feed.contract.feed)[:25].strip() or "rows"
        name = next(n for n in (stem, *(f"{stem} {i}" for i in range(2, len(feeds) + 3))) if n.lower() not in taken)
        taken.add(name.lower())
        names.append(name)
    return names


class _FeedSheet:
    """Writes the sheet of one feed."""

    def __init__(self, book: Any, feed: FeedRows, name: str, language: str) -> None:
        self.feed, self.name, self.language = feed, name, language
        self.sheet = book.add_worksheet(name)
        text = {"num_format": "@", "valign": "top", "text_wrap": True, "border": 1, "border_color": "#D9D9D9"}
        own, wrong = text | {"font_color": "#595959", "bg_color": "#F2F2F2"}, text | {"bg_color": "#F8CBAD"}
        # The prefix is how Excel itself keeps a text that looks like a formula from becoming one when it is edited.
        self.formats = {
            (kind, prefixed): book.add_format(look | {"quote_prefix": prefixed})
            for kind, look in (("own", own), ("text", text), ("wrong", wrong)) for prefixed in (False, True)
        }  # fmt: skip
        self.header = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
        self.comments = 0

    def write(self) -> _Done:
        done = _Done(self.name, 0, {})
        has_surplus = any(len(row.original) > len(row.headers) for row in self.feed.rows.read())
        headings = [
            *HEADINGS[self.language],
            *self.feed.rows.headers,
            *([SURPLUS[self.language]] if has_surplus else []),
        ]
        self.sheet.freeze_panes(1, OWN_COLUMNS)
        for column, heading in enumerate(headings):
            self.sheet.set_column(column, column, 44 if column == OWN_COLUMNS - 1 else 18)
            self.sheet.write_string(0, column, heading, self.header)
        for row, told in self._whole_rows():
            if done.count == SHEET_ROWS:
                break
            done.count += 1
            done.files[row.batch] = row.file_name
            self._write_row(done.count, row, told, len(headings) - 1)
        self.sheet.autofilter(0, 0, max(done.count, 1), len(headings) - 1)
        return done

    def _whole_rows(self) -> Iterator[tuple[QuarantinedRow, list[Told]]]:
        """Each row of the file once, with all reasons: of a wide sheet it may be set aside for several of its cells."""
        for _, same in groupby(self.feed.rows.read(), key=lambda r: (r.batch, r.sheet, r.line)):
            rows = list(same)
            yield rows[0], list(dict.fromkeys(told for row in rows for told in self.feed.rows.told(row)))

    def _write_row(self, line: int, row: QuarantinedRow, told: list[Told], surplus: int) -> None:
        place = {header: column for column, header in enumerate(self.feed.rows.headers, start=OWN_COLUMNS)}
        where = f"{row.sheet} {row.line}" if row.sheet else str(row.line or "")
        reasons = "\n".join(why.sentence for why in told)
        own = (row_ref(row.batch, row.line, row.sheet), row.file_name, where, reasons)
        for column, text in enumerate(own):
            self._write(line, column, text, "own")
        wrong = {
            header: "\n".join(w.sentence for w in told if header in w.headers) for w in told for header in w.headers
        }
        for header, cell in zip(row.headers, row.original, strict=False):
            self._write(line, place[header], cell or "", "wrong" if header in wrong else "text")
        if len(row.original) > len(row.headers):
            self._write(line, surplus, row.original[-1] or "", "wrong")
        for header, words in wrong.items():
            if self.comments < COMMENTS:
                self.comments += 1
                self.sheet.write_comment(line, place[header], words)

    def _write(self, line: int, column: int, cell: str, kind: str) -> None:
        looks_like_formula = cell[:1] in ("=", "+", "-", "@") and not NOT_A_FORMULA.fullmatch(cell)
        self.sheet.write_string(line, column, cell[:CELL_CHARACTERS], self.formats[kind, looks_like_formula])


def _write_guide(
    book: Any, guide: Any, written: Sequence[tuple[FeedRows, _Done]], timezone: str, language: str
) -> None:
    title = book.add_format({"bold": True, "font_size": 14})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    header = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1})
    cell_format = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"})
    line = 0
    for text in GUIDE[language]:
        guide.merge_range(line, 0, line, len(FACTS[language]) - 1, "", wrapped)
        guide.write_string(line, 0, text, title if line == 0 else wrapped)
        line += 1
    now = dt.datetime.now(ZoneInfo(timezone))
    line += 1
    for column, heading in enumerate(FACTS[language]):
        guide.set_column(column, column, 44 if column in (5, 7) else 18)
        guide.write_string(line, column, heading, header)
    for feed, done in written:
        line += 1
        contract, waiting = feed.contract, sum(1 for _ in feed.rows.read()) if done.count == SHEET_ROWS else done.count
        rows = str(done.count) if waiting == done.count else f"{done.count} / {waiting}"
        files = "\n".join(f"{number}（{name}）" for number, name in sorted(done.files.items()))
        facts = (contract.title, contract.feed, done.name, contract.owner.department, rows, files,
                 f"{now:%Y-%m-%d %H:%M} {timezone}", contract.owner.legal_basis or NO_BASIS[language])  # fmt: skip
        for column, cell in enumerate(facts):
            guide.write_string(line, column, cell[:CELL_CHARACTERS], cell_format)
