"""The workbook of numbers that break a rule: it goes to a department, and comes back with explanations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from citybrain.cli.findings_workbook import AS_OF, Said, SheetText, number_text, read_answers, write_sheets

if TYPE_CHECKING:
    from citybrain.query.city import SnapshotInfo
    from citybrain.query.validation import ValidationFinding

SHEET = {"zh": "校验结果", "en": "validation"}
HEADINGS = {
    "zh": ("规则编号", "区域代码", "期间", "规则", "区域", "责任部门", "左方指标", "左方数", "应当", "右方指标", "右方数",
           "结果", "状态", "首次发现", "期限", "说明（请填写）"),
    "en": ("rule", "area code", "period", "title", "area", "department", "left", "left value", "must be", "right",
           "right value", "result", "state", "first seen", "due", "explanation (please fill in)"),
}  # fmt: skip
VERDICTS = {"zh": {"broken": "不符合", "missing": "缺一方"}, "en": {}}
STATES = {
    "zh": {"open": "未处理", "told": "已告知", "assigned": "已分派", "explained": "已说明", "closed": "已关闭",
           "reopened": "重新打开", "gone": "已消失"},
    "en": {"reopened": "opened again"},
}  # fmt: skip
OPERATORS = {
    "zh": {"both_or_neither": "同时填报", "one_or_the_other": "只填其一"},
    "en": {"both_or_neither": "stated together with", "one_or_the_other": "stated instead of"},
}


def write_workbook(
    file: Path, findings: Sequence[ValidationFinding], titles: Mapping[str, str], info: SnapshotInfo, language: str
) -> None:
    """Writes the findings, all of them; `titles` are those of indicators by id."""
    as_of = AS_OF[language].format(as_of=info.as_of or info.built_at, snapshot=info.snapshot)
    rows = [_cells(f, titles, language) for f in findings]
    name = SHEET[language]
    write_sheets(file, [SheetText(name, f"{info.project} {name}", as_of, HEADINGS[language], rows, is_answered=True)])


def read_explanations(file: Path) -> list[Said]:
    """The explanations filled into a workbook; rows without one are left out. Raises DeliveryError."""
    return read_answers(file, SHEET, HEADINGS, "validation results")


def _cells(finding: ValidationFinding, titles: Mapping[str, str], language: str) -> list[str]:
    return [
        finding.rule, finding.area_code, str(finding.period_on or ""),
        finding.title_zh if language == "zh" else finding.title_en, finding.area_name, finding.owner,
        titles.get(finding.left_indicator, finding.left_indicator), number_text(finding.left_value),
        OPERATORS[language].get(finding.operator, finding.operator),
        titles.get(finding.right_indicator, finding.right_indicator), number_text(finding.right_value),
        VERDICTS[language].get(finding.verdict, finding.verdict), STATES[language].get(finding.state, finding.state),
        finding.first_seen, str(finding.due_on or ""), finding.explanation,
    ]  # fmt: skip
