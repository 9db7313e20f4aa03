"""Areas in order of one indicator, as horizontal bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from citybrain.figures.classes import Classes
from citybrain.figures.map import class_colour
from citybrain.figures.theme import LIGHT, Theme, layout

Figure = dict[str, Any]
ROW_PX = 28
"""Height of one bar with the space around it."""


@dataclass(frozen=True)
class RankedArea:
    """One area."""

    code: str
    name: str
    value: float | None
    """None = no data."""
    label: str
    """The value, or the words for no data, as written beside the bar."""
    hover: str


def draw_ranking(areas: Sequence[RankedArea], classes: Classes, *, highlight: str = "", theme: Theme = LIGHT) -> Figure:
    """One bar per area in the given order, first on top, in the colours of the map; as high as it needs to be.

    A click carries the area code as `customdata`. Areas without data have no bar, but a label that says so.
    """
    places = [*range(len(areas))]
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "y": places,
                "x": [a.value or 0 for a in areas],
                "customdata": [a.code for a in areas],
                "text": [a.label for a in areas],
                "textposition": "outside",
                "cliponaxis": False,
                "textfont": {"color": [theme.muted if a.value is None else theme.text for a in areas]},
                "hovertext": [a.hover for a in areas],
                "hovertemplate": "%{hovertext}<extra></extra>",
                "marker": {
                    "color": [_colour(a, classes, theme) for a in areas],
                    "line": {
                        "color": [theme.highlight if a.code == highlight else theme.border for a in areas],
                        "width": [2.5 if a.code == highlight else 0.6 for a in areas],
                    },
                },
            }
        ],
        "layout": layout(
            theme,
            height=max(1, len(areas)) * ROW_PX + 12,
            margin={"l": 4, "r": 64, "t": 4, "b": 4},
            yaxis={
                "autorange": False,
                "range": [len(areas) - 0.5, -0.5],
                "tickmode": "array",
                "tickvals": places,
                "ticktext": [f"{a.name}  " for a in areas],
                "automargin": True,
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
            },
            xaxis={"visible": False, "fixedrange": True, "rangemode": "tozero"},
            dragmode=False,
            bargap=0.32,
        ),
    }


def _colour(area: RankedArea, classes: Classes, theme: Theme) -> str:
    if area.value is None or area.value == 0:
        return theme.zero
    return theme.sequence[class_colour(classes.of(area.value), len(classes.edges), len(theme.sequence))]
