"""Borders of villages, townships and the county: a coverage without gap or overlap.

Voronoi cells give the neighbours. Every edge is cut into short steps once, bent by one smooth map of the plane, rounded
once and then used by both its neighbours, so that shared borders are equal point by point.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Polygon
from shapely.geometry.base import BaseGeometry

from citybrain.demo.sites import Sites

ORIGIN = (118.42, 36.38)
"""Longitude and latitude of the middle of the plane."""
KM_A_DEGREE = (111.32 * np.cos(np.radians(ORIGIN[1])), 111.0)
STEP_KM = 0.18
WAVELENGTHS_KM = (24.0, 9.0, 3.6, 1.7, 0.8)
STRENGTHS = (0.17, 0.14, 0.12, 0.1, 0.08, 0.06, 0.04, 0.0)
"""Height of the waves as a share of their length; at 0 nothing is bent, and nothing can cross."""
DECIMALS = 5
"""Coordinates are kept to about a metre."""


@dataclass(frozen=True)
class Coverage:
    """Geometry in degrees (EPSG:4490); villages in order of their township."""

    places: np.ndarray
    """The site of each village, in km."""
    villages: list[Polygon]
    townships: list[BaseGeometry]
    county: BaseGeometry
    township_of: np.ndarray
    areas_km2: np.ndarray


def draw_borders(rng: np.random.Generator, sites: Sites) -> Coverage:
    """The coverage of the sites: each village gets its cell, each township the cells nearest to its centre."""
    count = len(sites.villages)
    cells = _voronoi(np.concatenate([sites.villages, sites.outside]))[:count]
    rings = [[tuple(p) for p in np.round(np.asarray(c.exterior.coords)[:-1], 6)] for c in cells]
    waves = [(k, rng.normal(size=(4, 2)), rng.uniform(0, 2 * np.pi, (4, 2))) for k in WAVELENGTHS_KM]
    township_of = _join_townships(sites, rings)
    order = np.argsort(township_of, kind="stable")
    township_of, rings = township_of[order], [rings[i] for i in order]
    villages = _bend_until_valid(rings, waves)
    townships = [
        shapely.coverage_union_all([villages[v] for v in np.flatnonzero(township_of == t)])
        for t in range(len(sites.centres))
    ]
    areas = shapely.area(np.array(villages)) * KM_A_DEGREE[0] * KM_A_DEGREE[1]
    county = shapely.coverage_union_all(villages)
    return Coverage(sites.villages[order], villages, townships, county, township_of, areas)


def _voronoi(places: np.ndarray) -> list[Polygon]:
    """Voronoi cells in the order of the places."""
    return list(shapely.voronoi_polygons(MultiPoint(places), ordered=True).geoms)


Ring = list[tuple[float, float]]
Edge = tuple[tuple[float, float], tuple[float, float]]
Wave = tuple[float, np.ndarray, np.ndarray]


def _bend_until_valid(rings: list[Ring], waves: list[Wave]) -> list[Polygon]:
    """Bent cells; the bending is weakened until no border crosses another."""
    lines = _cut_edges(rings)
    points = np.concatenate(list(lines.values()))
    ends = np.cumsum([len(line) for line in lines.values()])[:-1]
    shift = _displacement(points, waves)
    polygons: list[Polygon] = []
    for strength in STRENGTHS:
        bent = dict(zip(lines, np.split(_degrees(points + strength * shift), ends), strict=True))
        polygons = [_bent_ring(ring, bent) for ring in rings]
        if shapely.is_valid(np.array(polygons)).all() and shapely.coverage_is_valid(polygons):
            break
    return polygons


def _cut_edges(rings: list[Ring]) -> dict[Edge, np.ndarray]:
    """Every edge once, from its lower end to its upper, cut into short steps."""
    lines = {}
    for ring in rings:
        for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
            low, high = min(start, end), max(start, end)
            if (low, high) not in lines:
                steps = max(1, int(np.hypot(high[0] - low[0], high[1] - low[1]) / STEP_KM))
                lines[low, high] = np.linspace(low, high, steps + 1)
    return lines


def _bent_ring(ring: Ring, bent: dict[Edge, np.ndarray]) -> Polygon:
    points: list[np.ndarray] = []
    for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
        line = bent[min(start, end), max(start, end)]
        points.append(line[:-1] if start < end else line[:0:-1])
    return shapely.remove_repeated_points(Polygon(np.concatenate(points)))


def _displacement(places: np.ndarray, waves: list[Wave]) -> np.ndarray:
    """A smooth displacement at strength 1: waves of several lengths, each as high as it is long."""
    shift = np.zeros_like(places)
    for length, directions, phases in waves:
        for direction, phase in zip(directions, phases, strict=True):
            along = places @ (direction / np.hypot(*direction)) * 2 * np.pi / length
            shift += length / (2 * np.pi) * np.stack([np.sin(along + phase[0]), np.sin(along + phase[1])], axis=1)
    return shift


def _degrees(places: np.ndarray) -> np.ndarray:
    return np.round(places / np.array(KM_A_DEGREE) + np.array(ORIGIN), DECIMALS)


def _join_townships(sites: Sites, rings: list[Ring]) -> np.ndarray:
    """The township of each cell: the nearest centre, with cells cut off from their township given to a neighbour."""
    distance = np.hypot(*(sites.villages[:, None, :] - sites.centres[None, :, :]).transpose(2, 0, 1))
    township_of = distance.argmin(axis=1)
    neighbours = _neighbours(rings)
    while True:
        joined = np.zeros(len(rings), dtype=bool)
        for t in range(len(sites.centres)):
            own = np.flatnonzero(township_of == t)
            _flood(int(own[distance[own, t].argmin()]), township_of, neighbours, joined)
        stray = np.flatnonzero(~joined)
        if not len(stray):
            return township_of
        for cell in stray:
            around = [township_of[n] for n in neighbours[cell] if joined[n]]
            if around:
                township_of[cell] = max(set(around), key=around.count)


def _flood(start: int, township_of: np.ndarray, neighbours: list[set[int]], joined: np.ndarray) -> None:
    waiting = [start]
    joined[start] = True
    while waiting:
        cell = waiting.pop()
        for other in sorted(neighbours[cell]):
            if not joined[other] and township_of[other] == township_of[cell]:
                joined[other] = True
                waiting.append(other)


def _neighbours(rings: list[Ring]) -> list[set[int]]:
    """Cells that share an edge with each cell."""
    holders: dict[tuple, list[int]] = {}
    for cell, ring in enumerate(rings):
        for start, end in zip(ring, ring[1:] + ring[:1], strict=True):
            holders.setdefault((min(start, end), max(start, end)), []).append(cell)
    result: list[set[int]] = [set() for _ in rings]
    for cells in holders.values():
        for cell in cells:
            result[cell].update(c for c in cells if c != cell)
    return result
