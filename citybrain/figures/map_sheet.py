"""A map as a sheet to put into a report: title, map, legend, and below it what the numbers mean and of when they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from citybrain.figures.svg_map import (
    Box,
    DrawnArea,
    Project,
    Ring,
    area_labels,
    area_paths,
    hatches,
    points_of,
    projected,
    ring_path,
)
from citybrain.figures.svg_text import svg_text, text_width, wrapped
from citybrain.figures.theme import LIGHT, Theme

WIDTH = 1200.0
"""Units of the drawing; a picture at twice the resolution has twice as many pixels."""
_AIR = 44.0
_LEGEND = 236.0
_MAP_HEIGHT = 780.0
_SMALLEST_HEIGHT = 300.0
_NOTE, _TITLE = 14.0, 27.0
_LEADING = 1.55
_LENGTHS_KM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class LegendEntry:
    """One line of the legend."""

    words: str
    fill: str
    """A colour, or `hatch_of` a state."""
    outline: str = ""
    """Colour of an outline of its own."""
    is_dashed: bool = False
    """A dashed line instead of a field."""


@dataclass(frozen=True)
class MapSheet:
    """Everything that stands on the sheet, in words of its language."""

    title: str
    subtitle: str
    whole: tuple[str, str]
    """Name of the area as a whole, and its number with the unit; empty texts where there is none."""
    legend_title: str
    legend: Sequence[LegendEntry]
    areas: Sequence[DrawnArea]
    outlines: Sequence[Ring] = ()
    """Rings of what is no area of the tree."""
    highlight: int | None = None
    """Place in `areas` of the one that is marked."""
    notes: Sequence[str] = ()
    """Below the map, one paragraph each."""
    left_out: str = "{count}"
    """Says how many labels found no room, with `{count}`."""


def draw_map_sheet(sheet: MapSheet, font: str, theme: Theme = LIGHT) -> str:
    """The sheet as SVG text, `WIDTH` units wide and as high as it needs. `font` is one family or a list of them."""
    title = wrapped(sheet.title, _TITLE, WIDTH - 2 * _AIR)
    top = _AIR + _TITLE * 1.3 * len(title) + 44
    room = Box(_AIR, top, WIDTH - 3 * _AIR - _LEGEND, _MAP_HEIGHT)
    drawn, left_out, map_bottom = _map(sheet, room, theme)
    legend, legend_bottom = _legend(sheet, Box(WIDTH - _AIR - _LEGEND, top, _LEGEND, 0), theme)
    bottom = max(map_bottom, legend_bottom) + 26
    notes = [*([sheet.left_out.format(count=left_out)] if left_out else []), *sheet.notes]
    foot, height = _notes(notes, bottom, theme)
    head = [
        svg_text(_AIR, _AIR + _TITLE * (1 + 1.3 * n), line, size=_TITLE, colour=theme.text, bold=True)
        for n, line in enumerate(title)
    ]
    under = svg_text(_AIR, top - 24, sheet.subtitle, size=17, colour=theme.muted)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:.0f}" height="{height:.0f}"'
        f' viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" font-family="{escape(font)}">'
        f"<title>{escape(sheet.title)}</title><defs>{hatches()}</defs>"
        f'<rect width="100%" height="100%" fill="{theme.surface}"/>{"".join(head)}{under}{drawn}{legend}{foot}</svg>'
    )


def _map(sheet: MapSheet, room: Box, theme: Theme) -> tuple[str, int, float]:
    """The map, how many labels are left out, and where it ends."""
    if not sheet.areas:
        return "", 0, room.top + _SMALLEST_HEIGHT
    project, box, a_km = projected(points_of(sheet.areas), room)
    marked = ""
    if sheet.highlight is not None:
        path = ring_path((r for polygon in sheet.areas[sheet.highlight].polygons for r in polygon), project)
        marked = f'<path d="{path}" fill="none" stroke="{theme.highlight}" stroke-width="3.2" stroke-linejoin="round"/>'
    labels, left_out = area_labels(sheet.areas, project, room, _label_size(len(sheet.areas)), theme)
    ruler = _scale_bar(Box(room.left, box.top + box.height + 14, room.width, 0), a_km, theme)
    parts = area_paths(sheet.areas, project, theme), marked, _dashed(sheet.outlines, project, theme), labels, ruler
    return "".join(parts), left_out, box.top + box.height + 34


def _label_size(areas: int) -> float:
    """Fewer areas have more room for their names."""
    return 16.0 if areas <= 30 else 14.0 if areas <= 100 else 11.5


def _dashed(rings: Sequence[Ring], project: Project, theme: Theme) -> str:
    if not rings:
        return ""
    look = f'fill="none" stroke="{theme.text}" stroke-width="1.4" stroke-dasharray="6 4"'
    return f'<path d="{ring_path(rings, project)}" {look}/>'


def _scale_bar(place: Box, a_km: float, theme: Theme) -> str:
    """A round number of kilometres, at most a fifth of the width."""
    length = max((km for km in _LENGTHS_KM if km * a_km <= place.width / 5), default=_LENGTHS_KM[0])
    wide = length * a_km
    line = f"M{place.left:.1f} {place.top:.1f}v6h{wide:.1f}v-6"
    words = svg_text(place.left + wide + 8, place.top + 8, f"{length:g} km", size=12.5, colour=theme.muted)
    return f'<path d="{line}" fill="none" stroke="{theme.muted}" stroke-width="1.4"/>{words}'


def _legend(sheet: MapSheet, place: Box, theme: Theme) -> tuple[str, float]:
    """The number of the whole, and the entries below each other; and where they end."""
    x, y, drawn = place.left, place.top, []
    name, number = sheet.whole
    if number:
        size = min(28.0, 28.0 * place.width / max(text_width(number, 28.0), 1.0))
        drawn.append(svg_text(x, y + 14, name, size=15, colour=theme.muted))
        drawn.append(svg_text(x, y + 48, number, size=size, colour=theme.text, bold=True))
        y += 82
    for line in wrapped(sheet.legend_title, 15, place.width):
        drawn.append(svg_text(x, y + 14, line, size=15, colour=theme.muted))
        y += 22
    y += 6
    for entry in sheet.legend:
        drawn.append(_swatch(entry, x, y, theme))
        for line in wrapped(entry.words, 15, place.width - 44):
            drawn.append(svg_text(x + 44, y + 15, line, size=15, colour=theme.text))
            y += 20
        y += 9
    return "".join(drawn), y


def _swatch(entry: LegendEntry, x: float, y: float, theme: Theme) -> str:
    if entry.is_dashed:
        return f'<path d="M{x:.1f} {y + 10:.1f}h32" stroke="{theme.text}" stroke-width="1.4" stroke-dasharray="6 4"/>'
    stroke, width = (entry.outline, 2.6) if entry.outline else (theme.border, 0.8)
    return (
        f'<rect x="{x:.1f}" y="{y + 1:.1f}" width="32" height="18" fill="{entry.fill}" stroke="{stroke}"'
        f' stroke-width="{width}"/>'
    )


def _notes(notes: Sequence[str], top: float, theme: Theme) -> tuple[str, float]:
    """The paragraphs below a line; and how high the sheet becomes."""
    drawn = [f'<path d="M{_AIR} {top:.1f}H{WIDTH - _AIR}" stroke="{theme.line}" stroke-width="1.2"/>']
    y = top + 12
    for note in notes:
        for line in wrapped(note, _NOTE, WIDTH - 2 * _AIR):
            y += _NOTE * _LEADING
            drawn.append(svg_text(_AIR, y, line, size=_NOTE, colour=theme.muted))
    return "".join(drawn), y + _AIR * 0.7
