"""Values of one period beside those of other periods, read and compared as arrays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from citybrain.query.access import AccessContext
from citybrain.query.change import NAMES, YEAR_NAMES, Compared, differences
from citybrain.query.derived import Derived
from citybrain.query.periods import next_period, period_end, period_start, same_period_last_year
from citybrain.query.places import Places
from citybrain.query.snapshot import OpenSnapshot
from citybrain.query.span import Span
from citybrain.query.values import read_derived


def read_change(
    snapshot: OpenSnapshot,
    access: AccessContext,
    indicators: Sequence[str],
    places: Places,
    period_type: str,
    period_on: dt.date,
) -> pl.DataFrame:
    """Values of one period beside the period before and the same one a year earlier; columns as `City.change` says."""
    this, before = period_start(period_type, period_on), next_period(period_type, period_on, -1)
    codes = tuple(dict.fromkeys(indicators))

    def make() -> pl.DataFrame:
        # Both periods in one question: they lie beside each other in the mart.
        both = read_derived(snapshot, access, codes, places, Span(period_type, before, this))
        now = both.period(-1)
        compared = _compared(now)
        frame = now.frame().hstack(differences(compared, _compared(both.period(0)), NAMES))
        year_ago = same_period_last_year(period_type, period_on)
        if not any(first <= period_end(period_type, year_ago) for first in _first_days(snapshot, codes)):
            nothing = [pl.Series(name, [None] * len(frame), pl.Float64) for name in YEAR_NAMES[:3]]
            return frame.hstack([*nothing, pl.Series(YEAR_NAMES[3], [False] * len(frame), pl.Boolean)])
        then = read_derived(snapshot, access, codes, places, Span(period_type, year_ago, year_ago))
        return frame.hstack(differences(compared, _compared(then), YEAR_NAMES))

    asked = ("change", codes, places.codes, period_type, this, access.sees_small_counts)
    return snapshot.memory.recall(asked, make)


def _compared(derived: Derived) -> Compared:
    """One period, in the order of its frame."""
    return Compared(
        derived.value.ravel(), derived.numerator.ravel(), derived.is_partial.ravel(), derived.versions.ravel()
    )


def _first_days(snapshot: OpenSnapshot, indicators: Sequence[str]) -> list[dt.date]:
    """First days of those indicators that any source covers."""
    return [first for code in indicators if (first := snapshot.dictionary.covered(code)[0])]
