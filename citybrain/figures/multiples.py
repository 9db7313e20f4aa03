"""Small maps of the same areas, one a period, in the same classes: change is seen at a glance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from citybrain.figures.classes import Classes
from citybrain.figures.map import Figure, MapArea, fills, frame_of
from citybrain.figures.theme import LIGHT, Theme, layout

HEAD = 0.16
"""Share of the height of a row that its titles take."""


@dataclass(frozen=True)
class SmallMap:
    """One period."""

    title: str
    areas: Sequence[MapArea]
    is_selected: bool


def draw_multiples(
    maps: Sequence[SmallMap],
    classes: Classes,
    geometry_url: str,
    extent: tuple[float, float, float, float],
    *,
    theme: Theme = LIGHT,
) -> Figure:
    """Small maps in reading order, at most four a row, without labels; names and values stand in the hover boxes.

    A click carries the area code as `location`.
    """
    columns = min(4, max(1, math.ceil(math.sqrt(len(maps)))))
    rows = max(1, math.ceil(len(maps) / columns))
    traces: list[Figure] = []
    frames: dict[str, Any] = {}
    notes: list[Figure] = []
    for n, small in enumerate(maps):
        name = f"geo{n + 1}" if n else "geo"
        left, top = n % columns / columns, 1 - n // columns / rows
        frames[name] = {
            **frame_of(extent),
            "domain": {"x": [left + 0.005, left + 1 / columns - 0.005], "y": [top - 1 / rows, top - HEAD / rows]},
        }
        traces += [{**t, "geo": name} for t in fills(small.areas, classes, geometry_url, theme) if t["locations"]]
        notes.append({
            "x": left + 0.5 / columns, "y": top, "xref": "paper", "yref": "paper", "xanchor": "center", "yanchor": "top",
            "showarrow": False,
            "text": f"<b>▸ {small.title}</b>" if small.is_selected else small.title,
            "font": {"size": theme.size, "color": theme.text},
        })  # fmt: skip
    return {
        "data": traces,
        "layout": layout(theme, **frames, annotations=notes, dragmode=False, uirevision=f"{geometry_url}#{len(maps)}"),
    }
