"""What stands in a trend beside its values: hatched silences, doubtful zeros, thresholds, changes of the definition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from citybrain.figures.theme import Theme, hatch
from citybrain.schema.value_state import ValueState

Figure = dict[str, Any]
FARTHEST_LIMIT = 3.0
"""A limit farther from the values than this many times the highest one would flatten them: it is left to the legend."""


@dataclass(frozen=True)
class TrendPoint:
    """One period."""

    period_on: dt.date
    value: float | None
    """None = no number."""
    is_partial: bool
    hover: str
    state: str = ValueState.VALUE
    """A `ValueState`: why there is no number, or that a zero is not to be believed."""


@dataclass(frozen=True)
class Limit:
    """A value that the dictionary calls a warning, an alarm or the target."""

    kind: str
    """warn, alarm or target."""
    value: float
    label: str


@dataclass(frozen=True)
class Redefinition:
    """From which period on a number is made by another definition."""

    period_on: dt.date
    label: str


# Each has a place of its own from left to right, so that limits close to each other stay readable.
_LOOKS = {"target": ("dot", 0.0, "left"), "warn": ("dash", 0.5, "center"), "alarm": ("solid", 1.0, "right")}


def top_of(points: Sequence[TrendPoint], limits: Sequence[Limit]) -> float:
    """The highest value to be shown, limits within reach included; 0 without any."""
    highest = max((p.value for p in points if p.value is not None), default=0.0)
    return max(highest, *(limit.value for limit in _near(limits, highest)), 0.0)


def _near(limits: Sequence[Limit], highest: float) -> list[Limit]:
    return [limit for limit in limits if limit.value <= highest * FARTHEST_LIMIT]


def distant(limits: Sequence[Limit], points: Sequence[TrendPoint]) -> list[Limit]:
    """Limits that are not drawn because they lie too far above the values."""
    top = top_of(points, limits)
    return [limit for limit in limits if limit.value > top]


def limit_lines(limits: Sequence[Limit], top: float, theme: Theme) -> tuple[list[Figure], list[Figure]]:
    """Lines and their words."""
    colours = {"warn": theme.warn, "alarm": theme.alarm, "target": theme.target}
    shapes, notes = [], []
    for limit in (near for near in limits if near.value <= top):
        dash, place, anchor = _LOOKS[limit.kind]
        colour = colours[limit.kind]
        shapes.append({
            "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": limit.value, "y1": limit.value,
            "line": {"color": colour, "width": 1.6, "dash": dash},
        })  # fmt: skip
        notes.append({
            "xref": "paper", "x": place, "xanchor": anchor, "y": limit.value, "yanchor": "bottom", "showarrow": False,
            "text": limit.label, "font": {"color": colour, "size": theme.size - 1}, "borderpad": 1,
            "bgcolor": "rgba(255,255,255,0.75)",
        })  # fmt: skip
    return shapes, notes


def redefinition_lines(
    changes: Sequence[Redefinition], step_ms: int, theme: Theme
) -> tuple[list[Figure], list[Figure]]:
    """Upright lines between the last period of one definition and the first of the next, and their words."""
    shapes, notes = [], []
    for change in changes:
        at = (dt.datetime.combine(change.period_on, dt.time()) - dt.timedelta(milliseconds=step_ms / 2)).isoformat()
        shapes.append({
            "type": "line", "yref": "paper", "y0": 0, "y1": 1, "x0": at, "x1": at,
            "line": {"color": theme.text, "width": 1.4, "dash": "dashdot"},
        })  # fmt: skip
        notes.append({
            "x": at, "xanchor": "left", "yref": "paper", "y": 1, "yanchor": "top", "showarrow": False, "text": change.label,
            "font": {"color": theme.text, "size": theme.size - 1}, "bgcolor": "rgba(255,255,255,0.8)", "borderpad": 1,
        })  # fmt: skip
    return shapes, notes


def silent_bars(points: Sequence[TrendPoint], step_ms: int, theme: Theme) -> list[Figure]:
    """Hatched bars over the whole height where there is no number; none where there always is one."""
    silent = [p for p in points if p.value is None]
    if not silent:
        return []
    return [
        {
            "type": "bar",
            "x": [p.period_on.isoformat() for p in silent],
            "y": [1] * len(silent),
            "width": step_ms,
            "yaxis": "y2",
            "marker": hatch(theme, [p.state for p in silent]),
            "opacity": 0.7,
            "text": [p.hover for p in silent],
            "textposition": "none",
            "hovertemplate": "%{text}<extra></extra>",
        }
    ]


def doubt_marks(points: Sequence[TrendPoint], theme: Theme) -> list[Figure]:
    """Triangles on zeros that are not to be believed."""
    doubtful = [p for p in points if p.state == ValueState.IMPLAUSIBLE_ZERO]
    if not doubtful:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [p.period_on.isoformat() for p in doubtful],
            "y": [0] * len(doubtful),
            "cliponaxis": False,
            "marker": {
                "symbol": "triangle-up", "size": 12, "color": theme.surface,
                "line": {"width": 2, "color": theme.doubtful},
            },
            "text": [p.hover for p in doubtful],
            "hovertemplate": "%{text}<extra></extra>",
        }
    ]  # fmt: skip


def silence_notes(points: Sequence[TrendPoint], words: Mapping[str, str], theme: Theme) -> list[Figure]:
    """The reason in words on the longest stretch of each reason; on its side where that is short."""
    longest: dict[str, list[TrendPoint]] = {}
    for run in _silences(points):
        if len(run) > len(longest.get(run[0].state, [])):
            longest[run[0].state] = run
    return [_note(run, words.get(state, ""), len(points), theme) for state, run in longest.items()]


def _silences(points: Sequence[TrendPoint]) -> list[list[TrendPoint]]:
    """Runs of periods without a number for the same reason."""
    runs: list[list[TrendPoint]] = []
    before: TrendPoint | None = None
    for point in points:
        if point.value is None:
            if before is None or before.value is not None or before.state != point.state:
                runs.append([])
            runs[-1].append(point)
        before = point
    return runs


def _note(run: list[TrendPoint], text: str, periods: int, theme: Theme) -> Figure:
    first, last = run[0].period_on, run[-1].period_on
    is_narrow = len(run) * 6 < periods or len(run) == 1
    return {
        "x": (first + (last - first) / 2).isoformat(),
        "xanchor": "center",
        "y": 0.5,
        "yref": "paper",
        "text": text,
        "textangle": -90 if is_narrow else 0,
        "showarrow": False,
        "font": {"color": theme.text, "size": theme.size - 1},
        "bgcolor": "rgba(255,255,255,0.8)",
        "borderpad": 1,
    }
