"""Which enterprise each row speaks of, where its credit code is missing or wrong."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from citybrain.linkage.names import sql_enterprise_stem, sql_narrow
from citybrain.linkage.near_codes import MISREAD, sql_near_codes
from citybrain.sql import quote


@dataclass(frozen=True)
class EnterpriseReport:
    """What one run did."""

    rows: dict[str, int]
    """Rows of `enterprise_links` by how."""
    open: int
    """Rows without an enterprise."""


def link_enterprises(
    con: duckdb.DuckDBPyConnection, mentions: str, places: tuple[str, ...] = (), ancestors: str | None = None,
    schema: str = "linkage",
) -> EnterpriseReport:  # fmt: skip
    """Finds the enterprise of every mention without a valid credit code; writes `enterprise_links` into a schema.

    `mentions` is a relation of the columns that `sql_enterprise_mentions` lists. `places` are the names of areas above
    the
    townships, which stand in front of names or do not. One row for each mention found: table_name, batch, source_line,
    credit_code,
    how (near_code: one slip that the check character exposes; name: the only one of its name, or the only one there),
    score DOUBLE. Whoever could be several is left alone.
    """
    code = f"translate({sql_narrow('code_written')}, '{MISREAD[0]}', '{MISREAD[1]}')"
    stem = sql_enterprise_stem("enterprise_name", places)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE firm_open AS
        SELECT row_number() OVER () AS key, table_name, batch, source_line, {code} AS code_text, {stem} AS stem, area
        FROM {mentions} WHERE credit_code IS NULL"""
    )
    # Stems are slow (several patterns a name) and daily rows repeat the same names: each is made once.
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE firm_known AS
        SELECT DISTINCT credit_code, {stem} AS stem, area FROM (
          SELECT DISTINCT credit_code, enterprise_name, area FROM {mentions} WHERE credit_code IS NOT NULL)"""
    )
    con.execute(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}")
    links = f"{quote(schema)}.enterprise_links"
    con.execute(f"CREATE OR REPLACE TABLE {links} AS {_sql_by_code()}")
    con.execute(f"INSERT INTO {links} {_sql_by_name(links, ancestors)}")
    rows = dict(con.execute(f"SELECT how, count(*) FROM {links} GROUP BY how ORDER BY how").fetchall())
    total = con.execute("SELECT count(*) FROM firm_open").fetchall()[0][0]
    con.execute("DROP TABLE firm_open")
    con.execute("DROP TABLE firm_known")
    return EnterpriseReport(rows, total - sum(rows.values()))


def _sql_by_code() -> str:
    """One near code that is known, under a name that does not contradict."""
    return f"""
    WITH fits AS (
      SELECT DISTINCT o.key, k.credit_code,
        bool_or(o.stem = k.stem) OVER (PARTITION BY o.key, k.credit_code) AS same_name,
        bool_or(o.stem IS NULL OR k.stem IS NULL OR {_akin("o.stem", "k.stem")}) OVER (PARTITION BY o.key,
        k.credit_code) AS may_be
      FROM ({sql_near_codes("firm_open")}) AS near JOIN firm_open AS o USING (key) JOIN firm_known AS k ON
      k.credit_code = near.code
    ),
    one AS (SELECT key, credit_code, same_name FROM fits WHERE may_be QUALIFY count(*) OVER (PARTITION BY key) = 1)
    SELECT table_name, batch, source_line, credit_code, 'near_code' AS how, CASE WHEN same_name THEN 0.9999 ELSE 0.999
    END AS score
    FROM one JOIN firm_open USING (key)"""


def _akin(left: str, right: str) -> str:
    """One name within the other, or the same first four characters: enough beside a code that is one slip away."""
    return f"(contains({left}, {right}) OR contains({right}, {left}) OR left({left}, 4) = left({right}, 4))"


def _sql_by_name(links: str, ancestors: str | None) -> str:
    """The only enterprise of that name; of several of one name, the only one in that area."""
    same_area, within = "o.area = k.area", ""
    if ancestors:
        nested = f"(SELECT area_code, ancestor_code FROM {ancestors} WHERE ancestor_depth > 0)"
        within = f"""LEFT JOIN {nested} AS up ON up.area_code = k.area AND up.ancestor_code = o.area
          LEFT JOIN {nested} AS down ON down.area_code = o.area AND down.ancestor_code = k.area"""
        same_area = f"({same_area} OR up.area_code IS NOT NULL OR down.area_code IS NOT NULL)"
    return f"""
    WITH asked AS (
      SELECT * FROM firm_open AS o
      WHERE stem IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM {links} AS l WHERE (l.table_name, l.batch, l.source_line) = (o.table_name, o.batch,
        o.source_line))
    ),
    fits AS (
      SELECT o.key, k.credit_code, coalesce(bool_or({same_area}), FALSE) AS here,
        count(*) OVER (PARTITION BY o.key) AS of_the_name,
        coalesce(bool_or(o.area IS NULL OR k.area IS NULL), FALSE) AS nowhere
      FROM asked AS o JOIN firm_known AS k ON k.stem = o.stem {within} GROUP BY o.key, k.credit_code
    ),
    one AS (
      SELECT key, credit_code, here, of_the_name FROM fits
      QUALIFY (here AND count(*) FILTER (WHERE here) OVER (PARTITION BY key) = 1) OR (of_the_name = 1 AND nowhere)
    )
    SELECT table_name, batch, source_line, credit_code, 'name' AS how, CASE WHEN of_the_name = 1 THEN 0.999 ELSE 0.995
    END AS score
    FROM one JOIN firm_open USING (key)"""
