"""How many false zeros are found within three days, and how many honest townships are accused, over simulated counties?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from benchmarks.child import Facts, Task
from benchmarks.measuring import Alternative, run_once
from benchmarks.report import Answer, Line
from benchmarks.zeros_counties import simulate

WITHIN_DAYS = 3
COUNTIES = 200
DOUBTED = pl.col("verdict") == "implausible_zero"


@dataclass(frozen=True)
class Score:
    """Verdicts beside the truth, added up over counties."""

    accused: int = 0
    """Zeros that are called implausible."""
    rightly: int = 0
    """Of these false: something was to be reported on that very day."""
    false_zeros: int = 0
    found_in_time: int = 0
    """False zeros on whose day, or within three days after it, the township is found out."""
    honest: int = 0
    """Township-days of townships that hide nothing on the day."""
    honest_accused: int = 0

    @property
    def precision(self) -> float:
        """Share of the accused zeros that are false."""
        return self.rightly / max(1, self.accused)

    @property
    def recall(self) -> float:
        """Share of the false zeros that are found in time."""
        return self.found_in_time / max(1, self.false_zeros)

    @property
    def false_accusations_pct(self) -> float:
        """Honest township-days that are accused, in per cent of all."""
        return 100 * self.honest_accused / max(1, self.honest)


def score(judged: Iterable[pl.DataFrame]) -> Score:
    """The score of judged counties; each frame has `is_silent` and `is_false_zero` of `simulate`."""
    total = Score()
    for frame in judged:
        accused = frame.filter(DOUBTED)
        false = frame.filter("is_false_zero")
        honest = frame.filter(~pl.col("is_silent") & pl.col("value").is_not_null())
        total = Score(
            total.accused + accused.height,
            total.rightly + accused.filter("is_false_zero").height,
            total.false_zeros + false.height,
            total.found_in_time + _found_in_time(false, accused),
            total.honest + honest.height,
            total.honest_accused + honest.filter(DOUBTED).height,
        )
    return total


def _found_in_time(false: pl.DataFrame, accused: pl.DataFrame) -> int:
    days = (pl.col("found_on") - pl.col("period_on")).dt.total_days()
    found = false.join(accused.select("area_code", found_on="period_on"), on="area_code")
    return found.filter(days.is_between(0, WITHIN_DAYS)).unique(["area_code", "period_on"]).height


def judged(counties: int) -> Task:
    """The product's verdicts on simulated counties."""
    from citybrain.reporting.zeros import judge_zeros

    frames = [simulate(number) for number in range(counties)]

    def task() -> Facts:
        found = score(judge_zeros(frame) for frame in frames)
        zeros = sum(frame.filter(~pl.col("is_silent") & (pl.col("value") == 0)).height for frame in frames)
        return {
            "precision": found.precision, "recall": found.recall, "accused_pct": found.false_accusations_pct,
            "false_zeros": found.false_zeros, "honest": found.honest, "honest_zeros": zeros,
        }  # fmt: skip

    return task


def answer(counties: int = COUNTIES) -> Answer:
    """One line for each promise."""
    run = run_once(Alternative("benchmarks.zeros:judged", {"counties": counties}))
    facts = {name: float(value) for name, value in run.facts.items()}
    honest = f"of {facts['honest']:,.0f} honest township-days, {facts['honest_zeros']:,.0f} of them with a true zero"
    return Answer(
        f"Which zeros are false? {counties} simulated counties, {facts['false_zeros']:,.0f} false zeros",
        "not compared",
        [
            Line("precision", facts["precision"], "", target="value ≥ 0.9"),
            Line(f"recall within {WITHIN_DAYS} days", facts["recall"], "", target="value ≥ 0.8"),
            Line("false accusations", facts["accused_pct"], "%", target="value ≤ 1", remark=honest),
            Line("time for all counties", run.seconds, "s", peak_mib=run.peak_mib),
        ],
    )
