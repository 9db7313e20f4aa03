"""What a briefing may say: the numbers of one area and week, each beside the week and the year before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from citybrain.briefing.measure import Measure
from citybrain.briefing.week import ReportingWeek
from citybrain.briefing.weekly_values import AskedAreas, weekly_values
from citybrain.briefing.words import Words
from citybrain.project import BriefingSettings
from citybrain.query import AccessContext, City, SnapshotInfo
from citybrain.query.areas import Area
from citybrain.query.attention import (
    Difference,
    HandlerOrders,
    ReportFaults,
    differences,
    orders_by_handler,
    report_faults,
)
from citybrain.query.change import compare_periods
from citybrain.query.definitions import Indicator
from citybrain.schema.value_state import ValueState

HEADLINES = 5


@dataclass(frozen=True)
class Facts:
    """The questions that sections ask. One snapshot must be served throughout: see `archive.pinned_city`."""

    city: City
    access: AccessContext
    area: Area
    week: ReportingWeek
    settings: BriefingSettings
    words: Words

    @cached_property
    def info(self) -> SnapshotInfo:
        """The snapshot that everything comes from."""
        return self.city.snapshot_info(self.access)

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Indicators that have a value for the area in the week, in the order of the dictionary."""
        there = set(self._this_week.filter(pl.col("value").is_not_null())["indicator"])
        return {i.code: i for i in self.city.indicators(self.access) if i.code in there}

    @cached_property
    def _this_week(self) -> pl.DataFrame:
        codes = [i.code for i in self.city.indicators(self.access)]
        return weekly_values(self.city, self.access, codes, AskedAreas(areas=(self.area.code,)), self.week)

    @cached_property
    def _timeless(self) -> set[str]:
        """What holds at any time, ratios of such included: its one statement would be compared with itself."""
        base = {code for code, i in self.indicators.items() if i.is_timeless}
        return base | {code for code, i in self.indicators.items() if {i.numerator, i.denominator} <= base}

    @cached_property
    def _running_totals(self) -> set[str]:
        """Totals since the beginning, shares of such included: they can only rise, which is no news of the week."""
        base = {code for code, i in self.indicators.items() if i.kind == "cumulative"}
        return base | {code for code, i in self.indicators.items() if i.numerator in base}

    @cached_property
    def own(self) -> dict[str, Measure]:
        """Every indicator with data, of the area itself."""
        found = self._measured(list(self.indicators), AskedAreas(areas=(self.area.code,)))
        return {code: by_area[self.area.code] for code, by_area in found.items()}

    @cached_property
    def headline(self) -> tuple[str, ...]:
        """Codes that page one leads with: as configured, else chosen by `choose_headline`; those without data left out."""
        configured = [self.city.indicator(self.access, code).code for code in self.settings.headline]
        if configured:
            return tuple(code for code in configured if code in self.own)
        return choose_headline(list(self.own.values()))

    @cached_property
    def level(self) -> str | None:
        """The level right below the area; None where there is none."""
        return next(iter(self.city.levels(self.access, self.area.code)), None)

    @cached_property
    def level_title(self) -> str:
        """What the city calls that level."""
        return self.city.level_titles(self.access).get(self.level or "", self.level or "")

    @cached_property
    def parts(self) -> Sequence[Area]:
        """The areas of that level within the area, in tree order."""
        return self.city.areas(self.access, self.area.code, self.level) if self.level else []

    def below(self, code: str) -> list[Measure]:
        """One indicator of all parts, in tree order."""
        if not self.parts:
            return []
        if code not in self._below:
            asked = AskedAreas(level=self.level, within=self.area.code)
            self._below[code] = self._measured([code], asked)[code]
        return [self._below[code][a.code] for a in self.parts]

    @cached_property
    def _below(self) -> dict[str, dict[str, Measure]]:
        """Indicator → area → measure, of the indicators that were asked for."""
        return {}

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last day of the week."""
        return self.week.first, self.week.last

    @cached_property
    def worst_reports(self) -> list[ReportFaults]:
        """The reports owed in the week by area, most faults first."""
        return report_faults(self.city, self.access, self.area.code, self.days)

    @cached_property
    def orders(self) -> list[HandlerOrders]:
        """Orders overdue or unverified at the end of the week by handler, most overdue first."""
        return orders_by_handler(self.city, self.access, self.area.code, self.week.last)

    @cached_property
    def differences(self) -> list[Difference]:
        """The rules compared in the week, largest difference first; those over registers, which have no day, last."""
        found = differences(self.city, self.access, self.area.code, self.days)
        return sorted(found, key=lambda d: d.rule.period_type == "all")

    def department(self, code: str) -> str:
        """The name by which the department is called."""
        return self.settings.departments.get(code, code)

    def _measured(self, codes: list[str], asked: AskedAreas) -> dict[str, dict[str, Measure]]:
        """Indicator → area → measure."""
        if not codes:
            return {}
        this = weekly_values(self.city, self.access, codes, asked, self.week)
        frame = compare_periods(this, weekly_values(self.city, self.access, codes, asked, self.week.before))
        rows = frame.to_dicts()
        earlier = self._year_before(codes, asked, this)
        found: dict[str, dict[str, Measure]] = {}
        for row in rows:
            measure = self._measure(row, earlier.get((row["indicator"], row["area_code"]), {}))
            found.setdefault(row["indicator"], {})[row["area_code"]] = measure
        return found

    def _year_before(
        self, codes: list[str], asked: AskedAreas, this: pl.DataFrame
    ) -> Mapping[tuple[str, str], Mapping[str, Any]]:
        week = self.week.year_before
        if week is None:
            return {}
        compared = compare_periods(this, weekly_values(self.city, self.access, codes, asked, week))
        return {(r["indicator"], r["area_code"]): r for r in compared.to_dicts()}

    def _measure(self, row: Mapping[str, Any], earlier: Mapping[str, Any]) -> Measure:
        indicator = self.indicators[row["indicator"]]
        moves = indicator.code not in self._timeless
        return Measure(
            indicator=indicator,
            area_code=row["area_code"],
            area_name=row["area_name"],
            period_on=self.week.first,
            value=row["value"],
            is_partial=bool(row["is_partial"]),
            difference=row["difference"] if moves else None,
            change_pct=row["change_pct"] if moves else None,
            year_difference=earlier.get("difference") if moves else None,
            year_change_pct=earlier.get("change_pct") if moves else None,
            is_timeless=not moves,
            is_running_total=indicator.code in self._running_totals,
            words=self.words,
            is_doubted=row["state"] == ValueState.IMPLAUSIBLE_ZERO,
            is_redefined=moves and row["is_redefined"],
        )


def choose_headline(measures: Sequence[Measure]) -> tuple[str, ...]:
    """Up to `HEADLINES` codes: indicators that move and can be judged first, one of each theme in turn."""

    def merit(measure: Measure) -> tuple[bool, bool]:
        return measure.difference is None, measure.is_running_total or measure.indicator.better == "neutral"

    waiting: dict[str, list[Measure]] = {}
    for measure in sorted((m for m in measures if not m.is_timeless), key=merit):
        waiting.setdefault(measure.indicator.theme, []).append(measure)
    chosen: list[str] = []
    while len(chosen) < HEADLINES and any(waiting.values()):
        for of_theme in waiting.values():
            if of_theme and len(chosen) < HEADLINES:
                chosen.append(of_theme.pop(0).indicator.code)
    return tuple(chosen)
