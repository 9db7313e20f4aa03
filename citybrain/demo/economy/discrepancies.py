"""Discrepancies between two feeds of firms, as rows of the truth."""

from __future__ import annotations

import polars as pl

from citybrain.demo.area_texts import town_codes
from citybrain.demo.departments import DISCREPANCY_COLUMNS
from citybrain.demo.geography import County


def discrepancy_table(rule: str, kind: str, county: County, found: pl.DataFrame) -> pl.DataFrame:
    """The firms found to disagree, in DISCREPANCY_COLUMNS; area_code is their township.

    `found` has village (position in the county), period_on, left_ref, and right_ref where the other side has one.
    """
    table = found.with_columns(
        town_codes(county, found["village"].to_numpy()).alias("area_code"), rule=pl.lit(rule), kind=pl.lit(kind)
    )
    if "right_ref" not in found.columns:
        table = table.with_columns(right_ref=pl.lit(""))
    return table.select(pl.col(name).cast(dtype) for name, dtype in DISCREPANCY_COLUMNS.items())
