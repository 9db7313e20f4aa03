"""Polygons for the map: whole, small, clockwise, and without gaps between neighbours."""

from __future__ import annotations

import json
import math
import zlib

import numpy as np
import pyproj
import pytest
import shapely

from citybrain.areas.boundaries import geojson_texts, label_points, simplify_level, surfaces_km2
from citybrain.areas.geo_files import polygons_of


def wiggly_grid(columns: int, rows: int, points: int = 400) -> list[shapely.Polygon]:
    """Cells of a county whose common borders wiggle, as surveyed borders do."""
    rng = np.random.default_rng(7)
    steps = np.linspace(0, 1, points)

    def edge(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        straight = a + (b - a) * steps[:, None]
        noise = rng.normal(0, 0.0006, points).cumsum() * np.sin(np.pi * steps)
        across = np.array([-(b - a)[1], (b - a)[0]])
        return straight + noise[:, None] * across

    corner = {(i, j): np.array([120 + i * 0.05, 36 + j * 0.05]) for i in range(columns + 1) for j in range(rows + 1)}
    level = {(i, j): edge(corner[i, j], corner[i + 1, j]) for i in range(columns) for j in range(rows + 1)}
    upright = {(i, j): edge(corner[i, j], corner[i, j + 1]) for i in range(columns + 1) for j in range(rows)}
    return [
        shapely.Polygon(
            np.concatenate([level[i, j], upright[i + 1, j], level[i, j + 1][::-1], upright[i, j][::-1]]).tolist()
        )
        for i in range(columns)
        for j in range(rows)
    ]


def test_neighbours_keep_their_common_border() -> None:
    cells = wiggly_grid(5, 5)
    simple = simplify_level(cells)
    assert shapely.get_num_coordinates(simple).sum() < shapely.get_num_coordinates(cells).sum() / 4
    whole = shapely.union_all(simple)
    assert whole.area == pytest.approx(sum(shape.area for shape in simple), rel=1e-9)
    assert len(shapely.get_parts(whole)) == 1
    assert len(shapely.get_rings(shapely.get_parts(whole)[0])) == 1


def test_three_hundred_townships_travel_in_300_kilobytes() -> None:
    texts = geojson_texts(simplify_level(wiggly_grid(20, 15)))
    assert len(texts) == 300
    assert len(zlib.compress("".join(texts).encode())) < 300_000


def test_few_points_are_left_as_they_are() -> None:
    boxes = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    assert simplify_level(boxes) == boxes


def test_exterior_rings_run_clockwise_and_holes_the_other_way() -> None:
    ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    for shape in (ring, shapely.reverse(ring), shapely.MultiPolygon([ring, shapely.box(5, 5, 6, 6)])):
        content = json.loads(geojson_texts([shape])[0])
        polygons = content["coordinates"] if content["type"] == "MultiPolygon" else [content["coordinates"]]
        for exterior, *holes in polygons:
            assert not shapely.is_ccw(shapely.LinearRing(exterior))
            assert all(shapely.is_ccw(shapely.LinearRing(hole)) for hole in holes)


def test_a_crossing_ring_is_repaired_to_polygons() -> None:
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    repaired = polygons_of(bow_tie)
    assert shapely.is_valid(repaired)
    assert repaired.geom_type in ("Polygon", "MultiPolygon")


def test_lines_and_points_are_no_polygons() -> None:
    assert polygons_of(shapely.Point(1, 1)) is None
    mixed = shapely.GeometryCollection([shapely.Point(0, 0), shapely.box(0, 0, 1, 1)])
    assert polygons_of(mixed).equals(shapely.box(0, 0, 1, 1))


def test_the_label_stands_inside_the_largest_part() -> None:
    horseshoe = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 3))
    shape = shapely.MultiPolygon([horseshoe, shapely.box(10, 10, 10.1, 10.1)])
    assert horseshoe.contains(shapely.Point(label_points([shape])[0]))


@pytest.mark.parametrize("latitude", [4.0, 23.0, 36.0, 53.0])
def test_surfaces_agree_with_the_geodesic_ones(latitude: float) -> None:
    shape = shapely.segmentize(shapely.box(113, latitude, 113.4, latitude + 0.3), 0.01)
    geodesic, _ = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(shape)
    assert surfaces_km2([shape])[0] == pytest.approx(math.fabs(geodesic) / 1e6, rel=1e-4)
