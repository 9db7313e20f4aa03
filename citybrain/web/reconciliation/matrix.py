"""One rule: what it asks, and its areas by periods, with the size of each difference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from citybrain.query.reconciliation import ReconciliationRule
from citybrain.reconciliation import Status
from citybrain.web.elements import Content, Markup, element, scrolling
from citybrain.web.navigation import Visit
from citybrain.web.reconciliation.cells import cell_href
from citybrain.web.reconciliation.words import SIGNS, amount, status_words, when

MOST_PERIODS = 28


def rule_panel(
    visit: Visit,
    rule: ReconciliationRule,
    cells: pl.DataFrame,
    areas: Mapping[str, str],
    departments: Mapping[str, str],
) -> Markup:
    """The rule in words and SQL, then its matrix over the newest periods; of rules over the whole time one column."""
    _ = visit._
    sides = [
        element(
            "div", element("dt", _("Left side") if side == "left" else _("Right side")),
            element("dd", rule.side_title(side, _.language), element("small", _department(rule, side, departments))),
        )
        for side in ("left", "right")
    ]  # fmt: skip
    facts: list[Content] = [
        *sides,
        element("div", element("dt", _("Who must explain")), element("dd", departments.get(rule.owner, rule.owner))),
        element("div", element("dt", _("Tolerance")), element("dd", tolerance_words(visit, rule))),
    ]
    sql = element(
        "details", element("summary", _("As SQL")), element("pre", rule.left_sql), element("pre", rule.right_sql)
    )
    return element(
        "section",
        element("nav", element("a", "‹ ", _("All rules"), href=visit.href(rule="", page="")), class_="crumb",
                aria_label=_("Way back")),
        element("h2", rule.title(_.language)), element("p", rule.question(_.language)),
        element("dl", facts, class_="facts"), sql, _matrix(visit, rule, cells, areas), class_="panel",
    )  # fmt: skip


def _department(rule: ReconciliationRule, side: str, departments: Mapping[str, str]) -> str:
    code = str(getattr(rule, f"{side}_department"))
    return departments.get(code, code)


def tolerance_words(visit: Visit, rule: ReconciliationRule) -> str:
    """What may stand on one side only without being a difference."""
    _, parts = visit._, []
    if rule.tolerance:
        parts.append(amount(rule.tolerance))
    if rule.tolerance_pct:
        parts.append(f"{rule.tolerance_pct:g}%")
    if rule.lag_days:
        parts.append(_("{days} days later", days=rule.lag_days))
    return " · ".join(parts) or _("none")


def _matrix(visit: Visit, rule: ReconciliationRule, cells: pl.DataFrame, areas: Mapping[str, str]) -> Markup | None:
    _ = visit._
    periods = cells["period_on"].unique().drop_nulls().sort().to_list()[-MOST_PERIODS:]
    if len(periods) < 2:
        return None
    found: dict[str, dict[dt.date, dict[str, Any]]] = {}
    for cell in cells.iter_rows(named=True):
        if cell["period_on"] in set(periods):
            found.setdefault(cell["area_code"], {})[cell["period_on"]] = cell
    heads = [
        element("th", _("Area"), scope="col"),
        [element("th", f"{day:%m-%d}", scope="col", title=when(rule, day, _), class_="day") for day in periods],
    ]
    rows = [
        element(
            "tr", element("th", name, scope="row"),
            [_cell(visit, rule, area, found[area].get(day)) for day in periods],
        )
        for area, name in areas.items()
        if area in found
    ]  # fmt: skip
    caption = _("Records or amounts on one side only, in the last {count} periods", count=len(periods))
    table = element(
        "table", element("caption", caption), element("thead", element("tr", heads)), element("tbody", rows),
        class_="matrix one-row",
    )  # fmt: skip
    legend = [
        element("li", element("span", SIGNS[s] if s is not Status.DIFFERS else "3", class_=f"report {s}", aria_hidden="true"),
                " ", status_words(s, _))
        for s in Status
    ]  # fmt: skip
    return element(
        "div",
        scrolling(rule.title(_.language), table),
        element("ul", legend, class_="legend-list", aria_label=_("Legend")),
    )


def _cell(visit: Visit, rule: ReconciliationRule, area: str, cell: dict[str, Any] | None) -> Markup:
    if cell is None:
        return element("td", class_="report none")
    if cell["is_suppressed"]:
        hidden = visit._("Hidden: so few people that somebody could be recognised.")
        return element("td", "⊘", class_="report none", title=hidden, aria_label=hidden)
    status = cell["status"]
    alone = cell["left_only"] + cell["right_only"]
    if status == Status.AGREES:
        return element("td", SIGNS[Status.AGREES], class_=f"report {status}")
    shown = amount(alone) if status == Status.DIFFERS else SIGNS[Status(status)]
    words = f"{status_words(status, visit._)}: {amount(cell['left_count'])} ↔ {amount(cell['right_count'])}"
    href = cell_href(visit, rule.rule, area, cell["period_on"])
    link = element("a", shown, href=href, title=words, aria_label=f"{cell['period_on']} {words}")
    return element("td", link, class_=f"report {status}")
