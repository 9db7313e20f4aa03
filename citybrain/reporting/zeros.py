"""Which stated zeros can be believed: a count model of what an honest area would report, and what others saw there."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np
import polars as pl

LEAST_REPORTS = 60
"""Fewer stated numbers than this give no model worth accusing anybody by."""
ROUNDS = 3
"""The model is fitted again without the zeros it does not believe, so that they do not teach it to expect zeros."""
PRESUMPTION = 2.4
"""Evidence (decimal logarithm) that is asked for before a zero is called implausible: about one in two hundred and fifty."""
MEMORY = 0.6
"""What the day before adds to the evidence of a run of zeros: days of one area are not independent."""
LONGEST_MEMORY = 3
LIKELIER_FALSE = 0.7
"""Evidence of one day that suffices within a run that is doubted: an honest area would file this zero one day in five."""
COPIED_EVIDENCE, NO_DENOMINATOR_EVIDENCE = 1.0, 0.5
LEAST_DISPERSION = 0.02
FAR = 10
"""Numbers so many times what is expected are slips of the pen: one of them would make every zero look likely."""
COLUMNS = {
    "area_code": pl.String, "period_on": pl.Date, "value": pl.Float64, "people": pl.Float64, "witnessed": pl.Float64,
    "is_copied": pl.Boolean, "has_denominator": pl.Boolean,
}  # fmt: skip


def judge_zeros(reports: pl.DataFrame) -> pl.DataFrame:
    """A verdict on every report of one measure.

    `reports` holds one row an area and period owed: the columns of `COLUMNS`; `value` is null where nothing came,
    `people` is the registered population, `witnessed` what other departments saw of the same thing there on that day
    (null: nobody looks), `is_copied` whether the other numbers of the report are those of the period before,
    `has_denominator` whether it says how many were asked.

    Rows: as given, in order of area and period. Added: `expected` (mean an honest area would report),
    `probability_zero`, `evidence` (decimal logarithm against the zero, its run included), `run` (zeros in a row up to
    here), `verdict` (stated, zero, implausible_zero, missing, not_judged), `reasons` (list of words).

    Source: negative binomial regression (NB2) as in Hilbe, Negative Binomial Regression (2011); a Poisson model would
    accuse honest areas, since its zeros are far too rare.
    """
    frame = reports.sort("area_code", "period_on")
    if frame["value"].is_not_null().sum() < LEAST_REPORTS or frame["value"].fill_null(0).sum() == 0:
        return frame.with_columns(_unjudged())
    features = _features(frame)
    value = frame["value"].to_numpy()
    believed = ~np.isnan(value)
    for _ in range(ROUNDS):
        expected, dispersion = _fit(features, value, believed)
        probability = _probability_of_zero(expected, dispersion)
        judged = _judge(frame.with_columns(expected=pl.Series(expected), probability_zero=pl.Series(probability)))
        doubted = (judged["verdict"] == "implausible_zero").to_numpy()
        if np.array_equal(believed, ~np.isnan(value) & ~doubted):
            break
        believed = ~np.isnan(value) & ~doubted
    return judged


def _features(frame: pl.DataFrame) -> np.ndarray:
    """Logarithms of people, of what others saw, and of what the other areas report on the day per head."""
    rate = pl.col("value").sum().over("period_on"), pl.col("people").filter(pl.col("value").is_not_null()).sum()
    others_value = rate[0].fill_null(0) - pl.col("value").fill_null(0)
    present = pl.when(pl.col("value").is_not_null()).then(pl.col("people")).otherwise(0.0)
    others_people = present.sum().over("period_on") - present
    table = frame.select(
        one=pl.lit(1.0),
        people=(pl.col("people") + 1).log(),
        others=((others_value + 0.5) / (others_people + 1)).log(),
        witnessed=(pl.col("witnessed").fill_null(0) + 0.5).log(),
    )
    columns = table.columns if frame["witnessed"].is_not_null().any() else table.columns[:-1]
    return table.select(columns).to_numpy()


def _fit(features: np.ndarray, value: np.ndarray, believed: np.ndarray) -> tuple[np.ndarray, float]:
    """Expected values of all rows, and the dispersion, from the rows that are believed."""
    # Imported late: it takes longer to load than a county to build.
    from statsmodels.genmod.families import NegativeBinomial
    from statsmodels.genmod.generalized_linear_model import GLM

    dispersion = 0.5
    x, y = features[believed], value[believed]
    taught = np.ones(len(y), dtype=bool)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(ROUNDS):
            family = NegativeBinomial(alpha=dispersion)
            model = GLM(y[taught], x[taught], family=family).fit(maxiter=50)
            mean = np.clip(model.predict(x), 1e-6, 1e9)
            taught = y <= FAR * (mean + 1)
            # Method of moments: the variance of NB2 is mean + dispersion * mean².
            excess = ((y - mean) ** 2 - mean)[taught]
            dispersion = max(LEAST_DISPERSION, float(np.sum(excess) / np.sum(mean[taught] ** 2)))
        return np.clip(model.predict(features), 1e-6, 1e9), dispersion


def _probability_of_zero(expected: np.ndarray, dispersion: float) -> np.ndarray:
    size = 1.0 / dispersion
    return (size / (size + expected)) ** size


def _judge(frame: pl.DataFrame) -> pl.DataFrame:
    own = -pl.col("probability_zero").log10()
    extra = COPIED_EVIDENCE * pl.col("is_copied") + NO_DENOMINATOR_EVIDENCE * ~pl.col("has_denominator")
    # A copied sheet or a lacking denominator alone accuses nobody: it only weighs where some cases were expected.
    weighed = own + extra * (1 - pl.col("probability_zero"))
    is_zero = pl.col("value") == 0
    frame = frame.with_columns(own=pl.when(is_zero).then(weighed).otherwise(None))
    frame = frame.with_columns(evidence=pl.Series(_with_runs(frame), dtype=pl.Float64), run=pl.Series(_runs(frame)))
    doubted = _doubted(frame)
    verdict = (
        pl.when(pl.col("value").is_null()).then(pl.lit("missing"))
        .when(~is_zero).then(pl.lit("stated"))
        .when(doubted).then(pl.lit("implausible_zero"))
        .otherwise(pl.lit("zero"))
    )  # fmt: skip
    return frame.with_columns(verdict=verdict).with_columns(reasons=_reasons()).drop("own")


def _doubted(frame: pl.DataFrame) -> pl.Series:
    """Zeros with enough evidence, and with them those of the same unbroken run that are rather false than true."""
    number = (pl.col("run") == 1).cum_sum()
    strong = (pl.col("evidence") >= PRESUMPTION).fill_null(False)
    in_doubt = strong.any().over(number) & (pl.col("run") > 0)
    return frame.select((strong | (in_doubt & (pl.col("own") >= LIKELIER_FALSE))).fill_null(False)).to_series()


def _with_runs(frame: pl.DataFrame) -> Iterator[float | None]:
    """Evidence of each zero with the part of the days before that belong to its run."""
    recent: list[float] = []
    area = None
    for code, own in frame.select("area_code", "own").iter_rows():
        if code != area or own is None:
            area, recent = code, []
        if own is None:
            yield None
            continue
        yield own + sum(before * MEMORY for before in recent)
        recent = [*recent, own][-(LONGEST_MEMORY - 1) :]


def _runs(frame: pl.DataFrame) -> Iterator[int]:
    """Zeros in a row up to each report."""
    area, run = None, 0
    for code, own in frame.select("area_code", "own").iter_rows():
        run = 0 if own is None else run + 1 if code == area else 1
        area = code
        yield run


def _reasons() -> pl.Expr:
    """Why a zero is not believed, in words that catalogues translate."""
    doubted = pl.col("verdict") == "implausible_zero"
    found = [
        pl.when(doubted & (pl.col("witnessed") > 0)).then(pl.lit("seen_by_others")),
        pl.when(doubted & (pl.col("run") > 1)).then(pl.lit("run_of_zeros")),
        pl.when(doubted & pl.col("is_copied")).then(pl.lit("copied")),
        pl.when(doubted & ~pl.col("has_denominator")).then(pl.lit("no_denominator")),
        pl.when(doubted & (pl.col("probability_zero") < 0.05)).then(pl.lit("unlikely")),
    ]
    return pl.concat_list(found).list.drop_nulls()


def _unjudged() -> list[pl.Expr]:
    none = pl.lit(None, pl.Float64)
    verdict = pl.when(pl.col("value").is_null()).then(pl.lit("missing")).otherwise(pl.lit("not_judged"))
    return [
        none.alias("expected"), none.alias("probability_zero"), none.alias("evidence"), pl.lit(0).alias("run"),
        verdict.alias("verdict"), pl.lit([], pl.List(pl.String)).alias("reasons"),
    ]  # fmt: skip
