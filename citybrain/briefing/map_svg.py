"""A map block as SVG text: no browser, no network, the same bytes every time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

from citybrain.briefing.content import Map, Shape, plain_text
from citybrain.figures import LIGHT, Theme

WIDTH = 640.0
_AIR = 8.0
_LABEL = 12.5
_KEY_LINE = 20.0
Point = tuple[float, float]


def draw_map_svg(block: Map, font: str, theme: Theme = LIGHT) -> str:
    """The map, `WIDTH` units wide, with its key below; labels that would overlap give way to larger values.

    `font` is a font family that has the characters of the names. No data is hatched, so that colour is never alone.
    """
    project, height = _mercator(block.shapes)
    labels = _placed_labels(block.shapes, project)
    key, lines = _key(block, height + 14, theme)
    full = height + 14 + _KEY_LINE * lines
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {full:.0f}" role="img"'
        f' aria-label="{escape(plain_text(block.caption))}" font-family="{escape(font)}" font-size="{_LABEL}">',
        '<defs><pattern id="none" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" fill="{theme.no_data}"/><path d="M0 0V6" stroke="{theme.border}"/></pattern></defs>',
        *(_outline(s, project, theme) for s in block.shapes),
        *labels,
        key,
        "</svg>",
    ]
    return "".join(parts)


_KEYS_A_LINE = 4
_SHORT_KEYS_A_LINE = 7
_SHORT = 9


def _mercator(shapes: Sequence[Shape]) -> tuple[Callable[[Point], Point], float]:
    """From degrees to units of the drawing, and its height."""
    spots = [_spherical(p) for s in shapes for polygon in s.polygons for p in polygon[0]]
    west, east = min(x for x, _y in spots), max(x for x, _y in spots)
    south, north = min(y for _x, y in spots), max(y for _x, y in spots)
    scale = min((WIDTH - 2 * _AIR) / max(east - west, 1e-9), 0.68 * WIDTH / max(north - south, 1e-9))
    left = (WIDTH - (east - west) * scale) / 2

    def project(point: Point) -> Point:
        x, y = _spherical(point)
        return left + (x - west) * scale, _AIR + (north - y) * scale

    return project, (north - south) * scale + 2 * _AIR


def _spherical(point: Point) -> Point:
    lon, lat = math.radians(point[0]), math.radians(max(-85.0, min(85.0, point[1])))
    return lon, math.asinh(math.tan(lat))


def fill_of(place: int, theme: Theme = LIGHT) -> str:
    """The colour of a class; 0 = zero."""
    return (theme.zero, *theme.sequence)[place]


def _outline(shape: Shape, project: Callable[[Point], Point], theme: Theme) -> str:
    rings = (ring for polygon in shape.polygons for ring in polygon)
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(project, ring)) + "Z" for ring in rings)
    fill = "url(#none)" if shape.number is None else fill_of(shape.place, theme)
    return f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{theme.border}" stroke-width="0.8"/>'


def _placed_labels(shapes: Sequence[Shape], project: Callable[[Point], Point]) -> list[str]:
    taken: list[tuple[float, float, float, float]] = []
    drawn = []
    for shape in sorted(shapes, key=lambda s: (s.number is None, -(s.number.value if s.number else 0.0))):
        x, y = project(shape.label_at)
        value = shape.number.text if shape.number else "—"
        half = max(_width(shape.name.text), _width(value)) / 2
        x = max(half, min(WIDTH - half, x))
        box = (x - half, y - _LABEL, x + half, y + _LABEL)
        if any(_overlap(box, other) for other in taken):
            continue
        taken.append(box)
        drawn += [_words(x, y - 2, shape.name.text, shape.place), _words(x, y + _LABEL, value, shape.place)]
    return drawn


def _width(text: str) -> float:
    return sum(_LABEL if ord(c) > 0x2E80 else _LABEL * 0.58 for c in text)


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _words(x: float, y: float, text: str, place: int) -> str:
    # White words on the dark classes: black on them would fall under the contrast that WCAG asks for.
    dark = place >= len(LIGHT.sequence) - 1
    colour = "#ffffff" if dark else LIGHT.text
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="{colour}">{escape(text)}</text>'


def _key(block: Map, top: float, theme: Theme) -> tuple[str, int]:
    """The key as SVG, and how many lines it takes."""
    entries = [(fill_of(c.place, theme), _range(c.low.text, c.high.text)) for c in block.classes]
    if block.zero:
        entries.insert(0, (fill_of(0, theme), plain_text(block.zero)))
    if block.no_data:
        entries.append(("url(#none)", plain_text(block.no_data)))
    in_line = _SHORT_KEYS_A_LINE if all(len(words) < _SHORT for _fill, words in entries) else _KEYS_A_LINE
    step = (WIDTH - 2 * _AIR) / in_line
    drawn = []
    for n, (fill, words) in enumerate(entries):
        x, y = _AIR + n % in_line * step, top + n // in_line * _KEY_LINE
        drawn.append(
            f'<rect x="{x:.0f}" y="{y:.0f}" width="22" height="13" fill="{fill}" stroke="{theme.border}"/>'
            f'<text x="{x + 28:.0f}" y="{y + 11:.0f}" fill="{theme.text}">{escape(words)}</text>'
        )
    return "".join(drawn), math.ceil(len(entries) / in_line)


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"
