"""The indicators of a snapshot, with what their source covers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

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
    version_of: str = ""
    """Of a former version: the indicator whose version it is, which has another code; empty for the present one."""
    valid_from: dt.date | None = None
    """It is the definition of all periods that end on this day or later, up to the next version."""
    changed_zh: str = ""
    changed_en: str = ""
    covered_depth: int = -1
    """Deepest depth of the tree that the source reaches."""
    first_on: dt.date | None = None
    last_on: dt.date | None = None
    """First and last day that the source covers."""

    @property
    def name(self) -> str:
        """The code of the indicator, whichever of its versions this is."""
        return self.version_of or self.code

    @property
    def pinned(self) -> str:
        """The code by which this very version is asked for, whatever the period."""
        return f"{self.name}__v{self.version}"

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

    def changed(self, language: str) -> str:
        """What this version changed, in the language (`zh` or `en`); empty for a first one."""
        return self.changed_zh if language.startswith("zh") else self.changed_en


class Dictionary:
    """Indicators by code, in the order of the dictionary."""

    def __init__(self, indicators: list[Indicator]) -> None:
        self.by_code = {i.code: i for i in indicators}
        self._versions: dict[str, list[Indicator]] = {}
        for indicator in sorted(indicators, key=lambda i: i.version):
            self._versions.setdefault(indicator.name, []).append(indicator)
        # Every version can be asked for by itself; only former ones are entries of their own.
        self._pinned = {of_one[-1].pinned: of_one[-1] for of_one in self._versions.values()}
        dated = [i for i in indicators if not i.is_timeless]
        firsts, lasts = [i.first_on for i in dated if i.first_on], [i.last_on for i in dated if i.last_on]
        self._dated_days = (min(firsts, default=None), max(lasts, default=None))
        # Filled as it is asked for; two threads that fill the same entry write the same.
        self._covered: dict[str, tuple[dt.date | None, dt.date | None]] = {}

    @property
    def last_day(self) -> dt.date | None:
        """The last day that the source of any dated indicator covers; None where none has delivered anything."""
        return self._dated_days[1]

    def indicator(self, code: str) -> Indicator:
        """The indicator, or the version named by `<code>__v<number>`.

        Raises AccessError for an unknown code, with the nearest known one.
        """
        found = self.by_code.get(code) or self._pinned.get(code)
        if found is None:
            raise AccessError(
                f"indicator {code}",
                "not in the dictionary of this snapshot",
                remedy=f"The known ones are listed by /api/v1/indicators.{nearest(code, self.by_code)}",
            )
        return found

    def versions(self, code: str) -> list[Indicator]:
        """Those among which the periods of an indicator are divided, oldest first; for one version only itself."""
        found = self.indicator(code)
        return self._versions[code] if found.code == code and not found.version_of else [found]

    def in_force(self, code: str, end: dt.date) -> Indicator:
        """The version that makes the values of periods that end on this day."""
        *later, first = reversed(self.versions(code))
        return next((v for v in later if v.valid_from and v.valid_from <= end), first)

    def changes(self, code: str, first: dt.date, last: dt.date) -> list[Indicator]:
        """Versions whose first day lies after the first day and up to the last: where the definition changed between."""
        return [v for v in self.versions(code)[1:] if v.valid_from and first < v.valid_from <= last]

    @cached_property
    def delivered(self) -> list[Indicator]:
        """The listed ones that any source covers, in this order."""
        return [i for i in self.by_code.values() if i.is_listed and self.covered(i.code)[1] is not None]

    def bases(self, code: str) -> list[Indicator]:
        """The indicator itself, or numerator and denominator of a ratio."""
        indicator = self.indicator(code)
        if not indicator.is_ratio:
            return [indicator]
        return [self.indicator(indicator.numerator), self.indicator(indicator.denominator)]

    def covered(self, code: str) -> tuple[dt.date | None, dt.date | None]:
        """First and last day that every base of the indicator covers; carried bases hold on after their last day.

        Of several versions each for the time that it is in force.

        What holds at any time (a register without dates) covers the days that the dated indicators cover, so that it
        is shown beside them. `(None, None)` where a source has delivered nothing.
        """
        if code not in self._covered:
            self._covered[code] = self._find_covered(code)
        return self._covered[code]

    def _find_covered(self, code: str) -> tuple[dt.date | None, dt.date | None]:
        versions = self.versions(code)
        firsts, lasts = [], []
        for version, after in zip(versions, [*versions[1:], None], strict=True):
            first, last = self._covered_by(version)
            if first is None or last is None:
                continue
            if version is not versions[0] and version.valid_from:
                first = max(first, version.valid_from)
            if after is not None and after.valid_from:
                last = min(last, after.valid_from - dt.timedelta(days=1))
            if first <= last:
                firsts.append(first)
                lasts.append(last)
        return min(firsts, default=None), max(lasts, default=None)

    def _covered_by(self, version: Indicator) -> tuple[dt.date | None, dt.date | None]:
        bases = self.bases(version.code)
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
