"""Why a number is what it is: definition, SQL, feeds, batches and the source lines behind it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from citybrain.query.access import AccessContext
from citybrain.query.areas import Area
from citybrain.query.cells import Span
from citybrain.query.definitions import Indicator
from citybrain.query.periods import period_end, period_start
from citybrain.query.places import Places
from citybrain.query.snapshot import OpenSnapshot
from citybrain.query.values import read_values
from citybrain.schema.value_state import ValueState
from citybrain.sql import literal, quote


@dataclass(frozen=True)
class SourceLine:
    """One row behind a number: where it stands in which department's file."""

    file_name: str
    source_line: int
    batch: int


@dataclass(frozen=True)
class SourceBatch:
    """One delivery behind a number."""

    batch: int
    feed: str
    department: str
    file_name: str
    sha256: str
    received_at: dt.datetime | None
    rows: int
    """Rows of this delivery that count in the number."""


@dataclass(frozen=True)
class Measure:
    """One base indicator behind a number: itself, or numerator or denominator of a ratio."""

    indicator: Indicator
    value: float | None
    state: str
    rows: int
    """Rows of the shared table that it was made from."""
    batches: tuple[SourceBatch, ...]
    lines: tuple[SourceLine, ...]
    """The first so many of the rows, by batch and line."""


@dataclass(frozen=True)
class Explanation:
    """A number with everything that it was made from."""

    indicator: Indicator
    """As it was defined for this period: the version in force at its end, under the code that was asked for."""
    area: Area
    period_type: str
    period_on: dt.date
    value: float | None
    state: str
    is_partial: bool
    measures: tuple[Measure, ...]
    snapshot: str
    as_of: dt.datetime | None
    versions: tuple[Indicator, ...] = ()
    """All versions of the indicator, oldest first."""
    changed_on: tuple[dt.date, ...] = ()
    """Days after the first of the period on which the definition changed: the whole period is counted by the last one."""

    @property
    def feeds(self) -> tuple[str, ...]:
        """Feeds behind the number, each once."""
        return tuple(dict.fromkeys(b.feed for m in self.measures for b in m.batches))


def explain_value(
    snapshot: OpenSnapshot,
    access: AccessContext,
    indicator: str,
    area: Area,
    period_type: str,
    period_on: dt.date,
    limit: int,
) -> Explanation:
    """The explanation of one value, with up to `limit` source lines of each measure."""
    start, end = period_start(period_type, period_on), period_end(period_type, period_on)
    version = snapshot.dictionary.in_force(indicator, end)
    bases = snapshot.dictionary.bases(version.code)
    asked = list(dict.fromkeys([indicator, *(b.code for b in bases)]))
    told = read_values(snapshot, access, asked, Places.of([area]), Span(period_type, start, start))
    values = {row["indicator"]: row for row in told.to_dicts()}
    measures = []
    for base in bases:
        value = values[base.code]
        # The lines behind a hidden count would tell it.
        sources = (
            (0, (), ())
            if value["state"] == ValueState.SUPPRESSED
            else _sources(snapshot, base, area, start, end, limit)
        )
        measures.append(Measure(replace(base, code=base.name), value["value"], value["state"], *sources))
    answer = values[indicator]
    return Explanation(
        replace(version, code=indicator),
        area,
        period_type,
        start,
        answer["value"],
        answer["state"],
        answer["is_partial"],
        tuple(measures),
        snapshot.name,
        snapshot.info.get("as_of"),
        tuple(snapshot.dictionary.versions(indicator)),
        tuple(v.valid_from for v in snapshot.dictionary.changes(indicator, start, end) if v.valid_from),
    )


def sql_sources(base: Indicator, area: str, first: dt.date, last: dt.date) -> str:
    """SELECT batch, source_line of the rows of the source table that a base indicator counts.

    Rows lie in the area's subtree. Those of a carried indicator may be of any day up to the end of the period.
    """
    conditions = [
        f"area_code IN (SELECT area_code FROM shared.area_ancestors WHERE ancestor_code = {literal(area)})",
    ]
    if base.measure_on:
        day = f"CAST({quote(base.measure_on)} AS DATE)"
        carried = base.carry != "none"
        conditions.append(f"{day} <= DATE '{last}'" if carried else f"{day} BETWEEN DATE '{first}' AND DATE '{last}'")
    if base.measure_where:
        conditions.append(f"({base.measure_where})")
    where = "\n  AND ".join(conditions)
    return f"SELECT batch, source_line FROM {_relation(base.source_table)}\nWHERE {where}"


def _sources(
    snapshot: OpenSnapshot, base: Indicator, area: Area, first: dt.date, last: dt.date, limit: int
) -> tuple[int, tuple[SourceBatch, ...], tuple[SourceLine, ...]]:
    if not _has_lines(snapshot, base.source_table):
        return 0, (), ()
    sources = sql_sources(base, area.code, first, last)
    batches = snapshot.rows(
        "SELECT b.batch, b.feed, b.department, b.file_name, b.sha256, b.received_at, r.n AS rows\n"
        f"FROM (SELECT batch, count(*) AS n FROM ({sources}) GROUP BY batch) AS r\n"
        "JOIN shared.batches AS b USING (batch) ORDER BY b.feed, b.received_at, b.batch"
    )
    lines = snapshot.rows(
        f"SELECT b.file_name, r.source_line, r.batch FROM ({sources}) AS r JOIN shared.batches AS b USING (batch)\n"
        "ORDER BY r.batch, r.source_line LIMIT ?",
        [limit],
    )
    return (
        sum(b["rows"] for b in batches),
        tuple(SourceBatch(**b) for b in batches),
        tuple(SourceLine(**line) for line in lines),
    )


def _relation(table: str) -> str:
    """The table as SQL; without a schema it is one of `shared`."""
    schema, _, name = table.rpartition(".")
    return f"{quote(schema or 'shared')}.{quote(name)}"


def _has_lines(snapshot: OpenSnapshot, table: str) -> bool:
    """Whether the table exists and knows its source lines (areas, for one, come from no batch)."""
    schema, _, name = table.rpartition(".")
    columns: list[dict[str, Any]] = snapshot.rows(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = ? AND table_name = ?",
        [schema or "shared", name],
    )
    return {"batch", "source_line", "area_code"} <= {c["column_name"] for c in columns}
