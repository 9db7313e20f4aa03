"""What people fell ill of: the background of winter fevers and the outbreak that spreads among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from citybrain.demo.geography import County
from citybrain.demo.people import OUTSIDE, Population
from citybrain.demo.period import SPRING_FESTIVAL, day_number
from citybrain.demo.randomness import stream

FEVERS_PER_1000_A_DAY = 1.0
IMPORTED_PER_100_000 = 20
FIRST_IMPORT, LAST_IMPORT = 9, 18
"""Days between which travellers bring the infection, around 20 January."""
REPRODUCTION = ((0, 2.9), (18, 2.6), (22, 1.4), (27, 0.75), (33, 0.4), (99, 0.3))
"""Effective reproduction number by day of infection; the county acts from 26 January on."""
CONTACT_SHARES = (0.42, 0.30, 0.18, 0.10)
"""Infections in the household, the village, the township, the county."""
SYMPTOMATIC_SHARE = 0.85
SEEKS_CARE_SHARE = 0.5


@dataclass(frozen=True)
class Illness:
    """Fever episodes, one a row: who, since when, of what, and whether the person goes to a clinic."""

    person: np.ndarray
    onset: np.ndarray
    """Day number of the first symptoms."""
    is_outbreak: np.ndarray
    visit: np.ndarray
    """Day number of the first visit to a fever clinic; -1 = none."""
    infected_by: np.ndarray
    """Person who passed it on; -1 = imported, or not of the outbreak."""


def spread(county: County, population: Population, seed: int, days: int) -> Illness:
    """All fever episodes of the period, ordered by day of onset and person."""
    rng = stream(seed, "illness")
    background = _background(rng, population, days)
    outbreak = _outbreak(rng, county, population, days)
    person, onset, is_outbreak, infected_by = (
        np.concatenate([a, b]) for a, b in zip(background, outbreak, strict=True)
    )
    chance = np.where(is_outbreak, 0.93, SEEKS_CARE_SHARE)
    delay = np.where(is_outbreak, rng.gamma(2.0, 1.4, len(onset)), rng.gamma(1.2, 0.7, len(onset))).astype(np.int64)
    visit = np.where((rng.random(len(onset)) < chance) & (onset + delay < days), onset + delay, -1)
    order = np.lexsort((person, onset))
    return Illness(person[order], onset[order], is_outbreak[order], visit[order], infected_by[order])


Episodes = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _background(rng: np.random.Generator, population: Population, days: int) -> Episodes:
    """Winter fevers, fewer over the festival and as masks and staying at home take hold."""
    t = np.arange(days)
    level = FEVERS_PER_1000_A_DAY * np.where(np.abs(t - day_number(SPRING_FESTIVAL)) <= 2, 0.7, 1.0)
    level *= np.where(t > 24, np.exp(-(t - 24) / 45), 1.0) * np.exp(rng.normal(0, 0.12, days))
    counts = rng.poisson(level * len(population) / 1000)
    onset = np.repeat(t, counts)
    person = rng.integers(0, len(population), len(onset))
    return person, onset, np.zeros(len(onset), dtype=bool), np.full(len(onset), -1)


def _outbreak(rng: np.random.Generator, county: County, population: Population, days: int) -> Episodes:
    """A branching process by generations in households, villages, townships and the county."""
    inside = np.flatnonzero(population.living != OUTSIDE)
    by_village = inside[np.argsort(population.living[inside], kind="stable")]
    first = np.searchsorted(population.living[by_village], np.arange(len(county.villages) + 1))
    imported = max(8, round(len(population) * IMPORTED_PER_100_000 / 100_000))
    person = rng.choice(inside, imported, replace=False)
    infected = rng.integers(FIRST_IMPORT, LAST_IMPORT + 1, imported).astype(np.float64)
    source = np.full(imported, -1)
    generations = []
    met = np.zeros(len(population), dtype=bool)
    while len(person):
        fresh = np.unique(person, return_index=True)[1]
        fresh = fresh[~met[person[fresh]] & (infected[fresh] < days)]
        person, infected, source = person[fresh], infected[fresh], source[fresh]
        met[person] = True
        generations.append((person, infected, source))
        strength = np.interp(infected, *np.array(REPRODUCTION).T)
        # Few infect many: a negative binomial with k = 0.4.
        offspring = rng.poisson(rng.gamma(0.4, strength / 0.4))
        source = np.repeat(person, offspring)
        infected = np.repeat(infected, offspring) + 1 + rng.gamma(3.0, 1.4, len(source))
        person = _contacts(rng, county, population, (by_village, first), source)
    person, infected, source = (np.concatenate(parts) for parts in zip(*generations, strict=True))
    onset = (infected + rng.gamma(4.0, 1.2, len(infected))).astype(np.int64)
    keep = (rng.random(len(person)) < SYMPTOMATIC_SHARE) & (onset < days)
    return person[keep], onset[keep], np.ones(int(keep.sum()), dtype=bool), source[keep]


def _contacts(
    rng: np.random.Generator,
    county: County,
    population: Population,
    index: tuple[np.ndarray, np.ndarray],
    source: np.ndarray,
) -> np.ndarray:
    """Whom each source infects; the household is that of the registry, next to each other in the arrays."""
    by_village, first = index
    circle = rng.choice(4, len(source), p=CONTACT_SHARES)
    village = population.living[source]
    village = np.where(village == OUTSIDE, 0, village)
    township = county.township_of[village]
    # Villages are in order of their township, so that a township is one stretch of the index.
    t_first = np.searchsorted(county.township_of, np.arange(len(county.townships) + 1))
    low = np.select([circle == 1, circle == 2], [first[village], first[t_first[township]]], 0)
    high = np.select([circle == 1, circle == 2], [first[village + 1], first[t_first[township + 1]]], len(by_village))
    met = by_village[(low + rng.random(len(source)) * np.maximum(high - low, 1)).astype(np.int64) % len(by_village)]
    home_first = np.searchsorted(population.household, population.household[source])
    home_last = np.searchsorted(population.household, population.household[source], side="right")
    relative = home_first + (rng.random(len(source)) * (home_last - home_first)).astype(np.int64)
    return np.where(circle == 0, relative, met)
