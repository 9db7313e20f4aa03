"""What one dictionary entry says, as frozen dataclasses; `dictionary` reads them from TOML."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Kind(StrEnum):
    """How a number adds up over areas and time."""

    FLOW = "flow"
    """Things that happen: summed over areas and time."""
    STOCK = "stock"
    """What is there: the last value in the period, summed over areas."""
    DISTINCT = "distinct"
    """Different members: counted distinct at every level and period, never summed."""
    CUMULATIVE = "cumulative"
    """The running total of a flow."""
    DURATION = "duration"
    """How long something takes: the median over the rows themselves at every level and period, never summed."""
    RATIO = "ratio"
    """Numerator over denominator, both aggregated first."""


class Better(StrEnum):
    """Which direction is good news."""

    HIGHER = "higher"
    LOWER = "lower"
    NEUTRAL = "neutral"


class Carry(StrEnum):
    """Whether a stock holds outside the days it was stated for."""

    NONE = "none"
    FORWARD = "forward"
    """Until the next statement."""
    BOTH = "both"
    """Until the next statement, and the first one also before itself."""


class Absent(StrEnum):
    """What it means that the source has no row."""

    ZERO = "zero"
    NO_DATA = "no_data"


class Function(StrEnum):
    """The aggregates a measure may use."""

    COUNT = "count"
    SUM = "sum"
    DISTINCT = "distinct"
    MEDIAN = "median"


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Measure:
    """Which rows of which shared table are counted or summed, and on which day they fall."""

    source: str
    """The table, such as `shared.screenings`."""
    function: Function
    argument: str
    """`*`, or the checked SQL expression inside the aggregate."""
    on: str = ""
    """Date column; empty: the rows hold for the whole time."""
    where: str = ""
    """Checked SQL condition; empty: every row."""

    @property
    def value(self) -> str:
        """The aggregate as SQL, such as `count(*)`."""
        if self.function is Function.DISTINCT:
            return f"count(DISTINCT {self.argument})"
        return f"{self.function}({self.argument})"


@dataclass(frozen=True)
class Thresholds:
    """From which value on a number asks for attention; beyond is above where lower is better, else below."""

    warn: float
    alarm: float


@dataclass(frozen=True)
class Version:
    """Which definition this is, since when it holds and what it changed."""

    number: int = 1
    valid_from: dt.date | None = None
    """It is the definition of all periods that end on this day or later, up to the next version; None: from the beginning."""
    changed: Words | None = None


@dataclass(frozen=True)
class Indicator:
    """One dictionary entry."""

    id: str
    """File stem: the word for it in URLs, queries and cells."""
    file: Path
    title: Words
    definition: Words
    kind: Kind
    unit: Words
    theme: str
    owner: str
    """Department that answers for the definition."""
    order: int = 1000
    """Place in lists; equal ones by id."""
    is_listed: bool = True
    """Whether it is offered where indicators are chosen; what others are only made of is not."""
    better: Better = Better.NEUTRAL
    decimals: int = 0
    minimum_cell: int = 0
    """Counts of people below it are suppressed for those without the right; 0: never."""
    measure: Measure | None = None
    """Flow, stock, distinct, duration."""
    of: str = ""
    """Cumulative: the flow that is summed up."""
    numerator: str = ""
    denominator: str = ""
    scale: float = 1.0
    """Ratio: factor, such as 100 for per cent."""
    carry: Carry = Carry.NONE
    absent: Absent = Absent.NO_DATA
    legal_basis: str = ""
    """Law or standard that the definition follows."""
    thresholds: Thresholds | None = None
    target: float | None = None
    """What the county wants to reach, in the unit of the indicator."""
    version: Version = Version()
    version_of: str = ""
    """Of a former version: the indicator whose version it is. It is an entry of its own, `<indicator>__v<number>`, unlisted."""

    @property
    def name(self) -> str:
        """The indicator, whichever of its versions this is."""
        return self.version_of or self.id

    @property
    def is_static(self) -> bool:
        """Whether its rows have no date: it holds for the whole time and is stated at the as-of day."""
        return self.measure is not None and not self.measure.on
