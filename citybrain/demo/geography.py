"""The county itself: townships and villages with codes, names, places and shares of the population."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from citybrain.demo import names
from citybrain.demo.borders import Coverage, draw_borders
from citybrain.demo.randomness import stream
from citybrain.demo.sites import Sites, choose_sites


@dataclass(frozen=True)
class Township:
    """One township: 街道 (001-099), 镇 (100-199) or 乡 (200-399)."""

    code: str
    name: str
    kind: str

    @property
    def short_name(self) -> str:
        """The name without 街道, 镇 or 乡."""
        return self.name.removesuffix(self.kind)


@dataclass(frozen=True)
class Village:
    """One village (村委会 200-399) or community (居委会 001-199)."""

    code: str
    name: str
    township: int
    is_community: bool

    @property
    def committee(self) -> str:
        """The name of its committee, as the code list of statistics has it."""
        return self.name + "居民委员会" if self.is_community else self.name + "民委员会"


@dataclass(frozen=True)
class County:
    """The area tree and its geometry; `township_of` and `weights` are by village."""

    townships: tuple[Township, ...]
    villages: tuple[Village, ...]
    coverage: Coverage
    township_of: np.ndarray
    weights: np.ndarray
    """Share of the population, adding up to one."""

    def villages_of(self, township: int) -> np.ndarray:
        """Positions of the villages of one township."""
        return np.flatnonzero(self.township_of == township)


def lay_out(seed: int, township_count: int) -> County:
    """A county with `township_count` townships and about 17.5 villages in each, on 87.5 km² a township."""
    rng = stream(seed, "geography")
    sites = choose_sites(rng, township_count, round(17.5 * township_count))
    coverage = draw_borders(rng, sites)
    townships = name_townships(rng, sites)
    villages = name_villages(rng, townships, sites, coverage)
    crowding = np.where([v.is_community for v in villages], 6.0, 1.0)
    weights = crowding * rng.lognormal(0.0, 0.55, len(villages)) * coverage.areas_km2**0.25
    return County(townships, villages, coverage, coverage.township_of, weights / weights.sum())


def name_townships(rng: np.random.Generator, sites: Sites) -> tuple[Township, ...]:
    """Names and codes by kind; the town that lies nearest to the county seat is 城关镇."""
    towns = np.flatnonzero(~sites.is_street)
    nearest = towns[np.argmin(np.hypot(*(sites.centres[towns] - sites.seat).T))] if len(towns) else -1
    # A county has codes for a hundred 镇; what is more than that is 乡.
    rural = max(1, len(towns) // 3, len(towns) - 100)
    is_rural = np.zeros(len(sites.centres), dtype=bool)
    is_rural[rng.permutation(towns[towns != nearest])[:rural]] = True
    used, serial, result = {"城关"}, {"街道": 1, "镇": 100, "乡": 200}, []
    for i, is_street in enumerate(sites.is_street):
        kind = "街道" if is_street else "乡" if is_rural[i] else "镇"
        name = "城关" if i == nearest else _unused(rng, used, names.TOWNSHIP_FIRST, names.TOWNSHIP_SECOND)
        result.append(Township(f"{names.COUNTY_CODE}{serial[kind]:03d}", name + kind, kind))
        serial[kind] += 1
    return tuple(result)


def name_villages(
    rng: np.random.Generator, townships: tuple[Township, ...], sites: Sites, coverage: Coverage
) -> tuple[Village, ...]:
    """Names and codes of the villages; streets hold communities, towns one or two beside their villages.

    A village name is unique inside its township only, as in life: 王家庄 exists in several.
    """
    used: list[set[str]] = [set() for _ in townships]
    serials = [{True: 1, False: 200} for _ in townships]
    result = []
    for v, t in enumerate(coverage.township_of):
        township = townships[t]
        in_town = township.kind == "镇" and np.hypot(*(coverage.places[v] - sites.centres[t])) < 1.2
        is_community = township.kind == "街道" or bool(in_town)
        if is_community:
            name = _unused(rng, used[t], names.COMMUNITY_FIRST, names.COMMUNITY_SECOND) + "社区"
        else:
            name = _village_name(rng, used[t])
        code = f"{township.code}{serials[t][is_community]:03d}"
        serials[t][is_community] += 1
        result.append(Village(code, name, int(t), is_community))
    return tuple(result)


def _village_name(rng: np.random.Generator, used: set[str]) -> str:
    while True:
        prefix = names.VILLAGE_PREFIX[rng.integers(len(names.VILLAGE_PREFIX))]
        surname = names.SURNAMES[min(int(rng.exponential(14)), 90)]
        suffix = names.VILLAGE_SUFFIX[rng.integers(len(names.VILLAGE_SUFFIX))]
        name = prefix + surname + suffix.removesuffix("村") + "村"
        if name not in used:
            used.add(name)
            return name


def _unused(rng: np.random.Generator, used: set[str], first: str, second: str) -> str:
    while (name := names.compose(rng, first, second)) in used:
        continue
    used.add(name)
    return name
