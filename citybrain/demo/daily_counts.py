"""What every township reports each day: the people on its list, or zeros, or yesterday's figures again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citybrain.demo.departments import World
from citybrain.demo.facilities import township_shares
from citybrain.demo.geography import County
from citybrain.demo.period import FIRST_DAY
from citybrain.demo.randomness import stream

FEVER = 37.3
CHECKED = ((0, 0.004), (14, 0.008), (18, 0.05), (27, 0.14), (42, 0.09), (56, 0.06))
"""Share of the people that a township checks, by day."""
OBSERVED = ((0, 0.0), (13, 0.0004), (20, 0.006), (29, 0.008), (36, 0.003), (46, 0.0006), (56, 0.0002))
"""Share of the people that is observed at home."""
COPIED_SHARE = 0.012
"""Reports of honest townships that are those of the day before, figure by figure."""


@dataclass(frozen=True)
class DailyCounts:
    """Reported figures, one row a township and one column a day; beside them what is true of the fevers."""

    fevers: np.ndarray
    checked: np.ndarray
    observed: np.ndarray
    true_fevers: np.ndarray
    """What should have been reported: the list, and of those who hide their fevers what the clinics saw."""
    hidden: np.ndarray
    """Where a township files zeros whatever happens."""
    copied: np.ndarray
    """Where an honest township sent the report of the day before again."""

    def table(self) -> pl.DataFrame:
        """One row a township and day: township, day, period_on, fevers, true_value, is_hidden, is_copied."""
        township, number = (axis.ravel() for axis in np.indices(self.fevers.shape))
        return pl.DataFrame(
            {
                "township": township.astype(np.int64),
                "day": number.astype(np.int64),
                "period_on": pl.Series(np.datetime64(FIRST_DAY) + number).cast(pl.Date),
                "fevers": self.fevers.ravel(),
                "true_value": self.true_fevers.ravel(),
                "is_hidden": self.hidden.ravel(),
                "is_copied": self.copied.ravel(),
            }
        )


def count_days(
    world: World, found: np.ndarray, listed: np.ndarray, hidden: np.ndarray, copied_checks: np.ndarray
) -> DailyCounts:
    """The figures of all townships, all by township and day.

    `found` are feverish people at clinics, `listed` the lines of the townships' own lists (from the day on which these
    begin, before that what the clinics told by telephone), `hidden` says where zeros are filed all the same and
    `copied_checks` where the number of people checked is that of the first such day.
    """
    rng = stream(world.seed, "daily counts")
    people = township_shares(world.county) * world.residents
    day = np.arange(world.days)
    checked = people[:, None] * np.interp(day, *np.array(CHECKED).T) * rng.lognormal(0.0, 0.12, found.shape)
    checked = np.maximum(checked.astype(np.int64), 1)
    observed = rng.poisson(people[:, None] * np.interp(day, *np.array(OBSERVED).T))
    fevers = np.where(hidden, 0, listed)
    true_fevers = np.where(hidden, found, listed)
    for township in np.flatnonzero(copied_checks.any(axis=1)):
        silent = np.flatnonzero(copied_checks[township])
        checked[township, silent] = checked[township, silent[0]]
    copied = _copy_reports(rng, (fevers, checked, observed), hidden)
    return DailyCounts(fevers, checked, observed, true_fevers, hidden, copied)


def _copy_reports(
    rng: np.random.Generator, figures: tuple[np.ndarray, np.ndarray, np.ndarray], hidden: np.ndarray
) -> np.ndarray:
    """Copies some reports of the day before in place; says which. A zero is never copied over what was found."""
    fevers = figures[0]
    copied = rng.random(fevers.shape) < COPIED_SHARE
    before = np.roll(hidden, 1, axis=1)
    copied &= ~hidden & ~before & (np.roll(fevers, 1, axis=1) > 0)
    copied[:, 0] = False
    # One copy of an original: no chains, so that the figures of the day before are its own.
    copied &= ~np.roll(copied, 1, axis=1)
    for table in figures:
        table[copied] = np.roll(table, 1, axis=1)[copied]
    return copied


def feverish_visitors(county: County, visits: pl.DataFrame, days: int) -> np.ndarray:
    """Persons with fever at a clinic, by township of residence and day."""
    feverish = visits.filter(pl.col("temperature") >= FEVER).unique(["person", "day"])
    return by_township_and_day(county, county.township_of[feverish["village"].to_numpy()], feverish["day"], days)


def by_township_and_day(county: County, township: np.ndarray, number: pl.Series, days: int) -> np.ndarray:
    """Rows counted by township and day number."""
    counts = np.zeros((len(county.townships), days), dtype=np.int64)
    np.add.at(counts, (township, number.to_numpy().astype(np.int64)), 1)
    return counts
