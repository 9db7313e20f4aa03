"""What a briefing is made of: typed runs, blocks, sections. Every renderer prints these and adds no number of its own.

A text is a tuple of runs. Words of the catalogue are plain `str` and hold no digit; whatever holds one is a `Number`
(measured), a `When` (calendar) or a `Said` (a name, title or code as the snapshot or the project states it).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a number is of its indicator, area and period, or of its feed, rule or handler."""

    VALUE = "value"
    DIFFERENCE = "difference"
    CHANGE_PCT = "change_pct"
    YEAR_DIFFERENCE = "year_difference"
    YEAR_CHANGE_PCT = "year_change_pct"
    RANK = "rank"
    CLASS_LOW = "class_low"
    CLASS_HIGH = "class_high"
    FEED_COUNT = "feed_count"
    FEED_ROWS = "feed_rows"
    FEED_SET_ASIDE = "feed_set_aside"
    AREAS_WITHOUT_DATA = "areas_without_data"
    RULES = "rules"
    """Rules with anything to compare in the week; with the source `differs` those beyond their tolerance."""
    RECONCILED_LEFT = "reconciled_left"
    RECONCILED_RIGHT = "reconciled_right"
    RECONCILED_MATCHED = "reconciled_matched"
    RECONCILED_LEFT_ONLY = "reconciled_left_only"
    RECONCILED_RIGHT_ONLY = "reconciled_right_only"
    RECONCILED_UNMATCHED = "reconciled_unmatched"
    """What stands on one side only, whichever."""
    RECONCILED_REASON = "reconciled_reason"
    """What stands on one side only for one reason; the source is `rule/reason`."""
    REPORTS_OWED = "reports_owed"
    REPORTS_LATE = "reports_late"
    REPORTS_MISSING = "reports_missing"
    ZEROS_DOUBTED = "zeros_doubted"
    ZEROS_WITNESSED = "zeros_witnessed"
    """What other departments saw where and when zeros that are not to be believed were stated."""
    ORDERS_OVERDUE = "orders_overdue"
    ORDERS_UNVERIFIED = "orders_unverified"
    ORDERS_LONGEST_DAYS = "orders_longest_days"


class Sign(StrEnum):
    """How the sign of a number is printed."""

    PLAIN = "plain"
    ALWAYS = "always"
    """`+3`: the number stands alone."""
    NEVER = "never"
    """`3`: a word beside it says up or down."""


@dataclass(frozen=True)
class Number:
    """A measured number as printed, and which one it is."""

    value: float
    role: Role
    source: str
    """Code of the indicator; for counts of feeds their state or the feed, of reports their feed, of differences the rule, of
    orders the handler (empty: all).
    """
    area: str = ""
    period_on: dt.date | None = None
    """First day of the week it belongs to; for comparisons the later one."""
    decimals: int = 0
    unit: str = ""
    """Printed right after the digits, with its space where the language wants one."""
    sign: Sign = Sign.PLAIN

    @property
    def text(self) -> str:
        """`1,234例`, `+3.5%` or, beside a word of direction, `3.5%`; with a true minus sign."""
        rounded = round(self.value, self.decimals) + 0.0  # -0.0 + 0.0 is 0.0
        shown = abs(rounded) if self.sign is Sign.NEVER else rounded
        plus = "+" if self.sign is Sign.ALWAYS and rounded > 0 else ""
        return f"{plus}{shown:,.{self.decimals}f}{self.unit}".replace("-", "−", 1)


@dataclass(frozen=True)
class When:
    """A day, an instant, a period or an issue number: digits that measure nothing."""

    text: str


@dataclass(frozen=True)
class Said:
    """Words as the snapshot or the project states them; they may hold digits (`37.3 ℃`)."""

    text: str


Run = str | Number | When | Said
Text = tuple[Run, ...]


def run_text(run: Run) -> str:
    """The run as printed."""
    return run if isinstance(run, str) else run.text


def plain_text(text: Text) -> str:
    """The text as printed, without its types."""
    return "".join(run_text(run) for run in text)


@dataclass(frozen=True)
class Heading:
    """A heading within a section; level 1 is the section itself."""

    level: int
    ordinal: str
    """`一、`, `（一）` or `1.`"""
    words: Text


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of sentences."""

    words: Text
    ordinal: str = ""
    """`1.` where it is an item of a list."""


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    title: Text
    weight: int = 2
    """Share of the width."""
    is_number: bool = False
    """Set to the right."""


@dataclass(frozen=True)
class Table:
    """A table whose header is repeated on every page."""

    caption: Text
    """Empty where the heading above says the same."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]


@dataclass(frozen=True)
class Shape:
    """One coloured area of a map."""

    code: str
    name: Said
    number: Number | None
    """None = no data."""
    polygons: tuple[tuple[tuple[tuple[float, float], ...], ...], ...]
    """Polygons of rings of longitude and latitude (EPSG:4326)."""
    label_at: tuple[float, float]
    place: int
    """Class from 1, light to dark; 0 = zero."""


@dataclass(frozen=True)
class MapClass:
    """One line of the key of a map."""

    place: int
    low: Number
    high: Number


@dataclass(frozen=True)
class Map:
    """A map of classed values."""

    caption: Text
    shapes: tuple[Shape, ...]
    classes: tuple[MapClass, ...]
    zero: Text
    no_data: Text
    """Words of the key; empty where no area is of this kind."""


Block = Heading | Paragraph | Table | Map


@dataclass(frozen=True)
class Section:
    """A part of the briefing that begins with a first-level heading."""

    code: str
    heading: Heading
    blocks: tuple[Block, ...]
    own_page: bool = False
    """Nothing else stands on its pages."""


@dataclass(frozen=True)
class Briefing:
    """A whole briefing: what it is about, what it was made from, and its text."""

    language: str
    project: str
    area: str
    week: str
    """`2020-W08`."""
    snapshot: str
    as_of: str
    """Instant up to which things were known (UTC, ISO 8601)."""
    is_as_of: bool
    """False: the snapshot knew everything that was there when it was built, at `as_of`."""
    number: int | None
    """第 N 期 within the year; None = a draft."""
    headline: tuple[Said, ...]
    """Codes of the indicators that page one leads with."""
    masthead: Text
    issue_line: Text
    issuer: Text
    dated: Text
    title: Text
    sections: tuple[Section, ...]


def texts_in(part: Any) -> Iterator[Run]:
    """Every run anywhere in a part of a briefing, in the order of printing."""
    if isinstance(part, Number | When | Said):
        yield part
    elif isinstance(part, tuple):
        for inner in part:
            yield from ([inner] if isinstance(inner, str) else texts_in(inner))
    elif is_dataclass(part):
        for field in fields(part):
            value = getattr(part, field.name)
            if not isinstance(value, str):
                yield from texts_in(value)


def numbers_in(part: Any) -> Iterator[Number]:
    """Every measured number in a part of a briefing."""
    return (run for run in texts_in(part) if isinstance(run, Number))
