"""Places texts in the area tree: codes, names, nested names and addresses. What is not sure is not placed."""

from __future__ import annotations

import uuid
from typing import Literal, get_args

import duckdb
import polars as pl

from citybrain.areas.addresses import place_addresses
from citybrain.areas.lookups import place_codes, place_names
from citybrain.areas.names import fold_expression
from citybrain.areas.outside import is_foreign_code, names_foreign_province
from citybrain.areas.reasons import OUTSIDE, UNKNOWN_NAME
from citybrain.areas.tree import AreaTree
from citybrain.errors import ContractError, nearest
from citybrain.sql import quote

How = Literal["auto", "code", "name", "address"]
SLICE = 250_000
"""Texts placed at a time, so that memory does not grow with their number."""
RESULT = {"text": pl.String, "area_code": pl.String, "reason": pl.String}


def place_texts(
    con: duckdb.DuckDBPyConnection, tree: AreaTree, texts: str, how: str = "auto", level: str | None = None
) -> str:
    """The name of a temporary table that says for each text of the relation `texts` where it lies.

    `texts` has a column `text` of distinct cleaned texts. The table has one row a text: `text`, `area_code`, `reason`
    (all VARCHAR); exactly one of the last two is set, except for an empty text, which has neither.

    `how`: `code` (padded or not), `name` (full, alias or unique stem; nested names joined by `/`, each narrower than
    the one before), `address` (free text), `auto` (a code if known or all digits, else a name, else an address).
    `level`: nothing is placed deeper; what names a deeper area is placed at its ancestor of that level.

    Raises:
        ContractError: `how` or `level` is unknown.
    """
    check_request(tree, how, level)
    found = con.sql(f"SELECT DISTINCT text FROM {quote(texts)}").pl()
    placed = [place_slice(tree, part["text"], how, level) for part in found.iter_slices(SLICE)]
    # The name holds the result beyond this call; a random one cannot meet a table of the caller.
    table, view = f"placed_{uuid.uuid4().hex[:12]}", f"placing_{uuid.uuid4().hex[:12]}"
    con.register(view, pl.concat(placed) if placed else pl.DataFrame(schema=RESULT))
    con.execute(f"CREATE TEMP TABLE {quote(table)} AS SELECT text, area_code, reason FROM {quote(view)}")
    con.unregister(view)
    return table


def check_request(tree: AreaTree, how: str, level: str | None) -> None:
    """Raises ContractError if the way or the level of placing is unknown."""
    if how not in get_args(How):
        raise ContractError("area", f"Areas cannot be placed as '{how}'.{nearest(how, get_args(How))}")
    if level and level not in tree.levels:
        raise ContractError(
            "area", f"Level '{level}' is not declared.{nearest(level, tree.levels)}", expected=" or ".join(tree.levels)
        )


def place_slice(tree: AreaTree, texts: pl.Series, how: str, level: str | None) -> pl.DataFrame:
    """One row a text: text, area_code, reason."""
    depth = max(tree.depth_of(level), 0) if level else None
    frame = pl.DataFrame({"text": texts.cast(pl.String)}).with_row_index("row")
    frame = frame.with_columns(folded=fold_expression(pl.col("text")))
    stated = frame.filter(pl.col("folded").str.len_chars() > 0)
    placed = lifted(tree, place_folded(tree, stated, how, depth), depth)
    return frame.join(placed, on="row", how="left").sort("row").select(list(RESULT))


def place_folded(tree: AreaTree, frame: pl.DataFrame, how: str, depth: int | None) -> pl.DataFrame:
    """row, area_code, reason for the folded texts, at any depth."""
    if how == "code":
        return explained(tree, frame, place_codes(tree, frame), is_foreign_code(tree, pl.col("folded")))
    foreign = names_foreign_province(tree, pl.col("folded"))
    if how == "name":
        return explained(tree, frame, place_names(tree, frame), foreign)
    if how == "address":
        return explained(tree, frame, place_addresses(tree, frame, depth), foreign)
    known = tree.areas["area_code"].to_list()
    is_code = pl.col("folded").str.contains(r"^\d+$") | pl.col("folded").is_in(known)
    codes = place_folded(tree, frame.filter(is_code), "code", depth)
    names = place_folded(tree, frame.filter(~is_code), "name", depth)
    # A text longer than any name is judged as an address; a shorter one keeps the reason why it is no known name.
    retried = names.filter(pl.col("reason") == UNKNOWN_NAME).select("row").join(frame, on="row")
    addresses = place_folded(tree, retried, "address", depth)
    longest = int(tree.forms["form"].str.len_chars().cast(pl.Int64).max() or 0)  # type: ignore[arg-type]
    named = retried.filter(pl.col("folded").str.len_chars() <= longest)["row"].implode()
    is_short_unknown = pl.col("row").is_in(named) & pl.col("area_code").is_null()
    addresses = addresses.with_columns(
        reason=pl.when(is_short_unknown & (pl.col("reason") != OUTSIDE))
        .then(pl.lit(UNKNOWN_NAME))
        .otherwise(pl.col("reason"))
    )
    return pl.concat([codes, names.join(addresses, on="row", how="anti"), addresses])


def explained(tree: AreaTree, frame: pl.DataFrame, placed: pl.DataFrame, foreign: pl.Expr) -> pl.DataFrame:
    """The placings, with `area.outside` for what lies outside for sure, even where a name seemed to be known."""
    outside = frame.filter(foreign)["row"].implode()
    is_outside = pl.col("row").is_in(outside)
    return placed.with_columns(
        area_code=pl.when(~is_outside).then(pl.col("area_code")),
        reason=pl.when(is_outside).then(pl.lit(OUTSIDE)).otherwise(pl.col("reason")),
    )


def lifted(tree: AreaTree, placed: pl.DataFrame, depth: int | None) -> pl.DataFrame:
    """The placings with areas deeper than `depth` replaced by their deepest ancestor that is not."""
    if depth is None:
        return placed
    upper = (
        tree.ancestors.filter(pl.col("ancestor_depth") <= depth)
        .sort("ancestor_depth")
        .group_by("area_code")
        .agg(pl.col("ancestor_code").last())
    )
    return placed.join(upper, on="area_code", how="left").select("row", area_code="ancestor_code", reason="reason")
