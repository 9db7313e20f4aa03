"""Addresses of the reconciliation pages; the query is the filter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from citybrain.errors import AccessError, CityBrainError
from citybrain.operations.finding import period_text
from citybrain.query import AccessContext, City
from citybrain.query.reconciliation import Asked
from citybrain.web.elements import element
from citybrain.web.navigation import Visit, frame, refusal
from citybrain.web.posts import Posts, Ticket, accept_posts
from citybrain.web.reconciliation.acts import NotTaken, Sent
from citybrain.web.reconciliation.asked import PAGE_LENGTH, Filter, asked_cell
from citybrain.web.reconciliation.cell import MOST_RECORDS, Shown, cell_page
from citybrain.web.reconciliation.cells import cells_panel
from citybrain.web.reconciliation.chooser import chooser
from citybrain.web.reconciliation.desk import Desk
from citybrain.web.reconciliation.forms import SAID
from citybrain.web.reconciliation.ledger import Told
from citybrain.web.reconciliation.matrix import rule_panel
from citybrain.web.reconciliation.rules import no_rules, rules_panel, tiles
from citybrain.web.rights import may_explain

PLACE = "/reconciliation"


def add_reconciliation(
    server: FastAPI, city: City, access: AccessContext, snapshots: Path, departments: Mapping[str, str]
) -> None:
    """Register the pages. The ledger lies beside `snapshots` unless the environment names a database."""
    desk, posts = Desk(city, access, snapshots, departments), accept_posts(server, snapshots, access)

    @server.get(PLACE, include_in_schema=False)
    def overview(request: Request) -> Response:
        return _answered(Visit.of(request, PLACE), desk, lambda visit: _overview(visit, desk))

    @server.get(PLACE + "/cell", include_in_schema=False)
    def cell(request: Request) -> Response:
        return _answered(Visit.of(request, PLACE), desk, lambda visit: _shown(visit, desk, posts, request))

    @server.post(PLACE + "/cell", include_in_schema=False)
    async def write(request: Request) -> Response:
        form, visit = await posts.said(request), Visit.of(request, PLACE)
        return await run_in_threadpool(
            _answered, visit, desk, lambda visit: _written(visit, desk, posts, request, Sent.of(form))
        )


def _answered(visit: Visit, desk: Desk, answer: Callable[[Visit], Response]) -> Response:
    """The answer, or the page that says why there is none."""
    try:
        return answer(visit)
    except CityBrainError as error:
        return refusal(visit, error, desk.city, desk.access)


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


def _written(visit: Visit, desk: Desk, posts: Posts, request: Request, sent: Sent | None) -> Response:
    """Writes what was sent, and leads to the page as it is then; else the page with what is wrong at the form."""
    rule, area, period_on = asked_cell(visit)
    desk.city.area(desk.access, area)
    if sent is None:
        raise AccessError("reconciliation", "no such act", expected="explain, assign or close")
    told = desk.ledgered(rule)
    item = told.of(rule, area, period_text(period_on))
    if item is None:
        raise AccessError(f"reconciliation {rule}", told.trouble or "the ledger has no such item")
    failed = desk.write(item, sent, visit._)
    if failed is None:
        # The answer to a form is an address, so that going back or loading again sends nothing twice.
        return RedirectResponse(visit.href(done=sent.act) + f"#{SAID}", status_code=303)
    return _shown(visit, desk, posts, request, failed)


def _shown(visit: Visit, desk: Desk, posts: Posts, request: Request, failed: NotTaken | None = None) -> Response:
    ticket, trouble = None, ""
    try:
        ticket = posts.ticket(request) if may_explain(desk.access) else None
    except CityBrainError as error:
        # What the departments say can be read all the same.
        trouble = error.sentence()
    page = _cell(visit, desk, ticket, failed, trouble)
    if ticket:
        ticket.hand_out(request, page)
    return page


def _cell(visit: Visit, desk: Desk, ticket: Ticket | None, failed: NotTaken | None, trouble: str) -> HTMLResponse:
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
    ledger, info = desk.ledgered(rule), city.snapshot_info(access)
    item = ledger.of(rule, area, period_text(period_on))
    told = Told(item, desk.history(item) if item else [], ledger.trouble or trouble, info, access.user, ticket, failed)
    body = cell_page(visit, Shown(rules[rule], cells[0], records, told), desk.departments)
    return frame(visit, rules[rule].title(visit._.language), body, info, failed.status if failed else 200)
