"""False zeros are found, honest townships are left alone, and nothing but a zero is ever doubted."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.zeros import score
from benchmarks.zeros_counties import simulate
from citybrain.reporting.zeros import COLUMNS, LEAST_REPORTS, judge_zeros

FIRST = dt.date(2020, 2, 1)


def county(values: np.ndarray, witnessed: np.ndarray | None, people: np.ndarray | None = None) -> pl.DataFrame:
    """Reports of townships (rows) by days (columns); nan is a missing report."""
    townships, days = values.shape
    rows = {
        "area_code": [f"t{t}" for t in range(townships) for _ in range(days)],
        "period_on": [FIRST + dt.timedelta(days=d) for _ in range(townships) for d in range(days)],
        "value": pl.Series(values.ravel(), dtype=pl.Float64).fill_nan(None),
        "people": np.repeat(people if people is not None else np.full(townships, 20_000.0), days),
        "witnessed": witnessed.ravel().astype(float) if witnessed is not None else [None] * values.size,
        "is_copied": [False] * values.size,
        "has_denominator": [True] * values.size,
    }
    return pl.DataFrame(rows, schema=COLUMNS)


def honest(seed: int, mean: float, townships: int = 10, days: int = 40) -> np.ndarray:
    """Over-dispersed counts (k = 1): far more zeros than a Poisson model expects."""
    rng = np.random.default_rng(seed)
    return rng.poisson(mean * rng.gamma(1.0, 1.0, (townships, days))).astype(float)


def test_over_simulated_counties_false_zeros_are_found_and_honest_townships_are_not_accused() -> None:
    found = score(judge_zeros(simulate(seed)) for seed in range(1000, 1020))
    assert found.false_zeros > 200 and found.honest > 10_000
    assert found.precision >= 0.9
    assert found.recall >= 0.8
    assert found.false_accusations_pct <= 1


@pytest.mark.parametrize("mean", [0.05, 0.5, 3.0, 18.0])
def test_honest_counties_are_not_accused_however_many_zeros_they_have(mean: float) -> None:
    accused = judged = 0
    for seed in range(5):
        verdicts = judge_zeros(county(honest(seed, mean), None))["verdict"]
        accused, judged = accused + (verdicts == "implausible_zero").sum(), judged + len(verdicts)
    assert accused / judged <= 0.01


def test_a_zero_that_poisson_would_call_impossible_is_not_so_in_itself() -> None:
    # Mean 18 and k = 1: Poisson says 1.5e-8, the negative binomial one in nineteen.
    judged = judge_zeros(county(honest(1, 18.0), None))
    zero = judged.filter(pl.col("value") == 0)
    assert zero.height > 5
    assert zero["probability_zero"].mean() == pytest.approx(0.05, abs=0.03)


def test_a_long_run_of_zeros_where_others_see_fevers_is_doubted_with_its_reasons() -> None:
    values = np.random.default_rng(2).poisson(12.0, (8, 30)).astype(float)
    seen = values.copy()
    values[3, 10:20] = 0
    judged = judge_zeros(county(values, seen))
    doubted = judged.filter(pl.col("verdict") == "implausible_zero")
    assert set(doubted["area_code"]) == {"t3"} and doubted.height == 10
    assert doubted["run"].to_list() == list(range(1, 11))
    assert doubted["expected"].min() > 3
    for day, reasons in enumerate(doubted["reasons"].to_list()):
        assert {"seen_by_others", "unlikely"} <= set(reasons)
        assert ("run_of_zeros" in reasons) is (day > 0)


def test_the_run_ends_with_the_township_and_with_a_missing_report() -> None:
    values = np.full((6, 12), 4.0)
    values[0, 9:] = values[1, :3] = 0
    values[1, 1] = np.nan
    runs = judge_zeros(county(values, None)).filter(pl.col("area_code").is_in(["t0", "t1"]))["run"].to_list()
    assert runs == [0] * 9 + [1, 2, 3] + [1, 0, 1] + [0] * 9


def test_one_slip_of_the_pen_does_not_make_every_zero_look_likely() -> None:
    values = np.random.default_rng(3).poisson(9.0, (4, 25)).astype(float)
    values[1, 5:12] = 0
    values[2, 20] = 3000
    doubted = judge_zeros(county(values, None)).filter(pl.col("verdict") == "implausible_zero")
    assert set(doubted["area_code"]) == {"t1"} and doubted.height >= 5


def test_a_copied_sheet_or_a_lacking_denominator_weighs_only_where_fevers_were_expected() -> None:
    values = honest(4, 0.1)
    frame = county(values, None).with_columns(is_copied=pl.lit(True), has_denominator=pl.lit(False))
    assert (judge_zeros(frame)["verdict"] == "implausible_zero").mean() <= 0.01


def test_where_there_is_too_little_to_learn_from_nobody_is_accused() -> None:
    few = county(honest(5, 5.0, townships=5, days=LEAST_REPORTS // 5 - 1), None)
    nothing = county(np.zeros((10, 20)), np.full((10, 20), 50.0))
    for frame in (few, nothing):
        judged = judge_zeros(frame)
        assert set(judged["verdict"]) == {"not_judged"}
        assert judged["expected"].null_count() == judged.height


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    zeros=st.floats(0, 0.95),
    missing=st.floats(0, 0.5),
    empty_area=st.booleans(),
    is_witnessed=st.booleans(),
)
def test_whatever_is_reported_only_zeros_are_doubted_and_every_report_gets_its_verdict(
    seed: int, zeros: float, missing: float, empty_area: bool, is_witnessed: bool
) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 10**6, (7, 20)).astype(float) ** rng.uniform(0, 1.2)
    values[rng.random(values.shape) < zeros] = 0
    values[rng.random(values.shape) < missing] = np.nan
    people = np.concatenate([[0.0 if empty_area else 1.0], rng.lognormal(9, 2, 6)])
    frame = county(values, rng.poisson(2.0, values.shape) if is_witnessed else None, people)
    judged = judge_zeros(frame.sample(fraction=1, shuffle=True, seed=seed % 1000))
    assert judged.select("area_code", "period_on").equals(frame.select("area_code", "period_on"))
    for row in judged.iter_rows(named=True):
        allowed = {None: {"missing"}, 0.0: {"zero", "implausible_zero", "not_judged"}}
        assert row["verdict"] in allowed.get(row["value"], {"stated", "not_judged"})
        assert not row["reasons"] or row["verdict"] == "implausible_zero"
