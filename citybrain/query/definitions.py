"""The indicators of a snapshot, with what their source covers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from citybrain.errors import AccessError, nearest


@dataclass(frozen=True)
class Indicator:
    """One entry of the dictionary, as the snapshot was built with it."""

    code: str
    kind: str
    """flow, stock, ratio, distinct or duration."""
    title_zh: str
    title_en: str
    definition_zh: str
    definition_en: str
    unit_zh: str
    unit_en: str
    decimals: int
    scale: float
    """A ratio is `scale * numerator / denominator`."""
    better: str
    """higher, lower or neutral."""
    owner: str
    numerator: str
    denominator: str
    """Base indicators of a ratio; empty for a base indicator."""
    carry: str
    """none, forward or both: how far a value holds from the day it was stated."""
    absent: str
    """zero or no_data: what a missing cell within the coverage means."""
    theme: str
    sql: str
    source_table: str
    measure_on: str = ""
    """Column of the source table with the day a row counts on."""
    measure_where: str = ""
    """SQL condition on the source table: which rows count."""
    is_listed: bool = True
    """Whether it is offered where indicators are chosen; what others are only made of is not."""
    minimum_cell: int = 0
    """Counts of people below it are hidden from those without the right."""
    legal_basis: str = ""
    warn_at: float | None = None
    alarm_at: float | None = None
    target: float | None = None
    version: int = 1
    valid_from: dt.date | None = None
    changed_zh: str = ""
    changed_en: str = ""
    covered_depth: int = -1
    """Deepest depth of the tree that the source reaches."""
    first_on: dt.date | None = None
    last_on: dt.date | None = None
    """First and last day that the source covers."""

    @property
    def is_ratio(self) -> bool:
        """Whether it is made of two others and has no cells of its own."""
        return bool(self.numerator and self.denominator)

    @property
    def is_timeless(self) -> bool:
        """Whether its rows have no day: they hold for the whole time."""
        return not self.is_ratio and not self.measure_on and self.carry == "both"

    def title(self, language: str) -> str:
        """The title in the language (`zh` or `en`)."""
        return self.title_zh if language.startswith("zh") else self.title_en

    def definition(self, language: str) -> str:
        """The definition in words in the language (`zh` or `en`)."""
        return self.definition_zh if language.startswith("zh") else self.definition_en

    def unit(self, language: str) -> str:
        """The unit in the language (`zh` or `en`)."""
        return self.unit_zh if language.startswith("zh") else self.unit_en


class Dictionary:
    """Indicators by code, in the order of the dictionary."""

    def __init__(self, indicators: list[Indicator]) -> None:
        self.by_code = {i.code: i for i in indicators}
        dated = [i for i in indicators if not i.is_timeless]
        firsts, lasts = [i.first_on for i in dated if i.first_on], [i.last_on for i in dated if i.last_on]
        self._dated_days = (min(firsts, default=None), max(lasts, default=None))

    def indicator(self, code: str) -> Indicator:
        """The indicator. Raises AccessError for an unknown code, with the nearest known one."""
        if code not in self.by_code:
            raise AccessError(
                f"indicator {code}",
                "not in the dictionary of this snapshot",
                remedy=f"The known ones are listed by /api/v1/indicators.{nearest(code, self.by_code)}",
            )
        return self.by_code[code]

    def bases(self, code: str) -> list[Indicator]:
        """The indicator itself, or numerator and denominator of a ratio."""
        indicator = self.indicator(code)
        if not indicator.is_ratio:
            return [indicator]
        return [self.indicator(indicator.numerator), self.indicator(indicator.denominator)]

    def covered(self, code: str) -> tuple[dt.date | None, dt.date | None]:
        """First and last day that every base of the indicator covers; carried bases hold on after their last day.

        What holds at any time (a register without dates) covers the days that the dated indicators cover, so that it
        is shown beside them. `(None, None)` where a source has delivered nothing.
        """
        bases = self.bases(code)
        if any(b.first_on is None for b in bases):
            return None, None
        if all(b.is_timeless for b in bases) and self._dated_days != (None, None):
            return self._dated_days
        stated = [b for b in bases if b.carry != "both"] or bases
        moving = [b for b in bases if b.carry == "none"]
        first = max(b.first_on for b in stated if b.first_on)
        dated = [b for b in bases if not b.is_timeless]
        last = [b.last_on for b in moving or dated or bases if b.last_on]
        return first, min(last) if moving else max(last)
