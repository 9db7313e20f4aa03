"""Days, ISO weeks and months: where they begin and end, and which one comes before.

A period is named by its first day. Weeks begin on Monday (ISO 8601; GB/T 7408).
"""

from __future__ import annotations

import datetime as dt

from citybrain.errors import AccessError, nearest

PERIOD_TYPES = ("day", "week", "month")
"""Period types that cells are built for, shortest first."""


def check_period_type(period_type: str) -> str:
    """The period type itself. Raises AccessError for any other word."""
    if period_type not in PERIOD_TYPES:
        raise AccessError(
            "query",
            "unknown period type",
            found=f"'{period_type}'",
            expected="day, week or month",
            remedy=f"Ask for one of these.{nearest(period_type, PERIOD_TYPES)}",
        )
    return period_type


def period_start(period_type: str, day: dt.date) -> dt.date:
    """First day of the period that holds the day."""
    if check_period_type(period_type) == "week":
        return day - dt.timedelta(days=day.weekday())
    return day.replace(day=1) if period_type == "month" else day


def period_end(period_type: str, day: dt.date) -> dt.date:
    """Last day of the period that holds the day."""
    return next_period(period_type, day) - dt.timedelta(days=1)


def next_period(period_type: str, day: dt.date, steps: int = 1) -> dt.date:
    """First day of the period that many steps later (earlier, if negative) than the one that holds the day."""
    start = period_start(period_type, day)
    if period_type == "month":
        months = start.year * 12 + start.month - 1 + steps
        return dt.date(months // 12, months % 12 + 1, 1)
    return start + dt.timedelta(days=steps * (7 if period_type == "week" else 1))


def parse_period(text: str) -> dt.date:
    """A day within the period written as `2020-02-20`, `2020-02` or `2020-W08`. Raises AccessError for other text."""
    try:
        if "-W" in text:
            year, week = text.split("-W")
            return dt.date.fromisocalendar(int(year), int(week), 1)
        return dt.date.fromisoformat(text if text.count("-") == 2 else f"{text}-01")
    except ValueError:
        raise AccessError(
            "query", "not a period", found=f"'{text}'", expected="2020-02-20, 2020-W08 or 2020-02"
        ) from None


def period_name(period_type: str, day: dt.date) -> str:
    """The period as programs write it: `2020-02-20`, `2020-W08` (ISO 8601) or `2020-02`."""
    start = period_start(period_type, day)
    if period_type == "week":
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02d}"
    return start.isoformat() if period_type == "day" else f"{start:%Y-%m}"
