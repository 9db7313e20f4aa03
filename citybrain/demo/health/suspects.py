"""The report cards of all cases: true ones, suspects that were never confirmed, and visitors who fell ill here."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.departments import World
from citybrain.demo.health.series import gathered
from citybrain.demo.health.timeline import with_way
from citybrain.demo.mentions import FIRST_OUTSIDER, outsiders
from citybrain.demo.names import COUNTY_CODE
from citybrain.demo.outbreak import DAY_MINUTES, age_on, in_office_hours
from citybrain.demo.randomness import stream

SHARE = 0.18
"""Suspects that are never confirmed, by true case."""
FIRST_DAY_OF_FEAR = 16
VISITOR_SHARE, FIRST_VISITOR = 0.03, 3_000_000
"""Cases among people of other counties, by true case, and the first of their numbers."""
SCHOOLS = ("县第一中学", "县实验小学", "县职业中专", "县第二幼儿园")
EMPLOYED, AT_SCHOOL = 0.45, 0.85


COLUMNS = (
    "case_no", "person", "resident_id", "person_name", "is_male", "birth_on", "phone", "village", "onset_day", "visit_day",
    "visit_at", "confirmed_at", "reported_at", "reported_day", "at_centre", "is_suspect",
)  # fmt: skip


def report_cards(world: World, cases: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    """The cards of all cases, with their way, `workplace` and `is_suspect` (then confirmed_at is null).

    People of other counties among them are those with person numbers from `FIRST_OUTSIDER`.
    """
    rng = stream(world.seed, "suspects")
    true_cases = cases.with_columns(is_suspect=pl.lit(value=False))
    parts = [true_cases, _suspects(rng, world, cases, visits), _visitors(rng, cases)]
    cards = pl.concat([part.select(COLUMNS) for part in parts], how="vertical_relaxed")
    return with_way(world, cards).with_columns(workplace=_workplaces(rng, world, cards))


def _suspects(rng: np.random.Generator, world: World, cases: pl.DataFrame, visits: pl.DataFrame) -> pl.DataFrame:
    # Whoever comes again with a fever may be a case of tomorrow; suspects are people who come once and are none.
    once = visits.filter(
        pl.col("day") >= FIRST_DAY_OF_FEAR, pl.col("temperature") >= 38.0,
        ~pl.col("person").is_in(cases["person"].implode()), pl.col("person") < FIRST_OUTSIDER,
        pl.len().over("person") == 1,
    ).sort("day", "minute", "person")  # fmt: skip
    count = min(round(SHARE * len(cases)), len(once))
    chosen = once[np.sort(rng.choice(len(once), count, replace=False))]
    visit = chosen["day"].cast(pl.Int64) * DAY_MINUTES + chosen["minute"].cast(pl.Int64)
    reported = pl.Series(in_office_hours(rng, (visit + pl.Series(rng.integers(30, 600, count))).to_numpy()))
    return chosen.with_columns(
        case_no=_numbers("Y", count),
        onset_day=pl.col("day") - pl.Series(rng.integers(0, 4, count)).cast(pl.Int32),
        visit_day="day",
        visit_at=visit,
        confirmed_at=pl.lit(None, pl.Int64),
        reported_at=reported,
        reported_day=(reported // DAY_MINUTES).cast(pl.Int32),
        at_centre=pl.Series(rng.random(count) < 0.4, dtype=pl.Boolean),
        is_suspect=pl.lit(value=True),
    ).filter(pl.col("reported_day") < world.days)


def _visitors(rng: np.random.Generator, cases: pl.DataFrame) -> pl.DataFrame:
    """As many cases again as a share of the true ones, on their days and in their villages, of people from elsewhere."""
    count = min(max(1, round(VISITOR_SHARE * len(cases))), len(cases))
    like = cases[np.sort(rng.choice(len(cases), count, replace=False))]
    who = outsiders(rng, FIRST_VISITOR, count).drop("origin")
    return pl.concat([like.drop(who.columns), who], how="horizontal").with_columns(
        case_no=_numbers("W", count), is_suspect=pl.lit(value=False)
    )


def _numbers(letter: str, count: int) -> pl.Series:
    return pl.Series([f"{COUNTY_CODE}-2020-{letter}{i:06d}" for i in range(1, count + 1)], dtype=pl.String)


def _workplaces(rng: np.random.Generator, world: World, cards: pl.DataFrame) -> pl.Series:
    """Firm or school as the person says; empty for many."""
    count = len(cards)
    age = cards.select(age=age_on(pl.col("birth_on"), pl.lit(0)))["age"].to_numpy()
    firms = world.firms["enterprise_name"].to_list() or [""]
    firm = gathered(firms, rng.integers(0, len(firms), count))
    school = gathered(SCHOOLS, rng.integers(0, len(SCHOOLS), count))
    works = pl.Series((age >= 18) & (age < 62) & (rng.random(count) < EMPLOYED), dtype=pl.Boolean)
    learns = pl.Series((age >= 4) & (age < 18) & (rng.random(count) < AT_SCHOOL), dtype=pl.Boolean)
    nothing = pl.Series([""]).gather(np.zeros(count, dtype=np.int64))
    return firm.zip_with(works, school.zip_with(learns, nothing))
