"""Where townships and villages lie: points in a plane of kilometres, denser around the county seat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from shapely import STRtree
from shapely import points as shapely_points

KM2_A_TOWNSHIP = 87.5
LLOYD_ROUNDS = 12
CANDIDATES = 30
"""Random places to choose from for every village."""


@dataclass(frozen=True)
class Sites:
    """Points in km: township centres, villages, and a ring outside that bounds the outermost cells."""

    seat: np.ndarray
    centres: np.ndarray
    is_street: np.ndarray
    villages: np.ndarray
    outside: np.ndarray


@dataclass(frozen=True)
class Outline:
    """A blob: a circle with a few lobes (waves around it, amplitude as a share of the radius, phase)."""

    radius: float
    lobes: tuple[tuple[int, float, float], ...]

    def reach(self, places: np.ndarray) -> np.ndarray:
        """Distance from the middle to the outline in the direction of each place."""
        angle = np.arctan2(places[:, 1], places[:, 0])
        return self.radius * (1 + sum(size * np.cos(k * angle + phase) for k, size, phase in self.lobes))


def choose_sites(rng: np.random.Generator, township_count: int, village_count: int) -> Sites:
    """Sites of a county whose seat lies somewhat off its middle, with the streets around the seat."""
    radius = float(np.sqrt(township_count * KM2_A_TOWNSHIP / np.pi))
    lobes = tuple((k, rng.uniform(0.4, 1.0) * size, rng.uniform(0, 2 * np.pi)) for k, size in WAVES)
    outline = Outline(radius, lobes)
    seat = rng.normal(0, 0.1 * radius, 2)
    streets = max(1, round(township_count * 3 / 16))
    urban = 2.6 * np.sqrt(streets / 3)

    def crowding(places: np.ndarray) -> np.ndarray:
        return 1 + 9 * np.exp(-((np.hypot(*(places - seat).T) / (1.1 * urban)) ** 2))

    plain = scatter(rng, outline, CANDIDATES * village_count)
    rural = plain[np.hypot(*(plain - seat).T) > 1.6 * urban]
    in_town = seat + 0.7 * urban * _disc(rng, 400 * streets)
    centres = np.concatenate([relax(rng, in_town, streets), relax(rng, rural, township_count - streets)])
    villages = relax(rng, scatter(rng, outline, CANDIDATES * village_count, crowding), village_count)
    ring = _ring(rng, outline, float(np.sqrt(np.pi * radius**2 / village_count)))
    return Sites(seat, centres, np.arange(township_count) < streets, villages, ring)


WAVES = ((2, 0.14), (3, 0.10), (4, 0.07), (5, 0.06))
"""Lobes of the outline: how many around, and their greatest size."""


def scatter(
    rng: np.random.Generator,
    outline: Outline,
    count: int,
    density: Callable[[np.ndarray], np.ndarray] | None = None,
    margin: float = 0.0,
) -> np.ndarray:
    """Random places inside the outline (and `margin` km beyond it), thicker where the density is greater."""
    found: list[np.ndarray] = []
    edge = outline.radius * 1.5 + margin
    while sum(map(len, found)) < count:
        places = rng.uniform(-edge, edge, (4 * count, 2))
        keep = np.hypot(*places.T) < outline.reach(places) + margin
        if density is not None:
            weight = density(places)
            keep &= rng.random(len(places)) < weight / weight.max()
        found.append(places[keep])
    return np.concatenate(found)[:count]


def relax(rng: np.random.Generator, candidates: np.ndarray, count: int) -> np.ndarray:
    """`count` evenly spread middles of the candidates (Lloyd's algorithm)."""
    if count == 0:
        return np.empty((0, 2))
    centres = candidates[rng.choice(len(candidates), count, replace=False)]
    geometry = shapely_points(candidates)
    for _ in range(LLOYD_ROUNDS):
        nearest = STRtree(shapely_points(centres)).nearest(geometry)
        held = np.bincount(nearest, minlength=count)
        sums = np.stack([np.bincount(nearest, candidates[:, axis], minlength=count) for axis in (0, 1)], axis=1)
        centres = np.where(held[:, None] > 0, sums / np.maximum(held, 1)[:, None], centres)
    return centres


def _ring(rng: np.random.Generator, outline: Outline, spacing: float) -> np.ndarray:
    """Even places just outside the outline, three spacings deep."""
    places = scatter(rng, outline, int(900 * outline.radius / spacing), margin=3 * spacing)
    beyond = places[np.hypot(*places.T) > outline.reach(places) + 0.2 * spacing]
    return relax(rng, beyond, int(6 * np.pi * outline.radius / spacing))


def _disc(rng: np.random.Generator, count: int) -> np.ndarray:
    """Random places in the unit disc."""
    angle, distance = rng.uniform(0, 2 * np.pi, count), np.sqrt(rng.random(count))
    return np.stack([distance * np.cos(angle), distance * np.sin(angle)], axis=1)
