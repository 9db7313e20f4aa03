"""The map of a selection as a picture for reports, drawn by the server: SVG, and PNG in a font of this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from citybrain.briefing.fonts import find_typefaces
from citybrain.briefing.render import svg_to_png
from citybrain.figures import LIGHT, DrawnArea, LegendEntry, MapSheet, draw_map_sheet, hatch_of
from citybrain.figures.map_sheet import WIDTH
from citybrain.figures.theme import FONT, place_of, scale_of
from citybrain.query.areas import Area
from citybrain.schema.value_state import ValueState
from citybrain.web.explore.about import source_words
from citybrain.web.explore.answers import Rows, differences
from citybrain.web.explore.map_content import MapContent, polygons_of
from citybrain.web.explore.maps import classes_of, label_text, legend_classes, legend_states
from citybrain.web.explore.states import shown
from citybrain.web.explore.view import View
from citybrain.web.numbers import period_text, signed_text
from citybrain.web.texts import Texts

PIXELS_A_UNIT = 2
"""A picture has twice the pixels of the drawing, so that it stays sharp on paper."""
_POINTS_AN_INCH = 72
DARK = frozenset((*LIGHT.sequence[-2:], LIGHT.rise[-1], LIGHT.fall[-1]))
"""Fills on which dark words would fall under the contrast that WCAG asks for."""


def map_svg(view: View, content: MapContent, _: Texts, font: str = FONT) -> str:
    """The sheet as SVG, in the fonts of whoever opens it unless one is named."""
    return draw_map_sheet(_sheet(view, content, _), font)


def map_png(view: View, content: MapContent, fonts: Path, _: Texts) -> bytes:
    """The same as PNG, in a font of this machine or of the folder.

    Raises:
        BuildError: none of them has Chinese characters.
    """
    drawing = map_svg(view, content, _, find_typefaces(fonts).heading)
    return svg_to_png(drawing, fonts, ppi=_POINTS_AN_INCH * PIXELS_A_UNIT, width=f"{WIDTH:g}pt")


def _sheet(view: View, content: MapContent, _: Texts) -> MapSheet:
    rows = differences(content.rows) if view.against_on is not None else content.rows
    by_code = {r["area_code"]: r for r in rows}
    placed = [a for a in content.areas if a.code in content.shapes and a.code in by_code]
    highlight = content.place.highlight if content.place else ""
    return MapSheet(
        title=_("{area}: {indicator}", area=view.scope.name, indicator=view.indicator.title(_.language)),
        subtitle=_subtitle(view, content, _),
        whole=_whole(view, content, _),
        legend_title=_("Unit: {unit}", unit=view.indicator.unit(_.language)),
        legend=list(_legend(view, rows, {by_code[a.code]["state"] for a in placed}, bool(content.overlays), _)),
        areas=_drawn(view, content, placed, rows, _),
        outlines=[r for geometry in content.overlays for polygon in polygons_of(geometry) for r in polygon],
        highlight=next((n for n, a in enumerate(placed) if a.code == highlight), None),
        notes=_notes(view, content, by_code, _),
        left_out=_("The names of {count} areas are left out, because they would overlap."),
    )


def _drawn(view: View, content: MapContent, areas: Sequence[Area], rows: Rows, _: Texts) -> list[DrawnArea]:
    by_code, classes = {r["area_code"]: r for r in rows}, classes_of(rows, view)
    colours, drawn = scale_of(classes, LIGHT), []
    for area in areas:
        row, polygons = by_code[area.code], polygons_of(content.shapes[area.code])
        value, state = row["value"], row["state"]
        fill = hatch_of(state) if value is None else colours[place_of(value, classes, LIGHT)]
        lon, lat = area.label_lon, area.label_lat
        spot = _middle(polygons[0][0]) if lon is None or lat is None else (lon, lat)
        dark = value is not None and fill in DARK
        drawn.append(DrawnArea(area.name, label_text(row, view, _), value, fill, polygons, spot, state, dark))
    return drawn


def _middle(ring: Sequence[Sequence[float]]) -> tuple[float, float]:
    return sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)


def _subtitle(view: View, content: MapContent, _: Texts) -> str:
    """Period and level."""
    kind, level = view.selection.period, content.place.level if content.place else view.selection.level
    parts = [period_text(kind, view.period_on, _)] if view.period_on else []
    if view.against_on is not None:
        parts.append(_("Difference from {name}", name=period_text(kind, view.against_on, _)))
    return " · ".join([*parts, _("by {level}", level=view.level_titles.get(level, level))])


def _whole(view: View, content: MapContent, _: Texts) -> tuple[str, str]:
    """The area that the map is of, and its number."""
    row = content.whole
    if row is None:
        return "", ""
    unit = view.indicator.unit(_.language) if row["value"] is not None else ""
    number = f"{shown(row, view.indicator.decimals, _)} {unit}".strip()
    if view.against_on is not None and row["against_difference"] is not None:
        number += f" ({signed_text(row['against_difference'], view.indicator.decimals)})"
    return view.area.name, number


def _legend(view: View, rows: Rows, drawn: set[str], has_overlays: bool, _: Texts) -> Iterator[LegendEntry]:
    """The classes of all rows, as on screen, and the states of the areas that are drawn."""
    yield from (LegendEntry(words, colour) for words, colour in legend_classes(rows, view, _))
    for state, words in legend_states(drawn, view, _):
        if state == ValueState.IMPLAUSIBLE_ZERO:
            yield LegendEntry(words, LIGHT.zero, LIGHT.doubtful)
        else:
            yield LegendEntry(words, hatch_of(state))
    if has_overlays:
        yield LegendEntry(_("Zones outside the area tree"), "", is_dashed=True)


def _notes(view: View, content: MapContent, by_code: dict[str, dict[str, Any]], _: Texts) -> list[str]:
    """What the map cannot show, what the numbers mean, and of when they are."""
    notes = []
    if content.place is None:
        notes.append(_("There are no boundaries to draw. Add a boundary file under [[areas]] in city.toml."))
    elif content.place.is_fallback:
        notes.append(_("The areas listed have no boundaries: the map shows where they lie."))
    missing = [a for a in content.areas if a.code not in content.shapes and a.code in by_code]
    if missing:
        named = _(", ").join(f"{a.name} {label_text(by_code[a.code], view, _)}" for a in missing)
        notes.append(f"{_('Without boundary:')} {named}")
    if any(row["is_partial"] for row in by_code.values()):
        notes.append(_("The sources cover only part of this period."))
    definition = view.indicator.definition(_.language)
    notes.append(_("{name}: {words}", name=_("Definition"), words=definition))
    return [*notes, " · ".join(_("{name}: {words}", name=n, words=w) for n, w in source_words(view, _) if w)]
