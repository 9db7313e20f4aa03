"""How departments write down townships and villages."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.geography import County
from citybrain.demo.names import COUNTY_NAME, TRADITIONAL

TOWN_SPELLINGS = {"plain": 0.82, "short": 0.08, "traditional": 0.04, "with_county": 0.06}
"""湖崖镇, 湖崖, 湖崖鎮, 青禾县湖崖镇."""


def town_texts(rng: np.random.Generator, county: County, villages: np.ndarray) -> pl.Series:
    """The township of each village (position in `county.villages`), in the spellings of clerks."""
    spelling = rng.choice(len(TOWN_SPELLINGS), len(villages), p=list(TOWN_SPELLINGS.values()))
    return spelled_towns(county, county.township_of[villages], spelling)


def spelled_towns(county: County, townships: np.ndarray, spelling: np.ndarray) -> pl.Series:
    """The names of townships, each in the spelling at its position in `TOWN_SPELLINGS`."""
    towns = [t.name for t in county.townships]
    shorts = [t.short_name for t in county.townships]
    texts = [*towns, *shorts, *(t.translate(TRADITIONAL) for t in towns), *(COUNTY_NAME + t for t in towns)]
    return pl.Series(texts).gather(spelling * len(towns) + townships)


def village_texts(county: County, villages: np.ndarray) -> pl.Series:
    """The name of each village."""
    return pl.Series([v.name for v in county.villages], dtype=pl.String).gather(villages)


def village_codes(county: County, villages: np.ndarray) -> pl.Series:
    """The code of each village."""
    return pl.Series([v.code for v in county.villages], dtype=pl.String).gather(villages)


def town_codes(county: County, villages: np.ndarray) -> pl.Series:
    """The code of the township of each village."""
    return pl.Series([t.code for t in county.townships], dtype=pl.String).gather(county.township_of[villages])
