"""Addresses of the catalogue: what is listed, one feed, one table or record type, one indicator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from citybrain.errors import AccessError, CityBrainError, nearest
from citybrain.query import AccessContext, City
from citybrain.schema.records import RECORD_TYPES
from citybrain.schema.shared import SHARED_TABLES
from citybrain.web.catalogue.feed import feed_page
from citybrain.web.catalogue.indicator import indicator_page
from citybrain.web.catalogue.lists import list_page
from citybrain.web.catalogue.table import record_page, shared_page
from citybrain.web.elements import Content
from citybrain.web.navigation import Visit, frame, refusal

PLACE = "/catalogue"
Page = tuple[str, Content]
"""Title and body."""
T = TypeVar("T")


def add_catalogue(server: FastAPI, city: City, access: AccessContext, departments: Mapping[str, str]) -> None:
    """Register the pages; `departments` are the names of departments by the code in contracts."""

    def answer(request: Request, write: Callable[[Visit], Page]) -> HTMLResponse:
        visit = Visit.of(request, PLACE)
        try:
            title, body = write(visit)
            return frame(visit, title, body, city.snapshot_info(access))
        except CityBrainError as error:
            return refusal(visit, error, city, access)

    @server.get(PLACE, include_in_schema=False)
    def lists(request: Request) -> HTMLResponse:
        return answer(request, lambda visit: list_page(visit, city, access, departments))

    @server.get(PLACE + "/feeds/{feed}", include_in_schema=False)
    def feed(request: Request, feed: str) -> HTMLResponse:
        return answer(request, lambda visit: feed_page(visit, city, access, feed, departments))

    @server.get(PLACE + "/records/{name}", include_in_schema=False)
    def record(request: Request, name: str) -> HTMLResponse:
        return answer(request, lambda visit: record_page(visit, city, access, _known(RECORD_TYPES, name), departments))

    @server.get(PLACE + "/tables/{name}", include_in_schema=False)
    def table(request: Request, name: str) -> HTMLResponse:
        return answer(request, lambda visit: shared_page(visit, city, access, _known(SHARED_TABLES, name)))

    @server.get(PLACE + "/indicators/{code}", include_in_schema=False)
    def indicator(request: Request, code: str) -> HTMLResponse:
        return answer(request, lambda visit: indicator_page(visit, city, access, code, departments))


def _known(declared: Mapping[str, T], name: str) -> T:
    if name not in declared:
        raise AccessError(name, "not in the catalogue", remedy=f"/catalogue lists them.{nearest(name, declared)}")
    return declared[name]
