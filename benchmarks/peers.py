"""How do the same checks go with polars, and with pandera on pandas?

Both do less than CityBrain: no archive, no hash, no reasons beside the row, no second spelling of dates, no full-width
digits. What is compared is only the rule of each column: check digit and birth date of the ID, a known village, real
dates, a phone of eleven digits.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.child import Facts, Task
from benchmarks.loading import forget_builds
from benchmarks.measuring import Alternative, Run, take_turns
from benchmarks.registry import WEIGHTS, make_registry, villages
from benchmarks.report import Answer, Line, compared

if TYPE_CHECKING:
    import polars as pl

HERE = "benchmarks.peers"
CHECK_DIGITS = "10X98765432"
MOST_ROWS = 1_000_000
"""More would not fit pandera's intermediate columns into a small machine."""


def polars_to_duckdb(file: str, folder: str) -> Task:
    """Read and check with polars, good rows through Parquet into a DuckDB file, bad rows to Parquet."""
    import duckdb
    import polars as pl

    place = Path(folder)
    for old in place.glob("polars*"):
        old.unlink()
    known = pl.Series("村代码", villages())

    def task() -> Facts:
        frame = pl.read_csv(file, infer_schema=False)
        checked = frame.with_columns(_polars_good(known).alias("good"))
        good, bad = checked.filter("good").drop("good"), checked.filter(~pl.col("good")).drop("good")
        good = good.unique(maintain_order=True)
        good.write_parquet(place / "polars.parquet")
        bad.write_parquet(place / "polars-bad.parquet")
        with duckdb.connect(str(place / "polars.duckdb")) as con:
            con.execute(f"CREATE TABLE registry AS FROM '{place / 'polars.parquet'}'")
        return {"accepted": good.height, "quarantined": bad.height, "rows": frame.height}

    return task


def _polars_good(known: pl.Series) -> pl.Expr:
    import polars as pl

    number = pl.col("身份证号").str.strip_chars().str.to_uppercase()
    total = pl.sum_horizontal(
        weight * number.str.slice(at, 1).cast(pl.Int32, strict=False) for at, weight in enumerate(WEIGHTS)
    )
    digit = (total % 11).replace_strict(list(range(11)), list(CHECK_DIGITS), default=None)

    def real_date(text: pl.Expr, form: str) -> pl.Expr:
        return text.str.strip_chars().str.replace_all("/", "-").str.to_date(form, strict=False).is_not_null()

    rules = [
        number.str.len_chars() == 18,
        number.str.slice(17, 1) == digit,
        real_date(number.str.slice(6, 8), "%Y%m%d"),
        pl.col("性别").is_in(["男", "女"]),
        real_date(pl.col("出生日期"), "%Y-%m-%d"),
        real_date(pl.col("登记日期"), "%Y-%m-%d"),
        pl.col("村代码").str.strip_chars().is_in(known.implode()),
        pl.col("联系电话").is_null() | pl.col("联系电话").str.contains(r"^1[3-9]\d{9}$"),
    ]
    return pl.all_horizontal(rules).fill_null(value=False)


def pandera_on_pandas(file: str) -> Task:
    """Read with pandas, check with a pandera schema (lazy), split good from bad. Nothing is written."""
    import pandas as pd
    from pandera.errors import SchemaErrors

    schema = _pandera_schema()

    def task() -> Facts:
        frame = pd.read_csv(file, dtype=str)
        try:
            schema.validate(frame, lazy=True)
            bad = pd.Index([])
        except SchemaErrors as errors:
            bad = pd.Index(errors.failure_cases["index"].dropna().unique())
        good = frame.drop(index=bad).drop_duplicates()
        return {"accepted": len(good), "quarantined": len(bad), "rows": len(frame)}

    return task


def _pandera_schema() -> Any:
    import pandas as pd
    import pandera.pandas as pa

    known = set(villages())

    def check_digit_fits(texts: pd.Series) -> pd.Series:
        total = sum(weight * pd.to_numeric(texts.str[at], errors="coerce") for at, weight in enumerate(WEIGHTS))
        return texts.str[17] == (total % 11).map(dict(enumerate(CHECK_DIGITS)))

    def is_date(texts: pd.Series) -> pd.Series:
        return pd.to_datetime(texts.str.replace("/", "-"), format="%Y-%m-%d", errors="coerce").notna()

    def birth_is_date(texts: pd.Series) -> pd.Series:
        return pd.to_datetime(texts.str[6:14], format="%Y%m%d", errors="coerce").notna()

    date = pa.Column(str, pa.Check(is_date))
    return pa.DataFrameSchema(
        {
            "身份证号": pa.Column(
                str, [pa.Check.str_length(18, 18), pa.Check(check_digit_fits), pa.Check(birth_is_date)]
            ),
            "性别": pa.Column(str, pa.Check.isin(["男", "女"])),
            "出生日期": date,
            "登记日期": date,
            "村代码": pa.Column(str, pa.Check.isin(known)),
            "联系电话": pa.Column(str, pa.Check.str_matches(r"^1[3-9]\d{9}$"), nullable=True),
        }
    )


def answer(residents: int, rounds: int) -> Answer:
    """CityBrain's ingest and both peers on the same file."""
    registry = make_registry(min(residents, MOST_ROWS))
    forget_builds(registry.project)
    where = {"file": str(registry.file)}
    runs = take_turns(
        {
            "citybrain": Alternative("benchmarks.loading:ingest", {"project": str(registry.project)}),
            "polars": Alternative(f"{HERE}:polars_to_duckdb", {**where, "folder": str(registry.project)}),
            "pandera": Alternative(f"{HERE}:pandera_on_pandas", dict(where)),
        },
        rounds,
    )

    def line(name: str, run: Run, target: str = "") -> Line:
        remark = f"{run.facts['accepted']:,} accepted, {run.facts['quarantined']:,} set aside"
        return compared(name, run, runs["citybrain"], target, remark)

    return Answer(
        f"The same checks by others, {registry.rows:,} rows",
        "CityBrain's whole ingest of the file; a peer's ratio says how many times longer it takes",
        [
            line("CityBrain: archive, hash, read, check, accept", runs["citybrain"]),
            line("polars, then DuckDB", runs["polars"], "ratio ≥ 2"),
            line("pandera on pandas", runs["pandera"], "ratio ≥ 10"),
        ],
    )
