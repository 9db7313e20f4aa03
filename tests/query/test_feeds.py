"""When a delivery is late."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from citybrain.query.feeds import feed_state, judging_time

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE = dt.datetime(2020, 2, 19, 1, 0)
"""09:00 in Shanghai, in UTC."""


@pytest.mark.parametrize(
    ("received", "as_of", "every", "by", "state"),
    [
        (NINE, dt.datetime(2020, 2, 20, 1, 59), "1 day, 0:00:00", "10:00", "on_time"),
        (NINE, dt.datetime(2020, 2, 20, 2, 1), "1 day, 0:00:00", "10:00", "late"),
        (NINE, dt.datetime(2020, 2, 26, 1, 0), "7 days, 0:00:00", "10:00", "on_time"),
        (NINE, dt.datetime(2020, 2, 19, 3, 1), "2:00:00", "", "late"),
        (NINE, None, "1 day, 0:00:00", "", "on_time"),
        (None, NINE, "1 day, 0:00:00", "", "never"),
        (None, NINE, "", "", "unscheduled"),
    ],
)
def test_a_feed_is_late_once_the_local_time_of_its_next_due_day_is_past(received, as_of, every, by, state) -> None:  # type: ignore[no-untyped-def]
    assert feed_state(received, as_of, every, by, SHANGHAI) == state


BUILT = dt.datetime(2026, 11, 22)
LONG_AGO, LAST_WEEK = dt.datetime(2020, 3, 2, 9), BUILT - dt.timedelta(days=7)


@pytest.mark.parametrize(
    ("as_of", "newest", "judged"),
    [
        (NINE, LONG_AGO, NINE),
        (None, LAST_WEEK, BUILT),
        (None, LONG_AGO, LONG_AGO),
        (None, None, BUILT),
    ],
)
def test_data_of_the_past_are_judged_when_the_last_of_them_came(as_of, newest, judged) -> None:  # type: ignore[no-untyped-def]
    assert judging_time(as_of, BUILT, newest) == judged
