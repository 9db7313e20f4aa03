"""Which reports are owed, and when each is due."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.contracts.contract import Due
from citybrain.reporting.expected import (
    due_at,
    expected_reports,
    last_deadline,
    period_start,
    periods_between,
    sql_period_start,
)

DAY, WEEK, TEN_DAYS = dt.timedelta(days=1), dt.timedelta(days=7), dt.timedelta(days=10)
MONTH, QUARTER = dt.timedelta(days=30), dt.timedelta(days=90)
ZONE = "Asia/Shanghai"
DAYS = st.dates(dt.date(2018, 1, 1), dt.date(2024, 12, 31))


def dates(*texts: str) -> list[dt.date]:
    return [dt.date.fromisoformat(t) for t in texts]


@pytest.mark.parametrize(
    ("every", "first", "last", "periods"),
    [
        (DAY, "2020-02-27", "2020-03-01", ["2020-02-27", "2020-02-28", "2020-02-29", "2020-03-01"]),
        (dt.timedelta(hours=6), "2020-02-28", "2020-02-29", ["2020-02-28", "2020-02-29"]),
        (WEEK, "2020-02-05", "2020-02-17", ["2020-02-03", "2020-02-10", "2020-02-17"]),
        (TEN_DAYS, "2020-02-05", "2020-02-25", ["2020-02-05", "2020-02-15", "2020-02-25"]),
        (MONTH, "2019-12-31", "2020-02-29", ["2019-12-01", "2020-01-01", "2020-02-01"]),
        (QUARTER, "2020-02-29", "2020-07-01", ["2020-01-01", "2020-04-01", "2020-07-01"]),
    ],
)
def test_periods_are_days_weeks_from_monday_and_months_of_the_calendar(
    every: dt.timedelta, first: str, last: str, periods: list[str]
) -> None:
    assert list(periods_between(Due(every), *dates(first, last))) == dates(*periods)


@pytest.mark.parametrize(
    ("due", "period_on", "at"),
    [
        (Due(DAY, dt.time(18)), "2020-02-03", "2020-02-03 10:00"),
        (Due(DAY, dt.time(9), DAY), "2020-02-03", "2020-02-04 01:00"),
        (Due(DAY), "2020-02-03", "2020-02-03 15:59:59"),
        (Due(WEEK, dt.time(12)), "2020-02-03", "2020-02-09 04:00"),
        (Due(MONTH, dt.time(12), dt.timedelta(days=5)), "2020-02-01", "2020-03-05 04:00"),
        (Due(QUARTER, dt.time(8)), "2019-10-01", "2019-12-31 00:00"),
    ],
)
def test_a_report_is_due_by_the_local_time_of_its_last_day_or_later(due: Due, period_on: str, at: str) -> None:
    assert due_at(due, dt.date.fromisoformat(period_on), ZONE) == dt.datetime.fromisoformat(at)


def test_every_area_owes_every_period() -> None:
    frame = expected_reports(Due(DAY), ["a", "b"], *dates("2020-02-01", "2020-02-03"), ZONE)
    assert frame.height == 6 and frame.unique(["area_code", "period_on"]).height == 6


@given(first=DAYS, later=st.integers(0, 900), every=st.sampled_from([DAY, WEEK, TEN_DAYS, MONTH, QUARTER]))
def test_a_day_lies_in_the_last_period_that_began_by_then(first: dt.date, later: int, every: dt.timedelta) -> None:
    due, day = Due(every), first + dt.timedelta(days=later)
    periods = list(periods_between(due, first, day))
    sql = sql_period_start(due, period_start(due, first), f"DATE '{day}'")
    found = duckdb.sql(f"SELECT {sql}").fetchall()[0][0]
    assert found == periods[-1]


@pytest.mark.parametrize(("time", "day"), [("17:59", "2020-02-02"), ("18:00", "2020-02-03"), ("23:00", "2020-02-03")])
def test_what_is_owed_changes_when_a_due_time_passes(time: str, day: str) -> None:
    now = dt.datetime.fromisoformat(f"2020-02-03T{time}:00+08:00")
    assert last_deadline(Due(DAY, dt.time(18)), now, ZONE) == dt.date.fromisoformat(day)


def test_what_is_owed_waits_for_the_time_after_the_period() -> None:
    now = dt.datetime.fromisoformat("2020-02-03T18:00:00+08:00")
    assert last_deadline(Due(DAY, dt.time(18), DAY), now, ZONE) == dt.date(2020, 2, 2)
