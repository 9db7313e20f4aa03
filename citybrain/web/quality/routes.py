"""Addresses of the quality pages; the query says which feeds, and which periods of the reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from citybrain.errors import CityBrainError
from citybrain.query import AccessContext, City
from citybrain.web.elements import element
from citybrain.web.navigation import Visit, frame, refusal
from citybrain.web.quality.feed import feed_page
from citybrain.web.quality.feeds import feeds_panel, summary_tiles
from citybrain.web.quality.matrix import SPANS, matrix_panel
from citybrain.web.quality.zeros import zeros_panel

PLACE = "/quality"


def add_quality(server: FastAPI, city: City, access: AccessContext, departments: Mapping[str, str]) -> None:
    """Register the pages; `departments` are the names of departments by the code in contracts."""

    @server.get(PLACE, include_in_schema=False)
    def overview(request: Request) -> HTMLResponse:
        visit = Visit.of(request, PLACE)
        try:
            return _overview(visit, city, access, departments)
        except CityBrainError as error:
            return refusal(visit, error, city, access)

    @server.get(PLACE + "/feeds/{feed}", include_in_schema=False)
    def one_feed(request: Request, feed: str) -> HTMLResponse:
        visit = Visit.of(request, PLACE)
        try:
            quality, info = city.feed_quality(access, feed), city.snapshot_info(access)
            return frame(visit, quality.status.title, feed_page(visit, quality, info, departments), info)
        except CityBrainError as error:
            return refusal(visit, error, city, access)


def _overview(visit: Visit, city: City, access: AccessContext, departments: Mapping[str, str]) -> HTMLResponse:
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
