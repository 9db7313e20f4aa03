"""Numbers that do not fit are found where the tests of DHIS2 are blind; those that fit are left alone."""

from __future__ import annotations

import datetime as dt
import statistics
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.reporting.outliers import LEAST_NEIGHBOURS, NEIGHBOURS, Outliers, sql_outliers

FIRST = dt.date(2020, 2, 1)


def outliers(values: list[float]) -> dict[int, dict[str, Any]]:
    """The outliers of one area's days, by number of the day."""
    stated = pl.DataFrame(
        {
            "feed": "f.g", "measure": "m", "area_code": "a", "value": [float(v) for v in values],
            "period_on": [FIRST + dt.timedelta(days=n) for n in range(len(values))], "batch": 1, "source_line": 2,
        }
    )  # fmt: skip
    with duckdb.connect() as con:
        con.register("given", stated.to_arrow())
        found = con.sql(sql_outliers("SELECT * FROM given")).pl()
    assert found.columns == list(Outliers.columns())
    return {(row["period_on"] - FIRST).days: row for row in found.iter_rows(named=True)}


def z_with_itself(values: list[float]) -> list[float]:
    """The z-score as DHIS2 has it: the tested value is part of its baseline."""
    mean, deviation = statistics.mean(values), statistics.stdev(values)
    return [(v - mean) / deviation for v in values]


def test_a_value_does_not_hide_itself_in_its_own_baseline() -> None:
    values = [10, 12, 11, 9, 10, 11, 12, 10, 200]
    # Nine values: with itself in the baseline no z can reach 3, whatever the value.
    assert max(z_with_itself([*values[:-1], 10**9])) <= (9 - 1) / 9**0.5 < 3
    assert "z" in outliers(values)[8]["tests"]


def test_a_township_of_mostly_zeros_is_flagged_when_it_jumps() -> None:
    values = [0.0] * 20
    values[12] = 30
    assert statistics.median(abs(v - statistics.median(values)) for v in values) == 0
    found = outliers(values)
    assert list(found) == [12]
    assert found[12]["modified_z"] == pytest.approx(30) and "modified_z" in found[12]["tests"]


def test_the_greatest_value_is_measured_against_the_others_and_not_itself() -> None:
    values = [20, 25, 22, 24, 21, 23, 25, 20, 24, 60]
    assert "min_max" in outliers(values)[9]["tests"]
    assert outliers(values)[9]["high"] < 60


def test_a_fall_is_an_outlier_like_a_rise() -> None:
    assert outliers([100, 104, 98, 101, 99, 103, 100, 97, 2, 101])[8]["z"] < -3


def test_one_case_among_zeros_and_a_wave_among_its_own_days_are_none() -> None:
    assert outliers([0.0] * 10 + [1.0] + [0.0] * 10) == {}
    wave = [round(100 * float(np.exp(-(((day - 30) / 12) ** 2)))) for day in range(60)]
    assert outliers(wave) == {}


def test_a_series_too_short_to_know_what_is_usual_has_none() -> None:
    assert outliers([0.0] * (LEAST_NEIGHBOURS - 1) + [500.0]) == {}
    assert list(outliers([0.0] * LEAST_NEIGHBOURS + [500.0])) == [LEAST_NEIGHBOURS]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_the_numbers_are_those_of_a_naive_reading(values: list[int]) -> None:
    found = outliers([float(v) for v in values])
    for day, value in enumerate(values):
        others = values[max(0, day - NEIGHBOURS) : day] + values[day + 1 : day + 1 + NEIGHBOURS]
        if len(others) < LEAST_NEIGHBOURS:
            assert day not in found
            continue
        mean, usual = statistics.mean(others), statistics.median(others)
        spread = statistics.median(abs(o - usual) for o in others) / 0.6745
        z = (value - mean) / max(statistics.stdev(others), max(mean, 1) ** 0.5)
        modified = (value - usual) / max(spread, max(usual, 1) ** 0.5)
        wide = max(others) - min(others)
        high = max(others) + max(0.5 * wide, 3 * max(*others, 1) ** 0.5)
        low = min(others) - max(0.5 * wide, 3 * max(min(others), 1) ** 0.5)
        fails = {t for t, is_so in (("z", abs(z) > 3), ("modified_z", abs(modified) > 3.5),
                                    ("min_max", not low <= value <= high)) if is_so}  # fmt: skip
        assert set(found.get(day, {}).get("tests", [])) == fails
        if fails:
            assert found[day]["z"] == pytest.approx(z) and found[day]["modified_z"] == pytest.approx(modified)
