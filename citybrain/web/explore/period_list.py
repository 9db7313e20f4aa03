"""The periods that may be looked at, with their names: a long list that many views share."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from citybrain.query.periods import next_period
from citybrain.web.explore.view import View
from citybrain.web.numbers import period_text
from citybrain.web.texts import texts

MOST_PERIODS = 400
KEPT_LISTS = 256


def listed_periods(view: View) -> tuple[tuple[str, str], ...]:
    """First day and words of the periods that the sources cover, newest first; and of the one looked at, if it lies outside."""
    if view.latest_on is None or view.first_on is None or view.period_on is None:
        return ()
    kind, language = view.selection.period, view.selection.lang
    periods = _covered(kind, view.first_on, view.latest_on, language)
    if any(day == view.period_on.isoformat() for day, _ in periods):
        return periods
    own = view.period_on.isoformat(), period_text(kind, view.period_on, texts(language))
    return tuple(sorted([*periods, own], reverse=True))


@lru_cache(KEPT_LISTS)
def _covered(kind: str, first: dt.date, latest: dt.date, language: str) -> tuple[tuple[str, str], ...]:
    days = [latest]
    while len(days) < MOST_PERIODS and days[-1] > first:
        days.append(next_period(kind, days[-1], -1))
    return tuple((day.isoformat(), period_text(kind, day, texts(language))) for day in days)
