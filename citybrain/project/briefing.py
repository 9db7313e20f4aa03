"""`[briefing]` of `city.toml`: what the weekly briefing of the leadership leads with, and who issues it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class BriefingSettings:
    """What a city says about its briefing; everything has a default."""

    headline: tuple[str, ...] = ()
    """Codes of the indicators that page one leads with; without any they are chosen from what has data."""
    masthead: str = ""
    """Red heading of the paper, such as 青禾县疫情防控周报."""
    issuer: str = ""
    """Office that issues it, such as 县应急指挥部办公室."""
    week_begins: str = "monday"
    """First day of the reporting week; monday = ISO weeks."""
    departments: Mapping[str, str] = field(default_factory=dict)
    """Department code → the name by which it is called."""
