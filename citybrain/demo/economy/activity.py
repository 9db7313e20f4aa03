"""When every firm truly worked: closed for the Spring Festival, back from 10 February by trade, some never."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from citybrain.demo.departments import World
from citybrain.demo.economy.outside_firms import outside_firms
from citybrain.demo.period import FIRST_DAY, day_number
from citybrain.demo.randomness import stream

CLOSING_DAY = day_number(dt.date(2020, 1, 24))
RETURN_DAY = day_number(dt.date(2020, 2, 10))
"""Before this day only those who may not stop, and farms, work."""
NEVER = 10**6
"""The day of something that does not happen in the period."""
DORMANT = 0.05
"""Companies in the register that have not worked for years."""
FIRST_STRENGTH, RAMP_DAYS = 0.55, 21
"""Share of the usual activity on the first day, and days until all of it is back."""
LAST_RETURN_WEEKDAY = 3
"""Permits to resume are given out from Monday to Thursday."""


@dataclass(frozen=True)
class Habit:
    """How firms of a trade behave, by the beginning of its code in GB/T 4754-2017.

    stays_open: share that works through; first_day and wait_days: when the others come back (mean of the wait);
    never: share that does not; kwh_a_head: electricity by person and week; sales_a_head: yuan by person and month.
    """

    code: str
    stays_open: float
    first_day: int
    wait_days: float
    never: float
    kwh_a_head: float
    sales_a_head: float


HABITS = (
    Habit("A", 0.25, RETURN_DAY - 7, 6, 0.01, 35, 9_000),
    Habit("C", 0.05, RETURN_DAY, 6, 0.03, 190, 38_000),
    Habit("C2681", 0.9, CLOSING_DAY + 6, 3, 0.0, 150, 40_000),
    Habit("C2770", 0.9, CLOSING_DAY + 6, 3, 0.0, 160, 45_000),
    Habit("E", 0.02, RETURN_DAY + 4, 8, 0.04, 60, 42_000),
    Habit("F", 0.08, RETURN_DAY, 7, 0.04, 45, 60_000),
    Habit("F5212", 0.6, RETURN_DAY - 6, 5, 0.02, 70, 75_000),
    Habit("F5213", 0.7, RETURN_DAY - 8, 5, 0.02, 70, 40_000),
    Habit("F5251", 0.9, RETURN_DAY - 10, 4, 0.01, 40, 50_000),
    Habit("G", 0.2, RETURN_DAY, 6, 0.03, 55, 35_000),
    Habit("H", 0.02, RETURN_DAY + 7, 8, 0.09, 80, 14_000),
    Habit("I", 0.1, RETURN_DAY, 5, 0.02, 40, 25_000),
    Habit("K", 0.05, RETURN_DAY + 4, 6, 0.03, 30, 30_000),
    Habit("K7020", 0.95, RETURN_DAY - 8, 4, 0.0, 50, 12_000),
    Habit("O", 0.02, RETURN_DAY + 5, 7, 0.06, 45, 12_000),
)
"""A longer code stands before a shorter one."""


@dataclass(frozen=True)
class Activity:
    """The truth about every firm, in the order of `World.firms`.

    closed_day: first day closed; resumed_day: first day at work again (both NEVER where that does not happen); daily:
    share of the usual activity, firm by day, 0 while closed.
    """

    is_dormant: np.ndarray
    closed_day: np.ndarray
    resumed_day: np.ndarray
    daily: np.ndarray
    kwh_a_week: np.ndarray
    sales_a_month: np.ndarray

    def weekly(self) -> np.ndarray:
        """Mean share of the usual activity, firm by week; a week cut short counts the days it has."""
        starts = np.arange(0, self.daily.shape[1], 7)
        lengths = np.diff([*starts, self.daily.shape[1]])
        return np.add.reduceat(self.daily, starts, axis=1) / lengths

    def in_month(self, month: dt.date) -> np.ndarray:
        """Mean share of the usual activity by firm in the month that begins on a day; before the period all is usual."""
        first = day_number(month)
        last = day_number((month + dt.timedelta(days=32)).replace(day=1)) - 1
        usual = np.where(self.is_dormant, 0.0, 1.0)
        inside = self.daily[:, max(first, 0) : max(last + 1, 0)]
        before = max(0, min(last + 1, 0) - first)
        total = usual * before + inside.sum(axis=1)
        return total / max(before + inside.shape[1], 1)


def activity_of(world: World) -> Activity:
    """How the firms of the world lived through the weeks; the same for every department that asks."""
    rng = stream(world.seed, "activity of firms")
    firms, count = world.firms, world.firms.height
    habit = _habits(firms["industry"])
    is_dormant = (rng.random(count) < DORMANT) & ~firms["is_individual"].to_numpy()
    stays = rng.random(count) < _of(habit, "stays_open")
    early = np.where(np.isin(_of(habit, "first_day"), [RETURN_DAY, RETURN_DAY + 4]), rng.integers(0, 7, count), 0)
    closed = np.where(stays, NEVER, CLOSING_DAY - early)
    back = _workday(_of(habit, "first_day") + rng.exponential(_of(habit, "wait_days")).astype(np.int64))
    back = np.where(rng.random(count) < _of(habit, "never"), NEVER, back)
    resumed = np.where(stays, NEVER, back)
    size = np.maximum(firms["staff"].to_numpy(), 1) * rng.lognormal(0, 0.35, count)
    return Activity(
        is_dormant, closed, resumed, _daily(world.days, is_dormant, closed, resumed),
        kwh_a_week=np.round(_of(habit, "kwh_a_head") * size + 20, 1),
        sales_a_month=np.where(is_dormant, 0, np.round(_of(habit, "sales_a_head") * size)),
    )  # fmt: skip


def write_firm_truth(world: World, activity: Activity) -> None:
    """Writes `firms.parquet` and `firm_activity.parquet` into the truth.

    `firms.parquet`: firm (row of `World.firms`; beyond its end those of `outside_firms`), the columns of `World.firms`,
    area_code (village, null outside), township_code, is_outside, is_dormant, closed_on, resumed_on.
    `firm_activity.parquet`: one row a firm and week: credit_code, week_on, activity (share of the usual, 0 to 1).
    """
    county, firms = world.county, world.firms
    codes = pl.Series([v.code for v in county.villages], dtype=pl.String).gather(firms["village"])
    known = firms.with_row_index("firm").with_columns(
        pl.col("firm").cast(pl.Int64),
        codes.alias("area_code"),
        codes.str.slice(0, 9).alias("township_code"),
        pl.lit(False).alias("is_outside"),
        pl.Series("is_dormant", activity.is_dormant),
        _dates(activity.closed_day, world.days).alias("closed_on"),
        _dates(activity.resumed_day, world.days).alias("resumed_on"),
    )
    others = outside_firms(world).with_columns(pl.lit(True).alias("is_outside"))
    world.truth.mkdir(parents=True, exist_ok=True)
    pl.concat([known, others], how="diagonal").write_parquet(world.truth / "firms.parquet")
    weekly = activity.weekly()
    weeks = np.datetime64(FIRST_DAY) + 7 * np.arange(weekly.shape[1])
    pl.DataFrame(
        {
            "credit_code": firms["credit_code"].gather(np.repeat(np.arange(firms.height), weekly.shape[1])),
            "week_on": pl.Series(np.tile(weeks.astype("M8[ms]"), firms.height)).cast(pl.Date),
            "activity": weekly.ravel(),
        }
    ).write_parquet(world.truth / "firm_activity.parquet")


def _dates(days: np.ndarray, most: int) -> pl.Series:
    """The dates of day numbers; null beyond the period."""
    known = pl.Series((np.datetime64(FIRST_DAY) + np.minimum(days, most)).astype("M8[ms]")).cast(pl.Date)
    return pl.select(pl.when(pl.Series(days < most)).then(known)).to_series()


def _habits(industry: pl.Series) -> np.ndarray:
    """Position in HABITS of each firm: the longest code that its industry begins with."""
    distinct = industry.unique()
    found = {
        code: max((i for i, h in enumerate(HABITS) if code.startswith(h.code)), key=lambda i: len(HABITS[i].code))
        for code in distinct
    }
    return industry.replace_strict(found, return_dtype=pl.Int64).to_numpy()


def _of(habit: np.ndarray, attribute: str) -> np.ndarray:
    return np.array([getattr(h, attribute) for h in HABITS])[habit]


def _workday(days: np.ndarray) -> np.ndarray:
    """The day itself from Monday to Thursday, else the next Monday."""
    weekday = days % 7
    return np.where(weekday <= LAST_RETURN_WEEKDAY, days, days + 7 - weekday)


def _daily(days: int, is_dormant: np.ndarray, closed: np.ndarray, resumed: np.ndarray) -> np.ndarray:
    day = np.arange(days, dtype=np.float32)[None, :]
    since = day - resumed[:, None].astype(np.float32)
    back = np.minimum(FIRST_STRENGTH + (1 - FIRST_STRENGTH) * since / RAMP_DAYS, 1)
    level = np.where(day < closed[:, None], 1, np.where(since >= 0, back, 0))
    level[is_dormant] = 0
    return level.astype(np.float32)
