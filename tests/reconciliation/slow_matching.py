"""A slow, obvious twin of the matching: all pairs in order of how well they fit, each taken if both are still free."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from tests.reconciliation.small_tables import TREE, above


@dataclass(frozen=True)
class Unit:
    """One row of a side, as the twin sees it."""

    key: str | None
    area: str | None
    day: dt.date
    amount: Decimal
    line: int

    @property
    def cell(self) -> str | None:
        """The township it lies in; None where nobody says."""
        return next((a for a in above(self.area) if TREE[a][1] == "township"), None) if self.area else None


@dataclass
class Cell:
    """What the twin finds for one area and day."""

    left: Decimal = Decimal(0)
    right: Decimal = Decimal(0)
    matched: Decimal = Decimal(0)


@dataclass
class Answer:
    """Everything the twin finds."""

    cells: dict[tuple[str, dt.date], Cell] = field(default_factory=dict)
    matched: set[tuple[int, int]] = field(default_factory=set)
    """Lines of pairs that are the same thing."""
    mistaken: dict[tuple[int, int], str] = field(default_factory=dict)
    """Lines of pairs that should have been, and why they are not."""

    def cell(self, area: str | None, day: dt.date) -> Cell:
        """The cell, made when first asked for."""
        return self.cells.setdefault((area or "1", day), Cell())


def fit(left: Unit, right: Unit, lag: int, search: int) -> int | None:
    """How well two units fit: 0 exact … 4; None: not at all."""
    if left.key is None or left.key != right.key:
        return None
    later = (right.day - left.day).days
    if not (0 <= later <= lag or abs(later) <= search):
        return None
    other_area = left.cell is not None and right.cell is not None and left.cell != right.cell
    if later == 0 and left.cell is not None and left.cell == right.cell:
        return 0
    if 0 <= later <= lag:
        return 2 if other_area else 1
    return 4 if other_area else 3


def match(left: list[Unit], right: list[Unit], lag: int, search: int) -> Answer:
    """The pairs and the cells."""
    pairs = sorted(
        (how, abs((r.day - u.day).days), u.line, r.line, u, r)
        for u in left
        for r in right
        if (how := fit(u, r, lag, search)) is not None
    )
    answer, taken = Answer(), set()
    for how, _, _, _, u, r in pairs:
        if ("left", u.line) in taken or ("right", r.line) in taken:
            continue
        taken |= {("left", u.line), ("right", r.line)}
        if how > 1:
            answer.mistaken[u.line, r.line] = "date_shift" if how == 3 else "wrong_township"
            continue
        answer.matched.add((u.line, r.line))
        cell = answer.cell(u.cell or r.cell, u.day)
        cell.left, cell.right = cell.left + u.amount, cell.right + r.amount
        cell.matched += min(u.amount, r.amount)
    same = {("left", a) for a, _ in answer.matched} | {("right", b) for _, b in answer.matched}
    for u in left:
        if ("left", u.line) not in same:
            answer.cell(u.cell, u.day).left += u.amount
    for r in right:
        if ("right", r.line) not in same:
            answer.cell(r.cell, r.day).right += r.amount
    return answer
