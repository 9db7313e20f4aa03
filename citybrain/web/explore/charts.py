"""From the rows of the query layer to the figures, legends and notes of the explorer."""

from __future__ import annotations

import json
from typing import Any

from dash import html

from citybrain.figures import (
    LIGHT,
    Classes,
    MapArea,
    Outline,
    RankedArea,
    TrendPoint,
    classify,
    draw_map,
    draw_ranking,
    draw_trend,
)
from citybrain.figures.map import class_colour
from citybrain.query.areas import Area
from citybrain.web.explore.view import MapView, View
from citybrain.web.numbers import change_text, number_text, period_text, value_text
from citybrain.web.texts import Texts

MOST_NOTED = 12


def classes_of(rows: list[dict[str, Any]], view: View) -> Classes:
    """The classes that map and ranking share."""
    return classify([r["value"] for r in rows], len(LIGHT.sequence), view.indicator.decimals)


def map_figure(
    view: View, place: MapView, areas: list[Area], rows: list[dict[str, Any]], overlays: str, _: Texts
) -> dict[str, Any]:
    """The map of the areas that have a boundary."""
    by_code = {r["area_code"]: r for r in rows}
    shown = [
        MapArea(
            a.code,
            a.name,
            by_code[a.code]["value"],
            value_text(by_code[a.code]["value"], view.indicator.decimals, _),
            hover_text(by_code[a.code], view, _),
            a.label_lon or 0.0,
            a.label_lat or 0.0,
        )
        for a in areas
        if a.has_boundary and a.code in by_code
    ]
    url = f"/geometry/{view.info.snapshot}/{place.parent.code}/{place.level}.json"
    classes = classes_of(rows, view)
    return draw_map(shown, classes, url, place.extent, outlines=outlines(overlays), highlight=place.highlight)


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


def map_legend(rows: list[dict[str, Any]], view: View, has_overlays: bool, _: Texts) -> list[Any]:
    """Unit, classes with their bounds, zero and no data."""
    classes, decimals = classes_of(rows, view), view.indicator.decimals
    entries = [html.Span(_("Unit: {unit}", unit=view.indicator.unit(_.language)), className="muted")]
    if any(r["state"] == "zero" for r in rows):
        entries.append(_entry("", number_text(0, 0), background=LIGHT.zero))
    for n, (low, high) in enumerate(classes.bounds()):
        colour = LIGHT.sequence[class_colour(n, len(classes.edges), len(LIGHT.sequence))]
        words = number_text(low, decimals)
        if high > low:
            words += f"–{number_text(high, decimals)}"
        entries.append(_entry("", words, background=colour))
    if any(r["state"] == "no_data" for r in rows):
        entries.append(_entry("no-data", _("No data")))
    if has_overlays:
        entries.append(_entry("overlay", _("Zones outside the area tree")))
    return entries


def _entry(kind: str, words: str, **style: str) -> html.Span:
    return html.Span([html.I(className=f"swatch {kind}", style=style), words], className="entry")


def map_notes(view: View, place: MapView | None, areas: list[Area], rows: list[dict[str, Any]], _: Texts) -> list[Any]:
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
                [a.name, " ", html.B(value_text(by_code[a.code]["value"], view.indicator.decimals, _))],
                href=view.selection.href(area=a.code, level=""),
            )
            for a in missing[:MOST_NOTED]
        ]
        if len(missing) > MOST_NOTED:
            links.append(html.Span(_("and {count} more in the table", count=len(missing) - MOST_NOTED)))
        notes.append(html.P([html.Span(_("Without boundary:"), className="muted"), *links], className="unplaced"))
    return notes


def trend_figure(view: View, rows: list[dict[str, Any]], _: Texts) -> dict[str, Any]:
    """The course of the area."""
    kind = view.selection.period
    points = [TrendPoint(r["period_on"], r["value"], r["is_partial"], hover_text(r, view, _, when=True)) for r in rows]
    adds_up = view.indicator.kind in ("flow", "distinct")
    return draw_trend(points, kind, bars=adds_up, no_data=_("No data"), selected=view.period_on)


def ranking_figure(view: View, rows: list[dict[str, Any]], _: Texts) -> dict[str, Any]:
    """The listed areas in order."""
    ranked = [
        RankedArea(
            r["area_code"],
            r["area_name"],
            r["value"],
            value_text(r["value"], view.indicator.decimals, _),
            hover_text(r, view, _),
        )
        for r in rows
    ]
    return draw_ranking(ranked, classes_of(rows, view), highlight=view.highlight)


def hover_text(row: dict[str, Any], view: View, _: Texts, when: bool = False) -> str:
    """Name or period, value with unit, parts of a ratio, change, and what is special about it."""
    indicator = view.indicator
    lines = [f"<b>{period_text(view.selection.period, row['period_on'], _) if when else row['area_name']}</b>"]
    unit = f" {indicator.unit(_.language)}" if row["value"] is not None else ""
    lines.append(f"{indicator.title(_.language)}: <b>{value_text(row['value'], indicator.decimals, _)}</b>{unit}")
    if row["denominator"] is not None and row["numerator"] is not None:
        lines.append(f"{row['numerator']:,.0f} ÷ {row['denominator']:,.0f}")
    if "difference" in row:
        changed = change_text(row["difference"], row["change_pct"], indicator.decimals, _)
        lines.append(f"{_('vs previous')} {changed}")
    if row["is_partial"]:
        lines.append(_("period not complete"))
    return "<br>".join(lines)
