"""Values and states of indicators as arrays of indicators × areas × periods, and as the frame that readers get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from citybrain.query.access import AccessContext
from citybrain.query.cells import is_partial, read_grids
from citybrain.query.definitions import Indicator
from citybrain.query.places import Places
from citybrain.query.snapshot import OpenSnapshot
from citybrain.query.span import Span
from citybrain.query.states import NO_DATA, STATES, SUPPRESSED, VALUE, ZERO, hidden_places, tell_states

SCHEMA = {
    "indicator": pl.String,
    "area_code": pl.String,
    "area_name": pl.String,
    "depth": pl.Int32,
    "period_on": pl.Date,
    "value": pl.Float64,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "state": pl.String,
    "is_partial": pl.Boolean,
    "version": pl.Int32,
}
"""Columns of every frame of values.

`period_on` first day of the period; `value` in the unit of the indicator, null without data; `numerator`, `denominator`
of ratios only; `state` a `ValueState` (value, zero and no_data follow from the number; the others are told by the marts,
see `query.states`); `is_partial` true where the source covers only some days of the period; `version` the number of the
definition that made it: the one in force at the end of the period.
"""
COLUMNS = tuple(SCHEMA)

_NAMES = pl.Series("state", STATES, dtype=pl.String)


@dataclass(frozen=True)
class Derived:
    """Values of indicators × areas × periods; NaN where there is none. The arrays are never written to again."""

    codes: tuple[str, ...]
    places: Places
    days: np.ndarray
    """First days of the periods (datetime64[D])."""
    value: np.ndarray
    numerator: np.ndarray
    denominator: np.ndarray
    state: np.ndarray
    """Places in `STATES`."""
    is_partial: np.ndarray
    version: np.ndarray
    """Number of the definition, of indicators × periods: it is the same in all areas."""

    def period(self, number: int) -> Derived:
        """Only the period at this place; -1 is the last."""
        at = slice(number, number + 1 or None)
        value, numerator, denominator = (n[:, :, at] for n in (self.value, self.numerator, self.denominator))
        state, partial = self.state[:, :, at], self.is_partial[:, :, at]
        version = self.version[:, at]
        return Derived(self.codes, self.places, self.days[at], value, numerator, denominator, state, partial, version)

    @property
    def versions(self) -> np.ndarray:
        """The number of the definition of every value."""
        return np.broadcast_to(self.version[:, None, :], self.value.shape)

    def frame(self) -> pl.DataFrame:
        """One row per indicator × area × period in this order, with the columns of `SCHEMA`."""
        indicators, areas, periods = self.value.shape
        columns = self.places.columns
        if indicators != 1 or periods != 1:
            rows = _rows(np.tile(np.repeat(np.arange(areas), periods), indicators))
            columns = [c[rows] for c in columns]
        return pl.DataFrame(
            [
                _repeated("indicator", self.codes, areas * periods),
                *columns,
                pl.Series("period_on", np.tile(self.days, indicators * areas)),
                *(_numbers(name, getattr(self, name)) for name in ("value", "numerator", "denominator")),
                _NAMES[_rows(self.state.ravel())],
                pl.Series("is_partial", self.is_partial.ravel()),
                pl.Series("version", self.versions.ravel()),
            ]
        )


def derive(snapshot: OpenSnapshot, access: AccessContext, codes: Sequence[str], places: Places, span: Span) -> Derived:
    """The values of indicators, each once. A ratio is scale × numerator ÷ denominator of the same place.

    Each period by the version in force at its end.
    """
    known = [[(v, snapshot.dictionary.bases(v.code), at) for v, at in _versions(snapshot, c, span)] for c in codes]
    bases = list({b.code: b for of_one in known for _, parts, _ in of_one for b in parts}.values())
    grids = dict(zip((b.code for b in bases), read_grids(snapshot, bases, places, span), strict=True))
    shape = (len(known), len(places), len(span.starts) - 1)
    value, numerator, denominator = (np.full(shape, np.nan) for _ in range(3))
    state, partial = np.empty(shape, dtype=np.int8), np.zeros(shape, dtype=bool)
    numbers = np.empty((len(known), shape[2]), dtype=np.int32)
    for n, of_one in enumerate(known):
        for version, parts, at in of_one:
            told = _of_version(snapshot, access, version, parts, [grids[b.code] for b in parts], (places, span))
            for whole, part in zip((value, numerator, denominator, state, partial), told, strict=True):
                whole[n][:, at] = part[:, at]
            numbers[n][at] = version.version
    return Derived(tuple(codes), places, span.starts[:-1], value, numerator, denominator, state, partial, numbers)


def _versions(snapshot: OpenSnapshot, code: str, span: Span) -> list[tuple[Indicator, slice]]:
    """The versions in force in any of the periods, each with its periods."""
    versions = snapshot.dictionary.versions(code)
    if len(versions) == 1:
        return [(versions[0], slice(None))]
    begins = np.array([v.valid_from for v in versions[1:]], dtype="datetime64[D]")
    starts = [0, *np.searchsorted(span.starts[1:] - 1, begins).tolist(), len(span.starts) - 1]
    return [(v, slice(a, b)) for v, (a, b) in zip(versions, pairwise(starts), strict=True) if a < b]


def _of_version(
    snapshot: OpenSnapshot,
    access: AccessContext,
    indicator: Indicator,
    parts: Sequence[Indicator],
    grids: Sequence[np.ndarray],
    where: tuple[Places, Span],
) -> tuple[np.ndarray, ...]:
    """Value, numerator, denominator, state and whether it is partial (areas × periods each), all by one definition."""
    places, span = where
    value = _value(indicator, grids)
    numerator, denominator = grids if indicator.is_ratio else [np.full(value.shape, np.nan)] * 2
    is_known = ~np.isnan(value)
    partial = is_known & np.logical_or.reduce([is_partial(b, span) for b in parts])[None, :]
    plain = np.where(is_known, np.where(value == 0, ZERO, VALUE), NO_DATA).astype(np.int8)
    state = tell_states(snapshot, parts, places, span, plain)
    hidden = hidden_places(snapshot, access, parts, places, span)
    if hidden is not None:
        state = np.where(hidden, SUPPRESSED, state).astype(np.int8)
        value, numerator, denominator = (np.where(hidden, np.nan, n) for n in (value, numerator, denominator))
    return value, numerator, denominator, state, partial


def _value(indicator: Indicator, grids: Sequence[np.ndarray]) -> np.ndarray:
    if not indicator.is_ratio:
        return grids[0]
    counted, divisor = grids
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(divisor == 0, np.nan, indicator.scale * counted / divisor)


def _numbers(name: str, numbers: np.ndarray) -> pl.Series:
    return pl.Series(name, numbers.ravel(), nan_to_null=True)


def _repeated(name: str, texts: Sequence[str], times: int) -> pl.Series:
    return pl.Series(name, texts, pl.String)[_rows(np.repeat(np.arange(len(texts)), times))]


def _rows(numbers: np.ndarray) -> pl.Series:
    """Numbers of rows to take with `[…]`: `gather` does the same as a query of its own, at ten times the cost."""
    return pl.Series(numbers.astype(np.uint32))
