"""Run = test: the declared key of a shared table identifies one row."""

from __future__ import annotations

import duckdb

from citybrain.schema.shared import SHARED_TABLES
from citybrain.sql import quote


def keep_one_row_a_key(con: duckdb.DuckDBPyConnection, table: str) -> str:
    """Keeps of each key the row that came last; returns the finding that says so, or an empty text.

    Two feeds or files may state one key differently: one department's overlap must not stop the others.
    """
    key = SHARED_TABLES[table.split(".")[1]].key
    if not key:
        return ""
    columns = ", ".join(quote(k) for k in key)
    present = " AND ".join(f"{quote(k)} IS NOT NULL" for k in key)
    (repeated,) = con.execute(
        f"SELECT count(*) FROM (SELECT {columns} FROM {table} WHERE {present} GROUP BY ALL HAVING count(*) > 1)"
    ).fetchall()[0]
    if not repeated:
        return ""
    con.execute(
        f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {table} QUALIFY NOT ({present})"
        f" OR row_number() OVER (PARTITION BY {columns} ORDER BY batch DESC, source_line DESC) = 1"
    )
    return (
        f"{table}: {repeated} keys ({', '.join(key)}) are stated by more than one row; the one that came last counts."
        ' Let one feed deliver them, or state `delivery = "upsert"`.'
    )
