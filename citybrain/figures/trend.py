"""The course of one indicator in one area."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from citybrain.figures.theme import LIGHT, Theme, layout

Figure = dict[str, Any]

MOST_TICKS = 7


@dataclass(frozen=True)
class TrendPoint:
    """One period."""

    period_on: dt.date
    value: float | None
    """None = no data."""
    is_partial: bool
    hover: str


def draw_trend(
    points: Sequence[TrendPoint],
    period_type: str,
    *,
    bars: bool,
    no_data: str,
    selected: dt.date | None = None,
    theme: Theme = LIGHT,
) -> Figure:
    """Bars for what adds up over time (flows), a line for what does not (stocks, ratios).

    No data is a grey band with `no_data` written on it, zero a flat mark on the base line, an unfinished period pale.
    A click carries the first day of the period as `x`.
    """
    days = [p.period_on.isoformat() for p in points]
    shown = [p for p in points if p.value is not None]
    main = _bars(shown, selected, theme) if bars else _line(points, selected, theme)
    zeros = [p for p in shown if p.value == 0]
    traces = [main, _zero_marks(zeros, theme)] if bars else [main]
    step = _step_ms(period_type)
    return {
        "data": traces,
        "layout": layout(
            theme,
            margin={"l": 8, "r": 12, "t": 12, "b": 4},
            xaxis={
                "type": "date",
                "automargin": True,
                "showgrid": False,
                "linecolor": theme.muted,
                "showline": True,
                "ticks": "outside",
                "tickcolor": theme.line,
                "hoverformat": "%Y-%m-%d",
                **_ticks(points, period_type),
                "range": _range(points, step),
                "fixedrange": True,
            },
            yaxis={
                "automargin": True,
                "gridcolor": theme.line,
                "zeroline": False,
                "rangemode": "tozero",
                "nticks": 5,
                "separatethousands": True,
                "fixedrange": True,
                # Without any value Plotly would make up a scale of -1 to 4.
                **({} if any(p.value for p in shown) else {"range": [0, 1], "showticklabels": False}),
            },
            shapes=[_band(first, last, step, theme) for first, last in _silences(points)],
            annotations=[_band_note(first, last, no_data, theme) for first, last in _silences(points)][:1],
            dragmode=False,
            bargap=0.18,
            hovermode="closest",
            datarevision=days[0] if days else "",
        ),
    }


def _bars(points: Sequence[TrendPoint], selected: dt.date | None, theme: Theme) -> Figure:
    return {
        "type": "bar",
        "x": [p.period_on.isoformat() for p in points],
        "y": [p.value for p in points],
        "marker": {
            "color": [theme.highlight if p.period_on == selected else theme.accent for p in points],
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


def _line(points: Sequence[TrendPoint], selected: dt.date | None, theme: Theme) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [p.period_on.isoformat() for p in points],
        "y": [p.value for p in points],
        "connectgaps": False,
        "line": {"color": theme.accent, "width": 2.2},
        "marker": {
            "size": [11 if p.period_on == selected else 6 for p in points],
            "color": [
                theme.highlight if p.period_on == selected else theme.surface if p.is_partial else theme.accent
                for p in points
            ],
            "line": {"color": theme.accent, "width": 1.5},
        },
        "text": [p.hover for p in points],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _silences(points: Sequence[TrendPoint]) -> list[tuple[dt.date, dt.date]]:
    """First and last period of every run without data, longest run first."""
    runs: list[list[dt.date]] = []
    previous_silent = False
    for point in points:
        if point.value is None:
            if not previous_silent:
                runs.append([])
            runs[-1].append(point.period_on)
        previous_silent = point.value is None
    return [(r[0], r[-1]) for r in sorted(runs, key=len, reverse=True)]


def _ticks(points: Sequence[TrendPoint], period_type: str) -> Figure:
    """Ticks at the first days of periods, where Plotly would put weeks on Sundays."""
    every = -(-len(points) // MOST_TICKS) or 1
    days = [p.period_on for p in points][::-every][::-1]
    form = "%Y-%m" if period_type == "month" else "%m-%d"
    # The year is said where it begins, so that a trend over New Year reads right.
    first_of_year = {d.year: d for d in reversed(days)}
    texts = [f"{d:{form}}" + (f"<br>{d.year}" if form == "%m-%d" and first_of_year[d.year] == d else "") for d in days]
    return {"tickangle": 0, "tickmode": "array", "tickvals": [d.isoformat() for d in days], "ticktext": texts}


def _step_ms(period_type: str) -> int:
    return {"day": 1, "week": 7, "month": 30}[period_type] * 86_400_000


def _range(points: Sequence[TrendPoint], step: int) -> list[str] | None:
    if not points:
        return None
    half = dt.timedelta(milliseconds=step * 0.6)
    first, last = (dt.datetime.combine(p.period_on, dt.time()) for p in (points[0], points[-1]))
    return [(first - half).isoformat(), (last + half).isoformat()]


def _band(first: dt.date, last: dt.date, step: int, theme: Theme) -> Figure:
    half = dt.timedelta(milliseconds=step / 2)
    start, end = dt.datetime.combine(first, dt.time()) - half, dt.datetime.combine(last, dt.time()) + half
    return {
        "type": "rect",
        "layer": "below",
        "xref": "x",
        "yref": "paper",
        "x0": start.isoformat(),
        "x1": end.isoformat(),
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "fillcolor": theme.no_data,
        "opacity": 0.55,
    }


def _band_note(first: dt.date, last: dt.date, text: str, theme: Theme) -> Figure:
    middle = first + (last - first) / 2
    return {
        "x": middle.isoformat(),
        "y": 0.5,
        "yref": "paper",
        "text": text,
        "textangle": -90 if first == last else 0,
        "showarrow": False,
        "font": {"color": theme.muted, "size": theme.size},
    }
