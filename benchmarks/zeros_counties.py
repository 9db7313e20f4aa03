"""Simulated counties whose townships report fevers every day: most honestly, some with zeros that are not true."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

FIRST = dt.date(2020, 1, 1)


@dataclass(frozen=True)
class Ways:
    """How one simulated county behaves; drawn anew for each."""

    townships: int
    days: int
    people: np.ndarray
    rate: float
    """Fevers a person and day at the height of the season."""
    dispersion: float
    """Of the day's fevers around their mean: variance = mean + dispersion × mean²."""
    seen_share: float
    """Share of the reported fevers that others (the clinics) see as well."""
    unlisted_share: float
    """Share of what others see that an honest township does not hear of."""
    missing_share: float
    copied_share: float


def draw_ways(rng: np.random.Generator) -> Ways:
    """A county of 8 to 30 townships over 42 to 90 days."""
    townships = int(rng.integers(8, 31))
    return Ways(
        townships,
        int(rng.integers(42, 91)),
        rng.lognormal(10.2, 0.55, townships),
        10 ** rng.uniform(-4.0, -3.0),
        rng.uniform(0.05, 0.8),
        rng.uniform(0.3, 0.95),
        rng.uniform(0.0, 0.3),
        rng.uniform(0.0, 0.03),
        rng.uniform(0.0, 0.03),
    )


def simulate(seed: int) -> pl.DataFrame:
    """The reports of one county, one row a township and day: the columns that `judge_zeros` asks for, and `is_false_zero`.

    Fevers follow population, the townships' own level, a season with one wave, weekends and over-dispersion. Others see
    some of them, and some more. One township in eight files zeros over spells of 3 to 40 days, or on weekends.
    """
    rng = np.random.default_rng((20200101, seed))
    ways = draw_ways(rng)
    truth = _fevers(rng, ways)
    seen = rng.binomial(truth, ways.seen_share) + rng.poisson(truth * ways.unlisted_share)
    silent = _spells(rng, ways)
    reported = np.where(silent, 0, truth).astype(float)
    copied = (rng.random(truth.shape) < ways.copied_share) & ~silent & ~np.roll(silent, 1, axis=1)
    copied[:, 0] = False
    reported[copied] = np.roll(reported, 1, axis=1)[copied]
    reported[rng.random(truth.shape) < ways.missing_share] = np.nan
    return _table(rng, ways, reported, seen, silent, copied, truth)


def _fevers(rng: np.random.Generator, ways: Ways) -> np.ndarray:
    day = np.arange(ways.days)
    height, width = rng.uniform(0.2, 0.8) * ways.days, rng.uniform(8, 25)
    season = 0.15 + np.exp(-(((day - height) / width) ** 2)) + 0.1 * np.isin(day % 7, (5, 6)) * rng.uniform(-1, 1)
    level = rng.lognormal(0.0, 0.35, ways.townships)
    mean = ways.people[:, None] * ways.rate * level[:, None] * np.maximum(season, 0.02)
    # A gamma mixture of Poisson counts is negative binomial.
    return rng.poisson(mean * rng.gamma(1 / ways.dispersion, ways.dispersion, mean.shape))


def _spells(rng: np.random.Generator, ways: Ways) -> np.ndarray:
    """Where zeros are filed whatever happens."""
    silent = np.zeros((ways.townships, ways.days), dtype=bool)
    for township in rng.choice(ways.townships, max(1, ways.townships // 8), replace=False):
        if rng.random() < 0.25:
            silent[township] = np.arange(ways.days) % 7 >= 5
        else:
            length = int(rng.choice([3, 5, 7, 14, 23, 40]))
            first = int(rng.integers(0, max(1, ways.days - length)))
            silent[township, first : first + length] = True
    return silent


def _table(
    rng: np.random.Generator, ways: Ways, reported: np.ndarray, seen: np.ndarray, silent: np.ndarray, copied: np.ndarray,
    truth: np.ndarray,
) -> pl.DataFrame:  # fmt: skip
    township, number = (axis.ravel() for axis in np.indices(truth.shape))
    # Who files zeros without asking anybody often says nothing of whom he asked, or what he said the day before.
    careless = silent & (rng.random(silent.shape) < rng.uniform(0, 0.6))
    copies = copied | (silent & np.roll(silent, 1, axis=1) & (rng.random(silent.shape) < rng.uniform(0, 0.6)))
    return pl.DataFrame(
        {
            "area_code": pl.Series(township).map_elements(lambda t: f"t{t:03d}", return_dtype=pl.String),
            "period_on": [FIRST + dt.timedelta(days=int(n)) for n in number],
            "value": pl.Series(reported.ravel(), dtype=pl.Float64).fill_nan(None),
            "people": np.repeat(np.round(ways.people), ways.days),
            "witnessed": seen.ravel().astype(float),
            "is_copied": copies.ravel(),
            "has_denominator": ~careless.ravel(),
            "is_silent": silent.ravel(),
            "true_value": truth.ravel().astype(float),
        }
    ).with_columns(is_false_zero=pl.col("is_silent") & (pl.col("true_value") > 0) & (pl.col("value") == 0))
