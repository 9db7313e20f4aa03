"""The tables of the ledger of findings."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, DateTime, Float, Index, Integer, MetaData, String, Table, Text

METADATA = MetaData()

KEY = ("kind", "rule", "area_code", "period")
"""What says which finding a row is about."""


def _key(primary_key: bool) -> list[Column]:
    # A rule over the whole time has no period; a key cannot be null, so the day is text here.
    sizes = zip(KEY, (20, 100, 30, 10), strict=True)
    return [Column(name, String(size), primary_key=primary_key, nullable=False) for name, size in sizes]


FINDINGS = Table(
    "findings",
    METADATA,
    *_key(primary_key=True),
    Column("status", String(20), nullable=False),
    Column("owner", String(100), nullable=False),
    Column("explanation", Text, nullable=False),
    Column("due_on", Date),
    Column("left_only", Float, nullable=False),
    Column("right_only", Float, nullable=False),
    # What stood on one side only when the finding was explained or closed: more than that opens it again.
    Column("accepted_gap", Float),
    Column("is_present", Boolean, nullable=False),
    Column("first_seen", String(100), nullable=False),
    Column("last_seen", String(100), nullable=False),
    Column("told_to", String(300), nullable=False),
    Column("told_at", DateTime),
    Column("opened_at", DateTime, nullable=False),
    Column("changed_at", DateTime, nullable=False),
)
"""One row a rule, area and period of which anything was ever found, as it stands now."""

HISTORY = Table(
    "finding_history",
    METADATA,
    Column("entry", Integer, primary_key=True, autoincrement=True),
    *_key(primary_key=False),
    Column("at", DateTime, nullable=False),
    Column("by", String(200), nullable=False),
    Column("event", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("left_only", Float, nullable=False),
    Column("right_only", Float, nullable=False),
    Column("snapshot", String(100), nullable=False),
    Index("finding_history_item", *KEY),
)
"""One row a thing that happened to a finding; rows are only ever added."""

NOTICES = Table(
    "finding_notices",
    METADATA,
    Column("entry", Integer, primary_key=True, autoincrement=True),
    *_key(primary_key=False),
    Column("at", DateTime, nullable=False),
    Column("by", String(200), nullable=False),
    Column("department", String(100), nullable=False),
    Column("person", String(200), nullable=False),
    Column("way", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Index("finding_notices_item", *KEY),
)
"""One row a time that somebody was told of a finding; rows are only ever added."""

SETTLED = Table(
    "findings_settled",
    METADATA,
    Column("kind", String(20), primary_key=True),
    Column("snapshot", String(100), primary_key=True),
    Column("at", DateTime, nullable=False),
)
"""Snapshots whose findings of a kind are in the ledger."""
