"""The map: coloured areas with name and value on them. SVG, so crisp at any size and without WebGL."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from citybrain.figures.classes import Classes
from citybrain.figures.theme import LIGHT, Theme, class_colour, layout, place_of, scale_of, silent_colour
from citybrain.schema.value_state import ValueState

Figure = dict[str, Any]
__all__ = ["Figure", "MapArea", "Outline", "class_colour", "draw_map", "fills", "frame_of"]


@dataclass(frozen=True)
class MapArea:
    """One area with a boundary."""

    code: str
    name: str
    value: float | None
    """None = no data."""
    label: str
    """The value as written on the map."""
    hover: str
    """Lines of the hover box, `<br>` between them."""
    lon: float
    lat: float
    state: str = ValueState.VALUE
    """A `ValueState`: why there is no number, or that a zero is not to be believed."""


@dataclass(frozen=True)
class Outline:
    """A polygon that is not an area of the tree, drawn as a dashed line."""

    name: str
    lon: Sequence[float | None]
    """Rings one after the other, None between them."""
    lat: Sequence[float | None]


def draw_map(
    areas: Sequence[MapArea],
    classes: Classes,
    geometry_url: str,
    extent: tuple[float, float, float, float],
    *,
    outlines: Sequence[Outline] = (),
    highlight: str = "",
    theme: Theme = LIGHT,
) -> Figure:
    """A choropleth of classed values whose geometry the browser fetches once from `geometry_url`.

    Zero is drawn plain, with an outline in `theme.doubtful` if it is not to be believed; areas without a number in the
    colour of the reason (`silent_colour`); a click carries the area code as `location`. Labels come in the
    order of importance (largest value first), so that a page may drop later ones that would overlap.
    """
    traces = [
        _labels(sorted(areas, key=_importance), theme),
        *fills(areas, classes, geometry_url, theme),
        *_doubts([a.code for a in areas if a.state == ValueState.IMPLAUSIBLE_ZERO], geometry_url, theme),
    ]
    if highlight:
        traces.append(_lined([highlight], theme.highlight, 3, geometry_url))
    traces += [_outline(o, theme) for o in outlines]
    return {"data": traces, "layout": layout(theme, geo=frame_of(extent), dragmode="pan", uirevision=geometry_url)}


def _importance(area: MapArea) -> tuple[bool, float]:
    return area.value is None, -abs(area.value or 0.0)


def fills(areas: Sequence[MapArea], classes: Classes, url: str, theme: Theme) -> list[Figure]:
    """Traces of the areas: those with a value by class, those without by the reason."""
    coloured = [a for a in areas if a.value is not None]
    silent = [a for a in areas if a.value is None]
    reasons = list(dict.fromkeys(silent_colour(theme, a.state) for a in silent)) or [theme.no_data]
    places = [place_of(a.value or 0.0, classes, theme) for a in coloured]
    return [
        _fill(coloured, places, scale_of(classes, theme), url, theme),
        _fill(silent, [reasons.index(silent_colour(theme, a.state)) for a in silent], reasons, url, theme),
    ]


def _doubts(codes: list[str], url: str, theme: Theme) -> list[Figure]:
    return [_lined(codes, theme.doubtful, 2.5, url)] if codes else []


def _fill(areas: Sequence[MapArea], places: Sequence[int], colours: Sequence[str], url: str, theme: Theme) -> Figure:
    steps = len(colours)
    scale = [[edge / steps, colour] for n, colour in enumerate(colours) for edge in (n, n + 1)]
    return {
        "type": "choropleth",
        "geojson": url,
        "locations": [a.code for a in areas],
        "z": list(places),
        "zmin": -0.5,
        "zmax": steps - 0.5,
        "colorscale": scale,
        "showscale": False,
        "marker": {"line": {"color": theme.border, "width": 0.8}},
        "text": [a.hover for a in areas],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _lined(codes: Sequence[str], colour: str, width: float, url: str) -> Figure:
    return {
        "type": "choropleth",
        "geojson": url,
        "locations": list(codes),
        "z": [0] * len(codes),
        "colorscale": [[0, "rgba(0,0,0,0)"], [1, "rgba(0,0,0,0)"]],
        "showscale": False,
        "marker": {"line": {"color": colour, "width": width}},
        "hoverinfo": "skip",
    }


def _labels(areas: Sequence[MapArea], theme: Theme) -> Figure:
    return {
        "type": "scattergeo",
        "mode": "text",
        "lon": [a.lon for a in areas],
        "lat": [a.lat for a in areas],
        "text": [f"{a.name}<br>{a.label if a.value is None else f'<b>{a.label}</b>'}" for a in areas],
        "textfont": {"size": theme.size - 1, "color": theme.text},
        "hoverinfo": "skip",
    }


def _outline(outline: Outline, theme: Theme) -> Figure:
    return {
        "type": "scattergeo",
        "mode": "lines",
        "lon": list(outline.lon),
        "lat": list(outline.lat),
        "line": {"color": theme.text, "width": 1.4, "dash": "dash"},
        "text": outline.name,
        "hovertemplate": "%{text}<extra></extra>",
    }


def frame_of(extent: tuple[float, float, float, float]) -> Figure:
    """The `geo` of a layout: Mercator, cut to the extent with a little air.

    Every base layer is off, so that nothing of the world is needed.
    """
    west, south, east, north = extent
    # A single point or a line still needs room.
    air_lon, air_lat = max((east - west) * 0.03, 1e-3), max((north - south) * 0.03, 1e-3)
    south, north = max(south - air_lat, -85.0), min(north + air_lat, 85.0)
    return {
        "visible": False,
        "projection": {"type": "mercator"},
        "lonaxis": {"range": [west - air_lon, east + air_lon]},
        "lataxis": {"range": [south, north]},
        "center": {"lon": (west + east) / 2, "lat": _mercator_middle(south, north)},
        "bgcolor": "rgba(0,0,0,0)",
    }


def _mercator_middle(south: float, north: float) -> float:
    low, high = (math.asinh(math.tan(math.radians(v))) for v in (south, north))
    return math.degrees(math.atan(math.sinh((low + high) / 2)))
