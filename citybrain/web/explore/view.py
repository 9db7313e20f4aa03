"""Everything the explorer shows for one selection, asked of the query layer once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from citybrain.query import AccessContext, City, SnapshotInfo
from citybrain.query.areas import Area
from citybrain.query.definitions import Indicator
from citybrain.query.periods import period_start
from citybrain.web.selection import Selection


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
    last_on: dt.date | None = None
    """Last day that the sources cover, whichever the period."""
    beside: Area | None = None
    """The second area of a comparison."""
    against_on: dt.date | None = None
    """First day of the second period of a comparison; never the period itself."""
    more: tuple[Indicator, ...] = ()
    """Further indicators of the table."""
    against: Indicator | None = None
    """The second indicator of the scatter."""
    versions: tuple[Indicator, ...] = ()
    """How the indicator was and is defined, oldest first."""

    @property
    def highlight(self) -> str:
        """The area to mark among the listed ones, if it is one of them."""
        return self.area.code if self.scope is not self.area else ""


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
    against = period_start(asked.period, asked.against) if asked.against else None
    known = {i.code: i for i in city.indicators(access)}
    more = tuple(known[code] for code in asked.more if code in known and code != indicator.code)
    second = known.get(asked.against_indicator)
    return View(
        selection=replace(
            asked,
            area=area.code,
            level=level,
            indicator=indicator.code,
            on=asked.on and on,
            more=tuple(i.code for i in more),
        ),
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
        last_on=last,
        beside=city.area(access, asked.with_area) if asked.with_area not in ("", area.code) else None,
        against_on=against if against != on else None,
        more=more,
        against=second if second is not indicator else None,
        versions=tuple(city.versions(access, indicator.code)),
    )


def _first(city: City, access: AccessContext) -> Indicator:
    """What moved last and fills the map; else the first indicator that has data; else the first one."""
    known = city.indicators(access)
    with_data = city.delivered_indicators(access)
    moving = [i for i in with_data if i.kind == "flow" and i.covered_depth > 0 and i.last_on]
    newest = max((i.last_on for i in moving if i.last_on), default=None)
    return ([i for i in moving if i.last_on == newest] or with_data or known)[0]
