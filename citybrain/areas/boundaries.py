"""Polygons for the map: simplified level by level so that neighbours keep their common border, and measured.

Imports shapely and pyproj: load it late.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyproj
import shapely

POINTS_PER_POLYGON = 160
"""Average that a level is simplified to: 300 townships then travel in under 300 kB compressed."""
DECIMALS = 5
"""Of a degree: about a metre."""
ISLET_SHARE = 0.0005
"""Parts smaller than this share of their area go where a level has too many points; a map cannot show them."""
EQUAL_AREA = "EPSG:6933"


def simplify_level(polygons: list[Any]) -> list[Any]:
    """The polygons of one level with fewer points, neighbours together (Visvalingam-Whyatt on the coverage)."""
    shapes = np.array(polygons, dtype=object)
    wanted = POINTS_PER_POLYGON * len(shapes)
    if point_count(shapes) <= wanted:
        return list(shapes)
    shapes = np.array([without_islets(shape) for shape in shapes], dtype=object)
    size = math.sqrt(float(np.median(shapely.area(shapes))))
    tolerance = size / 3000
    while point_count(shapes) > wanted and tolerance < size / 15:
        simpler = shapely.coverage_simplify(shapes, tolerance)
        kept = shapely.is_empty(simpler) | shapely.is_missing(simpler)
        shapes = np.where(kept, shapes, simpler)
        tolerance *= 1.5
    return list(shapes)


def point_count(shapes: np.ndarray) -> int:
    """Points of all shapes."""
    return int(np.sum(shapely.get_num_coordinates(shapes)))


def without_islets(shape: Any) -> Any:
    """The shape without parts too small to see; the largest always stays."""
    parts = shapely.get_parts(shape)
    if len(parts) == 1:
        return shape
    areas = shapely.area(parts)
    kept = parts[areas >= min(ISLET_SHARE * areas.sum(), areas.max())]
    return kept[0] if len(kept) == 1 else shapely.MultiPolygon(list(kept))


def geojson_texts(shapes: list[Any]) -> list[str]:
    """GeoJSON of each shape, exterior rings clockwise as d3 and Plotly draw them, coordinates to a metre."""
    rounded = shapely.transform(np.array(shapes, dtype=object), lambda points: np.round(points, DECIMALS))
    turned = shapely.orient_polygons(rounded, exterior_cw=True)
    return [text.replace(" ", "") for text in shapely.to_geojson(turned)]


def label_points(shapes: list[Any]) -> list[tuple[float, float]]:
    """For each shape the point (longitude, latitude) deepest inside its largest part."""
    points = []
    for shape in shapes:
        parts = shapely.get_parts(shape)
        largest = parts[int(np.argmax(shapely.area(parts)))]
        circle = shapely.maximum_inscribed_circle(largest, tolerance=math.sqrt(largest.area) / 100)
        lon, lat = shapely.get_coordinates(circle)[0]
        points.append((round(float(lon), DECIMALS), round(float(lat), DECIMALS)))
    return points


def surfaces_km2(shapes: list[Any]) -> list[float]:
    """Surface on the ellipsoid of each shape in km², through an equal-area projection."""
    project = pyproj.Transformer.from_crs("EPSG:4326", EQUAL_AREA, always_xy=True)

    def metres(points: np.ndarray) -> np.ndarray:
        return np.column_stack(project.transform(points[:, 0], points[:, 1]))

    flat = shapely.transform(np.array(shapes, dtype=object), metres)
    return [round(float(area) / 1e6, 4) for area in shapely.area(flat)]
