"""Classes of a map: few, at round numbers, about equally filled; zero and no data stand apart."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Classes:
    """Lower edges of the classes of the non-zero values, ascending; the first class begins at the smallest value."""

    edges: tuple[float, ...]
    largest: float
    decimals: int
    is_signed: bool = False
    """Whether the values are differences: edges are then those of their sizes, the same for rise and fall."""

    def of(self, value: float) -> int:
        """The class of a non-zero value, or of the size of a difference, from 0."""
        return max(0, bisect_right(self.edges, abs(value) if self.is_signed else value) - 1)

    def bounds(self) -> list[tuple[float, float]]:
        """Lowest and highest value that each class can hold, at the indicator's decimals."""
        if not self.edges:
            return []
        step = 10.0**-self.decimals
        uppers = [round(e - step, self.decimals) for e in self.edges[1:]] + [self.largest]
        return [(low, max(low, high)) for low, high in zip(self.edges, uppers, strict=True)]


def classify(values: Iterable[float | None], most: int = 5, decimals: int = 0) -> Classes:
    """At most `most` classes by quantiles of the non-zero values, with edges rounded to two digits."""
    found = sorted(v for v in values if v is not None and v != 0 and math.isfinite(v))
    if not found:
        return Classes((), 0.0, decimals)
    distinct = sorted({round(v, decimals) for v in found})
    if len(distinct) <= most:
        edges = distinct
    else:
        cuts = [found[len(found) * k // most] for k in range(1, most)]
        rounded = {_round_down(c, decimals) for c in cuts}
        edges = [distinct[0], *sorted(e for e in rounded if distinct[0] < e <= distinct[-1])]
    return Classes(tuple(edges), round(found[-1], decimals), decimals)


def classify_changes(values: Iterable[float | None], most: int = 3, decimals: int = 0) -> Classes:
    """Classes of differences by their size, shared by rise and fall so that the two can be compared."""
    sizes = classify((None if v is None else abs(v) for v in values), most, decimals)
    return Classes(sizes.edges, sizes.largest, decimals, is_signed=True)


def _round_down(value: float, decimals: int) -> float:
    """To two significant digits, and never finer than the indicator's decimals."""
    digits = 1 - math.floor(math.log10(abs(value)))
    places = min(digits, decimals)
    return round(math.floor(value * 10.0**places + 1e-9) / 10.0**places, max(places, 0))
