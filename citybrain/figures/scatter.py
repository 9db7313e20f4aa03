"""Areas by two indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from citybrain.figures.map import Figure
from citybrain.figures.theme import LIGHT, Theme, layout

MOST_NAMED = 40
"""More names than this cover each other."""


@dataclass(frozen=True)
class ScatteredArea:
    """One area with a number of both."""

    code: str
    name: str
    x: float
    y: float
    hover: str


def draw_scatter(
    areas: Sequence[ScatteredArea], titles: tuple[str, str], *, highlight: str = "", theme: Theme = LIGHT
) -> Figure:
    """A named point per area, along and up; a click carries the area code as `customdata`."""
    axis = {
        "automargin": True, "gridcolor": theme.line, "zeroline": True, "zerolinecolor": theme.muted, "nticks": 6,
        "separatethousands": True, "fixedrange": True, "rangemode": "tozero",
    }  # fmt: skip
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "markers+text" if len(areas) <= MOST_NAMED else "markers",
                "x": [a.x for a in areas],
                "y": [a.y for a in areas],
                "text": [a.name for a in areas],
                "textposition": "top center",
                "textfont": {"size": theme.size - 2},
                "cliponaxis": False,
                "customdata": [a.code for a in areas],
                "hovertext": [a.hover for a in areas],
                "hovertemplate": "%{hovertext}<extra></extra>",
                "marker": {
                    "size": [13 if a.code == highlight else 9 for a in areas],
                    "color": [theme.highlight if a.code == highlight else theme.accent for a in areas],
                    "opacity": 0.85,
                    "line": {"width": 1, "color": theme.surface},
                },
            }
        ],
        "layout": layout(
            theme,
            margin={"l": 8, "r": 30, "t": 22, "b": 8},
            xaxis={**axis, "title": {"text": titles[0], "standoff": 6}},
            yaxis={**axis, "title": {"text": titles[1], "standoff": 6}},
            dragmode=False,
            hovermode="closest",
        ),
    }
