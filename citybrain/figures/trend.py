"""The course of one indicator in one area, and beside it that of another area."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from citybrain.figures.theme import LIGHT, Theme, layout
from citybrain.figures.trend_marks import (
    Limit,
    Redefinition,
    TrendPoint,
    doubt_marks,
    limit_lines,
    redefinition_lines,
    silence_notes,
    silent_bars,
    top_of,
)

Figure = dict[str, Any]

MOST_TICKS = 7


@dataclass(frozen=True)
class Compared:
    """What stands beside the course of the area."""

    points: Sequence[TrendPoint] = ()
    """The course of a second area."""
    period_on: dt.date | None = None
    """A second period, marked like the selected one but in another colour."""


def draw_trend(  # noqa: PLR0913  # a picture has many parts, each named where it is asked for
    points: Sequence[TrendPoint],
    period_type: str,
    *,
    bars: bool,
    words: Mapping[str, str],
    selected: dt.date | None = None,
    compared: Compared = Compared(),
    limits: Sequence[Limit] = (),
    changes: Sequence[Redefinition] = (),
    theme: Theme = LIGHT,
) -> Figure:
    """Bars for what adds up over time (flows), a line for what does not (stocks, ratios); a second area as a line.

    A period without a number is hatched by its reason, which is written on the longest stretch of each (`words` by
    state); zero is a flat mark on the base line, one that is not to be believed an outlined triangle, an unfinished
    period pale. Limits are lines with their words; an upright line stands where the definition changed. A click carries
    the first day of the period as `x`.
    """
    shown = [p for p in points if p.value is not None]
    marks = {selected: theme.highlight, compared.period_on: theme.second}
    step = _step_ms(period_type)
    traces = [*silent_bars(points, step, theme)]
    traces += [_bars(shown, marks, theme), _zero_marks([p for p in shown if p.value == 0], theme)] if bars else []
    traces += [] if bars else [_line(points, marks, theme)]
    traces += [_second_line(compared.points, theme)] if compared.points else []
    traces += doubt_marks([*points, *compared.points], theme)
    top = top_of([*points, *compared.points], limits)
    level, upright = limit_lines(limits, top, theme), redefinition_lines(changes, step, theme)
    return {
        "data": traces,
        "layout": layout(
            theme,
            margin={"l": 8, "r": 12, "t": 12, "b": 4},
            xaxis=_time_axis(points, period_type, theme),
            yaxis={**_value_axis(top, theme), **_value_range(points, top, bool(limits))},
            yaxis2={"overlaying": "y", "visible": False, "range": [0, 1], "fixedrange": True},
            shapes=[*level[0], *upright[0]],
            annotations=[*silence_notes(points, words, theme), *level[1], *upright[1]],
            dragmode=False,
            bargap=0.18,
            barmode="overlay",
            hovermode="closest",
        ),
    }


def _time_axis(points: Sequence[TrendPoint], period_type: str, theme: Theme) -> Figure:
    return {
        "type": "date",
        "automargin": True,
        "showgrid": False,
        "linecolor": theme.muted,
        "showline": True,
        "ticks": "outside",
        "tickcolor": theme.line,
        "hoverformat": "%Y-%m-%d",
        **_ticks(points, period_type),
        "range": _range(points, _step_ms(period_type)),
        "fixedrange": True,
    }


def _value_axis(top: float, theme: Theme) -> Figure:
    return {
        "automargin": True,
        "gridcolor": theme.line,
        "zeroline": False,
        "rangemode": "tozero",
        "nticks": 5,
        "separatethousands": True,
        "fixedrange": True,
        # Without any value Plotly would make up a scale of -1 to 4.
        **({} if top else {"range": [0, 1], "showticklabels": False}),
    }


def _value_range(points: Sequence[TrendPoint], top: float, has_limits: bool) -> Figure:
    """Plotly leaves lines out of its scale: with limits it is stated."""
    if not has_limits or not top:
        return {}
    return {"range": [min(0.0, *(p.value or 0.0 for p in points)), top * 1.12]}


def _bars(points: Sequence[TrendPoint], marks: Mapping[dt.date | None, str], theme: Theme) -> Figure:
    return {
        "type": "bar",
        "x": [p.period_on.isoformat() for p in points],
        "y": [p.value for p in points],
        "marker": {
            "color": [marks.get(p.period_on, theme.accent) for p in points],
            "opacity": [0.45 if p.is_partial else 1.0 for p in points],
        },
        "text": [p.hover for p in points],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }


def _zero_marks(points: Sequence[TrendPoint], theme: Theme) -> Figure:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [p.period_on.isoformat() for p in points],
        "y": [0 for _ in points],
        "marker": {"symbol": "line-ew", "size": 8, "line": {"width": 2, "color": theme.accent}},
        "text": [p.hover for p in points],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _line(points: Sequence[TrendPoint], marks: Mapping[dt.date | None, str], theme: Theme) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [p.period_on.isoformat() for p in points],
        "y": [p.value for p in points],
        "connectgaps": False,
        "line": {"color": theme.accent, "width": 2.2},
        "marker": {
            "size": [11 if p.period_on in marks else 6 for p in points],
            "color": [marks.get(p.period_on, theme.surface if p.is_partial else theme.accent) for p in points],
            "line": {"color": theme.accent, "width": 1.5},
        },
        "text": [p.hover for p in points],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _second_line(points: Sequence[TrendPoint], theme: Theme) -> Figure:
    """Told apart by colour, dashes and the form of its marks."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [p.period_on.isoformat() for p in points],
        "y": [p.value for p in points],
        "connectgaps": False,
        "line": {"color": theme.second, "width": 2.2, "dash": "dash"},
        "marker": {"symbol": "diamond", "size": 7, "color": theme.second},
        "text": [p.hover for p in points],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _ticks(points: Sequence[TrendPoint], period_type: str) -> Figure:
    """Ticks at the first days of periods, where Plotly would put weeks on Sundays."""
    every = -(-len(points) // MOST_TICKS) or 1
    days = [p.period_on for p in points][::-every][::-1]
    form = {"month": "%Y-%m", "quarter": "%Y-%m", "year": "%Y"}.get(period_type, "%m-%d")
    # The year is said where it begins, so that a trend over New Year reads right.
    first_of_year = {d.year: d for d in reversed(days)}
    texts = [f"{d:{form}}" + (f"<br>{d.year}" if form == "%m-%d" and first_of_year[d.year] == d else "") for d in days]
    return {"tickangle": 0, "tickmode": "array", "tickvals": [d.isoformat() for d in days], "ticktext": texts}


def _step_ms(period_type: str) -> int:
    return {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}[period_type] * 86_400_000


def _range(points: Sequence[TrendPoint], step: int) -> list[str] | None:
    if not points:
        return None
    half = dt.timedelta(milliseconds=step * 0.6)
    first, last = (dt.datetime.combine(p.period_on, dt.time()) for p in (points[0], points[-1]))
    return [(first - half).isoformat(), (last + half).isoformat()]
