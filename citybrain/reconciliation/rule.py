"""What one reconciliation rule says, as frozen dataclasses; `loading` reads them from TOML."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from citybrain.indicators import Measure, Words
from citybrain.indicators.sources import SOURCES


class Period(StrEnum):
    """Length of the periods that are compared."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALL = "all"
    """Everything known, in one cell an area: for registers, which have no day."""


class Expects(StrEnum):
    """What would be no discrepancy."""

    SAME = "same"
    """Both sides hold the same."""
    WITHIN = "within"
    """The right side holds everything of the left one; what it holds beyond is not looked at."""


class Status(StrEnum):
    """What became of one cell."""

    AGREES = "agrees"
    WITHIN_TOLERANCE = "within_tolerance"
    DIFFERS = "differs"
    LEFT_MISSING = "left_missing"
    """The left side says nothing about the period: nothing can be compared."""
    RIGHT_MISSING = "right_missing"


class Reason(StrEnum):
    """Why a record, or of totals an amount, stands on one side only; docs/reconciliation.md says how each is found."""

    LIVES_OUTSIDE = "lives_outside"
    """The person is neither in the household registry nor holds a residence permit; the enterprise is not in the register,
    and its code was issued elsewhere."""
    WRONG_TOWNSHIP = "wrong_township"
    """The other side has it in another area."""
    DUPLICATE = "duplicate"
    """The same side says the same twice; of totals: one is twice the other."""
    DATE_SHIFT = "date_shift"
    """The other side has it on another day, beyond the allowed lag; of totals: the figure is that of another period."""
    LATE = "late"
    """The other side has it after the allowed lag, and what it did then shows that it had it no earlier."""
    DEFINITION = "definition"
    """The other side knows it and does not count it, or never counts it; of totals: a constant ratio or difference."""
    SENT_NOT_RECEIVED = "sent_not_received"
    RECEIVED_NOT_SENT = "received_not_sent"
    AMOUNT_DIFFERS = "amount_differs"
    """Both sides have it, with different amounts."""
    PENDING = "pending"
    """It may still come: it is not due yet on the last day of which the other side speaks."""
    IDENTIFIER_FAULT = "identifier_fault"
    """Both sides have it, but one writes the identifier wrongly: it matched only through linkage."""
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Side:
    """One of the two measures that must agree."""

    title: Words
    department: str
    """Who answers for the side."""
    measure: Measure
    area: str = ""
    """Column of the area; empty: the rows do not say where."""
    key: tuple[str, ...] = ()
    """Columns that name the same thing on both sides; empty: only totals are compared."""
    wider: str = ""
    """Condition of rows that `where` leaves out and the other side may count: its definition is then another one."""
    running: bool = False
    """The sum runs on from day to day: what is in a state at the end of the period."""
    standing: bool = False
    """A list of those who must be on the other side anew in every period; its rows have no day of their own."""
    since: str = ""
    """Column of the day from which a row of a standing list must be there; empty: always."""
    followed_by: tuple[str, ...] = ()
    """Columns of the days of what was done after `on`: if they lie before it, the day in `on` is wrong."""
    counted_on: str = ""
    """Column of the day on which a stated number was counted."""

    @property
    def table(self) -> str:
        """Name of the shared table without its schema."""
        return self.measure.source.removeprefix("shared.")


@dataclass(frozen=True)
class Rule:
    """One declared reconciliation."""

    id: str
    """File stem: the word for it in URLs, tables and commands."""
    file: Path
    title: Words
    question: Words
    owner: str
    """Department that must explain what does not agree."""
    level: str
    """Level of the areas that are compared."""
    period: Period
    left: Side
    right: Side
    order: int = 1000
    lag_days: int = 0
    """A record may lie up to so many days later on the right side, and counts for the day of the left one."""
    due_days: int = 0
    """So many days after the left side has it, the right side must."""
    search_days: int = 14
    """How far apart two records of one key may lie to be the same thing on a wrong day."""
    tolerance: float = 0.0
    """What may stand on one side only without being a discrepancy."""
    tolerance_pct: float = 0.0
    """The same in per cent of the larger side; the more generous of the two counts."""
    expects: Expects = Expects.SAME
    handover: bool = False
    """The left side hands its records to the right one: what is missing was lost on the way."""
    locals_only: bool = False
    """The right side lists only those who live or are registered here: whoever does not may be missing there."""
    stale_days: int = 0
    """A number counted so many days before the newest one of its side is an old one; 0: never."""
    persons: bool | None = None
    """Whether people are counted; None: if a side has a person in its rows."""

    @property
    def by_record(self) -> bool:
        """Whether records are matched, not only totals."""
        return bool(self.left.key)

    @property
    def of_persons(self) -> bool:
        """Whether the key is a person."""
        return self.left.key == ("person_key",)

    @property
    def counts_persons(self) -> bool:
        """Whether small counts may point at a person."""
        tables = [SOURCES[side.measure.source].columns() for side in (self.left, self.right)]
        return self.persons if self.persons is not None else any("person_key" in columns for columns in tables)

    @property
    def local(self) -> str:
        """The column that says who lives or is registered here, where it matters."""
        if not self.locals_only:
            return ""
        return "credit_code" if "credit_code" in self.left.key else "person_key"

    @property
    def sources(self) -> tuple[str, ...]:
        """Every shared table that the result depends on."""
        read = [self.left.measure.source, self.right.measure.source, "shared.areas"]
        if self.locals_only:
            read += ["shared.residents", "shared.residence_permits", "shared.enterprises"]
        return tuple(dict.fromkeys(read))
