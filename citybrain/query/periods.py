"""Days, ISO weeks, months, quarters and years: where they begin and end, and which one comes before.

A period is named by its first day. Weeks begin on Monday (ISO 8601; GB/T 7408).
"""

from __future__ import annotations

import datetime as dt

from citybrain.errors import AccessError, nearest

PERIOD_TYPES = ("day", "week", "month", "quarter", "year")
"""Period types that cells are built for, shortest first."""
MONTHS = {"month": 1, "quarter": 3, "year": 12}
"""Months in the period types that are made of months."""


def check_period_type(period_type: str) -> str:
    """The period type itself. Raises AccessError for any other word."""
    if period_type not in PERIOD_TYPES:
        raise AccessError(
            "query",
            "unknown period type",
            found=f"'{period_type}'",
            expected=", ".join(PERIOD_TYPES),
            remedy=f"Ask for one of these.{nearest(period_type, PERIOD_TYPES)}",
        )
    return period_type


def period_start(period_type: str, day: dt.date) -> dt.date:
    """First day of the period that holds the day."""
    if check_period_type(period_type) == "week":
        return day - dt.timedelta(days=day.weekday())
    if period_type in MONTHS:
        step = MONTHS[period_type]
        return dt.date(day.year, (day.month - 1) // step * step + 1, 1)
    return day


def period_end(period_type: str, day: dt.date) -> dt.date:
    """Last day of the period that holds the day, or of the calendar, where that ends before."""
    try:
        return next_period(period_type, day) - dt.timedelta(days=1)
    except (OverflowError, ValueError):
        return dt.date.max


def next_period(period_type: str, day: dt.date, steps: int = 1) -> dt.date:
    """First day of the period that many steps later (earlier, if negative) than the one that holds the day."""
    start = period_start(period_type, day)
    if period_type in MONTHS:
        months = start.year * 12 + start.month - 1 + steps * MONTHS[period_type]
        return dt.date(months // 12, months % 12 + 1, 1)
    return start + dt.timedelta(days=steps * (7 if period_type == "week" else 1))


def same_period_last_year(period_type: str, day: dt.date) -> dt.date:
    """First day of the same period a year earlier: the ISO week of the same number (52 where there is no 53), else the
    same dates; 29 February becomes the 28th.
    """
    start = period_start(period_type, day)
    if period_type == "week":
        year, week, _ = start.isocalendar()
        last_week = dt.date(year - 1, 12, 28).isocalendar().week
        return dt.date.fromisocalendar(year - 1, min(week, last_week), 1)
    is_leap_day = (start.month, start.day) == (2, 29)
    return start.replace(year=start.year - 1, day=28 if is_leap_day else start.day)


def parse_period(text: str) -> dt.date:
    """A day within the period written as `2020-02-20`, `2020-W08`, `2020-02`, `2020-Q1` or `2020`.

    Raises AccessError for other text.
    """
    try:
        if "-W" in text:
            year, week = text.split("-W")
            return dt.date.fromisocalendar(int(year), int(week), 1)
        if "-Q" in text:
            year, quarter = text.split("-Q")
            return dt.date(int(year), 3 * int(quarter) - 2, 1)
        return dt.date.fromisoformat(text + "-01" * (2 - text.count("-")))
    except ValueError:
        raise AccessError(
            "query", "not a period", found=f"'{text}'", expected="2020-02-20, 2020-W08, 2020-02, 2020-Q1 or 2020"
        ) from None


def period_name(period_type: str, day: dt.date) -> str:
    """The period as programs write it: `2020-02-20`, `2020-W08` (ISO 8601), `2020-02`, `2020-Q1` or `2020`."""
    start = period_start(period_type, day)
    if period_type == "week":
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02d}"
    if period_type == "quarter":
        return f"{start.year}-Q{start.month // 3 + 1}"
    return {"day": start.isoformat(), "month": f"{start:%Y-%m}", "year": str(start.year)}[period_type]
