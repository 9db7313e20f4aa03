"""Reporting weeks: numbers, years of 53 weeks, the Spring Festival, and weeks that do not begin on Monday."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.briefing import last_whole_week, parse_week, pinned_city, plain_text, week_of
from citybrain.briefing.content import Role, numbers_in
from citybrain.briefing.week import spring_festivals
from citybrain.briefing.weekly_values import AskedAreas, weekly_values
from citybrain.errors import AccessError
from citybrain.project import WEEKDAYS, BriefingSettings
from citybrain.query import SnapshotInfo, local_user
from tests.briefing.lunar_calendar import new_year
from tests.query import tiny_city as tiny


@given(st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)), st.sampled_from(WEEKDAYS))
def test_a_week_holds_its_day_and_reads_back_from_its_name(day: dt.date, begins_on: str) -> None:
    week = week_of(day, begins_on)
    assert week.first <= day <= week.last
    assert week.first.weekday() == WEEKDAYS.index(begins_on)
    assert parse_week(week.code, begins_on) == week
    assert week.before.last + dt.timedelta(days=1) == week.first


@given(st.dates(dt.date(1990, 1, 1), dt.date(2060, 1, 1)))
def test_weeks_from_monday_are_iso_weeks(day: dt.date) -> None:
    assert (week_of(day).year, week_of(day).number) == day.isocalendar()[:2]


def test_a_week_from_friday_has_the_number_of_its_thursday() -> None:
    week = parse_week("2020-W08", "friday")
    assert (week.first, week.last) == (dt.date(2020, 2, 14), dt.date(2020, 2, 20))


@pytest.mark.parametrize(("week", "before"), [("2020-W08", "2019-W08"), ("2021-W01", "2020-W01"), ("2020-W53", None)])
def test_the_year_before_has_the_same_number_or_there_is_none(week: str, before: str | None) -> None:
    earlier = parse_week(week).year_before
    assert (earlier and earlier.code) == before


@pytest.mark.parametrize("text", ["2020-08", "2020-W54", "W08", "2020-W8x"])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(AccessError, match="2020-W08"):
        parse_week(text)


def test_the_festivals_are_where_sun_and_moon_put_them() -> None:
    assert [d.year for d in spring_festivals()] == list(range(2000, 2051))
    assert list(spring_festivals()) == [new_year(year) for year in range(2000, 2051)]


@pytest.mark.parametrize(
    ("week", "falls"), [("2020-W03", False), ("2020-W04", True), ("2020-W05", True), ("2020-W06", False)]
)
def test_the_week_knows_its_holiday(week: str, falls: bool) -> None:
    assert (parse_week(week).spring_festival == dt.date(2020, 1, 25)) is falls


def test_the_briefing_marks_the_festival(compose) -> None:
    assert "本周含春节假期（正月初一为2020年1月25日）" in plain_text(
        compose(week="2020-W05").sections[0].blocks[0].words
    )
    assert "上周含春节假期" in plain_text(compose(week="2020-W06").sections[0].blocks[0].words)
    assert "春节" not in plain_text(compose(week="2020-W08").sections[0].blocks[0].words)


def by_hand(city, code: str, area: str, days: list[dt.date]) -> float | None:
    """A week put together from days, one at a time."""
    found = [
        city.values(local_user(), [code], areas=[area], period_type="day", period_from=d, period_to=d).to_dicts()[0]
        for d in days
    ]
    indicator = city.indicator(local_user(), code)
    if indicator.is_ratio:
        n = sum(f["numerator"] or 0 for f in found)
        d = sum(f["denominator"] or 0 for f in found)
        return indicator.scale * n / d if d else None
    stated = [f["value"] for f in found if f["value"] is not None]
    if not stated:
        return None
    return sum(stated) if indicator.kind == "flow" else stated[-1]


def test_a_week_from_friday_is_put_together_from_days(briefed: Path) -> None:
    week = parse_week("2020-W07", "friday")
    days = [week.first + dt.timedelta(days=n) for n in range(7)]
    codes = ["screened", "screened_fever", "fever_rate", "reported_fever", "residents"]
    with pinned_city(briefed) as city:
        frame = weekly_values(city, local_user(), codes, AskedAreas(level="township"), week)
        assert [(r["indicator"], r["area_code"]) for r in frame.to_dicts()] == [
            (c, t) for c in codes for t in tiny.TOWNSHIPS
        ]
        for row in frame.to_dicts():
            expected = by_hand(city, row["indicator"], row["area_code"], days)
            assert row["value"] == (None if expected is None else pytest.approx(expected)), row
    assert set(frame["state"]) >= {"value", "no_data"}


def test_the_briefing_of_such_a_week_says_so(compose) -> None:
    briefing = compose(settings=BriefingSettings(week_begins="friday"), language="en")
    assert "do not begin on Monday" in "".join(
        plain_text(b.words) for b in briefing.sections[-1].blocks if hasattr(b, "words")
    )
    assert {n.period_on for n in numbers_in(briefing) if n.role is Role.VALUE} == {dt.date(2020, 2, 7)}


@pytest.mark.parametrize(
    ("known_at", "last_day", "week"),
    [
        ("2020-02-23T15:59", None, "2020-W07"),  # Sunday night in Shanghai: the week is not over
        ("2020-02-23T16:00", None, "2020-W08"),  # midnight there
        ("2020-02-24T01:00", "2020-02-22", "2020-W08"),  # what is a day late is still of that week
        ("2020-02-26T01:00", "2020-02-26", "2020-W08"),
        ("2026-11-22T07:00", "2020-03-01", "2020-W09"),  # a past period, replayed or shown
    ],
)
def test_the_week_to_report_is_over_and_has_data(known_at: str, last_day: str | None, week: str) -> None:
    day = dt.date.fromisoformat(last_day) if last_day else None
    built = SnapshotInfo("s", None, dt.datetime.fromisoformat(known_at), "", "", "Asia/Shanghai", day)
    assert last_whole_week(built).code == week
