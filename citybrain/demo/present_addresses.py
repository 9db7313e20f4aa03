"""Where people say they live when a clinic asks: the same village written in many ways, and sometimes elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from citybrain.demo.geography import County
from citybrain.demo.names import COUNTY_NAME, ESTATES, ROADS, TRADITIONAL

STYLES = {
    "whole": 0.52, "without_county": 0.2, "short_township": 0.05, "traditional": 0.05, "township_only": 0.07,
    "township_road": 0.05, "short_village": 0.045, "other_province": 0.005, "other_county": 0.006, "nothing": 0.004,
}  # fmt: skip
"""Ways of writing an address, with their shares."""
UNPLACED = {
    "other_province": "area_other_province",
    "other_county": "area_other_county",
    "nothing": "area_missing",
}
"""Styles that name no place in the county, and the kind of fault that they are."""
OTHER_PROVINCES = ("河南省信阳市固始县胡族铺镇", "湖北省武汉市江汉区常青街道", "江苏省徐州市沛县敬安镇")
OTHER_COUNTIES = ("临朐县冶源街道", "外县来访人员", "蒙阴县岱崮街道")


def present_addresses(rng: np.random.Generator, county: County, villages: np.ndarray) -> tuple[pl.Series, pl.Series]:
    """The address that a person of each village states, and the kind of fault that it is ("" for none)."""
    count = len(villages)
    style = rng.choice(len(STYLES), count, p=np.array(list(STYLES.values())))
    places = [write(*parts) for write in WRITERS for parts in _by_village(county)]
    at = np.minimum(style, len(WRITERS) - 1) * len(county.villages) + villages
    begins = pl.Series(places).gather(at)
    is_town = np.array([v.is_community for v in county.villages], dtype=bool)[villages]
    address = begins + _street(rng, count, is_town, style)
    names = list(STYLES)
    for name, texts in (("other_province", OTHER_PROVINCES), ("other_county", OTHER_COUNTIES), ("nothing", ("",))):
        other = pl.Series(texts).gather(rng.integers(0, len(texts), count))
        address = other.zip_with(pl.Series(style == names.index(name)), address)
    return address, pl.Series([UNPLACED.get(name, "") for name in names]).gather(style)


def _by_village(county: County) -> list[tuple[str, str, str]]:
    """Of each village: its township in full and in short, and its name.

    Whoever lives in a village called like another township does not leave out what the own township is.
    """
    shorts = [t.short_name for t in county.townships]
    parts = []
    for village in county.villages:
        township = county.townships[village.township]
        is_misleading = any(short in village.name for short in shorts)
        parts.append((township.name, township.name if is_misleading else township.short_name, village.name))
    return parts


WRITERS: tuple[Callable[[str, str, str], str], ...] = (
    lambda township, short, village: f"{COUNTY_NAME}{township}{village}",
    lambda township, short, village: f"{township}{village}",
    lambda township, short, village: f"{COUNTY_NAME}{short}{village}",
    lambda township, short, village: f"{COUNTY_NAME}{township}{village}".translate(TRADITIONAL),
    lambda township, short, village: township,
    lambda township, short, village: f"{COUNTY_NAME}{township}",
    lambda township, short, village: f"{township}{village.removesuffix('村')}",
)
"""How the first styles are written, in their order."""


def _street(rng: np.random.Generator, count: int, is_town: np.ndarray, style: np.ndarray) -> pl.Series:
    """What follows the village: house number or group in villages, road and estate in towns; nothing for some."""
    number = pl.Series(rng.integers(1, 320, count)).cast(pl.String)
    road = pl.Series(ROADS).gather(rng.integers(0, len(ROADS), count)) + number + "号"
    estate = pl.Series(ESTATES).gather(rng.integers(0, len(ESTATES), count)) + number + "号楼"
    group = pl.Series(rng.integers(1, 9, count)).cast(pl.String) + "组"
    in_town = estate.zip_with(pl.Series(rng.random(count) < 0.4), road)
    in_village = group.zip_with(pl.Series(rng.random(count) < 0.4), number + "号")
    names = list(STYLES)
    ending = in_town.zip_with(pl.Series(is_town | (style == names.index("township_road"))), in_village)
    bare = (style == names.index("township_only")) | (rng.random(count) < 0.15)
    return pl.Series([""]).gather(np.zeros(count, dtype=np.int64)).zip_with(pl.Series(bare), ending)
