"""Rules between numbers: how often each holds and what became of what breaks it; the findings of one rule; one finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from citybrain.operations import Entry, Notice
from citybrain.query.definitions import Indicator
from citybrain.query.validation import FINDING_STATES, ValidationFinding, count_states
from citybrain.web.elements import Content, Markup, element, headings, scrolling
from citybrain.web.navigation import Visit
from citybrain.web.numbers import instant_text, number_text
from citybrain.web.quality.findings import Listed
from citybrain.web.quality.words import (
    department_words,
    finding_events,
    finding_states,
    finding_verdicts,
    operator_words,
    way_words,
)

PAGE_ROWS = 200
"""Findings on one page of a rule; all others are on the next ones."""
PLACE = "/quality/validation"


def validation_panel(
    visit: Visit, rules: Sequence[Mapping[str, Any]], listed: Listed, departments: Mapping[str, str]
) -> Markup:
    """One row a rule: how often it holds, and how far what breaks it is."""
    _ = visit._
    head = element("h2", _("Rules between numbers"))
    if not rules:
        words = _("No rule between numbers is declared.")
        return element("section", head, element("p", words, class_="muted"), id="validation", class_="panel")
    states = finding_states(_)
    heads = [_("Rule"), _("Department"), _("Holds"), _("Broken"), _("Missing"), *(states[s] for s in FINDING_STATES)]
    counts = count_states(listed.findings)
    table = element(
        "table",
        element("caption", _("Areas and periods in this snapshot; then findings of all time by what became of them")),
        headings(heads, range(2, len(heads))),
        element("tbody", [_rule_row(visit, r, counts.get(r["rule"], Counter()), departments) for r in rules]),
    )
    trouble = element("p", listed.trouble, class_="muted") if listed.trouble else None
    return element(
        "section", head, trouble, scrolling(_("Rules between numbers"), table), id="validation", class_="panel"
    )


def _rule_row(visit: Visit, rule: Mapping[str, Any], counts: Counter[str], departments: Mapping[str, str]) -> Markup:
    link = element("a", rule[f"title_{visit._.language}"], href=visit.link(f"{PLACE}/{rule['rule']}"))
    numbers = [*(rule[n] for n in ("holds", "broken", "missing")), *(counts[s] for s in FINDING_STATES)]
    return element(
        "tr",
        element("th", link, element("small", rule["rule"]), scope="row"),
        element("td", department_words(rule["owner"], departments)),
        [element("td", f"{n:,}" if n else "–", class_="number") for n in numbers],
    )


def rule_page(
    visit: Visit, rule: Mapping[str, Any], listed: Listed, indicators: Mapping[str, Indicator],
    departments: Mapping[str, str],
) -> list[Content]:  # fmt: skip
    """The findings of one rule, newest period first, narrowed to one state if the query says so."""
    _ = visit._
    state, first = visit.said.get("state", ""), _first(visit.said.get("from"))
    chosen = [f for f in listed.findings if not state or f.state == state]
    shown = chosen[first : first + PAGE_ROWS]
    heads = [
        _("Area"), _("Period"), _indicator(rule["left_indicator"], indicators, _.language),
        _indicator(rule["right_indicator"], indicators, _.language), _("Result"), _("State"), _("Who was told"),
        _("First found in"), _("Explanation"),
    ]  # fmt: skip
    table = element(
        "table",
        element("caption", _("{count} findings", count=f"{len(chosen):,}")),
        headings(heads, (2, 3)),
        element("tbody", [_finding_row(visit, f, departments) for f in shown]),
    )
    empty = element("p", listed.trouble or _("Nothing was found."), class_="muted")
    return [
        _crumb(visit),
        element("h1", rule[f"title_{_.language}"], " ", element("code", rule["rule"])),
        element(
            "section", element("div", element("h2", _("Findings")), _state_links(visit, listed, state),
                               class_="panel-head"),
            element("p", operator_words(rule["operator"], heads[2], heads[3], _), class_="muted"),
            scrolling(_("Findings"), table) if shown else empty,
            _pages(visit, len(chosen), first), class_="panel",
        ),
    ]  # fmt: skip


def _finding_row(visit: Visit, finding: ValidationFinding, departments: Mapping[str, str]) -> Markup:
    _ = visit._
    to = visit.link(f"{PLACE}/{finding.rule}/{finding.area_code}/{finding.period_on}")
    return element(
        "tr",
        element("th", element("a", finding.area_name or finding.area_code, href=to), scope="row"),
        element("td", str(finding.period_on or ""), class_="when"),
        element("td", _amount(finding.left_value), class_="number"),
        element("td", _amount(finding.right_value), class_="number"),
        element("td", finding_verdicts(_).get(finding.verdict, "–")),
        element("td", finding_states(_)[finding.state]),
        element("td", _told(finding, departments)),
        element("td", element("code", finding.first_seen)),
        element("td", finding.explanation or "–"),
    )


def finding_page(
    visit: Visit, finding: ValidationFinding, story: tuple[Sequence[Entry], Sequence[Notice]],
    indicators: Mapping[str, Indicator], departments: Mapping[str, str], timezone: str,
) -> list[Content]:  # fmt: skip
    """One finding: both numbers, how far it is, who was told, and everything that happened to it."""
    _, language = visit._, visit._.language
    facts: list[tuple[str, Content]] = [
        (_indicator(finding.left_indicator, indicators, language), _amount(finding.left_value)),
        (_indicator(finding.right_indicator, indicators, language), _amount(finding.right_value)),
        (_("Result"), finding_verdicts(_).get(finding.verdict, "–")),
        (_("State"), finding_states(_)[finding.state]),
        (_("Department"), department_words(finding.owner, departments)),
        (_("To be explained until"), str(finding.due_on or "–")),
        (_("First found in"), element("code", finding.first_seen)),
        (_("Last found in"), element("code", finding.last_seen)),
        (_("Explanation"), finding.explanation or "–"),
    ]
    entries = [element("div", element("dt", name), element("dd", value)) for name, value in facts]
    title = finding.title_zh if language == "zh" else finding.title_en
    history, notices = story
    return [
        _crumb(visit, f"{PLACE}/{finding.rule}", title),
        element("h1", f"{finding.area_name or finding.area_code} · {finding.period_on}"),
        element("section", element("dl", entries, class_="facts"), class_="panel"),
        _table(_("Who was told"), [_("When"), _("Department"), _("Person or desk"), _("How"), _("Written by"), _("Note")], [
            (instant_text(n.at, timezone), department_words(n.department, departments), n.person or "–", way_words(n.way, _),
             n.by, n.note or "–")
            for n in notices
        ]),
        _table(_("History"), [_("When"), _("What happened"), _("State"), _("Written by"), _("Note"), _("Snapshot")], [
            (instant_text(e.at, timezone), finding_events(e.event, _), finding_states(_)[e.status], e.by, e.note or "–",
             e.snapshot or "–")
            for e in history
        ]),
    ]  # fmt: skip


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup | None:
    if not rows:
        return None
    body = [element("tr", [element("td", cell) for cell in row]) for row in rows]
    table = element("table", headings(heads), element("tbody", body))
    return element("section", element("h2", title), scrolling(title, table), class_="panel")


def _state_links(visit: Visit, listed: Listed, chosen: str) -> Markup:
    _, words = visit._, finding_states(visit._)
    counts = Counter(f.state for f in listed.findings)
    choices = [("", _("All"), len(listed.findings)), *((s, words[s], counts[s]) for s in FINDING_STATES if counts[s])]
    links = [
        element(
            "a", f"{name} {count:,}", href=visit.href(state=state, **{"from": ""}),
            class_="chosen" if state == chosen else None, aria_current="true" if state == chosen else None,
        )
        for state, name, count in choices
    ]  # fmt: skip
    return element("div", links, class_="choice", role="group", aria_label=_("State"))


def _pages(visit: Visit, many: int, first: int) -> Markup | None:
    """Links to the findings before and after those shown."""
    if many <= PAGE_ROWS:
        return None
    starts = range(0, many, PAGE_ROWS)
    links = [
        element(
            "a", f"{start + 1:,}–{min(start + PAGE_ROWS, many):,}", href=visit.href(**{"from": str(start) if start else ""}),
            class_="chosen" if start == first else None, aria_current="true" if start == first else None,
        )
        for start in starts
    ]  # fmt: skip
    return element("div", links, class_="choice", role="group", aria_label=visit._("Pages"))


def _crumb(visit: Visit, place: str = "/quality", words: str = "") -> Markup:
    _ = visit._
    name = words or _("Data quality")
    return element("nav", element("a", "‹ ", name, href=visit.link(place)), class_="crumb", aria_label=_("Way back"))


def _told(finding: ValidationFinding, departments: Mapping[str, str]) -> str:
    return ", ".join(department_words(part, departments) for part in finding.told_to.split(", ")) or "–"


def _indicator(code: str, indicators: Mapping[str, Indicator], language: str) -> str:
    return indicators[code].title(language) if code in indicators else code


def _amount(value: float | None) -> str:
    return "–" if value is None else number_text(value, 0 if float(value).is_integer() else 2)


def _first(text: str | None) -> int:
    return int(text) // PAGE_ROWS * PAGE_ROWS if text and text.isdecimal() else 0
