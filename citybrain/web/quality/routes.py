"""Addresses of the quality pages; the query says which feeds, and which periods of the reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from citybrain.errors import AccessError, CityBrainError, nearest
from citybrain.operations.finding import Key
from citybrain.query import AccessContext, City
from citybrain.query.validation import AskedFindings
from citybrain.web.elements import element
from citybrain.web.navigation import Visit, frame, refusal
from citybrain.web.quality.feed import feed_page
from citybrain.web.quality.feeds import feeds_panel, summary_tiles
from citybrain.web.quality.findings import FindingsDesk
from citybrain.web.quality.matrix import SPANS, matrix_panel
from citybrain.web.quality.validation import PLACE as VALIDATION
from citybrain.web.quality.validation import finding_page, rule_page, validation_panel
from citybrain.web.quality.zeros import zeros_panel

PLACE = "/quality"


def add_quality(server: FastAPI, city: City, access: AccessContext, departments: Mapping[str, str]) -> None:
    """Register the pages; `departments` are the names of departments by the code in contracts."""
    desk = FindingsDesk(city, access)

    @server.get(PLACE, include_in_schema=False)
    def overview(request: Request) -> HTMLResponse:
        visit = Visit.of(request, PLACE)
        try:
            return _overview(visit, desk, departments)
        except CityBrainError as error:
            return refusal(visit, error, city, access)

    @server.get(PLACE + "/feeds/{feed}", include_in_schema=False)
    def one_feed(request: Request, feed: str) -> HTMLResponse:
        visit = Visit.of(request, PLACE)
        try:
            quality, info = city.feed_quality(access, feed), city.snapshot_info(access)
            body = feed_page(visit, quality, city.column_drift(access, feed), info, departments)
            return frame(visit, quality.status.title, body, info)
        except CityBrainError as error:
            return refusal(visit, error, city, access)

    @server.get(VALIDATION + "/{rule}", include_in_schema=False)
    def one_rule(request: Request, rule: str) -> HTMLResponse:
        visit = Visit.of(request, f"{VALIDATION}/{rule}")
        try:
            known, info = _rule(desk, rule), city.snapshot_info(access)
            indicators = {i.code: i for i in city.indicators(access)}
            body = rule_page(visit, known, desk.listed(AskedFindings(rule=rule)), indicators, departments)
            return frame(visit, known[f"title_{visit._.language}"], body, info)
        except CityBrainError as error:
            return refusal(visit, error, city, access)

    @server.get(VALIDATION + "/{rule}/{area}/{period}", include_in_schema=False)
    def one_finding(request: Request, rule: str, area: str, period: str) -> HTMLResponse:
        visit = Visit.of(request, f"{VALIDATION}/{rule}/{area}/{period}")
        try:
            return _one_finding(visit, desk, (rule, area, period), departments)
        except CityBrainError as error:
            return refusal(visit, error, city, access)


def _rule(desk: FindingsDesk, rule: str) -> dict[str, Any]:
    """One rule of the snapshot. Raises AccessError for an unknown one."""
    known = {r["rule"]: r for r in desk.city.validation_rules(desk.access).iter_rows(named=True)}
    if rule not in known:
        remedy = f"/quality lists them.{nearest(rule, known)}"
        raise AccessError(f"validation {rule}", "not a rule of this snapshot", remedy=remedy)
    return known[rule]


def _one_finding(visit: Visit, desk: FindingsDesk, key: Key, departments: Mapping[str, str]) -> HTMLResponse:
    city, access = desk.city, desk.access
    rule, area, period = key
    _rule(desk, rule)
    on, info = _day(period), city.snapshot_info(access)
    listed = desk.listed(AskedFindings(rule=rule, area=area, period=(on, on) if on else None))
    found = next((f for f in listed.findings if f.key == key), None)
    if found is None:
        raise AccessError(
            f"validation {' '.join(key)}", "the ledger has no such item", remedy=listed.trouble or VALIDATION
        )
    indicators = {i.code: i for i in city.indicators(access)}
    body = finding_page(visit, found, desk.story(key), indicators, departments, info.timezone)
    return frame(visit, f"{found.area_name} {period}", body, info)


def _overview(visit: Visit, desk: FindingsDesk, departments: Mapping[str, str]) -> HTMLResponse:
    city, access = desk.city, desk.access
    _, info = visit._, city.snapshot_info(access)
    feeds, runs = city.feeds_quality(access), city.zero_runs(access)
    titles = {f.status.feed: f.status.title for f in feeds}
    reporting = {f.status.feed: f.status.title for f in feeds if f.due_each}
    asked = visit.said.get("feed", "")
    chosen = asked if asked in reporting else next(iter(reporting), "")
    matrix = city.report_matrix(access, chosen, _day(visit.said.get("until")), _span(visit.said.get("periods")))
    body = [
        element("h1", _("Data quality")),
        summary_tiles(visit, feeds, matrix, runs),
        matrix_panel(visit, matrix, reporting, city.level_titles(access), info.timezone),
        zeros_panel(visit, runs, titles, {i.code: i for i in city.indicators(access)}),
        validation_panel(visit, city.validation_rules(access).to_dicts(), desk.listed(AskedFindings()), departments),
        feeds_panel(visit, feeds, info, departments),
    ]
    return frame(visit, _("Data quality"), body, info)


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _span(text: str | None) -> int:
    return int(text) if text in {str(n) for n in SPANS} else SPANS[1]
