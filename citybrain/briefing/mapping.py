"""The map block: boundaries and classed values of the parts of an area."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from citybrain.briefing.content import Map, MapClass, Role, Shape, Text
from citybrain.briefing.facts import Facts
from citybrain.briefing.measure import Measure
from citybrain.figures import LIGHT, classify
from citybrain.figures.map import class_colour

Ring = tuple[tuple[float, float], ...]


def map_of(facts: Facts, measures: Sequence[Measure], caption: Text) -> Map | None:
    """A map of the measures of the parts of the area; None where no part has a boundary."""
    _ = facts.words
    known = json.loads(facts.city.boundaries(facts.access, facts.area.code, facts.level))["features"]
    geometry = {feature["id"]: _polygons(feature["geometry"]) for feature in known}
    drawn = [m for m in measures if m.area_code in geometry]
    if not drawn:
        return None
    classes = classify((m.value for m in drawn), decimals=drawn[0].indicator.decimals)
    colours = len(LIGHT.sequence)

    def place(value: float | None) -> int:
        return 1 + class_colour(classes.of(value), len(classes.edges), colours) if value else 0

    at = {a.code: (a.label_lon, a.label_lat) for a in facts.parts}
    shapes = [_shape(m, geometry[m.area_code], at[m.area_code], place(m.value)) for m in drawn]
    key = [
        MapClass(
            place(low),
            drawn[0].number(Role.CLASS_LOW, low, ""),
            drawn[0].number(Role.CLASS_HIGH, high, ""),
        )
        for low, high in classes.bounds()
    ]
    zero = _("zero") if any(m.value == 0 for m in drawn) else ()
    silent = _("no data") if any(m.value is None for m in drawn) else ()
    return Map(caption, tuple(shapes), tuple(key), zero, silent)


def _shape(measure: Measure, polygons: tuple[tuple[Ring, ...], ...], at: tuple[Any, Any], place: int) -> Shape:
    number = None if measure.value is None else measure.number(Role.VALUE, measure.value, "")
    if None in at:
        first = polygons[0][0]
        at = (sum(p[0] for p in first) / len(first), sum(p[1] for p in first) / len(first))
    return Shape(measure.area_code, measure.area, number, polygons, at, place)


def _polygons(geometry: dict[str, Any]) -> tuple[tuple[Ring, ...], ...]:
    coordinates = geometry["coordinates"]
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    return tuple(tuple(tuple((p[0], p[1]) for p in ring) for ring in polygon) for polygon in polygons)
