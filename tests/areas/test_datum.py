"""GCJ-02 and BD-09 come back to WGS84 to well below half a metre."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.areas.datum import (
    bd09_from_wgs84,
    gcj02_from_wgs84,
    wgs84_from_bd09,
    wgs84_from_gcj02,
)

METRES_PER_DEGREE = 111_320.0


def metres(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    scale = np.column_stack([np.cos(np.radians(a[:, 1])), np.ones(len(a))]) * METRES_PER_DEGREE
    return np.hypot(*((a - b) * scale).T)


points_in_china = st.lists(st.tuples(st.floats(74, 134), st.floats(4, 53)), min_size=1, max_size=40).map(np.array)


@given(points_in_china)
def test_gcj02_round_trip(points: np.ndarray) -> None:
    assert metres(points, wgs84_from_gcj02(gcj02_from_wgs84(points))).max() < 0.5


@given(points_in_china)
def test_bd09_round_trip(points: np.ndarray) -> None:
    assert metres(points, wgs84_from_bd09(bd09_from_wgs84(points))).max() < 0.5


@given(points_in_china)
def test_the_shift_is_tens_to_hundreds_of_metres(points: np.ndarray) -> None:
    shift = metres(points, gcj02_from_wgs84(points))
    assert shift.max() < 1500
    assert metres(points, bd09_from_wgs84(points)).min() > 50


def test_known_point_of_tiananmen() -> None:
    # WGS84 116.39123, 39.90734 is 116.39747, 39.90874 on Amap.
    shifted = gcj02_from_wgs84(np.array([[116.39123, 39.90734]]))[0]
    assert shifted == pytest.approx([116.39747, 39.90874], abs=3e-5)


def test_points_outside_china_stay() -> None:
    points = np.array([[2.35, 48.85], [-74.0, 40.7]])
    assert np.array_equal(gcj02_from_wgs84(points), points)
    assert np.allclose(wgs84_from_gcj02(points), points)
