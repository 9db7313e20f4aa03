"""The map of many periods at once, for the player: the browser puts values into a map whose shapes it has."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import Any

from dash._utils import to_json
from fastapi import FastAPI, Request, Response

from citybrain.figures import draw_map
from citybrain.query import AccessContext, City
from citybrain.query.areas import Area
from citybrain.query.periods import period_name
from citybrain.web.explore.answers import MapView, Rows, frame_days, read_map, read_map_course
from citybrain.web.explore.maps import classes_of, geometry_url, map_areas, map_legend
from citybrain.web.explore.view import View, read_view
from citybrain.web.selection import Selection
from citybrain.web.texts import texts

KEPT_ANSWERS = 64
"""Answers that are kept for as long as the snapshot is served."""


def add_frames(server: FastAPI, city: City, access: AccessContext) -> None:
    """Register `/explore/frames.json`; its query is that of the page."""
    kept = lru_cache(KEPT_ANSWERS)(lambda _snapshot, said: to_json(read_frames(city, access, said)))

    @server.get("/explore/frames.json", include_in_schema=False)
    def frames(request: Request) -> Response:
        said = Selection.from_query(request.url.query).but()
        content = kept(city.snapshot_info(access).snapshot, said)
        return Response(content, media_type="application/json", headers={"Cache-Control": "no-cache"})


def read_frames(city: City, access: AccessContext, said: Selection) -> dict[str, Any]:
    """Legend and frames, oldest first; a frame has the day of its period, its name and the traces that it changes."""
    view = read_view(city, access, said)
    place = read_map(city, access, view)
    if place is None:
        return {"legend": [], "frames": []}
    listed = city.areas(access, view.scope.code, view.selection.level)
    course = read_map_course(city, access, view, place, frame_days(view, len(listed)))
    areas = city.areas(access, place.parent.code, place.level)
    _ = texts(view.selection.lang)
    return {
        "legend": map_legend(course, view, '"Feature"' in city.overlays(access), _),
        "frames": _frames(view, place, course, areas),
    }


def _frames(view: View, place: MapView, course: Rows, areas: list[Area]) -> list[dict[str, Any]]:
    _, classes = texts(view.selection.lang), classes_of(course, view)
    frames = []
    for day, rows in groupby(sorted(course, key=lambda r: r["period_on"]), key=lambda r: r["period_on"]):
        shown = map_areas(view, areas, list(rows), _)
        figure = draw_map(shown, classes, geometry_url(view, place), place.extent, highlight=place.highlight)
        frames.append({"on": day.isoformat(), "name": period_name(view.selection.period, day), "data": figure["data"]})
    return frames
