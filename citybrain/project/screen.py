"""The `[screen]` of `city.toml`: what the command-centre screen shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

PeriodType = Literal["day", "week", "month"]
PERIODS: tuple[str, ...] = get_args(PeriodType)
SCREEN_KEYS = ("layers", "tiles", "period", "stale_hours")


@dataclass(frozen=True)
class ScreenChoice:
    """Indicators by code; an empty list lets the screen choose from what the snapshot has data for."""

    layers: tuple[str, ...] = ()
    """Maps that take turns, in this order."""
    tiles: tuple[str, ...] = ()
    """Figures of the whole area, at most six."""
    period: PeriodType = "day"
    stale_hours: float = 26.0
    """From this age on the screen says that the data are old: a day, and two hours for the build."""
