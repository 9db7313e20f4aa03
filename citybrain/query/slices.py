"""Cells held in memory: those of one base indicator at one depth of the tree, read once and found by area and day.

Whoever looks at an indicator looks at its other days and areas next, and planning a question takes the database as long as
reading some ten thousand rows does. So a question reads the whole slice of the mart that it falls into, where that is not
too large, and all slices that it needs in one statement; the next question finds its numbers here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import polars as pl

from citybrain.query.definitions import Indicator
from citybrain.query.places import FEW, Places
from citybrain.query.snapshot import OpenSnapshot
from citybrain.query.span import Span
from citybrain.sql import literal, literals

MOST_ROWS = 30_000
"""A slice with more cells is not read whole; questions take the periods and, if few, the areas that they need."""
AHEAD_ROWS = 8_000
"""So many rows in all are read at once where more of the same indicators is read ahead."""
_PLACE = 2**32
"""Factor of the number of an area, so that area and day are one number and one search finds both."""


@dataclass(frozen=True)
class Slice:
    """Cells in the order of area and day."""

    at: np.ndarray
    """Area (its number in the tree) × 2³² + first day of the period (days since 1970)."""
    value: np.ndarray

    @classmethod
    def of(cls, place: np.ndarray, day: np.ndarray, value: np.ndarray) -> Slice:
        """Cells in any order."""
        at = place.astype(np.int64) * _PLACE + day
        order = np.argsort(at, kind="stable")
        return cls(at[order], value[order])

    def estimated_size(self) -> int:
        """Bytes."""
        return int(self.at.nbytes + self.value.nbytes)

    def stated(self, places: np.ndarray, days: np.ndarray) -> np.ndarray:
        """What is stated for the very period (float64, areas × periods), NaN where nothing is."""
        grid = np.full((len(places), len(days)), np.nan)
        if len(self.at):
            wanted = places[:, None] * _PLACE + days[None, :]
            found = np.minimum(np.searchsorted(self.at, wanted), len(self.at) - 1)
            is_there = self.at[found] == wanted
            grid[is_there] = self.value[found[is_there]]
        return grid

    def carried(self, places: np.ndarray, ends: np.ndarray, *, backwards: bool) -> np.ndarray:
        """What was stated last up to the end of each period; `backwards`: where nothing was, what was stated first."""
        if not len(self.at):
            return np.full((len(places), len(ends)), np.nan)
        own, cells = places[:, None], self.at // _PLACE
        after = np.searchsorted(self.at, own * _PLACE + ends[None, :], side="right")
        before = np.maximum(after - 1, 0)
        grid = np.where((after > 0) & (cells[before] == own), self.value[before], np.nan)
        if backwards:
            later = np.minimum(after, len(self.at) - 1)
            grid = np.where(np.isnan(grid) & (after < len(self.at)) & (cells[later] == own), self.value[later], grid)
        return grid


EMPTY = Slice(np.empty(0, dtype=np.int64), np.empty(0))


@dataclass(frozen=True)
class _Wanted:
    """One slice: what it holds is also what it is remembered by."""

    code: str
    period_type: str
    depth: int
    only: str = ""
    """SQL condition on periods and areas where the whole would be too much; empty for the whole."""


def read_slices(
    snapshot: OpenSnapshot, bases: Sequence[Indicator], places: Places, span: Span
) -> list[dict[int, Slice]]:
    """The cells that may be needed of each base indicator, by depth of the areas; others may be among them."""
    wanted = [{depth: _wanted(snapshot, base, depth, places, span) for depth in places.by_depth} for base in bases]
    found: dict[_Wanted, Slice] = {}
    missing = []
    for one in dict.fromkeys(w for of_base in wanted for w in of_base.values()):
        kept = snapshot.memory.known(one)
        if isinstance(kept, Slice):
            found[one] = kept
        elif not _rows(snapshot, one):
            found[one] = EMPTY
        else:
            missing.append(one)
    for cells in _read(snapshot, missing):
        found |= cells
        for one, kept in cells.items():
            snapshot.memory.keep(one, kept)
    return [{depth: found[w] for depth, w in of_base.items()} for of_base in wanted]


def _rows(snapshot: OpenSnapshot, wanted: _Wanted) -> int:
    return snapshot.cells.get((wanted.code, wanted.period_type, wanted.depth), 0)


def _wanted(snapshot: OpenSnapshot, base: Indicator, depth: int, places: Places, span: Span) -> _Wanted:
    whole = _Wanted(base.code, span.period_type if base.carry == "none" else "day", depth)
    if _rows(snapshot, whole) <= MOST_ROWS:
        return whole
    only = {
        "none": f" AND period_on BETWEEN DATE '{span.first}' AND DATE '{span.last}'",
        # What only holds forward is not asked for what comes later.
        "forward": f" AND period_on <= DATE '{span.end}'",
    }.get(base.carry, "")
    if len(places) <= FEW:
        only += f" AND area_code IN {literals(places.codes)}"
    return replace(whole, only=only)


def _read(snapshot: OpenSnapshot, missing: Sequence[_Wanted]) -> Iterator[dict[_Wanted, Slice]]:
    """One statement for all whole slices, and one for each condition."""
    for only in dict.fromkeys(w.only for w in missing):
        group = [w for w in missing if w.only == only]
        yield _read_together(snapshot, group if only else _ahead(snapshot, group))


def _ahead(snapshot: OpenSnapshot, wanted: Sequence[_Wanted]) -> list[_Wanted]:
    """These and, smallest first, other period types and depths of the same indicators, as long as they are few rows.

    Cells of an indicator lie together: they cost little when some of them are read anyway.
    """
    codes = list(dict.fromkeys(w.code for w in wanted))
    chosen = dict.fromkeys((w.period_type, w.depth) for w in wanted)
    rows = {pair: sum(snapshot.cells.get((c, *pair), 0) for c in codes) for pair in snapshot.pairs}
    total = sum(rows[pair] for pair in chosen)
    for pair in sorted(rows.keys() - chosen.keys(), key=lambda p: (rows[p], p)):
        total += rows[pair]
        if total > AHEAD_ROWS:
            break
        chosen[pair] = None
    return [_Wanted(code, *pair) for pair in chosen for code in codes if (code, *pair) in snapshot.cells]


def _read_together(snapshot: OpenSnapshot, group: Sequence[_Wanted]) -> dict[_Wanted, Slice]:
    codes = list(dict.fromkeys(w.code for w in group))
    deep: dict[str, set[int]] = {}
    for one in group:
        deep.setdefault(one.period_type, set()).add(one.depth)
    pairs = " OR ".join(
        f"(period_type = {literal(kind)} AND depth IN ({', '.join(map(str, sorted(depths)))}))"
        for kind, depths in deep.items()
    )
    cells = snapshot.read(
        "SELECT indicator, period_type, depth, area_code, period_on, value FROM marts.cells"
        f" WHERE indicator IN {literals(codes)} AND ({pairs}) AND value IS NOT NULL{group[0].only}"
    )
    # Types are stated: a caller's own enumeration of period types is no text to polars, though it is one to Python.
    numbered = pl.DataFrame(
        [(w.code, str(w.period_type), w.depth, n) for n, w in enumerate(group)],
        schema={"indicator": pl.String, "period_type": pl.String, "depth": pl.Int32, "slice": pl.Int64},
        orient="row",
    )
    placed = cells.join(snapshot.numbers, on="area_code").join(numbered, on=["indicator", "period_type", "depth"])
    return dict(zip(group, _split(placed, len(group)), strict=True))


def _split(cells: pl.DataFrame, count: int) -> list[Slice]:
    number, value = cells["slice"].to_numpy(), cells["value"].to_numpy()
    at = cells["place"].to_numpy() * _PLACE + cells["period_on"].to_numpy().astype(np.int64)
    order = np.lexsort((at, number))
    at, value = at[order], value[order]
    ends = np.searchsorted(number[order], np.arange(count + 1))
    # Copies: a part of an array would keep the whole in memory, and memory counts parts.
    return [Slice(at[a:b].copy(), value[a:b].copy()) for a, b in pairwise(ends)]
