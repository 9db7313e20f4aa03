"""The reporting week: its number, its days, the same week a year earlier, and whether the Spring Festival falls in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from citybrain.errors import AccessError
from citybrain.project import WEEKDAYS
from citybrain.query import SnapshotInfo

_FESTIVALS = Path(__file__).parent / "spring_festivals.csv"
_HOLIDAY = range(-1, 7)
"""From New Year's Eve to the seventh day of the first month, counted from New Year's Day."""


@dataclass(frozen=True)
class ReportingWeek:
    """Seven days, numbered as the ISO week (GB/T 7408) whose Thursday they hold."""

    year: int
    number: int
    first: dt.date

    @property
    def last(self) -> dt.date:
        """The seventh day."""
        return self.first + dt.timedelta(days=6)

    @property
    def is_iso(self) -> bool:
        """Whether it begins on Monday."""
        return self.first.weekday() == 0

    @property
    def code(self) -> str:
        """`2020-W08`."""
        return f"{self.year}-W{self.number:02d}"

    @property
    def before(self) -> ReportingWeek:
        """The week before."""
        return week_of(self.first - dt.timedelta(days=7), WEEKDAYS[self.first.weekday()])

    @property
    def year_before(self) -> ReportingWeek | None:
        """The week of the same number a year earlier; None for a 53rd week that the year before lacks."""
        try:
            thursday = dt.date.fromisocalendar(self.year - 1, self.number, 4)
        except ValueError:
            return None
        return week_of(thursday, WEEKDAYS[self.first.weekday()])

    @property
    def spring_festival(self) -> dt.date | None:
        """New Year's Day of the lunar calendar, where its holiday (the eve to the seventh day) touches this week.

        Source: GB/T 33661-2017, 农历的编算和颁行. None outside of 2000 to 2050.
        """
        for festival in spring_festivals():
            if any(self.first <= festival + dt.timedelta(days=n) <= self.last for n in _HOLIDAY):
                return festival
        return None


def week_of(day: dt.date, begins_on: str = "monday") -> ReportingWeek:
    """The reporting week that holds the day."""
    first = day - dt.timedelta(days=(day.weekday() - WEEKDAYS.index(begins_on)) % 7)
    thursday = first + dt.timedelta(days=(3 - first.weekday()) % 7)
    year, number, _weekday = thursday.isocalendar()
    return ReportingWeek(year, number, first)


def last_whole_week(info: SnapshotInfo, begins_on: str = "monday") -> ReportingWeek:
    """The last week that was over at the instant of a snapshot, or the one of its last day with data if that is earlier."""
    known_at = (info.as_of or info.built_at or dt.datetime.now(dt.UTC)).replace(tzinfo=dt.UTC)
    over = week_of(known_at.astimezone(ZoneInfo(info.timezone)).date(), begins_on).before
    newest = week_of(info.last_day, begins_on) if info.last_day else over
    return min(over, newest, key=lambda week: week.first)


def parse_week(text: str, begins_on: str = "monday") -> ReportingWeek:
    """The week written as `2020-W08`. Raises AccessError for other text."""
    try:
        year, number = text.upper().split("-W")
        return week_of(dt.date.fromisocalendar(int(year), int(number), 4), begins_on)
    except ValueError:
        raise AccessError("briefing", "not a week", found=f"'{text}'", expected="a week such as 2020-W08") from None


@cache
def spring_festivals() -> tuple[dt.date, ...]:
    """New Year's Days of the lunar calendar, 2000 to 2050."""
    return tuple(dt.date.fromisoformat(line) for line in _FESTIVALS.read_text(encoding="ascii").split())
