"""One difference: both sides, what stands on one side only and why, and what was said about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from citybrain.query.reconciliation import ReconciliationRule, UnmatchedRecord
from citybrain.reconciliation.words import reason_words
from citybrain.web.elements import Content, Markup, element, headings, scrolling
from citybrain.web.navigation import Visit
from citybrain.web.reconciliation.ledger import Told, ledger_panel
from citybrain.web.reconciliation.words import amount, item_badge, status_badge, when
from citybrain.web.texts import Texts

MOST_RECORDS = 300
_SHOWN_OF_KEY = 4


@dataclass(frozen=True)
class Shown:
    """All that the page tells."""

    rule: ReconciliationRule
    cell: dict[str, Any]
    records: Sequence[UnmatchedRecord]
    told: Told
    """What the ledger says of it."""


def cell_page(visit: Visit, shown: Shown, departments: Mapping[str, str]) -> list[Content]:
    """The whole page."""
    _, rule, cell = visit._, shown.rule, shown.cell
    name = cell["area_name"] or cell["area_code"]
    back = element("a", "‹ ", rule.title(_.language), href=visit.link("/reconciliation", rule=rule.rule))
    explore = element("a", _("Explore this area"), href=visit.link("/explore", area=cell["area_code"]))
    return [
        element("nav", back, class_="crumb", aria_label=_("Way back")),
        element("h1", f"{name} · {when(rule, cell['period_on'], _)}", " ", status_badge(cell["status"], _)),
        element("p", rule.question(_.language), " ", explore, _to_ledger(shown, _)),
        _sides(visit, shown, departments),
        _records(visit, shown),
        ledger_panel(visit, shown.told, departments),
    ]


def _to_ledger(shown: Shown, _: Texts) -> Content:
    """How far it is and the way down to the forms, which may stand below hundreds of records."""
    if shown.told.item is None:
        return None
    way = element("a", _("Explain, assign or close") if shown.told.ticket else _("Ledger"), href="#ledger")
    return [" · ", item_badge(shown.told.item.status, _), " ", way]


def _sides(visit: Visit, shown: Shown, departments: Mapping[str, str]) -> Markup:
    _, rule, cell = visit._, shown.rule, shown.cell
    top = max(cell["left_count"] or 0, cell["right_count"] or 0, 1)
    sides = []
    for side in ("left", "right"):
        code = str(getattr(rule, f"{side}_department"))
        count, alone = cell[f"{side}_count"], cell[f"{side}_only"]
        if cell["is_suppressed"]:
            sides.append(_hidden_side(rule.side_title(side, _.language), departments.get(code, code), visit))
            continue
        matched = max(0.0, 100 * ((count or 0) - alone) / top)
        bar = element(
            "span", element("span", style=f"width: {matched:.1f}%", class_="both"),
            element("span", style=f"width: {100 * alone / top:.1f}%", class_="alone"), class_="side-bar", aria_hidden="true",
        )  # fmt: skip
        sides.append(
            element(
                "div",
                element("h2", rule.side_title(side, _.language)),
                element("p", departments.get(code, code), class_="muted"),
                element(
                    "p", element("strong", amount(count) if count is not None else _("says nothing")), class_="figure"
                ),
                bar,
                element("p", _("of these on this side only: {count}", count=amount(alone))),
                class_="panel",
            )
        )
    return element("div", sides, class_="sides")


def _hidden_side(title: str, department: str, visit: Visit) -> Markup:
    """A side of which so few people are told that nothing is."""
    words = element("p", visit._("Hidden: so few people that somebody could be recognised."), class_="figure")
    return element("div", element("h2", title), element("p", department, class_="muted"), words, class_="panel")


def _records(visit: Visit, shown: Shown) -> Markup:
    _, rule = visit._, shown.rule
    head = element("h2", _("On one side only"))
    if not shown.records:
        words = (
            _("No single record is listed: everything matched, or a side says nothing about the period.")
            if rule.by_record
            else _("This rule compares totals; its records cannot be matched one by one.")
        )
        return element("section", head, element("p", words, class_="muted"), class_="panel")
    listed = shown.records[:MOST_RECORDS]
    counts = Counter((r.side, r.reason) for r in listed)
    summary = [
        element("li", f"{rule.side_title(side, _.language)}: {reason_words(reason, _.language)} ", element("strong", n))
        for (side, reason), n in counts.most_common()
    ]
    heads = [_("Side"), _("Reason"), _("Number or pseudonym"), _("Amount"), _("File and line"), _("Other side")]
    table = element(
        "table", element("caption", _("Numbers are masked; whoever may look into the file finds the line there")),
        headings(heads, (3,)), element("tbody", [_record(visit, rule, r) for r in listed]),
    )  # fmt: skip
    more = None
    if len(shown.records) > MOST_RECORDS:
        more = element("p", _("Only the first {count} are shown.", count=MOST_RECORDS), class_="muted")
    return element(
        "section", head, element("ul", summary, class_="reasons"), scrolling(_("On one side only"), table), more,
        class_="panel",
    )  # fmt: skip


def _record(visit: Visit, rule: ReconciliationRule, record: UnmatchedRecord) -> Markup:
    _ = visit._
    other: Content = "–"
    if record.evidence_file:
        other = element("code", f"{record.evidence_file}:{record.evidence_line}")
    return element(
        "tr",
        element("td", rule.side_title(record.side, _.language)),
        element("th", reason_words(record.reason, _.language), scope="row"),
        element("td", masked(record.record_key)),
        element("td", amount(record.amount), class_="number"),
        element("td", element("code", f"{record.file_name}:{record.source_line}") if record.file_name else "–"),
        element("td", other),
    )


def masked(key: str | None) -> str:
    """The end of a number or pseudonym: enough to find it in a list, too little to carry it away."""
    if not key:
        return "–"
    return f"…{key[-_SHOWN_OF_KEY:]}" if len(key) > 2 * _SHOWN_OF_KEY else key
