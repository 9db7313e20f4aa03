"""How a period differs from the one before (环比) and from the same one a year earlier (同比)."""

from __future__ import annotations

import polars as pl

SMALLEST_BASE = 10
"""No percentage on a base under this: 1 → 3 cases is not "+200 %" (docs: DOMAIN, "Numbers: how they add up")."""


NAMES = ("previous", "difference", "change_pct")
YEAR_NAMES = ("last_year", "year_difference", "year_change_pct")


def compare_periods(this: pl.DataFrame, previous: pl.DataFrame, names: tuple[str, str, str] = NAMES) -> pl.DataFrame:
    """`this` with `previous`, `difference` and `change_pct` (percent of the previous value), or other names for them.

    Both are frames of values of one period each. The difference is null where either has no data or is partial: three
    days of a week are no fall against seven. The percentage is null as well where the base is under `SMALLEST_BASE`:
    the previous value, or, for a ratio, its numerator.
    """
    before, differs, changes = names
    base = previous.select(
        "indicator",
        "area_code",
        pl.col("value").alias(before),
        pl.coalesce("numerator", "value").abs().alias("_base"),
        pl.col("is_partial").alias("_was_partial"),
    )
    joined = this.join(base, on=["indicator", "area_code"], how="left", maintain_order="left")
    whole = ~(pl.col("is_partial") | pl.col("_was_partial"))
    difference = pl.when(whole).then(pl.col("value") - pl.col(before))
    enough = (pl.col("_base") >= SMALLEST_BASE) & (pl.col(before) != 0)
    return joined.with_columns(
        difference.alias(differs),
        pl.when(enough).then(100 * difference / pl.col(before).abs()).alias(changes),
    ).drop("_base", "_was_partial")
