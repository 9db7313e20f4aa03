"""The slips of a busy registration desk: what is typed wrong, left out or written in a way of its own."""

from __future__ import annotations

import numpy as np
import polars as pl

SLIPS: dict[str, tuple[str, float]] = {
    "id_masked": ("id_written", 0.001),
    "id_passport": ("id_written", 0.0008),
    "id_spaced": ("id_written", 0.006),
    "time_impossible": ("screened_at", 0.0008),
    "time_slashes": ("screened_at", 0.02),
    "temperature_comma": ("temperature", 0.006),
    "temperature_word": ("temperature", 0.01),
    "temperature_unit": ("temperature", 0.02),
    "phone_short": ("phone_written", 0.004),
}
"""Kind -> the column that it spoils, and the share of rows. Each row has one slip at most, and none where the person is
written down wrong already."""
COSTS_THE_ROW = ("time_impossible",)
WORSE_IDS = ("id_masked", "id_passport")
"""Slips after which the number says less about the person: mentions bear them as their fault."""


def write_slips(rng: np.random.Generator, register: pl.DataFrame) -> pl.DataFrame:
    """The register with slips: `kind` names them, `right` is what should stand there. Rows with a kind keep theirs."""
    shares = [share for _, share in SLIPS.values()]
    drawn = rng.choice(len(SLIPS) + 1, len(register), p=[*shares, 1 - sum(shares)])
    slip = pl.Series(["", *SLIPS]).gather(np.where(drawn == len(SLIPS), 0, drawn + 1))
    is_free = (pl.col("kind") == "") & (pl.col("mention_fault") == "")
    slipped = register.with_columns(
        kind=pl.when(is_free).then(slip).otherwise(pl.col("kind")),
        draw=pl.Series(rng.integers(0, 10**6, len(register))),
    )
    spoiled = {
        column: pl.coalesce(
            *(
                pl.when(pl.col("kind") == name).then(text)
                for name, text in _texts().items()
                if SLIPS[name][0] == column
            ),
            pl.col(column),
        )
        for column in {column: None for column, _ in SLIPS.values()}
    }
    right = pl.coalesce(
        *(pl.when(pl.col("kind") == name).then(pl.col(column)) for name, (column, _) in SLIPS.items()), pl.lit("")
    )
    worse = pl.when(pl.col("kind").is_in(WORSE_IDS)).then("kind").otherwise("mention_fault")
    return slipped.with_columns(right=right, mention_fault=worse, **spoiled).drop("draw")


def _texts() -> dict[str, pl.Expr]:
    """What is written instead, by kind."""
    number, draw, time = pl.col("id_written"), pl.col("draw"), pl.col("screened_at")
    return {
        "id_masked": number.str.slice(0, 6) + "********" + number.str.slice(14),
        "id_passport": pl.lit("E") + (10**7 + draw * 89).cast(pl.String),
        "id_spaced": number.str.slice(0, 6) + " " + number.str.slice(6, 8) + " " + number.str.slice(14) + " ",
        "time_impossible": time.str.slice(0, 5) + "02-30" + time.str.slice(10),
        "time_slashes": time.str.replace_all("-0?", "/"),
        "temperature_comma": pl.col("temperature").str.replace(".", ",", literal=True),
        "temperature_word": pl.lit("无"),
        "temperature_unit": pl.col("temperature") + "℃",
        "phone_short": pl.col("phone_written").str.slice(4),
    }
