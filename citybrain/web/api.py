"""The same numbers for programs: `/api/v1`, described by `/api/v1/openapi.json`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import JSONResponse

from citybrain.errors import AccessError, CityBrainError
from citybrain.query import AccessContext, City
from citybrain.query.areas import Area
from citybrain.query.definitions import Indicator
from citybrain.query.periods import parse_period

IndicatorCodes = Annotated[list[str], Query(description="Codes of indicators; repeat for several.")]
PeriodType = Annotated[str, Query(description="day, week, month, quarter or year.")]
Period = Annotated[str, Query(description="2020-02-20, 2020-W08, 2020-02, 2020-Q1 or 2020.")]


def add_api(server: FastAPI, city: City, access: AccessContext) -> None:
    """Register the API, `/healthz` and the answers to errors."""
    server.include_router(_router(city, access))

    @server.get("/healthz", tags=["health"])
    def healthz() -> JSONResponse:
        """`{"status": "ok"}` with the snapshot served; 503 while there is none."""
        try:
            return JSONResponse({"status": "ok", "snapshot": city.snapshot_info(access).snapshot})
        except CityBrainError as error:
            return JSONResponse({"status": "no snapshot", "error": error.sentence()}, status_code=503)

    @server.exception_handler(CityBrainError)
    async def refuse(_request: Request, error: CityBrainError) -> JSONResponse:
        status = 400 if isinstance(error, AccessError) else 503
        return JSONResponse({"error": error.sentence()}, status_code=status)


def _router(city: City, access: AccessContext) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["numbers"])

    @router.get("/snapshot")
    def snapshot() -> dict[str, Any]:
        """The snapshot that all other answers come from. Times are UTC."""
        return dataclasses.asdict(city.snapshot_info(access))

    @router.get("/indicators")
    def indicators(lang: str = "zh") -> list[dict[str, Any]]:
        """The dictionary: what every indicator means, how it is counted and what its sources cover."""
        return [
            {**_indicator(i, lang), "versions": [_indicator(v, lang) for v in city.versions(access, i.code)]}
            for i in city.indicators(access)
        ]

    @router.get("/areas")
    def areas(parent: str | None = None, level: str | None = None) -> list[dict[str, Any]]:
        """Children of an area, or all of a level within it; without either, the top area."""
        return [_area(a) for a in city.areas(access, parent, level)]

    @router.get("/values")
    def values(
        indicator: IndicatorCodes,
        period_type: PeriodType,
        period_from: Period,
        period_to: Period | None = None,
        area: Annotated[list[str] | None, Query(description="Area codes; or else give a level.")] = None,
        level: str | None = None,
        within: str | None = None,
    ) -> dict[str, Any]:
        """One row per indicator, area and period; `state` is value, zero or no_data (then `value` is null).

        `version` is the number of the definition that made the value: the one in force on the last day of the period.
        """
        frame = city.values(
            access,
            indicator,
            areas=area,
            level=level,
            within=within,
            period_type=period_type,
            period_from=parse_period(period_from),
            period_to=parse_period(period_to or period_from),
        )
        return {**_source(city, access), "values": frame.to_dicts()}

    @router.get("/explain")
    def explain(
        indicator: str,
        area: str,
        period_type: PeriodType,
        period: Period,
        limit: Annotated[int, Query(ge=0, le=1000)] = 20,
    ) -> dict[str, Any]:
        """Definition, SQL, feeds, deliveries and source lines behind one value."""
        told = city.explain(access, indicator, area, period_type, parse_period(period), limit)
        return {**dataclasses.asdict(told), "feeds": told.feeds}

    return router


def _source(city: City, access: AccessContext) -> dict[str, str | dt.datetime | None]:
    info = city.snapshot_info(access)
    return {"snapshot": info.snapshot, "as_of": info.as_of}


def _indicator(indicator: Indicator, language: str) -> dict[str, Any]:
    return {
        **dataclasses.asdict(indicator),
        "title": indicator.title(language),
        "definition": indicator.definition(language),
        "unit": indicator.unit(language),
    }


def _area(area: Area) -> dict[str, Any]:
    return dataclasses.asdict(area)
