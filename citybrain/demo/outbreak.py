"""Who falls ill: an outbreak brought home before the Spring Festival, among the fevers of any winter.

Travellers come home around 20 January and pass the infection on in household and village; what the county does from
the 24th on lowers the reproduction number, so that the outbreak peaks early in February and is over at its end.
One township at a time and whole generations at once, so that millions of people cost no loop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citybrain.demo.clinic_visits import visits_of
from citybrain.demo.facilities import slow_hospital
from citybrain.demo.geography import County
from citybrain.demo.names import COUNTY_CODE
from citybrain.demo.period import FIRST_DAY
from citybrain.demo.randomness import stream

RETURNERS_A_PERSON = 0.65 / 1000
"""Infected people who come home, by registered person."""
LEAST_AT_SLOW = 6
"""So many at least come home to the township whose health centre is slow, or nobody would notice that it is."""
RETURN_DAY, RETURN_SPREAD = 13.5, 2.8
"""Mean and deviation of the day they come: 20 January."""
NO_MORE_TRAVEL = 19
HOUSEHOLD_ATTACK = 0.15
REPRODUCTION = ((0, 0.8), (18, 0.75), (27, 0.28), (40, 0.05))
"""Infections outside the household by day of the source's onset; the county acts from day 18, 24 January, on."""
DISPERSION = 0.7
"""k of the negative binomial: few infect many. Source: Lloyd-Smith et al. 2005, for SARS 0.16; milder here."""
SAME_VILLAGE = 0.7
SUSPECTED_FIRST = 0.5
"""Cards filed while the case is still suspected."""
LATE_CARD = 0.08
AT_CENTRE, AT_SLOW_CENTRE = 0.45, 0.8
"""Share of the cases that the health centre of their township reports, and that of the slow one; the county hospital
reports the others."""
SLOW_HOURS = (30.0, 150.0)
"""Hours that cards lie in the slow health centre."""
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Illness:
    """What happened to the people of one township, as it truly was.

    `visits`: one visit to a fever clinic a row: person, resident_id, person_name, is_male, birth_on, phone, village,
    day (number), minute (after midnight), clinic (position in `fever_clinics`), temperature (°C), is_case.
    `cases`: one case a row: case_no, the same columns of the person, household, is_imported, infected_by (person, or
    null), onset_day, visit_day, confirmed_day, reported_day, reported_minute (after midnight), at_centre (whether the
    health centre of the township reports it), visit_at, confirmed_at, reported_at (minutes from the first midnight).
    """

    visits: pl.DataFrame
    cases: pl.DataFrame


@dataclass(frozen=True)
class Infections:
    """Infections by position of the person: day of onset, and the position of who passed it on (-1 = imported)."""

    person: np.ndarray
    onset: np.ndarray
    source: np.ndarray


def illness_of(seed: int, county: County, township: int, people: pl.DataFrame, days: int) -> Illness:
    """Visits and cases among the registered people of one township in the first `days` days."""
    rng = stream(seed, f"illness {township}")
    is_slow = township == slow_hospital(county)
    infections = spread(rng, people, days, least=LEAST_AT_SLOW if is_slow else 0)
    cases = follow(rng, infections, people, days, is_slow=is_slow).with_columns(
        case_no=pl.lit(f"{COUNTY_CODE}-2020-{township + 1:03d}")
        + pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(4)
    )
    return Illness(visits_of(rng, county, township, people, cases, days), cases)


def spread(rng: np.random.Generator, people: pl.DataFrame, days: int, least: int = 0) -> Infections:
    """The outbreak among the people by generations, beginning with those who bring it home, `least` at least."""
    by_village = _Neighbours(people["village"].to_numpy())
    by_household = _Neighbours(people["household"].to_numpy())
    # Some townships sent many workers away, others few.
    expected = RETURNERS_A_PERSON * rng.gamma(3.0, 1 / 3) * len(people)
    person = rng.choice(len(people), min(max(rng.poisson(expected), least), len(people)), replace=False)
    came = np.clip(rng.normal(RETURN_DAY, RETURN_SPREAD, len(person)), 4, NO_MORE_TRAVEL)
    onset, source = came + rng.uniform(-1.5, 6.5, len(person)), np.full(len(person), -1)
    ill = np.zeros(len(people), dtype=bool)
    generations = []
    while len(person):
        fresh = np.sort(np.unique(person, return_index=True)[1])
        fresh = fresh[~ill[person[fresh]] & (onset[fresh] < days)]
        person, onset, source = person[fresh], onset[fresh], source[fresh]
        ill[person] = True
        generations.append((person, onset, source))
        person, source_at = _met(rng, by_village, by_household, person, onset)
        source, onset = generations[-1][0][source_at], onset[source_at]
        # Serial interval: 5.5 days on average, never less than one.
        onset = onset + 1 + rng.gamma(2.5, 1.8, len(onset))
    if not generations:
        return Infections(person, onset, source)
    return Infections(*(np.concatenate(parts) for parts in zip(*generations, strict=True)))


class _Neighbours:
    """People by group, to draw from."""

    def __init__(self, group: np.ndarray) -> None:
        self.order = np.argsort(group, kind="stable")
        values, first, sizes = np.unique(group[self.order], return_index=True, return_counts=True)
        at = np.searchsorted(values, group)
        self.first, self.size = first[at], sizes[at]
        """By person: where the group begins in `order`, and how many it holds."""

    def draw(self, rng: np.random.Generator, person: np.ndarray) -> np.ndarray:
        """One of the group of each person, maybe the person too."""
        return self.order[self.first[person] + (rng.random(len(person)) * self.size[person]).astype(np.int64)]

    def everyone(self, person: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Everyone of the groups of these people, and the position of the person in `person` each belongs to."""
        size = self.size[person]
        position = np.repeat(np.arange(len(person)), size)
        rank = np.arange(len(position)) - np.repeat(np.cumsum(size) - size, size)
        return self.order[self.first[person][position] + rank], position


def _met(
    rng: np.random.Generator, by_village: _Neighbours, by_household: _Neighbours, person: np.ndarray, onset: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Whom these people infect, and the position of the source in `person`."""
    relatives, home_of = by_household.everyone(person)
    caught = rng.random(len(relatives)) < HOUSEHOLD_ATTACK
    mean = np.interp(onset, *np.array(REPRODUCTION).T)
    offspring = rng.poisson(rng.gamma(DISPERSION, mean / DISPERSION))
    source_at = np.repeat(np.arange(len(person)), offspring)
    neighbours = by_village.draw(rng, person[source_at])
    anyone = rng.integers(0, len(by_village.order), len(source_at))
    met = np.where(rng.random(len(source_at)) < SAME_VILLAGE, neighbours, anyone)
    return np.concatenate([relatives[caught], met]), np.concatenate([home_of[caught], source_at])


def follow(
    rng: np.random.Generator, infections: Infections, people: pl.DataFrame, days: int, *, is_slow: bool
) -> pl.DataFrame:
    """The way of each case: onset, first visit, confirmation and report card, in order of the card.

    Delays shorten as the county learns; late in January laboratories are the bottleneck, and one health centre leaves
    its cards lying for days. Cards not filed within the period are not known to anybody and left out.
    """
    onset, count = infections.onset, len(infections.person)
    visit = onset + rng.gamma(2.0, np.interp(onset, [14, 30], [1.7, 0.7]), count)
    confirmed = visit + 0.4 + rng.gamma(2.0, np.interp(visit, [12, 18, 26, 34], [0.8, 1.5, 1.1, 0.4]), count)
    at_centre = rng.random(count) < (AT_SLOW_CENTRE if is_slow else AT_CENTRE)
    hours = np.where(rng.random(count) < LATE_CARD, rng.uniform(24, 60, count), rng.gamma(2.0, 2.5, count))
    hours = np.where(at_centre & is_slow, rng.uniform(*SLOW_HOURS, count), hours)
    start = np.where((rng.random(count) < SUSPECTED_FIRST) & ~(at_centre & is_slow), visit, confirmed)
    reported = in_office_hours(rng, ((start + hours / 24) * DAY_MINUTES).astype(np.int64))
    instants = {
        "visit": (visit * DAY_MINUTES).astype(np.int64),
        "confirmed": (confirmed * DAY_MINUTES).astype(np.int64),
        "reported": reported,
    }
    cases = people.select(
        "person", "resident_id", "person_name", "is_male", "birth_on", "phone", "village", "household"
    )[infections.person]
    imported = infections.source < 0
    infected_by = pl.Series(people["person"].to_numpy()[np.maximum(infections.source, 0)] if len(people) else [])
    return (
        cases.with_columns(
            is_imported=pl.Series(imported),
            infected_by=pl.when(~pl.Series(imported)).then(infected_by.cast(pl.Int64)),
            onset_day=pl.Series(np.floor(onset).astype(np.int32)),
            **{f"{name}_day": pl.Series((at // DAY_MINUTES).astype(np.int32)) for name, at in instants.items()},
            reported_minute=pl.Series((reported % DAY_MINUTES).astype(np.int32)),
            at_centre=pl.Series(at_centre),
            **{f"{name}_at": pl.Series(at) for name, at in instants.items()},
        )
        .filter(pl.col("reported_day") < days)
        .sort("reported_day", "reported_minute", "person")
    )


def in_office_hours(rng: np.random.Generator, minutes: np.ndarray) -> np.ndarray:
    """Instants in minutes; what falls into the night waits until the morning, when clerks are there."""
    night = minutes % DAY_MINUTES
    return minutes + np.where(night < 8 * 60, 8 * 60 - night + rng.integers(0, 90, len(minutes)), 0)


def age_on(birth_on: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Age in whole years on a day number."""
    on = pl.lit(FIRST_DAY) + pl.duration(days=day)
    before = (on.dt.month() * 100 + on.dt.day()) < (birth_on.dt.month() * 100 + birth_on.dt.day())
    return on.dt.year() - birth_on.dt.year() - before.cast(pl.Int32)
