"""Shifted Chinese datums back to WGS84: GCJ-02 (Amap, Tencent) and BD-09 (Baidu).

Source: the published reverse engineering of the GCJ-02 shift on the Krasovsky 1940 ellipsoid, and Baidu's second shift
on top of it. The forward shift has no closed inverse; a fixed-point iteration finds it to far below a metre.
CGCS2000 (EPSG:4490) differs from WGS84 by centimetres and counts as the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Coordinates = NDArray[np.float64]
"""Array (n, 2) of longitude, latitude in degrees."""

KRASOVSKY_RADIUS_M = 6378245.0
KRASOVSKY_E2 = 0.00669342162296594323
BAIDU_PI = np.pi * 3000.0 / 180.0
CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north: outside of it the shift is zero by definition."""
ITERATIONS = 6
"""Each round shrinks the error some hundredfold; six end at the rounding of the sine series."""


def gcj02_from_wgs84(points: Coordinates) -> Coordinates:
    """The points as a GCJ-02 map shows them; points outside China unchanged."""
    points = np.asarray(points, dtype=float)
    lon, lat = points[:, 0], points[:, 1]
    x, y = lon - 105.0, lat - 35.0
    ripple = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + ripple
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + ripple
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    magic = 1.0 - KRASOVSKY_E2 * np.sin(phi) ** 2
    meridian = KRASOVSKY_RADIUS_M * (1.0 - KRASOVSKY_E2) / (magic * np.sqrt(magic))
    parallel = KRASOVSKY_RADIUS_M / np.sqrt(magic) * np.cos(phi)
    shift = np.column_stack([np.degrees(east / parallel), np.degrees(north / meridian)])
    west, south, east_edge, north_edge = CHINA
    inside = (lon >= west) & (lon <= east_edge) & (lat >= south) & (lat <= north_edge)
    return points + np.where(inside[:, None], shift, 0.0)


def wgs84_from_gcj02(points: Coordinates) -> Coordinates:
    """The true points of GCJ-02 coordinates."""
    points = np.asarray(points, dtype=float)
    guess = points.copy()
    for _ in range(ITERATIONS):
        guess += points - gcj02_from_wgs84(guess)
    return guess


def bd09_from_wgs84(points: Coordinates) -> Coordinates:
    """The points as a BD-09 map shows them."""
    return bd09_from_gcj02(gcj02_from_wgs84(points))


def wgs84_from_bd09(points: Coordinates) -> Coordinates:
    """The true points of BD-09 coordinates."""
    points = np.asarray(points, dtype=float)
    guess = points - np.array([0.0065, 0.006])
    for _ in range(ITERATIONS):
        guess += points - bd09_from_gcj02(guess)
    return wgs84_from_gcj02(guess)


def bd09_from_gcj02(points: Coordinates) -> Coordinates:
    """Baidu's own shift, on top of GCJ-02."""
    x, y = points[:, 0], points[:, 1]
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * BAIDU_PI)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * BAIDU_PI)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


TO_WGS84 = {"gcj02": wgs84_from_gcj02, "bd09": wgs84_from_bd09}
"""Datum -> conversion; what is not here (wgs84, cgcs2000) needs none."""
