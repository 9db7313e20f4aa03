"""From the rows of the query layer to the map, the small maps, their legend and what they cannot show."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from dash import html

from citybrain.figures import (
    LIGHT,
    Classes,
    MapArea,
    Outline,
    SmallMap,
    classify,
    classify_changes,
    draw_map,
    draw_multiples,
)
from citybrain.figures.theme import place_of, scale_of
from citybrain.query.areas import Area
from citybrain.query.periods import period_name
from citybrain.schema.value_state import ValueState
from citybrain.web.explore.answers import MapView, Rows
from citybrain.web.explore.hover import hover_text
from citybrain.web.explore.states import shown, state_words
from citybrain.web.explore.view import View
from citybrain.web.numbers import number_text, signed_text
from citybrain.web.texts import Texts

MOST_NOTED = 12
SMALL_MAPS = 12
SILENT = (ValueState.NO_DATA, ValueState.LATE, ValueState.QUARANTINED, ValueState.SUPPRESSED)


def classes_of(rows: Rows, view: View) -> Classes:
    """The classes that map and ranking share; of differences beside a second period."""
    values = [r["value"] for r in rows]
    if view.against_on is not None:
        return classify_changes(values, len(LIGHT.rise), view.indicator.decimals)
    return classify(values, len(LIGHT.sequence), view.indicator.decimals)


def label_text(row: dict[str, Any], view: View, _: Texts) -> str:
    """The value on map and ranking: a number, a signed difference, or the state in words."""
    if view.against_on is not None:
        if row["value"] is None:
            return _("no comparison")
        return signed_text(row["value"], view.indicator.decimals)
    return shown(row, view.indicator.decimals, _)


def geometry_url(view: View, place: MapView) -> str:
    """Where the browser fetches the boundaries, once per snapshot."""
    return f"/geometry/{view.info.snapshot}/{place.parent.code}/{place.level}.json"


def map_figure(view: View, place: MapView, areas: list[Area], rows: Rows, overlays: str, _: Texts) -> dict[str, Any]:
    """The map of the areas that have a boundary."""
    return draw_map(
        map_areas(view, areas, rows, _),
        classes_of(rows, view),
        geometry_url(view, place),
        place.extent,
        outlines=kept_outlines(overlays),
        highlight=place.highlight,
    )


def map_areas(view: View, areas: Sequence[Area], rows: Rows, _: Texts) -> list[MapArea]:
    """The areas with a boundary and a row, as the figures take them."""
    by_code = {r["area_code"]: r for r in rows}
    return [
        MapArea(
            a.code,
            a.name,
            by_code[a.code]["value"],
            label_text(by_code[a.code], view, _),
            hover_text(by_code[a.code], view, _),
            a.label_lon or 0.0,
            a.label_lat or 0.0,
            by_code[a.code]["state"],
        )
        for a in areas
        if a.has_boundary and a.code in by_code
    ]


def multiples_figure(view: View, place: MapView, areas: list[Area], course: Rows, _: Texts) -> dict[str, Any]:
    """One small map a period, in classes of all periods together."""
    ordered = sorted(course, key=lambda r: r["period_on"])
    maps = [
        SmallMap(
            period_name(view.selection.period, day),
            map_areas(view, areas, list(rows), _),
            day == view.period_on,
        )
        for day, rows in groupby(ordered, key=lambda r: r["period_on"])
    ]
    return draw_multiples(maps, classes_of(course, view), geometry_url(view, place), place.extent)


def outlines(overlays: str) -> list[Outline]:
    """Outlines of a FeatureCollection of polygons."""
    found = []
    for feature in json.loads(overlays)["features"]:
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        lon: list[float | None] = []
        lat: list[float | None] = []
        for ring in (ring for polygon in polygons for ring in polygon):
            lon += [*(p[0] for p in ring), None]
            lat += [*(p[1] for p in ring), None]
        found.append(Outline(feature["properties"]["name"], lon, lat))
    return found


@lru_cache(8)
def kept_outlines(overlays: str) -> tuple[Outline, ...]:
    """The same, remembered by the text: it is that of the snapshot, whatever is looked at."""
    return tuple(outlines(overlays))


def map_legend(rows: Rows, view: View, has_overlays: bool, _: Texts) -> list[Any]:
    """Unit, classes with their bounds, and every state that is there."""
    entries = [html.Span(_("Unit: {unit}", unit=view.indicator.unit(_.language)), className="muted")]
    entries += [_entry("", words, background=colour) for words, colour in legend_classes(rows, view, _)]
    entries += [_entry(state, words) for state, words in legend_states({r["state"] for r in rows}, view, _)]
    if has_overlays:
        entries.append(_entry("overlay", _("Zones outside the area tree")))
    return entries


def legend_classes(rows: Rows, view: View, _: Texts) -> list[tuple[str, str]]:
    """Bounds and colour of every class from low to high, with zero among them if it is there."""
    classes = classes_of(rows, view)
    colours = scale_of(classes, LIGHT)
    signs = {math.copysign(1, r["value"]) for r in rows if r["value"]}
    entries: list[tuple[str, str]] = []
    if classes.is_signed and -1 in signs:
        entries += reversed(_class_entries(classes, -1, view, colours))
    if any(r["state"] == ValueState.ZERO for r in rows):
        entries.append((_("unchanged") if classes.is_signed else number_text(0, 0), LIGHT.zero))
    if 1 in signs or not classes.is_signed:
        entries += _class_entries(classes, 1, view, colours)
    return entries


def legend_states(states: set[str], view: View, _: Texts) -> list[tuple[str, str]]:
    """The states that are neither a number nor a plain zero, with their words; beside a second period only silence."""
    if view.against_on is not None:
        return [(ValueState.NO_DATA, _("no comparison"))] if ValueState.NO_DATA in states else []
    return _named_states(states, _)


def state_entries(states: set[str], _: Texts) -> list[Any]:
    """Legend entries of the states that are neither a number nor a plain zero."""
    return [_entry(state, words) for state, words in _named_states(states, _)]


def _named_states(states: set[str], _: Texts) -> list[tuple[str, str]]:
    words = state_words(_)
    doubt = [(ValueState.IMPLAUSIBLE_ZERO, f"0? {words[ValueState.IMPLAUSIBLE_ZERO]}")]
    return [entry for entry in (*doubt, *((state, words[state]) for state in SILENT)) if entry[0] in states]


def _class_entries(classes: Classes, sign: int, view: View, colours: Sequence[str]) -> list[tuple[str, str]]:
    decimals = view.indicator.decimals

    def words(value: float) -> str:
        return signed_text(sign * value, decimals) if classes.is_signed else number_text(value, decimals)

    return [
        (
            words(low) if high <= low else " – ".join([words(low), words(high)][::sign]),
            colours[place_of(sign * low, classes, LIGHT)],
        )
        for low, high in classes.bounds()
    ]


def _entry(kind: str, words: str, **style: str) -> html.Span:
    return html.Span([html.I(className=f"swatch {kind}", style=style), words], className="entry")


def map_notes(view: View, place: MapView | None, areas: list[Area], rows: Rows, _: Texts) -> list[Any]:
    """What the map cannot show: areas without a boundary, or a level without any."""
    if place is None:
        return [html.P(_("There are no boundaries to draw. Add a boundary file under [[areas]] in city.toml."))]
    notes: list[Any] = []
    if place.is_fallback:
        notes.append(html.P(_("The areas listed have no boundaries: the map shows where they lie.")))
    by_code = {r["area_code"]: r for r in rows}
    missing = [a for a in areas if not a.has_boundary and a.code in by_code]
    if missing:
        links: list[Any] = [
            html.A(
                [a.name, " ", html.B(label_text(by_code[a.code], view, _))],
                href=view.selection.href(area=a.code, level=""),
            )
            for a in missing[:MOST_NOTED]
        ]
        if len(missing) > MOST_NOTED:
            links.append(html.Span(_("and {count} more in the table", count=len(missing) - MOST_NOTED)))
        notes.append(html.P([html.Span(_("Without boundary:"), className="muted"), *links], className="unplaced"))
    return notes
