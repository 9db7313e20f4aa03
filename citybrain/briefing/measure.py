"""One indicator of one area and week with its comparisons, and the words for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from citybrain.briefing.content import Number, Role, Said, Sign, Text, plain_text
from citybrain.briefing.words import Words
from citybrain.query.definitions import Indicator

NOT_COMPARABLE: Text = ("—",)
"""What tables show where there is nothing to compare."""


@dataclass(frozen=True)
class Measure:
    """A value (None = no data) and how it differs from the week before (环比) and from the year before (同比).

    A difference is None where one side has no data, covers only part of its week or was defined otherwise; a percentage
    also where the base is under ten (`query.change.SMALLEST_BASE`).
    """

    indicator: Indicator
    area_code: str
    area_name: str
    period_on: dt.date
    value: float | None
    is_partial: bool
    difference: float | None
    change_pct: float | None
    year_difference: float | None
    year_change_pct: float | None
    is_timeless: bool
    """It holds at any time (a register without dates): there is nothing to compare it with."""
    is_running_total: bool
    """It only rises (all cases since the beginning): a rise is nothing that got worse."""
    words: Words = field(compare=False, repr=False)
    is_doubted: bool = field(default=False, kw_only=True)
    """A zero was stated, and other evidence says that it is not true."""
    is_redefined: bool = field(default=False, kw_only=True)
    """The week before was counted by another definition: the difference is none."""

    @property
    def title(self) -> Said:
        """Title of the indicator."""
        return Said(self.indicator.title(self.words.language))

    @property
    def area(self) -> Said:
        """Name of the area."""
        return Said(self.area_name)

    def number(
        self, role: Role, value: float, unit: str, sign: Sign = Sign.PLAIN, decimals: int | None = None
    ) -> Number:
        """A number of this indicator, area and week."""
        places = self.indicator.decimals if decimals is None else decimals
        return Number(value, role, self.indicator.code, self.area_code, self.period_on, places, unit, sign)

    @property
    def value_text(self) -> Text:
        """`12例`, or the words for no data; a week that is not over and a zero that is not to be believed say so."""
        _ = self.words
        if self.value is None:
            return _("no data")
        number = self.number(Role.VALUE, self.value, _.unit(self.indicator.unit(_.language)))
        if self.is_doubted:
            return _("{value} (implausible)", value=number)
        return _("{value} (week not complete)", value=number) if self.is_partial else (number,)

    @property
    def bare_value(self) -> Text:
        """`12` for tables with the unit in their header, a dash for no data."""
        if self.value is None:
            return NOT_COMPARABLE
        number = self.number(Role.VALUE, self.value, "")
        return self.words("{value} (implausible)", value=number) if self.is_doubted else (number,)

    @property
    def worsening(self) -> float:
        """How far it moved the wrong way since the week before; 0 if it did not, or nobody says which way is wrong."""
        if self.difference is None or self.is_running_total or self.indicator.better not in ("higher", "lower"):
            return 0.0
        moved = round(self.difference, self.indicator.decimals)
        return max(0.0, moved if self.indicator.better == "lower" else -moved)

    @property
    def change_words(self) -> Text:
        """`环比上升12.5%`, `环比增加` with the difference on a small base, `环比持平`, or that nothing can be compared."""
        _ = self.words
        change = self._moved(self.difference, self.change_pct, Role.DIFFERENCE, Role.CHANGE_PCT)
        if self.is_redefined:
            return _("not comparable with the week before, because the definition changed")
        return _("{change} on the week before", change=change) if change else _("not comparable with the week before")

    @property
    def year_change_words(self) -> Text:
        """The same against the year before; empty where there is no such year."""
        _ = self.words
        change = self._moved(self.year_difference, self.year_change_pct, Role.YEAR_DIFFERENCE, Role.YEAR_CHANGE_PCT)
        return _("{change} on the year before", change=change) if change else ()

    @property
    def change_cell(self) -> Text:
        """`+12.5%`, `+3`, or a dash where nothing can be compared: for tables."""
        return self._cell(self.difference, self.change_pct, Role.DIFFERENCE, Role.CHANGE_PCT)

    @property
    def year_change_cell(self) -> Text:
        """The same against the year before."""
        return self._cell(self.year_difference, self.year_change_pct, Role.YEAR_DIFFERENCE, Role.YEAR_CHANGE_PCT)

    def _moved(self, difference: float | None, percent: float | None, plain: Role, relative: Role) -> Text:
        _ = self.words
        if difference is None:
            return ()
        if round(difference, self.indicator.decimals) == 0:
            return _("unchanged")
        amount = self._amount(difference, percent, plain, relative, Sign.NEVER)
        return _("up {amount}", amount=amount) if difference > 0 else _("down {amount}", amount=amount)

    def _cell(self, difference: float | None, percent: float | None, plain: Role, relative: Role) -> Text:
        _ = self.words
        if difference is None:
            return NOT_COMPARABLE
        if round(difference, self.indicator.decimals) == 0:
            return _("unchanged")
        return (self._amount(difference, percent, plain, relative, Sign.ALWAYS),)

    def _amount(self, difference: float, percent: float | None, plain: Role, relative: Role, sign: Sign) -> Number:
        _ = self.words
        unit = self.indicator.unit(_.language)
        # A share moves by percentage points: "up 50 %" of 2 % would be read as 52 %.
        if unit == "%":
            return self.number(plain, difference, _.unit(plain_text(_("percentage points"))), sign)
        if percent is None or round(percent, 1) == 0:
            return self.number(plain, difference, _.unit(unit), sign)
        return self.number(relative, percent, "%", sign, decimals=1)
