"""The list of cells, page by page, beside what the ledger says of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import polars as pl

from citybrain.query.reconciliation import ReconciliationRule
from citybrain.web.elements import Content, Markup, element, headings, scrolling
from citybrain.web.navigation import Visit
from citybrain.web.reconciliation.asked import PAGE_LENGTH, Filter
from citybrain.web.reconciliation.desk import Ledgered
from citybrain.web.reconciliation.words import amount, item_states, status_badge, when


def cells_panel(
    visit: Visit,
    said: Filter,
    cells: pl.DataFrame,
    count: int,
    rules: Mapping[str, ReconciliationRule],
    ledger: Ledgered,
) -> Markup:
    """One page of the cells, and how many there are in all."""
    _ = visit._
    head = element("h2", _("Differences") if said.status != "all" else _("Comparisons"))
    if cells.is_empty():
        words = _("Nothing to show for this choice. Choose another state, a longer time or all rules.")
        return element("section", head, element("p", words, class_="muted"), class_="panel", id="cells")
    heads = [
        _("Area"), _("Period"), _("Rule"), _("Left side"), _("Right side"), _("Matched"), _("Left only"), _("Right only"),
        _("Left minus right"), _("State"), _("Ledger"),
    ]  # fmt: skip
    first = (said.page - 1) * PAGE_LENGTH + 1
    caption = _(
        "{first} to {last} of {count}, newest first", first=first, last=first + cells.height - 1, count=f"{count:,}"
    )
    table = element(
        "table", element("caption", caption), headings(heads, range(3, 9)),
        element("tbody", [_row(visit, c, rules[c["rule"]], ledger) for c in cells.iter_rows(named=True)]),
    )  # fmt: skip
    trouble = element("p", ledger.trouble, class_="bad") if ledger.trouble else None
    return element(
        "section", head, trouble, scrolling(_("Differences"), table), _pages(visit, said.page, count), class_="panel",
        id="cells",
    )  # fmt: skip


def cell_href(visit: Visit, rule: str, area: str, period_on: dt.date | None) -> str:
    """The address of one cell."""
    return visit.link("/reconciliation/cell", rule=rule, area=area, period=period_on or "")


def _row(visit: Visit, cell: dict[str, Any], rule: ReconciliationRule, ledger: Ledgered) -> Markup:
    _, period_on = visit._, cell["period_on"]
    link = element(
        "a", cell["area_name"] or cell["area_code"], href=cell_href(visit, rule.rule, cell["area_code"], period_on)
    )
    numbers = ("left_count", "right_count", "matched", "left_only", "right_only", "difference")
    return element(
        "tr",
        element("th", link, scope="row"),
        element("td", when(rule, period_on, _), class_="when"),
        element("td", rule.title(_.language)),
        [element("td", amount(cell[n]), class_="number") for n in numbers],
        element("td", status_badge(cell["status"], _)),
        element("td", _ledger(visit, cell, ledger)),
    )


def _ledger(visit: Visit, cell: dict[str, Any], ledger: Ledgered) -> Content:
    period_on = cell["period_on"]
    item = ledger.of(cell["rule"], cell["area_code"], period_on.isoformat() if period_on else "")
    if item is None:
        return "–"
    _ = visit._
    due = [" · ", _("due {day}", day=item.due_on)] if item.due_on else None
    return [item_states(_)[item.status], element("small", ledger.owner(item), due)]


def _pages(visit: Visit, page: int, count: int) -> Markup | None:
    _, last = visit._, -(-count // PAGE_LENGTH)
    if last <= 1:
        return None
    steps: list[Content] = []
    if page > 1:
        steps.append(element("a", "‹ ", _("Previous page"), href=visit.href(page=page - 1) + "#cells", class_="button"))
    steps.append(element("span", _("Page {page} of {count}", page=page, count=last)))
    if page < last:
        steps.append(element("a", _("Next page"), " ›", href=visit.href(page=page + 1) + "#cells", class_="button"))
    return element("nav", steps, class_="ways", aria_label=_("Page"))
