"""The registered people: households with plausible ages, names and numbers, one township at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from citybrain.demo import names
from citybrain.demo.geography import County
from citybrain.demo.identifiers import PHONE_SERIES, compact_dates, id_texts
from citybrain.demo.randomness import stream

EXTRACT_DAY = dt.date(2020, 1, 5)
"""The lists of people and firms are of this day."""
TODAY = np.datetime64(EXTRACT_DAY)
HOUSEHOLD_SIZES = (0.13, 0.24, 0.27, 0.20, 0.11, 0.05)
"""Share of households with one, two, … six members."""
SINGLE_GIVEN_NAME, RARE_NAME, DOTTED_NAME = 0.16, 0.004, 0.001
MARRIED_IN = 0.06
"""People whose number was issued by another county."""
MOVED, MOVED_TO_TOWN = 0.04, 0.8
"""Households that live elsewhere in the county than they are registered; of these, those that went to town."""
HOUSEHOLDS_A_TOWNSHIP = 1_000_000
"""Numbers reserved for each township."""
SHARING = 8
"""Townships that draw order codes from one issuing area; each takes every eighth."""
PHONE_STEP = 61_803_399
"""Coprime with 10^8: consecutive people get numbers far apart, and no two the same."""


@dataclass(frozen=True)
class Members:
    """Arrays by person, in order of household: its number, place in it (0 is the head), age in years, who is male."""

    household: np.ndarray
    place: np.ndarray
    age: np.ndarray
    is_male: np.ndarray


def people_of(seed: int, county: County, township: int, residents: int) -> pl.DataFrame:
    """The people registered in one township of a county of `residents` people, in order of village and household.

    Columns: person (from 0, unique in the county), resident_id (valid and unique), person_name, is_male, birth_on,
    village (position in `county.villages`), household (unique in the county), phone (of the head for children),
    registered_on, lives_in (position of the village where the person lives now, mostly `village`). Whoever adds up
    the townships gets exactly `residents` people.
    """
    ends = np.rint(np.cumsum(county.weights) * residents).astype(np.int64)
    starts = np.concatenate([[0], ends[:-1]])
    villages = county.villages_of(township)
    first, count = int(starts[villages[0]]), int(ends[villages[-1]] - starts[villages[0]])
    rng = stream(seed, f"people of {township}")
    members = _members(rng, count)
    heads = np.flatnonzero(members.place == 0)[members.household]
    # A household lives where its head falls, so that no household is cut by a village border.
    village = villages[np.searchsorted(ends[villages] - first, heads, side="right")]
    born = _birth_days(rng, members.age)
    person = first + np.arange(count, dtype=np.int64)
    speaker = np.where(members.age < 14, first + heads, person)
    digits = _first_17_digits(rng, township, born, members.is_male)
    return pl.DataFrame(
        {
            "person": person,
            "resident_id": id_texts(digits),
            "person_name": _names(rng, members, heads),
            "is_male": members.is_male,
            "birth_on": pl.Series(born.astype("M8[ms]")).cast(pl.Date),
            "village": village.astype(np.int32),
            "household": (township + 1) * HOUSEHOLDS_A_TOWNSHIP + members.household,
            "phone": pl.Series(PHONE_SERIES + speaker * PHONE_STEP % 10**8).cast(pl.String),
            "registered_on": pl.Series(_registration_days(rng, born).astype("M8[ms]")).cast(pl.Date),
            "lives_in": _present_villages(seed, county, township, members.household, village).astype(np.int32),
        }
    )


def _present_villages(
    seed: int, county: County, township: int, household: np.ndarray, village: np.ndarray
) -> np.ndarray:
    """Some households moved inside the county, most of them to town, and left their registration behind."""
    rng = stream(seed, f"moves of {township}")
    towns = np.flatnonzero([v.is_community for v in county.villages])
    anywhere = np.arange(len(county.villages))
    count = int(household[-1]) + 1 if len(household) else 0
    to_town = (rng.random(count) < MOVED_TO_TOWN) & (len(towns) > 0)
    new = np.where(to_town, rng.choice(towns if len(towns) else anywhere, count), rng.choice(anywhere, count))
    return np.where((rng.random(count) < MOVED)[household], new[household], village)


def _members(rng: np.random.Generator, count: int) -> Members:
    """Households for `count` people; the last one may be cut short."""
    sizes = 1 + rng.choice(len(HOUSEHOLD_SIZES), count, p=HOUSEHOLD_SIZES)
    household = np.repeat(np.arange(count), sizes)[:count]
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    place = np.arange(count) - starts[household]
    alone = np.where(rng.random(count) < 0.4, rng.uniform(20, 36, count), rng.uniform(55, 89, count))
    head = np.where(
        sizes == 1, alone, np.clip(rng.normal(45, 13, count), rng.uniform(21, 26, count), rng.uniform(82, 90, count))
    )[household]
    age = _ages(rng, place, head)
    is_male = rng.random(count) < 0.515
    head_is_male = rng.random(count) < np.where(sizes == 1, 0.55, 0.8)
    is_male = np.where(place == 0, head_is_male[household], is_male)
    is_male = np.where(place == 1, ~head_is_male[household], is_male)
    return Members(household, place, np.clip(age, 0.05, rng.uniform(94, 101, count)), is_male)


def _ages(rng: np.random.Generator, place: np.ndarray, head: np.ndarray) -> np.ndarray:
    """Ages in years: head, spouse, two children, then the head's parents, or grandchildren of an older head."""
    generation = rng.uniform(22, 33, len(place))
    child = head - generation
    parent = head + np.minimum(generation, 29)
    grandchild = child - rng.uniform(22, 30, len(place))
    elder = np.where(head < 52, parent, np.where(grandchild > 0, grandchild, rng.uniform(0.1, 9, len(place))))
    spouse = np.maximum(head + rng.normal(-1.5, 3, len(place)), rng.uniform(20, 23, len(place)))
    return np.select([place == 0, place == 1, place < 4], [head, spouse, np.where(child > 0, child, parent)], elder)


def _birth_days(rng: np.random.Generator, age: np.ndarray) -> np.ndarray:
    days = np.maximum((age * 365.2425).astype(np.int64), 12) + rng.integers(0, 20, len(age))
    return TODAY - days.astype("m8[D]")


def _registration_days(rng: np.random.Generator, born: np.ndarray) -> np.ndarray:
    """Most are registered soon after birth, since 1958 when registration began; others when they moved in."""
    begin = np.maximum(born, np.datetime64("1958-01-09"))
    room = (TODAY - begin).astype(np.int64)
    soon = rng.integers(5, 60, len(born))
    moved = (rng.random(len(born)) * room).astype(np.int64)
    return begin + np.minimum(np.where(rng.random(len(born)) < 0.6, soon, moved), room).astype("m8[D]")


def _first_17_digits(rng: np.random.Generator, township: int, born: np.ndarray, is_male: np.ndarray) -> np.ndarray:
    """Issuing area, birth date and order code (odd for men) of each person, unique in the whole county.

    Townships are dealt out to issuing areas by eights and take every eighth order code, so that townships can be made
    one by one. Source: GB 11643-1999.
    """
    issuer = township // SHARING + np.where(rng.random(len(born)) < MARRIED_IN, 51, 1)
    days = born.astype(np.int64)
    slots = pl.DataFrame({"issuer": issuer, "day": days, "male": is_male})
    rank = slots.select(pl.int_range(pl.len()).over("issuer", "day", "male")).to_series().to_numpy()
    order = rank * SHARING + township % SHARING + 1
    if len(order) and (order.max() >= 500 or issuer.max() > 99):
        raise ValueError("More people share a birthday in one township than there are order codes for them")
    area = int(names.COUNTY_CODE[:4]) * 100 + issuer
    return (area * 10**8 + compact_dates(born)) * 1000 + 2 * order + is_male


def _names(rng: np.random.Generator, members: Members, heads: np.ndarray) -> pl.Series:
    """Children and the father of the head bear the head's surname, spouses and mothers their own."""
    count = len(heads)
    weights = names.SURNAME_WEIGHTS / names.SURNAME_WEIGHTS.sum()
    own = rng.choice(len(weights), count, p=weights)
    bears_own = (members.place == 1) | (members.place == 5)
    surname = pl.Series(names.SURNAMES).gather(np.where(bears_own, own, own[heads]))
    men, women = len(names.MALE_CHARACTERS), len(names.FEMALE_CHARACTERS)
    given = np.where(members.is_male, rng.integers(0, men, (2, count)), men + rng.integers(0, women, (2, count)))
    rare = rng.random(count) < RARE_NAME
    given[1, rare] = men + women + rng.integers(0, len(names.RARE_CHARACTERS), int(rare.sum()))
    pool = pl.Series([*names.CHARACTERS, ""])
    single = rng.random(count) < SINGLE_GIVEN_NAME
    given[0] = np.where(single, len(names.CHARACTERS), given[0])
    dotted = pl.Series(names.DOTTED_NAMES).gather(rng.integers(0, len(names.DOTTED_NAMES), count))
    usual = surname + pool.gather(given[0]) + pool.gather(given[1])
    return dotted.zip_with(pl.Series(rng.random(count) < DOTTED_NAME), usual)
