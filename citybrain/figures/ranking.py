"""Areas in order of one indicator, as horizontal bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from citybrain.figures.classes import Classes
from citybrain.figures.theme import LIGHT, Theme, hatch, layout, place_of, scale_of
from citybrain.schema.value_state import ValueState

Figure = dict[str, Any]
ROW_PX = 28
"""Height of one bar with the space around it."""
STUB = 0.045
"""Length of the mark of an area without a number, as a share of the longest bar."""


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
    state: str = ValueState.VALUE
    """A `ValueState`: why there is no number, or that a zero is not to be believed."""


def draw_ranking(areas: Sequence[RankedArea], classes: Classes, *, highlight: str = "", theme: Theme = LIGHT) -> Figure:
    """One bar per area in the given order, first on top, in the colours of the map; as high as it needs to be.

    A click carries the area code as `customdata`. Areas without a number have a short hatched mark and a label that
    says why; so has, with an outline, a zero that is not to be believed.
    """
    places = [*range(len(areas))]
    longest = max((abs(a.value) for a in areas if a.value), default=1.0)
    marked = [n for n, a in enumerate(areas) if a.value is None or a.state == ValueState.IMPLAUSIBLE_ZERO]
    known = [n for n in places if n not in set(marked)]
    bars = [_bars(areas, known, classes, highlight, theme)]
    if marked:
        bars.append(_marks(areas, marked, longest * STUB, theme))
    return {
        "data": bars,
        "layout": layout(
            theme,
            height=max(1, len(areas)) * ROW_PX + 12,
            margin={"l": 4, "r": 72, "t": 4, "b": 4},
            yaxis={
                "autorange": False,
                "range": [len(areas) - 0.5, -0.5],
                "tickmode": "array",
                "tickvals": places,
                "ticktext": [f"{a.name}  " for a in areas],
                "automargin": True,
                # Looking for labels that reach beyond the chart takes seconds where there are hundreds; none does.
                "ticklabeloverflow": "allow",
                "fixedrange": True,
                "showgrid": False,
                "zeroline": False,
            },
            xaxis={
                "visible": False,
                "fixedrange": True,
                "rangemode": "tozero",
                # Labels of falls stand to the left of their bars and need room there.
                **({"range": [-1.25 * longest, 1.25 * longest]} if any((a.value or 0) < 0 for a in areas) else {}),
            },
            dragmode=False,
            barmode="overlay",
            bargap=0.32,
        ),
    }


def _bars(areas: Sequence[RankedArea], places: list[int], classes: Classes, highlight: str, theme: Theme) -> Figure:
    shown, scale = [areas[n] for n in places], scale_of(classes, theme)
    return {
        **_labelled(shown, places),
        "x": [a.value for a in shown],
        "textfont": {"color": theme.text},
        "marker": {
            "color": [scale[place_of(a.value or 0.0, classes, theme)] for a in shown],
            "line": {
                "color": [theme.highlight if a.code == highlight else theme.border for a in shown],
                "width": [2.5 if a.code == highlight else 0.6 for a in shown],
            },
        },
    }


def _marks(areas: Sequence[RankedArea], places: list[int], length: float, theme: Theme) -> Figure:
    """Short marks: hatched by the reason where there is no number, outlined where a zero is not to be believed."""
    shown = [areas[n] for n in places]
    doubtful = [a.state == ValueState.IMPLAUSIBLE_ZERO for a in shown]
    look: Figure = hatch(theme, [a.state for a in shown])
    look["color"] = [theme.zero if d else c for d, c in zip(doubtful, look["color"], strict=True)]
    look["pattern"]["shape"] = ["" if d else s for d, s in zip(doubtful, look["pattern"]["shape"], strict=True)]
    look["line"] = {
        "width": [2 if d else 0.6 for d in doubtful],
        "color": [theme.doubtful if d else theme.border for d in doubtful],
    }
    return {
        **_labelled(shown, places),
        "x": [length] * len(shown),
        "textfont": {"color": [theme.warn if d else theme.muted for d in doubtful]},
        "marker": look,
    }


def _labelled(shown: Sequence[RankedArea], places: list[int]) -> Figure:
    return {
        "type": "bar",
        "orientation": "h",
        "y": places,
        "customdata": [a.code for a in shown],
        "text": [a.label for a in shown],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertext": [a.hover for a in shown],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
