"""A map as SVG text: no browser, no network, the same bytes every time. Papers and exports are made of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from citybrain.figures.svg_text import svg_text, text_width
from citybrain.figures.theme import LIGHT, Theme
from citybrain.schema.value_state import ValueState

Point = tuple[float, float]
Ring = Sequence[Point]
Project = Callable[[Point], Point]
EARTH_KM = 6378.137

_HATCHES = {
    ValueState.NO_DATA: ('<rect width="7" height="7" fill="#f1f3f6"/><rect width="2" height="7" fill="#aab4c2"/>', 45),
    ValueState.LATE: ('<rect width="7" height="7" fill="#f8f1e4"/><rect width="2" height="7" fill="#b58a4a"/>', -45),
    ValueState.QUARANTINED: (
        '<rect width="7" height="7" fill="#f7edf0"/><path d="M0 0.8H7M0.8 0V7" stroke="#a8566f" stroke-width="1.5"/>',
        45,
    ),
    ValueState.SUPPRESSED: (
        '<rect width="7" height="7" fill="#eef1f9"/><circle cx="3.5" cy="3.5" r="1.5" fill="#5c6ea6"/>',
        0,
    ),
}
"""What stands in areas without a number, by the reason: the hatches of the page (`web/index.html`), and their slant."""


@dataclass(frozen=True)
class DrawnArea:
    """One area with its boundary."""

    name: str
    label: str
    """The value as written below the name."""
    value: float | None
    fill: str
    """A colour, or what `hatch_of` says."""
    polygons: Sequence[Sequence[Ring]]
    """Rings in degrees, the exterior one first."""
    label_at: Point
    state: str = ValueState.VALUE
    is_dark: bool = False
    """Whether the fill asks for white words."""


@dataclass(frozen=True)
class Box:
    """A rectangle of the drawing."""

    left: float
    top: float
    width: float
    height: float


def hatch_of(state: str) -> str:
    """The fill of an area without a number; unknown reasons look like no data."""
    return f"url(#hatch-{state if state in _HATCHES else ValueState.NO_DATA.value})"


def hatches() -> str:
    """The definitions that `hatch_of` refers to."""
    return "".join(
        f'<pattern id="hatch-{state.value}" width="7" height="7" patternUnits="userSpaceOnUse"'
        f' patternTransform="rotate({slant})">{look}</pattern>'
        for state, (look, slant) in _HATCHES.items()
    )


def projected(points: Iterable[Point], box: Box) -> tuple[Project, Box, float]:
    """Mercator into the box, as large as it fits and in the middle of its width.

    Returns the projection, the part of the box that the map takes, and how many units a kilometre is in its middle.
    """
    spots = [_spherical(p) for p in points]
    west, east = min(x for x, _y in spots), max(x for x, _y in spots)
    south, north = min(y for _x, y in spots), max(y for _x, y in spots)
    scale = min(box.width / max(east - west, 1e-9), box.height / max(north - south, 1e-9))
    width, height = (east - west) * scale, (north - south) * scale
    left = box.left + (box.width - width) / 2

    def project(point: Point) -> Point:
        x, y = _spherical(point)
        return left + (x - west) * scale, box.top + (north - y) * scale

    # A Mercator map is stretched by 1 / cos(latitude), which is the cosh of its own ordinate.
    a_km = scale * math.cosh((south + north) / 2) / EARTH_KM
    return project, Box(left, box.top, width, height), a_km


def _spherical(point: Point) -> Point:
    lon, lat = math.radians(point[0]), math.radians(max(-85.0, min(85.0, point[1])))
    return lon, math.asinh(math.tan(lat))


def points_of(areas: Iterable[DrawnArea]) -> Iterable[Point]:
    """Points of the exterior rings."""
    return (p for area in areas for polygon in area.polygons for p in polygon[0])


def area_paths(areas: Sequence[DrawnArea], project: Project, theme: Theme = LIGHT) -> str:
    """The areas as paths; zeros that are not to be believed are outlined above all others."""
    paths = [(area, ring_path((r for polygon in area.polygons for r in polygon), project)) for area in areas]
    filled = (
        f'<path d="{path}" fill="{area.fill}" fill-rule="evenodd" stroke="{theme.border}" stroke-width="0.8"'
        f' stroke-linejoin="round"><title>{escape(area.name)} {escape(area.label)}</title></path>'
        for area, path in paths
    )
    doubted = (
        f'<path d="{path}" fill="none" stroke="{theme.doubtful}" stroke-width="2.6" stroke-linejoin="round"/>'
        for area, path in paths
        if area.state == ValueState.IMPLAUSIBLE_ZERO
    )
    return "".join([*filled, *doubted])


def ring_path(rings: Iterable[Ring], project: Project) -> str:
    """The `d` of a path of closed rings."""
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in map(project, ring)) + "Z" for ring in rings)


def area_labels(
    areas: Sequence[DrawnArea], project: Project, within: Box, size: float, theme: Theme = LIGHT
) -> tuple[str, int]:
    """Names with values below them, larger values first, and how many had to be left out.

    A label that would touch another one moves a little; where that does not help it is set smaller; then it gives way.
    """
    taken: list[tuple[float, float, float, float]] = []
    drawn, left_out = [], 0
    for area in sorted(areas, key=lambda a: (a.value is None, -abs(a.value or 0.0))):
        x, y = project(area.label_at)
        for share, shift in _PLACES:
            letter = size * share
            half = max(text_width(area.name, letter), text_width(area.label, letter)) / 2 + 1
            middle = max(within.left + half, min(within.left + within.width - half, x))
            base = y + shift * letter
            box = (middle - half, base - letter * 1.05, middle + half, base + letter * 1.2)
            if not any(_overlap(box, other) for other in taken):
                taken.append(box)
                drawn.append(_label(area, middle, base, letter, theme))
                break
        else:
            left_out += 1
    return "".join(drawn), left_out


_PLACES = ((1.0, 0.0), (1.0, -0.7), (1.0, 0.7), (0.84, 0.0), (0.84, -0.8), (0.84, 0.8))
"""What is tried for a label: its size, and how far it moves up or down, in letters."""


def _label(area: DrawnArea, x: float, y: float, size: float, theme: Theme) -> str:
    known = area.value is not None
    # Words may reach over into a neighbour of another colour: the halo keeps them legible there too.
    colour, halo = (theme.surface, theme.text) if area.is_dark else (theme.text, theme.surface)
    name = svg_text(x, y - size * 0.12, area.name, size=size, colour=colour, anchor="middle", halo=halo)
    return name + svg_text(
        x, y + size, area.label, size=size, colour=colour, anchor="middle", bold=known, halo=halo,
    )  # fmt: skip


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
