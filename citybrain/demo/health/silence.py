"""Townships that file zeros that are not true: which, on which days, and whether they keep a list all the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citybrain.demo.departments import World


@dataclass(frozen=True)
class Silence:
    """How one township hides its fevers."""

    rank: int
    """Place in the order of fevers: many fevers, though not the most."""
    first: int
    last: int
    """Days of the zeros."""
    copies: bool
    """Whether the people checked are those of the first day, every day again."""
    keeps_list: bool
    """Whether the township's own list of people goes on."""
    weekends_only: bool = False


WAYS = (
    Silence(3, 19, 41, copies=True, keeps_list=True),
    Silence(5, 26, 10**6, copies=False, keeps_list=False),
    Silence(7, 30, 36, copies=True, keeps_list=False),
    Silence(9, 20, 48, copies=False, keeps_list=True, weekends_only=True),
)


@dataclass(frozen=True)
class FalseZeros:
    """By township and day: whether a zero is filed instead of the truth, whether its checks are copied, whether the list
    stops too.
    """

    hidden: np.ndarray
    copied: np.ndarray
    unlisted: np.ndarray

    def keeps_no_list(self, township: np.ndarray, number: np.ndarray) -> np.ndarray:
        """For pairs of township and day: whether nobody was put on the list."""
        return self.unlisted[township, number]


def silent_townships(world: World, fevers: np.ndarray) -> FalseZeros:
    """Which townships hide their fevers, of `fevers` by township and day: one in four, four at least where there are so
    many, and not more than one in twenty-five of a great city.
    """
    count, days = fevers.shape
    chosen = min(max(2, min(len(WAYS), count // 4), count // 25), count)
    ranked = np.argsort(-fevers.sum(axis=1), kind="stable")
    hidden, copied, unlisted = (np.zeros(fevers.shape, dtype=bool) for _ in range(3))
    weekday = np.arange(days) % 7
    for number in range(chosen):
        way = WAYS[number % len(WAYS)]
        # In a county of few townships, those with the fewest fevers.
        place = way.rank + 8 * (number // len(WAYS))
        township = ranked[max(0, min(place, count - chosen + number))]
        silent = (np.arange(days) >= way.first) & (np.arange(days) <= way.last)
        silent &= (weekday >= 5) | (not way.weekends_only)
        hidden[township] = silent
        copied[township] = silent & way.copies
        unlisted[township] = silent & (not way.keeps_list)
    return FalseZeros(hidden, copied, unlisted)


def zero_table(world: World, reported: pl.DataFrame) -> pl.DataFrame:
    """The zeros among the reports (township, day, fevers reported, true_value, is_hidden) with codes and dates."""
    codes = pl.Series([t.code for t in world.county.townships])
    zeros = reported.filter(pl.col("fevers") == 0)
    return zeros.select(
        feed=pl.lit("township.daily_report"),
        area_code=codes.gather(zeros["township"]),
        period_on="period_on",
        reported=pl.col("fevers").cast(pl.Int64),
        true_value=pl.col("true_value").cast(pl.Int64),
        is_false_zero=pl.col("is_hidden") & (pl.col("true_value") > 0),
    )
