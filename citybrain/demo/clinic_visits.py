"""Who goes to a fever clinic, when, and with what temperature: the fevers of a winter, and the cases among them."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.facilities import fever_clinics, remote_townships
from citybrain.demo.geography import County
from citybrain.demo.period import FIRST_DAY, SPRING_FESTIVAL, day_number

PERSONAL = ("person", "resident_id", "person_name", "is_male", "birth_on", "phone", "village")
VISITS_A_PERSON = ((16, 0.09), (300, 0.28))
"""Visits by person in eight weeks, by townships: in a large city the clinic is round the corner."""
EIGHT_WEEKS = 56
WEEKDAYS = (1.28, 1.06, 1.0, 0.98, 1.0, 0.86, 0.82)
"""Monday to Sunday."""
COMES_AGAIN = 0.11
REMOTE_SHARE, CLOSED_DAY = 0.12, 18
"""From the day on which villages close themselves off, so few people come from the remotest townships, of those who would."""
FIRST_CHOICE = 0.65
"""Share that goes to the clinic nearest to the township; the others mostly to the county hospital."""


def visits_of(
    rng: np.random.Generator, county: County, township: int, people: pl.DataFrame, cases: pl.DataFrame, days: int
) -> pl.DataFrame:
    """Visits of the people of a township by time, at most one a person and day; `Illness` says the columns."""
    background = _background(rng, county, people, days)
    if township in remote_townships(county):
        stays = (background["day"].to_numpy() >= CLOSED_DAY) & (rng.random(len(background)) >= REMOTE_SHARE)
        background = background.filter(~pl.Series(stays))
    of_cases = _of_cases(rng, cases, days)
    visits = pl.concat([of_cases, background]).unique(["person", "day"], keep="first", maintain_order=True)
    clinics = len(fever_clinics(county))
    nearest = township % clinics
    elsewhere = np.minimum(rng.geometric(0.6, len(visits)) - 1, clinics - 1)
    clinic = np.where(rng.random(len(visits)) < FIRST_CHOICE, nearest, elsewhere)
    return (
        visits.with_columns(clinic=pl.Series(clinic.astype(np.int8)))
        .select(*PERSONAL, "day", "minute", "clinic", "temperature", "is_case")
        .sort("day", "minute", "person")
    )


def winter_curve(days: int) -> np.ndarray:
    """Expected visits of each day as a multiple of the mean of an ordinary day of eight weeks.

    Influenza ebbs from January on; the festival keeps people at home; fear of the outbreak brings the worried in the
    week after it; then masks and closed roads leave less to catch.
    """
    t = np.arange(days)
    festival = day_number(SPRING_FESTIVAL)
    weekday = np.array(WEEKDAYS)[(t + FIRST_DAY.weekday()) % 7]
    level = np.interp(t, [0, 14, 28, 56], [1.45, 1.3, 0.95, 0.55])
    worried = 0.75 * np.exp(-(((t - festival - 5) / 5.0) ** 2))
    at_home = 1 - 0.5 * np.exp(-(((t - festival) / 1.3) ** 2))
    # In the festival week no weekday is like itself.
    weekday = np.where(np.abs(t - festival - 2) <= 4, 1.0, weekday)
    return (level + worried) * weekday * at_home


def expected_visits(townships: int, days: int) -> float:
    """Expected background visits by person in the whole period."""
    rate = np.interp(townships, *np.array(VISITS_A_PERSON).T) / EIGHT_WEEKS
    return float(rate * winter_curve(days).sum())


def _background(rng: np.random.Generator, county: County, people: pl.DataFrame, days: int) -> pl.DataFrame:
    """Visits for other reasons; children and old people come more often, and one in nine comes again."""
    rate = np.interp(len(county.townships), *np.array(VISITS_A_PERSON).T) / EIGHT_WEEKS
    counts = rng.poisson(winter_curve(days) * rate * len(people) / (1 + COMES_AGAIN))
    day = np.repeat(np.arange(days), counts)
    reach = np.cumsum(_frailty(people))
    who = np.searchsorted(reach, rng.random(len(day)) * (reach[-1] if len(reach) else 0), side="right")
    # One in five has no fever but a cough, or fear.
    has_fever = rng.random(len(day)) < 0.8
    temperature = np.where(has_fever, 37.3 + rng.gamma(2.0, 0.45, len(day)), rng.normal(36.7, 0.25, len(day)))
    again = np.flatnonzero(rng.random(len(day)) < COMES_AGAIN)
    later = day[again] + rng.integers(1, 5, len(again))
    who, day = np.concatenate([who, who[again]]), np.concatenate([day, later])
    temperature = np.concatenate([temperature, temperature[again] - rng.gamma(1.0, 0.6, len(again))])
    visits = people.select(PERSONAL)[np.minimum(who, len(people) - 1)]
    return _timed(rng, visits, day, temperature, is_case=False).filter(pl.col("day") < days)


def _frailty(people: pl.DataFrame) -> np.ndarray:
    years = (pl.lit(FIRST_DAY) - pl.col("birth_on")).dt.total_days() / 365.2425
    age = people.select(years).to_series().to_numpy()
    return np.select([age < 7, age < 15, age > 65], [2.6, 1.7, 1.4], 1.0)


def _of_cases(rng: np.random.Generator, cases: pl.DataFrame, days: int) -> pl.DataFrame:
    """The first visit of each case, and for every third one more on the way to its confirmation."""
    again = cases.filter(pl.Series(rng.random(len(cases)) < 0.35) & (pl.col("confirmed_day") > pl.col("visit_day") + 1))
    visits = pl.concat([cases.select(PERSONAL), again.select(PERSONAL)])
    day = np.concatenate([cases["visit_day"].to_numpy(), again["visit_day"].to_numpy() + 1])
    temperature = 37.2 + rng.gamma(2.2, 0.45, len(day))
    return _timed(rng, visits, day, temperature, is_case=True).filter(pl.col("day").is_between(0, days - 1))


def _timed(
    rng: np.random.Generator, visits: pl.DataFrame, day: np.ndarray, temperature: np.ndarray, *, is_case: bool
) -> pl.DataFrame:
    """With day, minute (most come in the morning, a few by night), temperature and `is_case`."""
    count = len(day)
    hour = np.select(
        [(draw := rng.random(count)) < 0.55, draw < 0.93],
        [rng.normal(9.6, 1.2, count), rng.normal(15.4, 1.6, count)],
        rng.uniform(0, 24, count),
    )
    minute = np.clip(hour * 60, 0, 24 * 60 - 1).astype(np.int32)
    return visits.with_columns(
        day=pl.Series(day.astype(np.int32)),
        minute=pl.Series(minute),
        temperature=pl.Series(np.round(np.clip(temperature, 35.8, 40.8), 1)),
        is_case=pl.lit(is_case),
    )
