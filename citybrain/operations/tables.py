"""The tables of the ledger of differences."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Float, Index, Integer, MetaData, String, Table, Text

METADATA = MetaData()

ITEMS = Table(
    "reconciliation_items",
    METADATA,
    Column("rule", String(100), primary_key=True),
    Column("area_code", String(30), primary_key=True),
    # A rule over the whole time has no period; a key cannot be null, so the day is text here.
    Column("period", String(10), primary_key=True),
    Column("status", String(20), nullable=False),
    Column("owner", String(100), nullable=False),
    Column("explanation", Text, nullable=False),
    Column("due_on", Date),
    Column("left_only", Float, nullable=False),
    Column("right_only", Float, nullable=False),
    # What stood on one side only when the item was explained or closed: more than that opens it again.
    Column("accepted_gap", Float),
    Column("opened_at", DateTime, nullable=False),
    Column("changed_at", DateTime, nullable=False),
)
"""One row a rule, area and period that ever differed, as it stands now."""

HISTORY = Table(
    "reconciliation_history",
    METADATA,
    Column("entry", Integer, primary_key=True, autoincrement=True),
    Column("rule", String(100), nullable=False),
    Column("area_code", String(30), nullable=False),
    Column("period", String(10), nullable=False),
    Column("at", DateTime, nullable=False),
    Column("by", String(200), nullable=False),
    Column("event", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("left_only", Float, nullable=False),
    Column("right_only", Float, nullable=False),
    Column("snapshot", String(100), nullable=False),
    Index("reconciliation_history_item", "rule", "area_code", "period"),
)
"""One row a thing that happened to an item; rows are only ever added."""

SETTLED = Table(
    "reconciliation_settled",
    METADATA,
    Column("snapshot", String(100), primary_key=True),
    Column("at", DateTime, nullable=False),
)
"""Snapshots whose differences are in the ledger."""
