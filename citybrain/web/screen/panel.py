"""What a panel of the screen is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_ROWS = 30


@dataclass(frozen=True)
class PanelRow:
    """One line of a panel."""

    key: str
    name: str
    detail: str
    value: str
    tone: str = "plain"
    """good, bad, warn or plain."""
    share: float | None = None
    """Length of the bar below the line, 0 to 1; None = without bar."""
    href: str = ""


@dataclass(frozen=True)
class Panel:
    """One panel; `empty` is said where it has no rows."""

    id: str
    title: str
    note: str
    rows: Sequence[PanelRow]
    empty: str
