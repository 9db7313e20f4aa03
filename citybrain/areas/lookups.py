"""Placing by equality: codes in any spelling, names in any form, nested names part by part."""

from __future__ import annotations

import polars as pl

from citybrain.areas.codes import code_key, spellings
from citybrain.areas.names import fold
from citybrain.areas.reasons import AMBIGUOUS_NAME, UNKNOWN_CODE, UNKNOWN_NAME
from citybrain.areas.tree import FORMER_RANK, AreaTree

SELF_RANK = 100
"""A name below an area of the same name means the narrower one, so the area itself comes last."""


def place_codes(tree: AreaTree, frame: pl.DataFrame) -> pl.DataFrame:
    """row, area_code, reason for texts that are codes; `370201001.0` is none.

    A statistical code that is longer than the tree is deep lies in the leaf whose code it begins with.
    """
    codes = tree.areas["area_code"].to_list()
    known = {spelling: code for code in codes for spelling in spellings(code_key(code))} | {c: c for c in codes}
    leaves = set(codes) - set(tree.areas["parent_code"].drop_nulls())
    leaf_keys = {code_key(code): code for code in leaves}
    text = pl.col("folded")
    by_leaf = pl.coalesce(
        pl.when(text.str.contains(rf"^\d{{{length + 1},}}$"))
        .then(text.str.slice(0, length))
        .replace_strict(leaf_keys, default=None, return_dtype=pl.String)
        for length in (12, 9)
    )
    code = pl.coalesce(text.replace_strict(known, default=None, return_dtype=pl.String), by_leaf)
    return frame.select("row", area_code=code).with_columns(
        reason=pl.when(pl.col("area_code").is_null()).then(pl.lit(UNKNOWN_CODE))
    )


def place_names(tree: AreaTree, frame: pl.DataFrame) -> pl.DataFrame:
    """row, area_code, reason for texts that are a name, or names from wide to narrow joined by `/`.

    Parts before the root's own name (the province above a city) are passed over.
    """
    names = name_table(tree)
    parts = frame.select("row", part=pl.col("folded").str.split("/").list.eval(pl.element().filter(pl.element() != "")))
    state = frame.select("row", node=pl.lit(tree.root), state=pl.lit("none"))
    for position in range(int(parts["part"].list.len().max() or 0)):  # type: ignore[arg-type]
        at = parts.select("row", part=pl.col("part").list.get(position, null_on_oob=True))
        state = next_part(state.join(at, on="row", how="left"), names, tree.root)
    reason = (
        pl.when(pl.col("state") == "ambiguous")
        .then(pl.lit(AMBIGUOUS_NAME))
        .when(pl.col("state") != "placed")
        .then(pl.lit(UNKNOWN_NAME))
    )
    return state.select("row", area_code=pl.when(pl.col("state") == "placed").then(pl.col("node")), reason=reason)


def next_part(state: pl.DataFrame, names: pl.DataFrame, root: str) -> pl.DataFrame:
    """The state of each row after its next part: none, placed, unknown or ambiguous, at a node."""
    joined = state.join(names, left_on=["node", "part"], right_on=["node", "form"], how="left")
    roots = names.filter(pl.col("node") == root, pl.col("is_root"))["form"].implode()
    is_root = (pl.col("part").is_in(roots) & pl.col("state").is_in(["none", "unknown"])).fill_null(False)
    is_open = pl.col("state").is_in(["none", "placed"])
    after = (
        pl.when(pl.col("part").is_null())
        .then(pl.col("state"))
        .when(is_root)
        .then(pl.lit("placed"))
        .when(~is_open)
        .then(pl.col("state"))
        .when(pl.col("code").is_not_null())
        .then(pl.lit("placed"))
        .when(pl.col("is_ambiguous"))
        .then(pl.lit("ambiguous"))
        .otherwise(pl.lit("unknown"))
    )
    node = pl.when(is_root).then(pl.lit(root)).when(is_open).then(pl.coalesce("code", "node")).otherwise(pl.col("node"))
    return joined.select("row", node=node, state=after)


def name_table(tree: AreaTree) -> pl.DataFrame:
    """node, form -> the one area below (or at) the node that the form means.

    Columns: node, form, code (empty if several areas bear the form equally well), is_ambiguous, is_root (the form means
    the root itself). The best rank wins, then the wider area (虎门 is the town, not the village of that name).
    """
    forms = pl.concat([tree.forms.select("area_code", "depth", "form", "rank"), prefixed_forms(tree)])
    below = forms.join(tree.ancestors.select("area_code", node="ancestor_code"), on="area_code")
    # The root competes with its towns by rank; any other area is meant by its own name only if nothing below is.
    is_self = (pl.col("area_code") == pl.col("node")) & (pl.col("node") != tree.root)
    below = below.with_columns(rank=pl.when(is_self).then(SELF_RANK).otherwise(pl.col("rank")))
    key = ["node", "form"]
    best = below.filter(pl.col("rank") == pl.col("rank").min().over(key))
    is_equal_root = (pl.col("depth") == 0).any().over(key) & (pl.col("node") == tree.root)
    best = best.filter((pl.col("depth") == pl.col("depth").min().over(key)) | is_equal_root)
    return best.group_by(key).agg(
        code=pl.when(pl.col("area_code").n_unique() == 1).then(pl.col("area_code").first()).first(),
        is_ambiguous=pl.col("area_code").n_unique() > 1,
        is_root=(pl.col("area_code") == tree.root).all(),
    )


def prefixed_forms(tree: AreaTree) -> pl.DataFrame:
    """Full names written behind the full name of an ancestor, or behind those of all ancestors: 东莞市虎门镇."""
    folded = {code: fold(name) for code, name in tree.areas.select("area_code", "area_name").iter_rows()}
    former = set(tree.areas.filter(~pl.col("is_current"))["area_code"])
    depths = dict(tree.areas.select("area_code", "depth").iter_rows())
    paths = tree.ancestors.sort("ancestor_depth").group_by("area_code", maintain_order=True).agg("ancestor_code")
    rows = set()
    for code, path in paths.iter_rows():
        rank = 1 + (FORMER_RANK if code in former else 0)
        for position, ancestor in enumerate(path[:-1]):
            rows.add((code, depths[code], folded[ancestor] + folded[code], rank))
            rows.add((code, depths[code], "".join(folded[step] for step in path[position:]), rank))
    schema = {"area_code": pl.String, "depth": pl.Int32, "form": pl.String, "rank": pl.Int32}
    return pl.DataFrame(sorted(rows), schema=schema, orient="row")
