"""What every township found each day, and what it chose to report: two file zeros that are not true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citybrain.demo.clinic_visits import expected_visits
from citybrain.demo.facilities import township_shares
from citybrain.demo.geography import County
from citybrain.demo.period import FIRST_DAY
from citybrain.demo.randomness import stream

FEVER = 37.3
CHECKED = ((0, 0.004), (14, 0.008), (18, 0.05), (27, 0.14), (42, 0.09), (56, 0.06))
"""Share of the people that a township checks, by day."""
OBSERVED = ((0, 0.0), (13, 0.0004), (20, 0.006), (29, 0.008), (36, 0.003), (46, 0.0006), (56, 0.0002))
"""Share of the people that is observed at home."""
FALSE_ZERO_RUNS = ((19, 41), (26, 10**6))
"""First and last day on which each of the two townships files zeros."""
FALSE_ZERO_RANKS = (3, 5)
"""They have many fevers, though not the most: places in the order of fevers."""


@dataclass(frozen=True)
class DailyCounts:
    """Reported figures, one row a township and one column a day; `false_zeros` lists what was hidden."""

    fevers: np.ndarray
    checked: np.ndarray
    observed: np.ndarray
    false_zeros: pl.DataFrame
    """Rows: township and day with a zero that is not true. Columns: area_code, area_name, period_on, fevers (persons)."""


def count_days(seed: int, county: County, visits: pl.DataFrame, days: int) -> DailyCounts:
    """The figures of all townships; `visits` are those of `Illness`."""
    rng = stream(seed, "daily counts")
    found = feverish_visitors(county, visits, days)
    # Most who go to the clinic are known at home, and some are known who do not go.
    fevers = rng.binomial(found, 0.95) + rng.poisson(0.12 * found)
    # Whoever found some reports some: an honest zero is a true one.
    fevers = np.where((fevers == 0) & (found > 0), found, fevers)
    people = township_shares(county) * len(visits) / expected_visits(len(county.townships), days)
    day = np.arange(days)
    checked = people[:, None] * np.interp(day, *np.array(CHECKED).T) * rng.lognormal(0.0, 0.12, fevers.shape)
    observed = rng.poisson(people[:, None] * np.interp(day, *np.array(OBSERVED).T))
    hidden = _hide(fevers, checked, found)
    return DailyCounts(fevers, checked.astype(np.int64), observed, _listed(county, found, hidden))


def feverish_visitors(county: County, visits: pl.DataFrame, days: int) -> np.ndarray:
    """Persons with fever at a clinic, by township of residence and day."""
    feverish = visits.filter(pl.col("temperature") >= FEVER).unique(["person", "day"])
    township = county.township_of[feverish["village"].to_numpy()]
    counts = np.zeros((len(county.townships), days), dtype=np.int64)
    np.add.at(counts, (township, feverish["day"].to_numpy()), 1)
    return counts


def _hide(fevers: np.ndarray, checked: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Sets the false zeros in place, with the checks of their first day copied; says where they stand."""
    ranked = np.argsort(-found.sum(axis=1), kind="stable")
    hidden = np.zeros(found.shape, dtype=bool)
    days = found.shape[1]
    for number, (rank, (first, last)) in enumerate(zip(FALSE_ZERO_RANKS, FALSE_ZERO_RUNS, strict=True)):
        if first >= days:
            continue
        # In a county of few townships, those with the fewest fevers.
        township = ranked[max(0, min(rank, len(ranked) - len(FALSE_ZERO_RANKS) + number))]
        hidden[township, first : last + 1] = True
        checked[township, first : last + 1] = checked[township, first]
    fevers[hidden] = 0
    return hidden & (found > 0)


def _listed(county: County, found: np.ndarray, hidden: np.ndarray) -> pl.DataFrame:
    township, day = np.nonzero(hidden)
    names = [(county.townships[t].code, county.townships[t].name) for t in township]
    return pl.DataFrame({
        "area_code": pl.Series([code for code, _ in names], dtype=pl.String),
        "area_name": pl.Series([name for _, name in names], dtype=pl.String),
        "period_on": pl.Series(np.datetime64(FIRST_DAY) + day).cast(pl.Date),
        "fevers": pl.Series(found[township, day], dtype=pl.Int64),
    })  # fmt: skip
