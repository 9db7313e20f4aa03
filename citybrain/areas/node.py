"""One area while the tree is being put together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Node:
    """One area while the tree is being put together."""

    label: str
    """Source that stated it first."""
    code: str
    name: str
    level: str
    depth: int
    """Position of the level in the project's levels."""
    parent_stated: str
    aliases: dict[str, None] = field(default_factory=dict)
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    successors: tuple[str, ...] = ()
    """Codes stated for what goes on in its place."""
    successor: Node | None = None
    """What goes on in its place, where that is one area."""
    area_km2: float | None = None
    geometries: list[Any] = field(default_factory=list)
    geometry_label: str = ""
    parent: Node | None = None

    def is_below(self, other: Node | None) -> bool:
        """Whether `other` is an ancestor; everything is below None."""
        node: Node | None = self
        while node is not None and node is not other:
            node = node.parent
        return node is other and self is not other
