"""Where the columns of shared tables come from, read out of the SQL of the models themselves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage
from sqlglot.tokens import TokenType

from citybrain.indicators.sources import SOURCES
from citybrain.models import load_models
from citybrain.models.models import Model
from citybrain.query.definitions import Indicator
from citybrain.schema.columns import RecordType
from citybrain.schema.records import RECORD_TYPES
from citybrain.schema.served import PROVENANCE, local_day_of, served_columns

RECORD_TABLES: dict[str, type[RecordType]] = {f"records.{r.table}": r for r in RECORD_TYPES.values()}
"""Record types by the table that models read."""


@dataclass(frozen=True, order=True)
class TableColumnName:
    """One column of `shared.*` or `records.*`; without a column: the rows as such, which are counted or looked for."""

    table: str
    column: str = ""


@cache
def models_by_table() -> dict[str, Model]:
    """The model of each shared table."""
    return {m.name: m for m in load_models()}


@cache
def made_from(table: str, column: str) -> frozenset[TableColumnName]:
    """The columns that one column of a shared table is made from, one model back; none for what no model makes."""
    model = models_by_table().get(table)
    if model is None or column in PROVENANCE:
        return frozenset()
    tree = lineage(column, model.sql, schema=_schema(), dialect="duckdb")
    found = {
        TableColumnName(f"{node.source.db}.{node.source.name}", node.name.split(".")[-1].strip('"'))
        for node in tree.walk()
        if isinstance(node.source, exp.Table) and not node.downstream and node.source.db
    }
    # A count, an EXISTS or a constant comes from rows, not from a column.
    return frozenset(found) or frozenset(TableColumnName(name) for name in model.reads)


def made_from_records(table: str, columns: frozenset[str]) -> frozenset[TableColumnName]:
    """All that columns of a table are made from in the end: columns of record types, and the tables on the way."""
    waiting = [TableColumnName(table, c) for c in columns] or [TableColumnName(table)]
    found: set[TableColumnName] = set()
    while waiting:
        step = waiting.pop()
        if step in found:
            continue
        found.add(step)
        if step.column:
            waiting += made_from(step.table, step.column)
        elif model := models_by_table().get(step.table):
            waiting += [TableColumnName(name) for name in model.reads]
    return frozenset(found)


def measured_columns(indicator: Indicator) -> frozenset[str]:
    """Columns of its source table that an indicator with rows of its own counts, places, dates or chooses by."""
    table = SOURCES.get(indicator.source_table)
    if table is None:
        return frozenset()
    # By words: the SQL of an indicator made of others is several statements, with the names of the indicators between.
    words = sqlglot.tokenize(
        "\n".join([indicator.sql, indicator.measure_where, indicator.measure_on]), dialect="duckdb"
    )
    named = {word.text for word in words if word.token_type is not TokenType.STRING}
    return frozenset(n for n in named if n in table.columns() and n not in PROVENANCE)


def stated_measures(indicator: Indicator) -> frozenset[str]:
    """Measures of observations that an indicator chooses by name."""
    if indicator.source_table != "shared.observations" or not indicator.measure_where:
        return frozenset()
    condition = sqlglot.parse_one(indicator.measure_where, dialect="duckdb")
    return frozenset(text.name for text in condition.find_all(exp.Literal) if text.is_string)


@cache
def canonical_column(record: str, served: str) -> str:
    """The column of a record type behind a served one: `person_key` → `resident_id`, `seen_on` → `seen_at`."""
    columns = RECORD_TABLES[record].columns()
    if served in columns:
        return served
    for name, column in columns.items():
        if column.pseudonym == served or (column.semantic == "instant" and local_day_of(name) == served):
            return name
    # Placed areas and judged identifiers are served under names of their own.
    return {"area_code": "area"}.get(served, served)


@cache
def _schema() -> dict[str, dict[str, dict[str, str]]]:
    records = {r.table: {n: c.sql_type for n, c in served_columns(r).items()} for r in RECORD_TYPES.values()}
    shared = {name.split(".")[1]: {n: c.sql_type for n, c in t.columns().items()} for name, t in SOURCES.items()}
    shared["area_ancestors"] = {"area_code": "VARCHAR", "ancestor_code": "VARCHAR", "ancestor_depth": "INTEGER"}
    return {"records": records, "shared": shared}
