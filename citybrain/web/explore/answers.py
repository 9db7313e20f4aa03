"""The numbers of a view, each asked of the query layer once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from citybrain.query import AccessContext, City
from citybrain.query.areas import Area
from citybrain.query.change import compare_periods
from citybrain.query.periods import next_period
from citybrain.web.explore.view import View

TREND_PERIODS = {"day": 91, "week": 53, "month": 36, "quarter": 20, "year": 20}
MOST_PLACES = 12_000
"""Areas times periods that a map is played over: some 2 MB before they are compressed."""
AGAINST = ("against", "against_difference", "against_pct", "is_against_redefined")
"""Columns of the comparison with a second period."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class MapView:
    """Which areas the map shows: the listed ones, or, where those have no boundary, the ones around them."""

    parent: Area
    level: str
    extent: tuple[float, float, float, float]
    highlight: str
    is_fallback: bool


def read_ranking(city: City, access: AccessContext, view: View, place: MapView | None = None) -> Rows:
    """Rows of `City.ranking` for the listed areas, or for those of a map; beside a second period also `AGAINST`."""
    if view.period_on is None:
        return []
    code, kind = view.indicator.code, view.selection.period
    level, within = (place.level, place.parent.code) if place else (view.selection.level, view.scope.code)
    frame = city.ranking(access, code, kind, view.period_on, level=level, within=within)
    if view.against_on is not None:
        then = city.values(
            access, [code], level=level, within=within, period_type=kind,
            period_from=view.against_on, period_to=view.against_on,
        )  # fmt: skip
        frame = compare_periods(frame, then, AGAINST)
    return frame.to_dicts()


def differences(rows: Rows) -> Rows:
    """The rows with their difference from the second period as value, largest rise first, those without one last."""
    changed = [
        {
            **row,
            "value": row["against_difference"],
            "state": "value" if row["against_difference"] else "zero" if row["against_difference"] == 0 else "no_data",
        }
        for row in rows
    ]
    return sorted(changed, key=lambda r: (r["value"] is None, -(r["value"] or 0.0)))


def read_more(city: City, access: AccessContext, view: View) -> dict[tuple[str, str], dict[str, Any]]:
    """Rows of the further indicators of table and scatter, by indicator and area code."""
    codes = list(dict.fromkeys(i.code for i in (*view.more, *([view.against] if view.against else []))))
    if view.period_on is None or not codes:
        return {}
    frame = city.values(
        access, codes, level=view.selection.level, within=view.scope.code, period_type=view.selection.period,
        period_from=view.period_on, period_to=view.period_on,
    )  # fmt: skip
    return {(row["indicator"], row["area_code"]): row for row in frame.to_dicts()}


def read_map(city: City, access: AccessContext, view: View) -> MapView | None:
    """Where the map stands; None where no area up to the top has a boundary."""
    extent = city.extent(access, view.scope.code, view.selection.level)
    if extent:
        return MapView(view.scope, view.selection.level, extent, view.highlight, is_fallback=False)
    way = city.path(access, view.area.code)
    for parent, child in reversed(list(pairwise(way))):
        extent = city.extent(access, parent.code, child.level)
        if extent:
            return MapView(parent, child.level, extent, child.code, is_fallback=True)
    return None


def read_map_course(city: City, access: AccessContext, view: View, place: MapView, days: Sequence[dt.date]) -> Rows:
    """Rows of `City.values` of the areas on the map, from the first of the periods to the last."""
    if not days:
        return []
    return city.values(
        access, [view.indicator.code], level=place.level, within=place.parent.code,
        period_type=view.selection.period, period_from=days[0], period_to=days[-1],
    ).to_dicts()  # fmt: skip


def multiple_days(view: View, count: int) -> list[dt.date]:
    """First days of the so many periods up to the one looked at, oldest first."""
    if view.period_on is None:
        return []
    days = [next_period(view.selection.period, view.period_on, n) for n in range(1 - count, 1)]
    return [d for d in days if view.first_on and d >= view.first_on] or [view.period_on]


def frame_days(view: View, areas: int) -> list[dt.date]:
    """First days of the last periods that a map of so many areas can be played over, oldest first."""
    if view.latest_on is None or view.first_on is None:
        return []
    kind = view.selection.period
    count = max(2, min(TREND_PERIODS[kind], MOST_PLACES // max(1, areas)))
    days = [max(next_period(kind, view.latest_on, 1 - count), view.first_on)]
    while days[-1] < view.latest_on:
        days.append(next_period(kind, days[-1]))
    return days


def trend_span(view: View) -> tuple[dt.date, dt.date] | None:
    """The last periods, moved back if an earlier one is looked at."""
    if view.period_on is None or view.latest_on is None or view.first_on is None:
        return None
    kind, count = view.selection.period, TREND_PERIODS[view.selection.period]
    end = max(view.latest_on, view.period_on)
    start = min(max(next_period(kind, end, 1 - count), view.first_on), view.period_on)
    if next_period(kind, start, count) < end:
        end = next_period(kind, start, count - 1)
    return start, end


def read_trend(city: City, access: AccessContext, view: View) -> dict[str, Rows]:
    """Rows of `City.series` by area code: of the area, and of the one beside it."""
    span = trend_span(view)
    if span is None:
        return {}
    codes = [view.area.code, *([view.beside.code] if view.beside else [])]
    rows = city.values(
        access, [view.indicator.code], areas=codes, period_type=view.selection.period, period_from=span[0],
        period_to=span[1],
    ).to_dicts()  # fmt: skip
    return {code: [r for r in rows if r["area_code"] == code] for code in codes}


def read_headline(city: City, access: AccessContext, view: View) -> dict[str, Any] | None:
    """The row of `City.change` of the area; beside a second period also `AGAINST`."""
    if view.period_on is None:
        return None
    code, kind = view.indicator.code, view.selection.period
    frame = city.change(access, [code], [view.area.code], kind, view.period_on)
    if view.against_on is not None:
        then = city.values(
            access, [code], areas=[view.area.code], period_type=kind, period_from=view.against_on,
            period_to=view.against_on,
        )  # fmt: skip
        frame = compare_periods(frame, then, AGAINST)
    return frame.to_dicts()[0]


def read_cards(city: City, access: AccessContext, view: View, indicators: Sequence[str]) -> Rows:
    """Values of several indicators of the area beside those of the period before, in one question."""
    if view.period_on is None or not indicators:
        return []
    return city.change(access, indicators, [view.area.code], view.selection.period, view.period_on).to_dicts()
