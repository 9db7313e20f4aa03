"""The areas of a question, in the order in which answers list them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from citybrain.query.areas import Area, AreaTree

FEW = 4
"""So many areas are named in a condition; more are read with all others of their depth, which is faster."""


@dataclass(frozen=True)
class Places:
    """Areas in tree order, each once. They were checked against the asker's scope before."""

    codes: tuple[str, ...]
    """Also what answers are remembered by."""
    areas: tuple[Area, ...]

    @classmethod
    def of(cls, areas: Iterable[Area]) -> Places:
        """These areas, put in tree order."""
        ordered = sorted({a.code: a for a in areas}.values(), key=lambda a: (a.depth, a.sort_order, a.code))
        return cls(tuple(a.code for a in ordered), tuple(ordered))

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def columns(self) -> list[pl.Series]:
        """One row an area: area_code, area_name, depth."""
        return [
            pl.Series("area_code", self.codes, pl.String),
            pl.Series("area_name", [a.name for a in self.areas], pl.String),
            pl.Series("depth", self.depths),
        ]

    @cached_property
    def depths(self) -> np.ndarray:
        """Depth of each area in the tree."""
        return np.array([a.depth for a in self.areas], dtype=np.int32)

    @cached_property
    def by_depth(self) -> dict[int, np.ndarray]:
        """Which areas, by their place in `codes`, lie at each depth."""
        return {int(depth): np.flatnonzero(self.depths == depth) for depth in np.unique(self.depths)}


def places_at(tree: AreaTree, top: str, level: str, period: tuple[dt.date, dt.date] | None) -> Places:
    """All areas of a level within an area that are there in the period (without one: still).

    Raises AccessError for a level that the tree lacks.
    """
    return Places.of(tree.at_level(top, level, period))
