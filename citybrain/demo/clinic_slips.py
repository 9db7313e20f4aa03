"""The slips of a busy registration desk: what is typed wrong, left out or written in a way of its own."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.names import FULL_WIDTH

SLIPS: dict[str, tuple[str, float]] = {
    "id_missing": ("resident_id", 0.005),
    "id_mistyped": ("resident_id", 0.005),
    "id_short": ("resident_id", 0.001),
    "id_masked": ("resident_id", 0.001),
    "id_destroyed": ("resident_id", 0.0006),
    "id_passport": ("resident_id", 0.0008),
    "id_full_width": ("resident_id", 0.008),
    "id_lower_case": ("resident_id", 0.006),
    "id_spaced": ("resident_id", 0.006),
    "time_impossible": ("screened_at", 0.0008),
    "time_slashes": ("screened_at", 0.02),
    "temperature_comma": ("temperature", 0.006),
    "temperature_word": ("temperature", 0.01),
    "temperature_unit": ("temperature", 0.02),
    "phone_short": ("phone", 0.004),
}
"""Kind -> the column that it spoils, and the share of rows. Each row has one slip at most."""
NO_ID = ("", "无", "不详", "")


def write_slips(rng: np.random.Generator, register: pl.DataFrame) -> pl.DataFrame:
    """The register with slips: `kind` names them, `right` is what should stand there. Rows with a kind keep theirs."""
    shares = [share for _, share in SLIPS.values()]
    drawn = rng.choice(len(SLIPS) + 1, len(register), p=[*shares, 1 - sum(shares)])
    slip = pl.Series(["", *SLIPS]).gather(np.where(drawn == len(SLIPS), 0, drawn + 1))
    kind = pl.when(pl.col("kind") == "").then(slip).otherwise(pl.col("kind"))
    slipped = register.with_columns(kind=kind, draw=pl.Series(rng.integers(0, 10**6, len(register))))
    # An ID that ends with a digit has no letter to write small.
    is_digit = (pl.col("kind") == "id_lower_case") & ~pl.col("resident_id").str.ends_with("X")
    slipped = slipped.with_columns(kind=pl.when(is_digit).then(pl.lit("")).otherwise("kind"))
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
    return slipped.with_columns(right=right, **spoiled).drop("draw")


def _texts() -> dict[str, pl.Expr]:
    """What is written instead, by kind."""
    number, draw = pl.col("resident_id"), pl.col("draw")
    digit = number.str.slice(15, 1).cast(pl.Int64)
    wrong = (digit + 1 + draw % 9) % 10
    time = pl.col("screened_at")
    return {
        "id_missing": pl.lit(pl.Series(NO_ID)).gather(draw % len(NO_ID)),
        # A digit of the serial, so that the birth date stays right and only the check tells.
        "id_mistyped": number.str.slice(0, 15) + wrong.cast(pl.String) + number.str.slice(16),
        "id_short": number.str.slice(0, 17),
        "id_masked": number.str.slice(0, 6) + "********" + number.str.slice(14),
        "id_destroyed": number.str.slice(0, 1) + "." + number.str.slice(1, 5) + "E+17",
        "id_passport": pl.lit("E") + (10**7 + draw * 89).cast(pl.String),
        "id_full_width": _wide(number),
        "id_lower_case": number.str.to_lowercase(),
        "id_spaced": number.str.slice(0, 6) + " " + number.str.slice(6, 8) + " " + number.str.slice(14) + " ",
        "time_impossible": time.str.slice(0, 5) + "02-30" + time.str.slice(10),
        "time_slashes": time.str.replace_all("-0?", "/"),
        "temperature_comma": pl.col("temperature").str.replace(".", ",", literal=True),
        "temperature_word": pl.lit("无"),
        "temperature_unit": pl.col("temperature") + "℃",
        "phone_short": pl.col("phone").str.slice(4),
    }


def _wide(text: pl.Expr) -> pl.Expr:
    """The text in full-width digits, as some input methods write them."""
    plain = "0123456789X"
    return text.str.replace_many(list(plain), list(plain.translate(FULL_WIDTH)))
