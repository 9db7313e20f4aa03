"""Addresses of the reconciliation pages; the query is the filter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from citybrain.errors import AccessError, CityBrainError
from citybrain.query import AccessContext, City
from citybrain.query.reconciliation import Asked
from citybrain.web.elements import element
from citybrain.web.navigation import Visit, frame, refusal
from citybrain.web.reconciliation.asked import PAGE_LENGTH, Filter, asked_cell
from citybrain.web.reconciliation.cell import MOST_RECORDS, Shown, cell_page
from citybrain.web.reconciliation.cells import cells_panel
from citybrain.web.reconciliation.chooser import chooser
from citybrain.web.reconciliation.desk import Desk
from citybrain.web.reconciliation.matrix import rule_panel
from citybrain.web.reconciliation.rules import no_rules, rules_panel, tiles

PLACE = "/reconciliation"


def add_reconciliation(
    server: FastAPI, city: City, access: AccessContext, snapshots: Path, departments: Mapping[str, str]
) -> None:
    """Register the pages. The ledger lies beside `snapshots` unless the environment names a database."""
    desk = Desk(city, access, snapshots, departments)

    @server.get(PLACE, include_in_schema=False)
    def overview(request: Request) -> HTMLResponse:
        visit = Visit.of(request, PLACE)
        try:
            return _overview(visit, desk)
        except CityBrainError as error:
            return refusal(visit, error, city, access)

    @server.get(PLACE + "/cell", include_in_schema=False)
    def cell(request: Request) -> HTMLResponse:
        visit = Visit.of(request, PLACE)
        try:
            return _cell(visit, desk)
        except CityBrainError as error:
            return refusal(visit, error, city, access)


def _overview(visit: Visit, desk: Desk) -> HTMLResponse:
    _, city, access = visit._, desk.city, desk.access
    info, rules, said = city.snapshot_info(access), desk.rules(), Filter.of(visit)
    title = _("Reconciliation")
    if not rules:
        return frame(visit, title, [element("h1", title), no_rules(_)], info)
    cells = city.reconciliations(access, said.asked)
    all_cells = city.reconciliations(access, Asked(said.rule, said.area, said.asked.period))
    ledger = desk.ledgered(said.rule)
    if said.rule:
        # An unknown rule was refused with the question for its cells.
        rule = rules[said.rule]
        told = rule_panel(visit, rule, all_cells, _level(desk, rule.level), desk.departments)
    else:
        reasons = city.reconciliation_reasons(access, area=said.area)
        told = rules_panel(visit, rules, all_cells, reasons, desk.departments)
    page = cells.slice((said.page - 1) * PAGE_LENGTH, PAGE_LENGTH)
    body = [
        element("h1", title),
        tiles(visit, all_cells, ledger),
        chooser(visit, said, rules, _places(desk)),
        told,
        cells_panel(visit, said, page, cells.height, rules, ledger),
    ]
    return frame(visit, title, body, info)


def _level(desk: Desk, level: str) -> dict[str, str]:
    """Areas of a level in tree order: code → name."""
    top = desk.city.areas(desk.access)[0]
    return {a.code: a.name for a in desk.city.areas(desk.access, top.code, level)}


def _places(desk: Desk) -> dict[str, str]:
    """Areas to choose from: the highest one and those of the level below."""
    top = desk.city.areas(desk.access)[0]
    return {a.code: a.name for a in [top, *desk.city.areas(desk.access, top.code)]}


def _cell(visit: Visit, desk: Desk) -> HTMLResponse:
    rule, area, period_on = asked_cell(visit)
    rules, city, access = desk.rules(), desk.city, desk.access
    span = (period_on, period_on) if period_on else None
    found = city.reconciliations(access, Asked(rule, area, span)).to_dicts()
    cells = [c for c in found if c["area_code"] == area and c["period_on"] == period_on]
    if not cells:
        raise AccessError(
            f"reconciliation {rule}", "this snapshot has no such cell", remedy="Choose one from the list of differences"
        )
    records = city.reconciliation_records(access, rule, area, period_on, MOST_RECORDS + 1)
    ledger = desk.ledgered(rule)
    item = ledger.of(rule, area, period_on.isoformat() if period_on else "")
    history = desk.history(item) if item else []
    info = city.snapshot_info(access)
    shown = Shown(rules[rule], cells[0], records, item, history, ledger.trouble, info)
    return frame(visit, rules[rule].title(visit._.language), cell_page(visit, shown, desk.departments), info)
