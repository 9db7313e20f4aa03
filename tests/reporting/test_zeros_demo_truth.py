"""False zeros of the demo county, as the whole build judges them, scored on its truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

if TYPE_CHECKING:
    from tests.demo_county import DemoCity

KEY = ["area_code", "period_on"]


@pytest.fixture(scope="module")
def judged(demo_city: DemoCity) -> pl.DataFrame:
    """One row a stated number of the daily report: verdict, and whether it is a false zero in truth."""
    verdicts = demo_city.ask("SELECT * FROM marts.zeros WHERE measure = 'fever_reported' AND value IS NOT NULL")
    truth = demo_city.truth("zeros").select(*KEY, "is_false_zero", "true_value")
    return verdicts.join(truth, on=KEY, how="left").with_columns(pl.col("is_false_zero").fill_null(False))


def test_accusations_are_right(judged: pl.DataFrame) -> None:
    accused = judged.filter(pl.col("verdict") == "implausible_zero")
    assert accused.height >= 3
    assert accused["is_false_zero"].sum() >= 0.9 * accused.height


def test_hardly_an_honest_day_is_accused(judged: pl.DataFrame) -> None:
    honest = judged.filter(~pl.col("is_false_zero"))
    assert (honest["verdict"] == "implausible_zero").sum() <= 0.01 * honest.height


def test_whoever_hides_most_is_found(judged: pl.DataFrame) -> None:
    """This county is so small that others hide less than chance does; recall is measured on simulated counties."""
    hidden = judged.filter(pl.col("is_false_zero")).group_by("area_code").agg(pl.col("true_value").sum())
    worst = hidden.sort("true_value", descending=True)["area_code"][0]
    assert worst in judged.filter(pl.col("verdict") == "implausible_zero")["area_code"].to_list()
