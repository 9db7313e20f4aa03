"""The cells of one base indicator as a grid of areas × periods: what the mart says, and the zeros that it means.

For every asked area and period (docs/architecture.md, "The query layer derives"):

- a cell → its value;
- carried indicators (`forward`, `both`) → the last cell at or before the end of the period; `both`: else the first after;
- no cell, `absent = zero`, period overlaps the coverage (for carried ones: does not end before it), area not deeper
  than covered → 0;
- else no data, which is NaN here.

The database only reads rows (`query/slices.py`): planning joins to a grid took it longer than all of this takes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from citybrain.query.definitions import Indicator
from citybrain.query.places import Places
from citybrain.query.slices import Slice, read_slices
from citybrain.query.snapshot import OpenSnapshot
from citybrain.query.span import Span

__all__ = ["Span", "is_partial", "read_grids"]


def read_grids(snapshot: OpenSnapshot, bases: Sequence[Indicator], places: Places, span: Span) -> list[np.ndarray]:
    """Values of base indicators (float64, areas × periods each), NaN where there are no data; read in one question."""
    slices = read_slices(snapshot, bases, places, span)
    return [_grid(snapshot, base, of_base, places, span) for base, of_base in zip(bases, slices, strict=True)]


def is_partial(base: Indicator, span: Span) -> np.ndarray:
    """For each period, whether the source covers only some of its days; carried numbers hold for whole periods."""
    starts = span.starts
    if base.carry != "none" or base.first_on is None or base.last_on is None:
        return np.zeros(len(starts) - 1, dtype=bool)
    return (starts[:-1] < np.datetime64(base.first_on)) | (starts[1:] - 1 > np.datetime64(base.last_on))


def _grid(snapshot: OpenSnapshot, base: Indicator, slices: dict[int, Slice], places: Places, span: Span) -> np.ndarray:
    starts, numbers = span.starts.astype(np.int64), snapshot.tree.numbers(places.codes)
    grid = np.empty((len(places), len(starts) - 1))
    for depth, rows in places.by_depth.items():
        if base.carry == "none":
            grid[rows] = slices[depth].stated(numbers[rows], starts[:-1])
        else:
            grid[rows] = slices[depth].carried(numbers[rows], starts[1:] - 1, backwards=base.carry == "both")
    return _with_zeros(grid, base, places.depths, span.starts)


def _with_zeros(grid: np.ndarray, base: Indicator, depths: np.ndarray, starts: np.ndarray) -> np.ndarray:
    if base.absent != "zero" or base.first_on is None or base.last_on is None:
        return grid
    begun = starts[1:] - 1 >= np.datetime64(base.first_on)
    covered = {
        "none": begun & (starts[:-1] <= np.datetime64(base.last_on)),
        "forward": begun,
        "both": np.ones_like(begun),
    }[base.carry]
    silent = np.isnan(grid) & covered[None, :] & (depths <= base.covered_depth)[:, None]
    return np.where(silent, 0.0, grid)
