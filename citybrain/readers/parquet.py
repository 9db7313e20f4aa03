"""Parquet files: streamed by the engine, every value as text."""

from __future__ import annotations

from pathlib import Path

import duckdb

from citybrain.errors import DeliveryError
from citybrain.readers.files import sql_file
from citybrain.readers.headers import name_columns
from citybrain.readers.table import RawTable, ReadOptions
from citybrain.sql import quote

NESTED = ("STRUCT", "MAP", "UNION")


def read_parquet(path: Path, options: ReadOptions, con: duckdb.DuckDBPyConnection, spool: Path) -> RawTable:
    """A Parquet file as a table of text; the source line is the number of the row, from 1.

    Whole numbers kept as floating point lose their `.0`; those that lost digits show an exponent. Midnight instants are
    days. Nested values are JSON text.

    Raises:
        DeliveryError: the file is damaged.
    """
    scan = f"read_parquet({sql_file(path)}, hive_partitioning = false)"
    try:
        columns = con.execute(f"DESCRIBE FROM {scan}").fetchall()
        con.execute(f"SELECT 1 FROM {scan} LIMIT 1").fetchall()
    except duckdb.Error as error:
        raise DeliveryError(
            path.name, "the Parquet file is damaged and cannot be read", remedy="Write it again, or deliver it as CSV"
        ) from error
    headers = name_columns(c[0] for c in columns)
    cells = ", ".join(f"{_sql_text(quote(c[0]), c[1])} AS {quote(h)}" for c, h in zip(columns, headers, strict=True))
    return RawTable(relation=f"(SELECT {cells} FROM {scan})", headers=headers, first_line=1, kind="parquet")


def _sql_text(column: str, sql_type: str) -> str:
    if sql_type == "VARCHAR":
        return f"nullif({column}, '')"
    if sql_type in ("DOUBLE", "FLOAT"):
        return f"upper(regexp_replace({column}::VARCHAR, '\\.0$', ''))"
    if sql_type == "BOOLEAN":
        return f"upper({column}::VARCHAR)"
    if sql_type.startswith("TIMESTAMP"):
        return f"regexp_replace({column}::VARCHAR, ' 00:00:00$', '')"
    if sql_type.startswith(NESTED) or sql_type.endswith("]"):
        return f"to_json({column})::VARCHAR"
    return f"{column}::VARCHAR"
