"""One question of a screen with its defaults filled in: where, which layers, which tiles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from citybrain.project import ScreenChoice
from citybrain.query import AccessContext, City
from citybrain.query.areas import Area
from citybrain.query.attention import owes_reports
from citybrain.query.definitions import Indicator
from citybrain.query.periods import next_period
from citybrain.query.screen import showable_indicators
from citybrain.web.screen.asked import ScreenRequest
from citybrain.web.selection import Selection
from citybrain.web.texts import Texts, texts

MOST_LAYERS, MOST_TILES = 8, 6


@dataclass(frozen=True)
class Scope:
    """What the parts of the screen are made from."""

    city: City
    access: AccessContext
    area: Area
    level: str
    """Level of the areas on the map."""
    level_title: str
    showable: list[Indicator]
    layers: list[Indicator]
    tiles: list[Indicator]
    period: str
    lang: str

    @property
    def _(self) -> Texts:
        return texts(self.lang)

    def explore(self, **selected: str) -> str:
        """Address of the explorer on the same numbers."""
        return Selection(area=self.area.code, period=self.period, lang=self.lang).href(**selected)

    @property
    def reports_are_owed(self) -> bool:
        """Whether there is a feed of which every area owes a report."""
        return owes_reports(self.city, self.access)

    def latest(self, indicator: Indicator) -> dt.date | None:
        """First day of the last period that the indicator covers."""
        return self.city.latest_period(self.access, indicator.code, self.period)

    def change(self, indicators: Sequence[Indicator]) -> dict[str, dict[str, Any]]:
        """Rows of `City.change` of the whole area by indicator, each at its own latest period."""
        found: dict[str, dict[str, Any]] = {}
        for on in sorted({day for i in indicators if (day := self.latest(i))}):
            codes = [i.code for i in indicators if self.latest(i) == on]
            rows = self.city.change(self.access, codes, [self.area.code], self.period, on).to_dicts()
            found |= {r["indicator"]: r for r in rows}
        return found

    def series(self, indicator: Indicator, count: int) -> list[dict[str, Any]]:
        """Rows of `City.series` of the whole area: the last periods that the sources cover, oldest first."""
        first, last = self.city.covered(self.access, indicator.code)
        if first is None or last is None:
            return []
        start = max(first, next_period(self.period, last, 1 - count))
        return self.city.series(self.access, indicator.code, self.area.code, self.period, start, last).to_dicts()


def read_scope(city: City, access: AccessContext, choice: ScreenChoice, asked: ScreenRequest) -> Scope:
    """The scope of a request.

    What city.toml names and this snapshot lacks is left out: a screen on a wall stays up through a change of the
    dictionary. Raises AccessError for an unknown area, or for layers in the address of which none is known.
    """
    area = city.area(access, asked.area) if asked.area else city.areas(access)[0]
    path = city.path(access, area.code)
    if not city.levels(access, area.code) and len(path) > 1:
        area = path[-2]
    level = next(iter(city.levels(access, area.code)), area.level)
    known = {i.code: i for i in city.indicators(access)}
    listed = city.areas(access, area.code, level)
    showable = showable_indicators(city, access, listed[0].depth)
    layers = [known[code] for code in asked.layers or choice.layers if code in known]
    if asked.layers and not layers:
        layers = [city.indicator(access, asked.layers[0])]
    tiles = [known[code] for code in choice.tiles if code in known]
    return Scope(
        city=city,
        access=access,
        area=area,
        level=level,
        level_title=city.level_titles(access).get(level, level),
        showable=showable,
        layers=layers or showable[:MOST_LAYERS],
        tiles=(tiles or showable)[:MOST_TILES],
        period=choice.period,
        lang=asked.lang,
    )
