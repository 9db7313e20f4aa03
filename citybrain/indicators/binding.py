"""Letting the engine check the types of what declarations measure, on empty tables."""

from __future__ import annotations

import duckdb

from citybrain.errors import ContractError
from citybrain.indicators.indicator import Measure
from citybrain.indicators.sources import SOURCES
from citybrain.sql import quote


def bind_measure(con: duckdb.DuckDBPyConnection, where: str, measure: Measure) -> None:
    """Let the engine check the types of a measure on the empty table of `create_empty_sources`.

    Raises ContractError when the aggregate does not fit the column or the condition is not true or false.
    """
    try:
        con.execute(f"DESCRIBE SELECT {measure.value} FROM {measure.source}")
        if measure.where:
            row = con.execute(f"DESCRIBE SELECT ({measure.where}) FROM {measure.source}").fetchone()
            if row is None or row[1] != "BOOLEAN":
                kind = row[1] if row else "nothing"
                raise ContractError(where, "`where` is not a condition", found=kind, expected="true or false")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise ContractError(where, f"the measure does not fit {measure.source}", found=reason) from error


def create_empty_sources(con: duckdb.DuckDBPyConnection) -> None:
    """Create every table a measure may read, empty, with its declared columns."""
    con.execute("CREATE SCHEMA shared")
    for name, table in SOURCES.items():
        columns = ", ".join(f"{quote(n)} {c.sql_type}" for n, c in table.columns().items())
        con.execute(f"CREATE TABLE {name} ({columns})")
