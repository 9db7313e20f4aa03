"""Telling a place of another province or city from an unknown one, so that the reason given is right."""

from __future__ import annotations

import re

import polars as pl

from citybrain.areas.codes import PROVINCES, code_key
from citybrain.areas.names import fold
from citybrain.areas.tree import AreaTree

PROVINCE_ENDING = re.compile("(省|市|(壮族|回族|维吾尔)?自治区|特别行政区)$")
FOREIGN_CITY = (
    "^(?:[^市县区镇乡]{2,8}?(?:省|自治区))?([^省市县区镇乡村路街号]{2,4}市)[^路街号]{1,6}?(?:区|县|市|镇|乡|街道)"
)


def home_province(tree: AreaTree) -> str | None:
    """The two digits of the province that the whole tree lies in; None if its codes do not tell."""
    key = code_key(tree.root)
    return key[:2] if key.isdecimal() and key[:2] in PROVINCES else None


def is_foreign_code(tree: AreaTree, text: pl.Expr) -> pl.Expr:
    """The text is a code of another province."""
    home = home_province(tree)
    if home is None:
        return pl.lit(False)
    others = [code for code in PROVINCES if code != home]
    return text.str.contains(r"^(?:\d{6}|\d{9}|\d{12})$") & text.str.slice(0, 2).is_in(others)


def names_foreign_province(tree: AreaTree, text: pl.Expr) -> pl.Expr:
    """The folded text begins with another province and does not name the root of the tree."""
    home = home_province(tree)
    if home is None:
        return pl.lit(False)
    names = [fold(name) for code, name in PROVINCES.items() if code != home]
    stems = [PROVINCE_ENDING.sub("", name) for name in names]
    begins = f"^(?:中国|中华人民共和国)?(?:{'|'.join(names)}|(?:{'|'.join(stems)})[^路街道号/]{{1,6}}?[市州盟])"
    return text.str.contains(begins) & ~names_root(tree, text)


def names_foreign_city(tree: AreaTree, text: pl.Expr) -> pl.Expr:
    """The folded text begins with a city and a division below it, and the tree does not know the city."""
    city = text.str.extract(FOREIGN_CITY, 1)
    known = tree.forms["form"].unique().to_list()
    return city.is_not_null() & ~city.is_in(known) & ~names_root(tree, text)


def names_root(tree: AreaTree, text: pl.Expr) -> pl.Expr:
    """The folded text names the root of the tree by its full name or an alias."""
    full = tree.forms.filter((pl.col("area_code") == tree.root) & (pl.col("rank") < 2))["form"].to_list()
    return text.str.contains_any(full)
