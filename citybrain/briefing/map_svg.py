"""A map block as SVG text: no browser, no network, the same bytes every time."""

from __future__ import annotations

import math
from html import escape

from citybrain.briefing.content import Map, Shape, plain_text
from citybrain.figures import LIGHT, DrawnArea, Theme, hatch_of
from citybrain.figures.svg_map import Box, area_labels, area_paths, hatches, points_of, projected
from citybrain.figures.svg_text import svg_text
from citybrain.schema.value_state import ValueState

WIDTH = 640.0
_AIR = 8.0
_LABEL = 12.5
_KEY_LINE = 20.0
_KEYS_A_LINE = 4
_SHORT_KEYS_A_LINE = 7
_SHORT = 9
_NO_DATA = hatch_of(ValueState.NO_DATA)


def draw_map_svg(block: Map, font: str, theme: Theme = LIGHT) -> str:
    """The map, `WIDTH` units wide, with its key below; labels that would overlap give way to larger values.

    `font` is a font family that has the characters of the names. No data is hatched, so that colour is never alone.
    """
    areas = [_area(shape, theme) for shape in block.shapes]
    project, box, _a_km = projected(points_of(areas), Box(_AIR, _AIR, WIDTH - 2 * _AIR, 0.68 * WIDTH))
    height = box.height + 2 * _AIR
    labels, _left_out = area_labels(areas, project, Box(0, 0, WIDTH, height), _LABEL, theme)
    key, lines = _key(block, height + 14, theme)
    full = height + 14 + _KEY_LINE * lines
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {full:.0f}" role="img"'
        f' aria-label="{escape(plain_text(block.caption))}" font-family="{escape(font)}">'
        f"<defs>{hatches()}</defs>{area_paths(areas, project, theme)}{labels}{key}</svg>"
    )


def _area(shape: Shape, theme: Theme) -> DrawnArea:
    name, at = shape.name.text, shape.label_at
    if shape.number is None:
        return DrawnArea(name, "—", None, _NO_DATA, shape.polygons, at, ValueState.NO_DATA)
    # White words on the dark classes: black on them would fall under the contrast that WCAG asks for.
    dark = shape.place >= len(theme.sequence) - 1
    number = shape.number
    return DrawnArea(name, number.text, number.value, _fill_of(shape.place, theme), shape.polygons, at, is_dark=dark)


def _fill_of(place: int, theme: Theme) -> str:
    return (theme.zero, *theme.sequence)[place]


def _key(block: Map, top: float, theme: Theme) -> tuple[str, int]:
    """The key as SVG, and how many lines it takes."""
    entries = [(_fill_of(c.place, theme), _range(c.low.text, c.high.text)) for c in block.classes]
    if block.zero:
        entries.insert(0, (_fill_of(0, theme), plain_text(block.zero)))
    if block.no_data:
        entries.append((_NO_DATA, plain_text(block.no_data)))
    in_line = _SHORT_KEYS_A_LINE if all(len(words) < _SHORT for _fill, words in entries) else _KEYS_A_LINE
    step = (WIDTH - 2 * _AIR) / in_line
    drawn = []
    for n, (fill, words) in enumerate(entries):
        x, y = _AIR + n % in_line * step, top + n // in_line * _KEY_LINE
        drawn.append(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="22" height="13" fill="{fill}" stroke="{theme.border}"/>'
            + svg_text(x + 28, y + 11, words, size=_LABEL, colour=theme.text)
        )
    return "".join(drawn), math.ceil(len(entries) / in_line)


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"
