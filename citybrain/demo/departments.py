"""What every department's part of the demo has in common: the world it looks at and what it planted into its files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import polars as pl

from citybrain.demo.faults import COLUMNS as FAULT_COLUMNS
from citybrain.demo.geography import County
from citybrain.demo.mentions import MENTION_COLUMNS
from citybrain.demo.outbreak import Illness

DISCREPANCY_COLUMNS: dict[str, type[pl.DataType]] = {
    "rule": pl.String, "area_code": pl.String, "period_on": pl.Date, "kind": pl.String,
    "left_ref": pl.String, "right_ref": pl.String,
}  # fmt: skip
"""What must not agree between two feeds, and why.

kind: lives_outside, wrong_township, duplicate, date_shift, definition, sent_not_received, received_not_sent.
"""
ZERO_COLUMNS: dict[str, type[pl.DataType]] = {
    "feed": pl.String, "area_code": pl.String, "period_on": pl.Date, "reported": pl.Int64, "true_value": pl.Int64,
    "is_false_zero": pl.Boolean,
}  # fmt: skip
"""Zeros reported, and what they should have been."""
ATTRIBUTE_COLUMNS: dict[str, type[pl.DataType]] = {
    "file": pl.String, "line": pl.Int64, "person": pl.Int64, "attribute": pl.String, "written": pl.String,
    "right": pl.String,
}  # fmt: skip
"""Attributes of a person that one department states otherwise than they are."""

FIRM_MENTION_COLUMNS: dict[str, type[pl.DataType]] = {
    "file": pl.Categorical,
    "line": pl.Int64,
    "firm": pl.Int64,
    "fault": pl.Categorical,
}
"""Which firm (row of `World.firms`) is meant on which line."""


def empty(columns: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    """A table of these columns without rows."""
    return pl.DataFrame(schema=columns)


@dataclass(frozen=True)
class World:
    """What every department looks at, and where it puts its files."""

    seed: int
    county: County
    residents: int
    days: int
    """Length of the period, from `period.FIRST_DAY`."""
    extracts: Path
    truth: Path
    firms: pl.DataFrame
    """One row a firm, as `firms_of`."""
    registry_encoding: str = "gb18030"

    @property
    def weeks(self) -> int:
        """Weeks of the period, the last maybe cut short."""
        return (self.days + 6) // 7


@dataclass(frozen=True)
class Planted:
    """What a department's files hold on purpose: the answers, for scoring only."""

    faults: pl.DataFrame = field(default_factory=lambda: empty(FAULT_COLUMNS))
    """In the columns of `fault_table`."""
    mentions: pl.DataFrame = field(default_factory=lambda: empty(MENTION_COLUMNS))
    """In the columns of `mention_table`: who is meant on which line."""
    firm_mentions: pl.DataFrame = field(default_factory=lambda: empty(FIRM_MENTION_COLUMNS))
    discrepancies: pl.DataFrame = field(default_factory=lambda: empty(DISCREPANCY_COLUMNS))
    zeros: pl.DataFrame = field(default_factory=lambda: empty(ZERO_COLUMNS))
    attributes: pl.DataFrame = field(default_factory=lambda: empty(ATTRIBUTE_COLUMNS))


class DepartmentFiles(Protocol):
    """One department, or one of its feeds: it sees the people township by township and writes its files."""

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Sees one township, in order. Only what is needed may be kept: ten million people do not fit."""

    def finish(self) -> Planted:
        """Writes what is left to write and returns what was planted."""


def merge(parts: Iterable[Planted]) -> Planted:
    """What several departments planted, as one."""
    listed = list(parts)
    if not listed:
        return Planted()
    return Planted(
        faults=_joined([p.faults for p in listed], FAULT_COLUMNS),
        mentions=_joined([p.mentions for p in listed], MENTION_COLUMNS),
        firm_mentions=_joined([p.firm_mentions for p in listed], FIRM_MENTION_COLUMNS),
        discrepancies=_joined([p.discrepancies for p in listed], DISCREPANCY_COLUMNS),
        zeros=_joined([p.zeros for p in listed], ZERO_COLUMNS),
        attributes=_joined([p.attributes for p in listed], ATTRIBUTE_COLUMNS),
    )


def _joined(parts: Sequence[pl.DataFrame], columns: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.concat([part.select(pl.col(name).cast(dtype) for name, dtype in columns.items()) for part in parts])


def write_truth(truth: Path, planted: Planted) -> pl.DataFrame:
    """Writes one file for each kind of answer below `truth` and returns the faults, ordered by file and line."""
    truth.mkdir(parents=True, exist_ok=True)
    faults = planted.faults.sort("file", "line", "kind", "detail")
    faults.write_parquet(truth / "faults.parquet")
    for name in ("mentions", "firm_mentions"):
        as_text = pl.col("file", "fault").cast(pl.String)
        getattr(planted, name).lazy().with_columns(as_text).sink_parquet(truth / f"{name}.parquet")
    for name in ("discrepancies", "zeros", "attributes"):
        getattr(planted, name).write_parquet(truth / f"{name}.parquet")
    return faults
