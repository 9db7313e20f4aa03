"""Days, ISO weeks and months."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.errors import AccessError
from citybrain.query.periods import PERIOD_TYPES, next_period, parse_period, period_end, period_name, period_start

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))


@given(kind=st.sampled_from(PERIOD_TYPES), day=DAYS)
def test_a_period_holds_its_day_and_meets_the_next_without_gap(kind: str, day: dt.date) -> None:
    assert period_start(kind, day) <= day <= period_end(kind, day)
    assert period_end(kind, day) + dt.timedelta(days=1) == next_period(kind, day)
    assert next_period(kind, next_period(kind, day), -1) == period_start(kind, day)


@given(kind=st.sampled_from(PERIOD_TYPES), day=DAYS)
def test_a_written_period_reads_back(kind: str, day: dt.date) -> None:
    assert parse_period(period_name(kind, day)) == period_start(kind, day)


def test_the_week_of_new_year_belongs_to_the_iso_year() -> None:
    assert period_name("week", dt.date(2021, 1, 1)) == "2020-W53"


@pytest.mark.parametrize("text", ["", "2020-Q5", "2020-13", "2020-W60", "20200220", "yesterday"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(AccessError, match="not a period"):
        parse_period(text)
