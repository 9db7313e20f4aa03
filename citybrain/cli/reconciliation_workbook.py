"""The workbook of differences that goes to a department or township, and comes back with explanations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citybrain.cli.returned_rows import CELL_CHARACTERS, SHEET_ROWS, harmless
from citybrain.errors import DeliveryError

if TYPE_CHECKING:
    from citybrain.operations import Item
    from citybrain.query.city import SnapshotInfo
    from citybrain.query.reconciliation import ReconciliationRule, UnmatchedRecord

SHEETS = {"zh": ("差异", "明细", "口径"), "en": ("differences", "records", "definitions")}
ITEM_HEADINGS = {
    "zh": ("规则编号", "区域代码", "期间", "规则", "区域", "左方", "右方", "左方数", "右方数",
           "一致", "仅左方", "仅右方", "状态", "责任单位", "期限", "说明（请填写）"),
    "en": ("rule", "area code", "period", "title", "area", "left", "right", "left count", "right count", "matched", "left only",
           "right only", "status", "owner", "due", "explanation (please fill in)"),
}  # fmt: skip
RECORD_HEADINGS = {
    "zh": ("规则", "区域代码", "期间", "所在一方", "原因", "数量", "文件", "行号", "对方文件", "对方行号", "单号或信用代码"),
    "en": ("title", "area code", "period", "side", "reason", "amount", "file", "line", "other file", "other line",
           "document or code"),
}  # fmt: skip
RULE_HEADINGS = {
    "zh": ("规则编号", "规则", "问题", "左方", "左方口径", "右方", "右方口径", "允许误差", "允许误差（%）", "允许滞后（天）"),
    "en": ("rule", "title", "question", "left", "left definition", "right", "right definition", "tolerance", "tolerance (%)",
           "allowed lag (days)"),
}  # fmt: skip
STATUSES = {
    "zh": {"open": "未处理", "assigned": "已分派", "explained": "已说明", "closed": "已关闭", "reopened": "重新打开"},
    "en": {},
}
AS_OF = {"zh": "数据截至 {as_of}，快照 {snapshot}", "en": "as of {as_of}, snapshot {snapshot}"}
HEADER_ROW = 2
"""Two rows stand above the headings: the title, and which snapshot it is."""


@dataclass(frozen=True)
class Sent:
    """One difference as it goes out."""

    item: Item
    rule: ReconciliationRule
    counts: dict[str, Any]
    records: tuple[UnmatchedRecord, ...]


@dataclass(frozen=True)
class Said:
    """One explanation that came back."""

    rule: str
    area_code: str
    period_on: dt.date | None
    explanation: str


def write_workbook(file: Path, sent: Sequence[Sent], info: SnapshotInfo, language: str) -> None:
    """Writes the sheets of differences, records and definitions; all text, so that no spreadsheet computes anything."""
    import xlsxwriter

    names = SHEETS[language]
    as_of = AS_OF[language].format(as_of=info.as_of or info.built_at, snapshot=info.snapshot)
    with xlsxwriter.Workbook(str(file), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        title = f"{info.project} {names[0]}"
        _sheet(
            book, names[0], title, as_of, ITEM_HEADINGS[language], [_item_cells(s, language) for s in sent], answer=True
        )
        records = [_record_cells(s, r, language) for s in sent for r in s.records]
        _sheet(
            book,
            names[1],
            f"{info.project} {names[1]}",
            as_of,
            RECORD_HEADINGS[language],
            records[: SHEET_ROWS - HEADER_ROW],
        )
        rules = {s.rule.rule: s.rule for s in sent}
        cells = [_rule_cells(r, language) for r in rules.values()]
        _sheet(book, names[2], f"{info.project} {names[2]}", as_of, RULE_HEADINGS[language], cells)


def read_explanations(file: Path) -> list[Said]:
    """The explanations filled into a workbook; rows without one are left out.

    Raises:
        DeliveryError: it is no such workbook, or the cells that say which difference is meant were changed.
    """
    import zipfile

    import openpyxl

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, openpyxl.utils.exceptions.InvalidFileException) as error:
        raise DeliveryError(
            file.name, "the workbook cannot be read", remedy="Send the .xlsx file back as it was"
        ) from error
    sheet = next((book[names[0]] for names in SHEETS.values() if names[0] in book.sheetnames), None)
    rows = list(sheet.iter_rows(values_only=True)) if sheet else []
    headings = [h for h in ITEM_HEADINGS.values() if len(rows) > HEADER_ROW and tuple(rows[HEADER_ROW][: len(h)]) == h]
    if not headings:
        expected = f"a sheet {' or '.join(n[0] for n in SHEETS.values())} with its headings in row {HEADER_ROW + 1}"
        raise DeliveryError(file.name, "this is no workbook of differences", expected=expected)
    last = len(headings[0]) - 1
    return list(_said(file, rows[HEADER_ROW + 1 :], last))


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


def _item_cells(sent: Sent, language: str) -> list[str]:
    item, rule, counts = sent.item, sent.rule, sent.counts
    numbers = (
        counts.get("left_count"),
        counts.get("right_count"),
        counts.get("matched"),
        item.left_only,
        item.right_only,
    )
    return [
        item.rule, item.area_code, item.period, rule.title(language), counts.get("area_name") or "",
        rule.side_title("left", language), rule.side_title("right", language), *(_number(n) for n in numbers),
        STATUSES[language].get(item.status, item.status.value), item.owner, str(item.due_on or ""), item.explanation,
    ]  # fmt: skip


def _record_cells(sent: Sent, record: UnmatchedRecord, language: str) -> list[str]:
    from citybrain.reconciliation.words import reason_words

    rule = sent.rule
    return [
        rule.title(language), sent.item.area_code, sent.item.period, rule.side_title(record.side, language),
        reason_words(record.reason, language), _number(record.amount), record.file_name or "", str(record.source_line or ""),
        record.evidence_file or "", str(record.evidence_line or ""), record.record_key or "",
    ]  # fmt: skip


def _rule_cells(rule: ReconciliationRule, language: str) -> list[str]:
    return [
        rule.rule, rule.title(language), rule.question(language), rule.side_title("left", language), rule.left_sql,
        rule.side_title("right", language), rule.right_sql, _number(rule.tolerance), _number(rule.tolerance_pct),
        str(rule.lag_days),
    ]  # fmt: skip


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}".rstrip("0").rstrip(".")


def _sheet(
    book: Any,
    name: str,
    title: str,
    note: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    answer: bool = False,
) -> None:
    """One sheet: title, snapshot, headings, rows; with `answer` the last column is to be filled in, and marked."""
    sheet = book.add_worksheet(name)
    text = book.add_format(
        {"num_format": "@", "text_wrap": True, "valign": "top", "border": 1, "border_color": "#BFBFBF"}
    )
    fill = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#FFF2CC"})
    header = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, note, book.add_format({"font_color": "#595959"}))
    sheet.freeze_panes(HEADER_ROW + 1, 3)
    for column, heading in enumerate(headings):
        widest = max([len(heading), *(len(r[column]) for r in rows[:200])])
        is_answer = answer and column == len(headings) - 1
        sheet.set_column(column, column, 48 if is_answer else min(max(10, 1.8 * widest), 44))
        sheet.write_string(HEADER_ROW, column, heading, header)
    for line, cells in enumerate(rows, start=HEADER_ROW + 1):
        for column, cell in enumerate(cells):
            is_answer = answer and column == len(cells) - 1
            sheet.write_string(line, column, harmless(cell)[:CELL_CHARACTERS], fill if is_answer else text)
    if rows:
        sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + len(rows), len(headings) - 1)
