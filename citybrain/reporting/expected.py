"""Which reports are owed: every area of a level, for every period, by its due time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

import polars as pl

from citybrain.contracts.contract import Due
from citybrain.sql import literal

SCHEMA = pl.Schema({"area_code": pl.String(), "period_on": pl.Date(), "due_at": pl.Datetime("us")})
END_OF_DAY = dt.time(23, 59, 59)
DAYS_OF_MONTH, DAYS_OF_WEEK = 30, 7
"""A month of a contract has 30 days; the periods it means are months of the calendar."""


def expected_reports(due: Due, areas: Sequence[str], first: dt.date, last: dt.date, timezone: str) -> pl.DataFrame:
    """One row an area and period from `first` to `last`: area_code, period_on, due_at (UTC)."""
    periods = list(periods_between(due, first, last))
    rows = [(area, on, due_at(due, on, timezone)) for on in periods for area in areas]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def periods_between(due: Due, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """First days of the periods from the one that holds `first`: days, weeks from Monday, months of the calendar."""
    on = period_start(due, first)
    while on <= last:
        yield on
        on = _next(due, on)


def period_start(due: Due, on: dt.date) -> dt.date:
    """First day of the period that holds a day; spans without a place in the calendar (10 days) begin on any day."""
    if months := _months(due):
        number = (on.year * 12 + on.month - 1) // months * months
        return dt.date(number // 12, number % 12 + 1, 1)
    return on - dt.timedelta(days=on.weekday()) if due.every.days == DAYS_OF_WEEK else on


def sql_period_start(due: Due, first: dt.date, column: str) -> str:
    """SQL of the same for a column of days; `first` is the first day of the first period."""
    if months := _months(due):
        number = f"((year({column}) * 12 + month({column}) - 1) // {months} * {months})"
        return f"make_date({number} // 12, {number} % 12 + 1, 1)"
    days, start = _days(due), f"DATE {literal(first)}"
    return f"CAST({start} + to_days(CAST(floor(({column} - {start}) / {days}.0) AS INTEGER) * {days}) AS DATE)"


def due_at(due: Due, period_on: dt.date, timezone: str) -> dt.datetime:
    """When the report of a period is due, in UTC: on its last day, or `after` later, by the local time."""
    last_day = _next(due, period_on) - dt.timedelta(days=1)
    local = dt.datetime.combine(last_day, due.by or END_OF_DAY, ZoneInfo(timezone)) + due.after
    return local.astimezone(dt.UTC).replace(tzinfo=None)


def last_deadline(due: Due, known_at: dt.datetime, timezone: str) -> dt.date:
    """The last day whose report, were one owed each day, was due at `known_at`: as long as it is the same, so is what is owed."""
    local = known_at.astimezone(ZoneInfo(timezone)) - due.after
    is_past = local.time() >= (due.by or END_OF_DAY)
    return local.date() if is_past else local.date() - dt.timedelta(days=1)


def _months(due: Due) -> int:
    return due.every.days // DAYS_OF_MONTH if due.every.days and due.every.days % DAYS_OF_MONTH == 0 else 0


def _days(due: Due) -> int:
    """Reports that are due every few hours are those of a day."""
    return max(due.every.days, 1)


def _next(due: Due, on: dt.date) -> dt.date:
    if months := _months(due):
        number = on.year * 12 + on.month - 1 + months
        return dt.date(number // 12, number % 12 + 1, 1)
    return on + dt.timedelta(days=_days(due))
