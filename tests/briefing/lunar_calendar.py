"""New Year's Day of the Chinese calendar from the sun and the moon. Source: GB/T 33661-2017; Meeus, ch. 25 and 49."""

from __future__ import annotations

import datetime as dt
import math
from itertools import pairwise

_MOON = (
    (-0.40720, 0, 1, 0), (0.17241, 1, 0, 0), (0.01608, 0, 2, 0), (0.01039, 0, 0, 2), (0.00739, -1, 1, 0),
    (-0.00514, 1, 1, 0), (0.00208, 2, 0, 0), (-0.00111, 0, 1, -2), (-0.00057, 0, 1, 2), (0.00056, 1, 2, 0),
    (-0.00042, 0, 3, 0), (0.00042, 1, 0, 2), (0.00038, 1, 0, -2), (-0.00024, -1, 2, 0),
)  # fmt: skip
"""Days, and how often the anomaly of the sun, that of the moon and its argument of latitude are in the angle."""
_CLOCKS = 70 / 86400
"""Days that dynamical time is ahead of universal time in these decades."""


def new_moon(k: int) -> float:
    """Julian day (UT) of the k-th new moon since 2000-01-06."""
    t = k / 1236.85
    sun = math.radians(2.5534 + 29.10535670 * k)
    moon = math.radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t)
    latitude = math.radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t)
    mean = 2451550.09766 + 29.530588861 * k + 0.00015437 * t * t
    node = math.radians(124.7746 - 1.56375588 * k)
    wobble = sum(days * math.sin(a * sun + b * moon + c * latitude) for days, a, b, c in _MOON)
    return mean + wobble - 0.00017 * math.sin(node) - _CLOCKS


def solar_longitude(day: float) -> float:
    """Apparent longitude of the sun in degrees."""
    t = (day - 2451545.0) / 36525
    anomaly = math.radians(357.52911 + 35999.05029 * t)
    centre = 1.914602 * math.sin(anomaly) + 0.019993 * math.sin(2 * anomaly) + 0.000289 * math.sin(3 * anomaly)
    node = math.radians(125.04 - 1934.136 * t)
    return (280.46646 + 36000.76983 * t + centre - 0.00569 - 0.00478 * math.sin(node)) % 360


def beijing_midnight(day: float) -> int:
    """Number of the day in Beijing."""
    return math.floor(day + 0.5 + 8 / 24)


def new_year(year: int) -> dt.date:
    """First day of the first month.

    Months begin with the new moon, the eleventh holds the winter solstice, and of thirteen months between two elevenths
    the first that holds no major term is the leap month.
    """
    moons = [
        beijing_midnight(new_moon(k))
        for k in range((year - 2001) * 12 - 2 + (year - 2001) // 2, (year - 2000) * 13 + 30)
    ]
    start, after = (month_of_solstice(moons, y) for y in (year - 1, year))
    months = list(pairwise(moons))[start:after]
    leap = None
    if len(months) == 13:
        leap = next(n for n, (first, end) in enumerate(months) if not major_terms(first, end))
    return dt.date.fromordinal(months[2 if leap is None or leap > 2 else 3][0] - 1721425)


def month_of_solstice(moons: list[int], year: int) -> int:
    """Place of the month that holds the winter solstice of the year."""
    day = dt.date(year, 12, 20).toordinal() + 1721425
    while not major_terms(day, day + 1):
        day += 1
    return max(n for n, first in enumerate(moons) if first <= day)


def major_terms(first: int, end: int) -> int:
    """How many multiples of 30 degrees the sun passes from one midnight in Beijing to another."""
    a, b = (solar_longitude(d - 0.5 - 8 / 24) for d in (first, end))
    return int((b + (360 if b < a else 0)) // 30 - a // 30)
