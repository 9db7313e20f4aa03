"""What the map of a selection shows, asked of the query layer; and the same as GeoJSON, for the maps of others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from citybrain.query import AccessContext, City
from citybrain.query.areas import Area
from citybrain.query.periods import period_end, period_name
from citybrain.web.explore.about import about_export, title_words
from citybrain.web.explore.answers import MapView, Rows, read_headline, read_map, read_ranking
from citybrain.web.explore.states import state_words
from citybrain.web.explore.view import View
from citybrain.web.texts import Texts

Geometry = dict[str, Any]
"""A GeoJSON geometry of type Polygon or MultiPolygon."""


@dataclass(frozen=True)
class MapContent:
    """Areas, numbers and shapes of one map."""

    place: MapView | None
    """None where no area up to the top has a boundary."""
    areas: Sequence[Area]
    rows: Rows
    """As of the query layer, largest value first."""
    shapes: dict[str, Geometry]
    """By area code."""
    overlays: Sequence[Geometry]
    whole: dict[str, Any] | None
    """The row of the area around them, where it is the one that is looked at."""


def read_map_content(city: City, access: AccessContext, view: View) -> MapContent:
    """The map of the period, as the asker may see it."""
    place = read_map(city, access, view)
    parent, level = (place.parent, place.level) if place else (view.scope, view.selection.level)
    period = None
    if view.period_on is not None:
        period = view.period_on, period_end(view.selection.period, view.period_on)
    known = json.loads(city.boundaries(access, parent.code, level, period))["features"]
    overlays = json.loads(city.overlays(access))["features"]
    return MapContent(
        place=place,
        areas=city.areas(access, parent.code, level, period),
        rows=read_ranking(city, access, view, place),
        shapes={f["id"]: f["geometry"] for f in known},
        overlays=[f["geometry"] for f in overlays],
        whole=read_headline(city, access, view) if view.area.code == parent.code else None,
    )


def polygons_of(geometry: Geometry) -> list[Any]:
    """The polygons of a geometry, each a list of rings."""
    return [geometry["coordinates"]] if geometry["type"] == "Polygon" else list(geometry["coordinates"])


def geojson_text(view: View, content: MapContent, _: Texts) -> str:
    """A FeatureCollection of the areas of the map in tree order, by RFC 7946: WGS84, exterior rings counterclockwise.

    Every feature has the area's code and name, the number as the query layer gives it (null where there is none, and
    `state` says why), what it means and of when it is. Areas without a boundary have a null geometry.
    """
    by_code = {r["area_code"]: r for r in content.rows}
    meaning = _meaning(view, _)
    features = [
        {
            "type": "Feature",
            "id": area.code,
            "properties": {
                "area_code": area.code, "area_name": area.name, **_told(by_code[area.code], view, _), **meaning,
            },
            "geometry": _rewound(content.shapes[area.code]) if area.code in content.shapes else None,
        }
        for area in content.areas
        if area.code in by_code
    ]  # fmt: skip
    head = {"type": "FeatureCollection", "name": title_words(view, _), "about": dict(about_export(view, _))}
    return json.dumps({**head, "features": features}, ensure_ascii=False, separators=(",", ":"))


def _meaning(view: View, _: Texts) -> dict[str, Any]:
    """What all features share: each still explains itself when it is taken out of the collection."""
    indicator, kind = view.indicator, view.selection.period
    known = view.info.as_of or view.info.built_at
    days: dict[str, Any] = {"period": None, "period_from": None, "period_to": None}
    if view.period_on:
        days = {
            "period": period_name(kind, view.period_on),
            "period_from": view.period_on.isoformat(),
            "period_to": period_end(kind, view.period_on).isoformat(),
        }
    return {
        "indicator": indicator.code,
        "indicator_title": indicator.title(_.language),
        "unit": indicator.unit(_.language),
        "definition": indicator.definition(_.language),
        "period_type": kind,
        **days,
        "data_to": view.last_on.isoformat() if view.last_on else None,
        "as_of": f"{known:%Y-%m-%dT%H:%M:%SZ}" if known else None,
        "snapshot": view.info.snapshot,
    }


def _told(row: dict[str, Any], view: View, _: Texts) -> dict[str, Any]:
    names = ["value", "state", "is_partial", "previous", "difference", "change_pct", "last_year", "year_change_pct"]
    if view.indicator.is_ratio:
        names += ["numerator", "denominator"]
    if len(view.versions) > 1:
        names += ["version", "is_redefined"]
    told = {name: row[name] for name in names} | {"state_text": state_words(_)[row["state"]]}
    if view.against_on is None:
        return told
    against = {"against_period": period_name(view.selection.period, view.against_on), "against_value": row["against"]}
    return told | against | {"against_difference": row["against_difference"]}


def _rewound(geometry: Geometry) -> Geometry:
    """Exterior rings counterclockwise and holes clockwise; snapshots store them the other way, as browsers draw them."""
    polygons = [
        [ring if (_signed_area(ring) > 0) == (n == 0) else ring[::-1] for n, ring in enumerate(polygon)]
        for polygon in polygons_of(geometry)
    ]
    return {"type": geometry["type"], "coordinates": polygons[0] if geometry["type"] == "Polygon" else polygons}


def _signed_area(ring: Sequence[Sequence[float]]) -> float:
    """Twice the area; positive for a ring that runs counterclockwise."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(one[0] * two[1] - two[0] * one[1] for one, two in pairs)
