"""What a contract says, as frozen dataclasses; `loading` reads them from TOML."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from citybrain.schema.columns import RecordType


class Delivery(StrEnum):
    """How a feed is delivered, and so what a newer delivery does to an older one.

    A *part* of a feed is what a newer file replaces: the whole feed for `full`, one file name for `append`
    where the path holds a wildcard, or whatever `[source] part` captures from the file name.
    """

    FULL = "full"
    """Each delivery is the whole part: the newest replaces what was before."""
    UPSERT = "upsert"
    """Each delivery adds and corrects rows by the key of the record type: the newest row of a key counts."""
    APPEND = "append"
    """Each delivery adds rows; the same file name again corrects that file; exact duplicates count once."""


@dataclass(frozen=True)
class Owner:
    """Who answers for the feed, on which legal basis and for which purposes it may be used."""

    department: str
    legal_basis: str = ""
    purposes: tuple[str, ...] = ()
    contact: str = ""


@dataclass(frozen=True)
class Source:
    """Where the extract comes from; what is not stated is sniffed."""

    path: str = ""
    """Glob below the extracts folder."""
    url: str = ""
    """SQLAlchemy URL of a database; `${NAME}` is taken from the environment so that no password is written."""
    table: str = ""
    query: str = ""
    kind: str = ""
    encoding: str = ""
    delimiter: str = ""
    header_row: int = 0
    """Line of the (first) header row, from 1; 0 = found by the reader."""
    sheet: str = ""
    """Sheet name; `*` = every visible sheet; empty = the first that holds a table."""
    rows: str = ""
    """JSON: dotted path to the list of records; empty = found by the reader."""
    part: str = ""
    """Regular expression on the file name; its groups name the part that a newer file replaces."""
    datum: str = ""
    """Datum of coordinates: wgs84, cgcs2000, gcj02, bd09."""


@dataclass(frozen=True)
class Due:
    """When a delivery is due: every so often, by a local time of day."""

    every: dt.timedelta
    by: dt.time | None = None
    after: dt.timedelta = dt.timedelta(0)
    """How long after the end of the period that it speaks of."""
    each: str = ""
    """Level of the areas of which every one must report each period; empty: the delivery as a whole is due."""


@dataclass(frozen=True)
class Mapping:
    """Which source columns become one canonical column, and how."""

    headers: tuple[str, ...] = ()
    """The header, or its aliases: the first one present in the file is used."""
    parts: tuple[str, ...] = ()
    """Several source columns joined, in order (an address or an area in pieces)."""
    as_: str = ""
    """Semantic type, or for areas `code`, `name`, `address`, instead of the one the record type states."""
    constant: str | None = None
    """A value that the source leaves unsaid."""
    timezone: str = ""
    """Time zone of instants without an offset, when it is not the project's."""
    level: str = ""
    """Areas: the level to place at."""
    unit: float = 1.0
    """Factor from the source's unit to the schema's (10000 for 万元); a cell that states its own unit is left alone."""
    cumulative: bool = False
    """Observation values: the source states running totals; CityBrain keeps the differences."""
    optional: bool = False
    """The header may be missing from a delivery without a finding."""
    invalid: str = "quarantine"
    """What a value that cannot be read does: `quarantine` sets its row aside; `blank` leaves the value empty, lists it,
    and accepts the row (for attributes whose loss must not cost the row, such as capital in a foreign currency)."""


@dataclass(frozen=True)
class Expect:
    """Bounds outside which a delivery is stopped, not loaded."""

    min_rows: int | None = None
    max_rows: int | None = None
    max_quarantined_pct: float | None = None


@dataclass(frozen=True)
class Contract:
    """One feed: who owns it, where it comes from, and what its columns mean."""

    feed: str
    file: Path
    title: str
    record: type[RecordType]
    delivery: Delivery
    owner: Owner
    source: Source
    columns: dict[str, Mapping]
    values: dict[str, Mapping] = field(default_factory=dict)
    """Wide observations: measure -> the column that holds its value."""
    due: Due | None = None
    ignore: tuple[str, ...] = ()
    """Source columns seen and deliberately not used; `*` at the end of a name matches any rest."""
    scope: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Source column -> values; rows with others are out of scope of this project."""
    expect: Expect = Expect()
    replace: dict[str, dict[str, str]] = field(default_factory=dict)
    """Canonical column -> dirty text -> clean text."""
    sql: str = ""
    """Text of `<feed>.sql`: one SELECT from `source`, whose columns the mapping then names."""
    sql_headers: tuple[str, ...] = ()
    """Source headers that `sql` reads."""
    reader: Path | None = None
    """`<feed>.py`: defines `read(path) -> Iterator[dict[str, str | None]]` for an odd file format."""

    @property
    def department(self) -> str:
        """The folder of the contract."""
        return self.feed.split(".", 1)[0]

    @property
    def headers(self) -> frozenset[str]:
        """Every header the contract names, for finding the header row; with `.sql` those of source and result."""
        mapped = [h for m in (*self.columns.values(), *self.values.values()) for h in (*m.headers, *m.parts)]
        ignored = [i for i in self.ignore if not i.endswith("*")]
        return frozenset([*mapped, *self.scope, *ignored, *self.sql_headers])
