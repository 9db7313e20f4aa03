"""Placing free-text addresses: every mention of an area, then down the tree as far as exactly one is named.

The rule, level by level from the top:

1. A mention is any form of an area's name in the text; one that lies inside a longer mention of an area as wide or
   wider does not count (`大朗` in `大朗镇`).
2. Mentions must lie below the area found so far. Full names with an ending (虎门镇) come before other strong forms
   (aliases, 东城区 for 东城街道), those before weak forms (虎门); a weak form counts only for a child of the area
   found so far that has not the same stem, and not where a road or building is named after it (虎门大道).
3. One area named: go on below it. None: try the next level (missing levels are normal). Several: not placed, or, among
   the narrowest areas, placed at the area found so far.
4. The narrowest areas (villages) count only below their own parent: their names repeat too often to stand alone.
"""

from __future__ import annotations

import polars as pl

from citybrain.areas.outside import names_foreign_city, names_root
from citybrain.areas.reasons import AMBIGUOUS_NAME, NO_PLACE, SEVERAL_PLACES
from citybrain.areas.tree import FORMER_RANK, AreaTree

NAMED_AFTER = (
    "^[东西南北中内外上下新老旧前后]?大?[一二三四五六七八九十0-9]{0,2}"
    "(?:路|道|街|里|苑|家园|小区|公寓|大桥|立交|高速|公路|快速|隧道|大厦|大楼|广场|花园|酒店|宾馆|商场)"
)
"""What follows a weak form when a road, an estate or a building is only named after the place."""


def place_addresses(tree: AreaTree, frame: pl.DataFrame, depth: int | None) -> pl.DataFrame:
    """row, area_code, reason for folded addresses; `depth` bounds how far down to look."""
    deepest = int(tree.areas["depth"].max() or 0)  # type: ignore[arg-type]
    bound = deepest if not depth else min(depth, deepest)
    forms = tree.forms.filter(pl.col("depth") <= bound)
    spans = without_contained(mentions(frame, forms))
    is_foreign = names_foreign_city(tree, pl.col("folded"))
    state = frame.select("row", "folded", node=pl.lit(tree.root), state=pl.when(is_foreign).then(pl.lit("foreign")))
    state = state.with_columns(pl.col("state").fill_null("open"))
    for step in range(1, bound + 1):
        named = named_areas(tree, state, spans.filter(pl.col("depth") == step), forms, is_last=step == deepest)
        state = next_level(state, named, tree.root, is_last=step == deepest)
    return explained_places(tree, state, depth)


def mentions(frame: pl.DataFrame, forms: pl.DataFrame) -> pl.DataFrame:
    """row, form, start, end (bytes) and depth of every place where a form stands in a text."""
    patterns = forms["form"].unique(maintain_order=True).to_list()
    text = pl.col("folded")
    found = frame.select(
        "row",
        form=text.str.extract_many(patterns, overlapping=True),
        start=text.str.find_many(patterns, overlapping=True),
    )
    found = found.explode("form", "start").drop_nulls()
    found = found.with_columns(end=pl.col("start") + pl.col("form").str.len_bytes())
    return found.join(forms.select("form", "depth").unique(), on="form")


def without_contained(spans: pl.DataFrame) -> pl.DataFrame:
    """The spans that lie in no longer span of the same text of a depth as wide or wider."""
    longer = spans.select("row", "start", "end", "depth")
    pairs = spans.join(longer, on="row", suffix="_longer").filter(
        pl.col("start_longer") <= pl.col("start"),
        pl.col("end_longer") >= pl.col("end"),
        pl.col("end_longer") - pl.col("start_longer") > pl.col("end") - pl.col("start"),
        pl.col("depth_longer") <= pl.col("depth"),
    )
    return spans.join(pairs, on=["row", "start", "end", "depth"], how="anti")


def named_areas(
    tree: AreaTree, state: pl.DataFrame, spans: pl.DataFrame, forms: pl.DataFrame, *, is_last: bool
) -> pl.DataFrame:
    """row, codes (how many areas the row names at this level), forms_named, area_code (one of them)."""
    active = state.filter(pl.col("state") == "open").select("row", "node", "folded")
    found = active.join(spans, on="row").join(forms, on=["form", "depth"])
    is_child = pl.col("parent_code") == pl.col("node")
    if is_last:
        found = found.filter(is_child)
    else:
        below = tree.ancestors.select("area_code", node="ancestor_code")
        found = found.join(below, on=["area_code", "node"], how="semi")
    following = pl.col("folded").cast(pl.Binary).bin.slice(pl.col("end")).cast(pl.String)
    is_weak = ~pl.col("is_strong") & is_child & ~following.str.contains(NAMED_AFTER)
    found = found.filter(pl.col("is_strong") | is_weak)
    own = found.join(tree.forms.select("form", node="area_code"), on=["node", "form"], how="semi")
    found = found.join(own.filter(~pl.col("is_strong")), on=["row", "start", "form"], how="anti")
    # Tiers: full names, then other strong forms, then weak ones; a better tier silences the others.
    tier = pl.when(~pl.col("is_strong")).then(2).when(pl.col("rank") % FORMER_RANK == 0).then(0).otherwise(1)
    found = found.filter(tier == tier.min().over("row"))
    # One text that several areas may mean: the one whose own name it is.
    found = found.filter(pl.col("rank") == pl.col("rank").min().over("row", "start", "form"))
    return found.group_by("row").agg(
        codes=pl.col("area_code").n_unique(),
        forms_named=pl.struct("start", "form").n_unique(),
        area_code=pl.col("area_code").first(),
    )


def next_level(state: pl.DataFrame, named: pl.DataFrame, root: str, *, is_last: bool) -> pl.DataFrame:
    """The state after a level: one area named moves the row down, several stop it."""
    joined = state.join(named, on="row", how="left")
    is_one, is_several = pl.col("codes") == 1, pl.col("codes") > 1
    # Two villages named in one town: the town is still sure.
    is_sure_above = pl.lit(is_last) & (pl.col("node") != root)
    stopped = pl.when(pl.col("forms_named") == 1).then(pl.lit("ambiguous")).otherwise(pl.lit("several"))
    return joined.select(
        "row",
        "folded",
        node=pl.when(is_one).then(pl.col("area_code")).otherwise(pl.col("node")),
        state=pl.when(is_several & ~is_sure_above).then(stopped).otherwise(pl.col("state")),
    )


def explained_places(tree: AreaTree, state: pl.DataFrame, depth: int | None) -> pl.DataFrame:
    """row, area_code, reason of the final state; the root is a place only if its own level is asked for."""
    is_root = pl.col("node") == tree.root
    root_counts = pl.lit(depth == 0) & names_root(tree, pl.col("folded"))
    is_placed = (pl.col("state") == "open") & (~is_root | root_counts)
    reason = (
        pl.when(is_placed)
        .then(None)
        .when(pl.col("state") == "several")
        .then(pl.lit(SEVERAL_PLACES))
        .when(pl.col("state") == "ambiguous")
        .then(pl.lit(AMBIGUOUS_NAME))
        .otherwise(pl.lit(NO_PLACE))
    )
    return state.select("row", area_code=pl.when(is_placed).then(pl.col("node")), reason=reason)
