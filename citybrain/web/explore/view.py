"""Everything the explorer shows for one selection, asked of the query layer once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from citybrain.query import AccessContext, City, SnapshotInfo
from citybrain.query.areas import Area
from citybrain.query.definitions import Indicator
from citybrain.query.periods import next_period, period_start
from citybrain.web.selection import Selection

TREND_PERIODS = {"day": 91, "week": 53, "month": 36}


@dataclass(frozen=True)
class View:
    """One selection with its defaults filled in, and the numbers that belong to it."""

    selection: Selection
    info: SnapshotInfo
    area: Area
    path: list[Area]
    scope: Area
    """The area whose parts are listed: `area`, or its parent if it has no parts."""
    levels: list[str]
    level_titles: dict[str, str]
    indicator: Indicator
    period_on: dt.date | None
    """First day of the period; None where the sources have delivered nothing."""
    latest_on: dt.date | None
    first_on: dt.date | None

    @property
    def highlight(self) -> str:
        """The area to mark among the listed ones, if it is one of them."""
        return self.area.code if self.scope is not self.area else ""


@dataclass(frozen=True)
class MapView:
    """Which areas the map shows: the listed ones, or, where those have no boundary, the ones around them."""

    parent: Area
    level: str
    extent: tuple[float, float, float, float]
    highlight: str
    is_fallback: bool


def read_view(city: City, access: AccessContext, asked: Selection) -> View:
    """The view of a selection. Raises AccessError for names that the snapshot lacks, BuildError without a snapshot."""
    area = city.area(access, asked.area) if asked.area else city.areas(access)[0]
    path = city.path(access, area.code)
    scope = area if city.levels(access, area.code) or len(path) == 1 else path[-2]
    levels = city.levels(access, scope.code) or [scope.level]
    level = asked.level if asked.level in levels else levels[0]
    indicator = city.indicator(access, asked.indicator) if asked.indicator else _first(city, access)
    first, last = city.covered(access, indicator.code)
    latest = period_start(asked.period, last) if last else None
    on = period_start(asked.period, asked.on) if asked.on else latest
    return View(
        selection=Selection(area.code, level, indicator.code, asked.period, asked.on and on, asked.why, asked.lang),
        info=city.snapshot_info(access),
        area=area,
        path=path,
        scope=scope,
        levels=levels,
        level_titles=city.level_titles(access),
        indicator=indicator,
        period_on=on,
        latest_on=latest,
        first_on=period_start(asked.period, first) if first else None,
    )


def _first(city: City, access: AccessContext) -> Indicator:
    """What moved last and fills the map; else the first indicator that has data; else the first one."""
    known = city.indicators(access)
    with_data = [i for i in known if city.covered(access, i.code)[1] is not None]
    moving = [i for i in with_data if i.kind == "flow" and i.covered_depth > 0 and i.last_on]
    newest = max((i.last_on for i in moving if i.last_on), default=None)
    return ([i for i in moving if i.last_on == newest] or with_data or known)[0]


def read_ranking(city: City, access: AccessContext, view: View) -> list[dict[str, Any]]:
    """Rows of `City.ranking` for the listed areas."""
    if view.period_on is None:
        return []
    frame = city.ranking(
        access,
        view.indicator.code,
        view.selection.period,
        view.period_on,
        level=view.selection.level,
        within=view.scope.code,
    )
    return frame.to_dicts()


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


def read_trend(city: City, access: AccessContext, view: View) -> list[dict[str, Any]]:
    """Rows of `City.series` of the area: the last periods, moved back if an earlier one is looked at."""
    if view.period_on is None or view.latest_on is None or view.first_on is None:
        return []
    kind, count = view.selection.period, TREND_PERIODS[view.selection.period]
    end = max(view.latest_on, view.period_on)
    start = min(max(next_period(kind, end, 1 - count), view.first_on), view.period_on)
    if next_period(kind, start, count) < end:
        end = next_period(kind, start, count - 1)
    return city.series(access, view.indicator.code, view.area.code, kind, start, end).to_dicts()


def read_headline(city: City, access: AccessContext, view: View, indicators: list[str]) -> list[dict[str, Any]]:
    """Rows of `City.change` of the area, one per indicator."""
    if view.period_on is None:
        return []
    frame = city.change(access, indicators, [view.area.code], view.selection.period, view.period_on)
    return frame.to_dicts()
