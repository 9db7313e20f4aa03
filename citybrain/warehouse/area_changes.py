"""Where a row lies whose area was merged, renamed or moved: by its own day, so that history stays where it happened."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from citybrain.schema.columns import RecordType
from citybrain.schema.served import local_day_of, served_columns
from citybrain.sql import quote

CHANGES = "records.area_changes"
_UNDATED = "DATE '9999-12-30'"
"""The day of what has none: a register speaks of today, so it stands in what there is today."""


def take_changes(con: duckdb.DuckDBPyConnection) -> bool:
    """Copies `shared.area_changes` beside the records, if there are any; false where no area has a successor."""
    told = "SELECT 1 FROM duckdb_tables() WHERE schema_name = 'shared' AND table_name = 'area_changes'"
    if (
        con.execute(told).fetchone() is None
        or con.execute("SELECT 1 FROM shared.area_changes LIMIT 1").fetchone() is None
    ):
        return False
    con.execute(f"CREATE OR REPLACE TABLE {CHANGES} AS FROM shared.area_changes")
    return True


def area_columns(record: type[RecordType]) -> list[str]:
    """The columns of a record type that say where."""
    return [name for name, column in record.columns().items() if column.semantic == "area"]


def sql_placed_by_day(record: type[RecordType], rows: str) -> str:
    """SELECT of served rows with every area as it is meant on the day of the row; no row is lost or doubled."""
    areas = area_columns(record)
    if not areas:
        return rows
    day = f"coalesce({_day(record)}, {_UNDATED})" if record.date else _UNDATED
    columns = [
        f"coalesce({quote('_' + n)}.area_code, s.{quote(n)}) AS {quote(n)}" if n in areas else f"s.{quote(n)}"
        for n in served_columns(record)
    ]
    joins = "".join(
        f"\nLEFT JOIN {CHANGES} AS {quote('_' + n)} ON {quote('_' + n)}.stated_code = s.{quote(n)}"
        f" AND {day} >= {quote('_' + n)}.from_on AND {day} < {quote('_' + n)}.until_on"
        for n in areas
    )
    if "area" in record.key and "value" in record.columns():
        columns += ["s.area AS _stated", "coalesce(_area.adds_up, FALSE) AS _adds_up"]
        return _sql_one_total(record, f"SELECT {', '.join(columns)} FROM ({rows}) AS s{joins}")
    return f"SELECT {', '.join(columns)} FROM ({rows}) AS s{joins}"


def _day(record: type[RecordType]) -> str:
    is_instant = record.columns()[record.date].semantic == "instant"
    return f"s.{quote(local_day_of(record.date) if is_instant else record.date)}"


def _sql_one_total(record: type[RecordType], placed: str) -> str:
    """Totals that areas state: one a key, as before the change.

    Areas that were merged and still state their own totals add up; an area that only has another name or code now is the
    same one, and what it stated last counts.
    """
    key = ", ".join(quote(k) for k in record.key)
    columns = served_columns(record)
    order = "ORDER BY batch DESC, source_line DESC"
    kept = ["CASE WHEN _codes = 1 THEN value ELSE _total END AS value" if n == "value" else quote(n) for n in columns]
    # A key that one code states twice is no matter of a change of areas: both rows stay, for the build to judge.
    return f"""WITH stated AS (
  SELECT *, CASE WHEN _adds_up THEN _stated ELSE area END AS _unit, count(DISTINCT _stated) OVER (PARTITION BY {key}) AS _codes
  FROM ({placed})
),
units AS (
  SELECT * FROM stated QUALIFY _codes = 1 OR row_number() OVER (PARTITION BY {key}, _unit {order}) = 1
),
totals AS (
  SELECT *, sum(value) OVER (PARTITION BY {key}) AS _total, row_number() OVER (PARTITION BY {key} {order}) AS _newest FROM units
)
SELECT {", ".join(kept)} FROM totals WHERE _codes = 1 OR _newest = 1"""


def sql_closed(record: type[RecordType], placed: str) -> str:
    """The totals of areas, and a zero that ends those of an area that is no more.

    A stock holds until the area says otherwise. One that was merged says nothing any more, so its last stock would stand for
    ever beside the same people or beds in its successor: it ends on the day on which the successor first speaks for it.
    """
    if "area" not in record.key or "value" not in record.columns():
        return placed
    nothing = {"area": "ended.stated_code", "value": "0", "measure": "said.measure", record.date: "said.spoken_on"}
    nothing |= {"batch": "said.batch", "source_line": "said.source_line"}
    columns = served_columns(record)
    zero = ", ".join(f"CAST({nothing.get(n, 'NULL')} AS {c.sql_type}) AS {quote(n)}" for n, c in columns.items())
    day = quote(record.date)
    return f"""WITH placed AS ({placed}),
said AS (
  SELECT e.stated_code, p.measure, min(p.{day}) AS spoken_on, arg_min(p.batch, p.{day}) AS batch,
    arg_min(p.source_line, p.{day}) AS source_line
  FROM {CHANGES} AS e
  JOIN placed AS p ON p.area = e.area_code AND p.{day} >= e.from_on AND p.{day} < e.until_on
  WHERE e.is_over
  GROUP BY e.stated_code, p.measure
)
SELECT {", ".join(quote(n) for n in columns)} FROM placed
UNION ALL
SELECT {zero} FROM said JOIN (SELECT DISTINCT area AS stated_code, measure FROM placed) AS ended
  ON ended.stated_code = said.stated_code AND ended.measure = said.measure"""


def sql_with_changes(record: type[RecordType], selects: Sequence[str]) -> str:
    """The feeds of a record type as one SELECT, every row in the area that it means on its day."""
    union = "\nUNION ALL\n".join(selects)
    return sql_closed(record, sql_placed_by_day(record, union))
