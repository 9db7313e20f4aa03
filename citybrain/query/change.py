"""How a period differs from the one before (环比) and from the same one a year earlier (同比)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

SMALLEST_BASE = 10
"""No percentage on a base under this: 1 → 3 cases is not "+200 %" (docs: DOMAIN, "Numbers: how they add up")."""


Names = tuple[str, str, str, str]
NAMES: Names = ("previous", "difference", "change_pct", "is_redefined")
YEAR_NAMES: Names = ("last_year", "year_difference", "year_change_pct", "is_year_redefined")
_KEYS = ["indicator", "area_code"]


@dataclass(frozen=True)
class Compared:
    """Values of one period, as arrays; NaN where there is none."""

    value: np.ndarray
    numerator: np.ndarray
    is_partial: np.ndarray
    version: np.ndarray
    """Of the definition; 0 where there is nothing."""

    @classmethod
    def of(cls, frame: pl.DataFrame) -> Compared:
        """Those of a frame of values; what is null because nothing was joined counts as no data."""
        value, numerator = (frame[name].to_numpy() for name in ("value", "numerator"))
        partial, version = frame["is_partial"].fill_null(True), frame["version"].fill_null(0)
        return cls(value, numerator, partial.to_numpy(), version.to_numpy())


def compare_periods(this: pl.DataFrame, previous: pl.DataFrame, names: Names = NAMES) -> pl.DataFrame:
    """`this` with `previous`, `difference`, `change_pct` (percent of the previous value) and `is_redefined`, or other names.

    Both are frames of values of one period each. The difference is null where either has no data or is partial: three
    days of a week are no fall against seven. It is null too where both have a value and the definition changed between
    them, which `is_redefined` says: it would tell what the definition did, not what happened. The percentage is null as
    well where the base is under `SMALLEST_BASE`: the previous value, or, for a ratio, its numerator.
    """
    # Mostly both list the same areas in the same order, and a join would cost more than all the rest.
    if not all(this[key].equals(previous[key]) for key in _KEYS):
        previous = this.select(_KEYS).join(previous, on=_KEYS, how="left", maintain_order="left")
    return this.hstack(differences(Compared.of(this), Compared.of(previous), names))


def differences(this: Compared, previous: Compared, names: Names = NAMES) -> list[pl.Series]:
    """The four columns that `compare_periods` adds."""
    redefined = (this.version != previous.version) & ~np.isnan(this.value) & ~np.isnan(previous.value)
    silent = this.is_partial | previous.is_partial | redefined
    difference = np.where(silent, np.nan, this.value - previous.value)
    base = np.abs(np.where(np.isnan(previous.numerator), previous.value, previous.numerator))
    enough = (base >= SMALLEST_BASE) & (previous.value != 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(enough, 100 * difference / np.abs(previous.value), np.nan)
    columns = zip(names[:3], (previous.value, difference, share), strict=True)
    return [*(pl.Series(name, numbers, nan_to_null=True) for name, numbers in columns), pl.Series(names[3], redefined)]
