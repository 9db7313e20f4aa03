"""Who falls silent at the end is missing from then on: up to the day that the data are of, by the due time of the contract."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from citybrain.build import BuildReport
from tests.conftest import SmallCity
from tests.reporting.report_city import CHENGGUAN, HEKOU, SHANQIAN, ReportCity, Row, at, full_sheet

ALL = (CHENGGUAN, HEKOU, SHANQIAN)
LAST, NEXT, NOW = "2020-02-05", "2020-02-06", "2020-02-08"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReportCity, BuildReport]:
    """Three feeds: one stops on the 5th; of one a township stops; the newest delivery of all is one of the evening of the 8th."""
    city = ReportCity(SmallCity(tmp_path_factory.mktemp("silent")))
    for feed, every, *changes in (
        ("daily", "1d"), ("going", "1d"), ("weekly", "7d"), ("slow", "1d", ('by = "18:00"', 'by = "18:00"\nafter = "2d"'))
    ):  # fmt: skip
        city.feed(feed, every, *changes)
        city.sheet(full_sheet("2020-02-04"), at("2020-02-04", "17:30"), feed)
    city.sheet(full_sheet(LAST), at(LAST, "17:30"))
    for day in (LAST, NEXT, "2020-02-07", NOW):
        rows: list[Row] = full_sheet(day)
        city.sheet(rows if day == LAST else rows[:2], at(day, "19:00"), "going")
    city.city.build()
    return city, city.city.build(as_of=dt.datetime(2020, 2, 7, 9, 59, tzinfo=dt.UTC))


def missing(city: ReportCity, feed: str, snapshot: str = "current") -> list[tuple[str, str]]:
    told = city.reports("state", feed, snapshot)
    return sorted((on, area) for (area, on), state in told.items() if state == "missing")


def test_a_feed_that_stops_is_missing_every_day_since(built: tuple[ReportCity, BuildReport]) -> None:
    days = (NEXT, "2020-02-07", NOW)
    assert missing(built[0], "daily") == [(day, area) for day in days for area in ALL]


def test_a_township_that_stops_is_missing_while_others_go_on(built: tuple[ReportCity, BuildReport]) -> None:
    assert missing(built[0], "going") == [(day, SHANQIAN) for day in (NEXT, "2020-02-07", NOW)]


def test_a_report_is_owed_only_once_its_own_due_time_is_past(built: tuple[ReportCity, BuildReport]) -> None:
    # The week of the 3rd is not over on the 8th; what may come two days later is owed up to the 6th.
    assert missing(built[0], "weekly") == []
    assert missing(built[0], "slow") == [(day, area) for day in (LAST, NEXT) for area in ALL]


def test_the_past_is_silent_only_up_to_then(built: tuple[ReportCity, BuildReport]) -> None:
    """On the 7th at 17:59 the report of that day is not yet due."""
    city, past = built
    assert missing(city, "daily", past.snapshot) == [(NEXT, area) for area in ALL]


def test_the_silence_ends_with_the_next_report(tmp_path: Path) -> None:
    city = ReportCity(SmallCity(tmp_path))
    city.feed("daily")
    city.feed("going")
    city.sheet(full_sheet(LAST), at(LAST, "17:30"))
    city.sheet(full_sheet(NOW), at(NOW, "19:00"), "going")
    city.city.build()
    assert len(missing(city, "daily")) == 9
    city.sheet([*full_sheet(NEXT), *full_sheet(NOW)], at(NOW, "20:00"))
    city.city.build()
    assert missing(city, "daily") == [("2020-02-07", area) for area in ALL]
