"""The area tree of a snapshot, held in memory, and the check that an asker stays within the own subtree."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from citybrain.errors import AccessError, nearest
from citybrain.query.access import AccessContext


@dataclass(frozen=True)
class Area:
    """One node of the administrative tree."""

    code: str
    name: str
    level: str
    depth: int
    """0 at the root."""
    parent: str | None
    km2: float | None
    has_boundary: bool
    sort_order: int
    label_lon: float | None = None
    """Where a label stands, within the boundary (EPSG:4326)."""
    label_lat: float | None = None
    valid_from: dt.date | None = None
    """First day on which it is there; None: since ever."""
    valid_to: dt.date | None = None
    """First day on which it is no more; None: it is still there."""
    successor: str | None = None
    """Code of the area that goes on in its place."""

    def is_valid(self, period: tuple[dt.date, dt.date] | None = None) -> bool:
        """Whether it is there on any day from the first to the last; without a period: whether it is there still."""
        if period is None:
            return self.valid_to is None
        first, last = period
        return (self.valid_from is None or self.valid_from <= last) and (self.valid_to is None or self.valid_to > first)


class AreaTree:
    """Areas by code, in the order of the snapshot; answers questions on subtrees without SQL."""

    def __init__(self, areas: Iterable[Area]) -> None:
        ordered = sorted(areas, key=lambda a: (a.depth, a.sort_order, a.code))
        self.by_code = {a.code: a for a in ordered}
        self.children: dict[str, list[Area]] = {a.code: [] for a in ordered}
        self.roots: list[Area] = []
        for area in ordered:
            if area.parent in self.children:
                self.children[str(area.parent)].append(area)
            else:
                self.roots.append(area)
        self.has_changes = any(a.valid_from or a.valid_to for a in ordered)
        """Whether which areas there are depends on the day."""
        self._numbers = {code: n for n, code in enumerate(self.by_code)}
        # Filled as it is asked for; two threads that fill the same entry write the same.
        self._levels_below: dict[str, list[str]] = {}
        self._at_level: dict[tuple[str, str], list[Area]] = {}
        self._levels = list(dict.fromkeys(a.level for a in ordered))

    def numbers(self, codes: Sequence[str]) -> np.ndarray:
        """The place of each area in the order of the tree, from 0 (int64)."""
        return np.array([self._numbers[c] for c in codes], dtype=np.int64)

    def top(self, access: AccessContext) -> Area:
        """The highest area that the asker may see. Raises AccessError where there is none."""
        if access.area_root is not None:
            return self._known(access.area_root)
        if not self.roots:
            raise AccessError("areas", "the snapshot holds no areas", remedy="Check the area sources in city.toml")
        return self.roots[0]

    def area(self, access: AccessContext, code: str) -> Area:
        """The area, if the asker may see it. Raises AccessError for unknown areas and areas outside the subtree."""
        area = self._known(code)
        if access.area_root is not None and access.area_root not in {a.code for a in self.ancestors(code)}:
            raise AccessError(
                f"area {code}",
                "outside the areas that may be seen",
                expected=f"an area of {access.area_root}",
                remedy="Ask whoever administers access to widen the scope",
            )
        return area

    def _known(self, code: str) -> Area:
        if code in self.by_code:
            return self.by_code[code]
        by_name = {a.name: a.code for a in self.by_code.values()}
        hint = f" Its code is {by_name[code]}." if code in by_name else nearest(code, self.by_code)
        raise AccessError(f"area {code}", "not in the area tree", remedy=f"Ask for a code of the tree.{hint}")

    def ancestors(self, code: str) -> list[Area]:
        """The area and those above it, root first."""
        found: list[Area] = []
        area = self.by_code.get(code)
        while area is not None:
            found.append(area)
            area = self.by_code.get(area.parent or "")
        return found[::-1]

    def subtree(self, code: str) -> Iterator[Area]:
        """The area and all below it, parents before children."""
        waiting = deque([self.by_code[code]])
        while waiting:
            area = waiting.popleft()
            yield area
            waiting.extend(self.children[area.code])

    def below(self, code: str, period: tuple[dt.date, dt.date] | None = None) -> list[Area]:
        """Children that are there in the period (without one: still), in order."""
        return [a for a in self.children[code] if a.is_valid(period)]

    def at_level(self, code: str, level: str, period: tuple[dt.date, dt.date] | None = None) -> list[Area]:
        """Areas of the level within the subtree that are there in the period (without one: still), in order.

        In a period with a change there are both the areas before it and those after it. Raises AccessError for a level that
        the tree lacks.
        """
        levels = self._levels
        if level not in levels:
            raise AccessError(
                f"level {level}",
                "not in the area tree",
                expected=" or ".join(levels),
                remedy=f"Ask for one of these.{nearest(level, levels)}",
            )
        if (code, level) not in self._at_level:
            self._at_level[code, level] = [a for a in self.subtree(code) if a.level == level]
        return [a for a in self._at_level[code, level] if a.is_valid(period)]

    def levels_below(self, code: str) -> list[str]:
        """Levels of the areas below the area, top first."""
        if code not in self._levels_below:
            self._levels_below[code] = list(dict.fromkeys(a.level for a in self.subtree(code) if a.code != code))
        return list(self._levels_below[code])

    def levels(self) -> list[str]:
        """Level names of the tree, top first."""
        return list(self._levels)
