"""Days, instants and weeks as the briefing writes them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from citybrain.briefing.content import Text, When
from citybrain.briefing.week import ReportingWeek
from citybrain.briefing.words import Words


def day_text(day: dt.date, _: Words) -> Text:
    """`2020年2月24日` or `24 February 2020`."""
    return _("{day} {month} {year}", day=When(str(day.day)), month=_month(day, _), year=When(str(day.year)))


def short_day_text(day: dt.date, _: Words) -> Text:
    """`2月24日` or `24 February`."""
    return _("{day} {month}", day=When(str(day.day)), month=_month(day, _))


def week_text(week: ReportingWeek, _: Words) -> Text:
    """`2020年第8周` or `week 8 of 2020`."""
    return _("week {number} of {year}", number=When(str(week.number)), year=When(str(week.year)))


def days_text(week: ReportingWeek, _: Words) -> Text:
    """`2月17日至2月23日`."""
    return _("{first} to {last}", first=short_day_text(week.first, _), last=short_day_text(week.last, _))


def instant_text(instant: dt.datetime, timezone: str, _: Words) -> Text:
    """A UTC instant in local time, to the minute."""
    local = instant.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(timezone))
    return _("{day}, {time}", day=day_text(local.date(), _), time=When(f"{local:%H:%M}"))


def _month(day: dt.date, _: Words) -> When:
    return When(str(day.month) if _.is_chinese else str(get_month_names("wide", locale=_.language)[day.month]))
