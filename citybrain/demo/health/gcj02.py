"""The shift of coordinates that Chinese map services apply: from WGS84 to GCJ-02."""

from __future__ import annotations

import numpy as np

AXIS_M, ECCENTRICITY2 = 6_378_245.0, 0.00669342162296594323
"""Of the ellipsoid of Krasovsky 1940, on which the shift is computed."""


def gcj02(longitude: np.ndarray, latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude in GCJ-02 of places in WGS84 in China, in degrees.

    Source: the algorithm as map users have worked it out; it was never published.
    """
    x, y = longitude - 105.0, latitude - 35.0
    waves = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + waves
    north += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + waves
    east += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    east += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    radians = np.radians(latitude)
    bend = 1 - ECCENTRICITY2 * np.sin(radians) ** 2
    north_degrees = np.degrees(north * bend * np.sqrt(bend) / (AXIS_M * (1 - ECCENTRICITY2)))
    east_degrees = np.degrees(east * np.sqrt(bend) / (AXIS_M * np.cos(radians)))
    return longitude + east_degrees, latitude + north_degrees
