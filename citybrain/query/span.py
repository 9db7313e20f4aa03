"""Periods one after the other: what a question asks for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from citybrain.query.periods import MONTHS, period_end, period_start

_SHORTEST_DAYS = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}


@dataclass(frozen=True)
class Span:
    """The asked periods, each named by its first day."""

    period_type: str
    first: dt.date
    last: dt.date

    @classmethod
    def around(cls, period_type: str, period_from: dt.date, period_to: dt.date) -> Span:
        """From the period that holds one day to the one that holds the other. Raises AccessError for other words."""
        return cls(period_type, period_start(period_type, period_from), period_start(period_type, period_to))

    @property
    def periods(self) -> int:
        """At most this many periods."""
        return (self.last - self.first).days // _SHORTEST_DAYS[self.period_type] + 1

    @property
    def end(self) -> dt.date:
        """Last day of the last period."""
        return period_end(self.period_type, self.last)

    @cached_property
    def starts(self) -> np.ndarray:
        """First days of the periods, and of the one after the last (datetime64[D])."""
        if self.period_type in MONTHS:
            step = MONTHS[self.period_type]
            first, last = np.datetime64(self.first, "M"), np.datetime64(self.last, "M")
            return np.arange(first, last + step + 1, step).astype("datetime64[D]")
        step = 7 if self.period_type == "week" else 1
        return np.arange(np.datetime64(self.first, "D"), np.datetime64(self.last, "D") + step + 1, step)
