"""The workbook of differences that goes to a department or township, and comes back with explanations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citybrain.cli.findings_workbook import AS_OF, Said, SheetText, number_text, read_answers, write_sheets

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
    "zh": {
        "open": "未处理",
        "told": "已告知",
        "assigned": "已分派",
        "explained": "已说明",
        "closed": "已关闭",
        "reopened": "重新打开",
    },
    "en": {},
}


@dataclass(frozen=True)
class Sent:
    """One difference as it goes out."""

    item: Item
    rule: ReconciliationRule
    counts: dict[str, Any]
    records: tuple[UnmatchedRecord, ...]


def write_workbook(file: Path, sent: Sequence[Sent], info: SnapshotInfo, language: str) -> None:
    """Writes the sheets of differences, records and definitions."""
    names = SHEETS[language]
    as_of = AS_OF[language].format(as_of=info.as_of or info.built_at, snapshot=info.snapshot)
    rules = {s.rule.rule: s.rule for s in sent}
    headings = ITEM_HEADINGS[language], RECORD_HEADINGS[language], RULE_HEADINGS[language]
    rows = (
        [_item_cells(s, language) for s in sent],
        [_record_cells(s, r, language) for s in sent for r in s.records],
        [_rule_cells(r, language) for r in rules.values()],
    )
    sheets = [
        SheetText(name, f"{info.project} {name}", as_of, heads, cells, is_answered=place == 0)
        for place, (name, heads, cells) in enumerate(zip(names, headings, rows, strict=True))
    ]
    write_sheets(file, sheets)


def read_explanations(file: Path) -> list[Said]:
    """The explanations filled into a workbook; rows without one are left out. Raises DeliveryError."""
    return read_answers(file, {lang: names[0] for lang, names in SHEETS.items()}, ITEM_HEADINGS, "differences")


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
        rule.side_title("left", language), rule.side_title("right", language), *(number_text(n) for n in numbers),
        STATUSES[language].get(item.status, item.status.value), item.owner, str(item.due_on or ""), item.explanation,
    ]  # fmt: skip


def _record_cells(sent: Sent, record: UnmatchedRecord, language: str) -> list[str]:
    from citybrain.reconciliation.words import reason_words

    rule = sent.rule
    return [
        rule.title(language), sent.item.area_code, sent.item.period, rule.side_title(record.side, language),
        reason_words(record.reason, language), number_text(record.amount), record.file_name or "", str(record.source_line or ""),
        record.evidence_file or "", str(record.evidence_line or ""), record.record_key or "",
    ]  # fmt: skip


def _rule_cells(rule: ReconciliationRule, language: str) -> list[str]:
    return [
        rule.rule, rule.title(language), rule.question(language), rule.side_title("left", language), rule.left_sql,
        rule.side_title("right", language), rule.right_sql, number_text(rule.tolerance), number_text(rule.tolerance_pct),
        str(rule.lag_days),
    ]  # fmt: skip
