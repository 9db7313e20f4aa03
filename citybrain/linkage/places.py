"""Facilities and premises by name: what departments write about one hospital or compound points to one entry of its list."""

from __future__ import annotations

import duckdb

from citybrain.linkage.names import sql_enterprise_stem
from citybrain.sql import quote


def link_names(
    con: duckdb.DuckDBPyConnection, listed: str, mentions: str, table: str, places: tuple[str, ...] = (),
    ancestors: str | None = None, schema: str = "linkage",
) -> dict[str, int]:  # fmt: skip
    """Finds the listed place that each mention names otherwise than its list; writes a table of that name into a
    schema.

    `listed` is a relation of place_key VARCHAR, place_name, area; `mentions` one of table_name, batch, source_line,
    place_name and
    area, which is empty where the row's area is not that of the place. One row for each mention found whose name is not
    the listed one: table_name, batch, source_line, place_key, listed_name, how (name: the only one of that name; area:
    the only
    one of that name there). Returns the rows by how.
    """
    same_area, within = "m.area = l.area", ""
    if ancestors:
        nested = f"(SELECT area_code, ancestor_code FROM {ancestors} WHERE ancestor_depth > 0)"
        within = f"LEFT JOIN {nested} AS up ON up.area_code = l.area AND up.ancestor_code = m.area"
        same_area = f"({same_area} OR up.area_code IS NOT NULL)"
    target = f"{quote(schema)}.{quote(table)}"
    stem = sql_enterprise_stem("place_name", places)
    con.execute(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}")
    con.execute(
        f"""CREATE OR REPLACE TABLE {target} AS
        WITH listed_stems AS (SELECT place_key, place_name, area, {stem} AS stem FROM {listed}),
        written AS (SELECT DISTINCT place_name, area FROM {mentions} WHERE place_name IS NOT NULL),
        asked AS (SELECT place_name, area, {stem} AS stem FROM written),
        fits AS (
          SELECT m.place_name, m.area, l.place_key, l.place_name AS listed_name, coalesce(bool_or({same_area}), FALSE)
          AS here,
            coalesce(bool_or(m.place_name = l.place_name), FALSE) AS exact,
            count(*) OVER (PARTITION BY m.place_name, m.area) AS of_the_name
          FROM asked AS m JOIN listed_stems AS l USING (stem) {within} GROUP BY m.place_name, m.area, l.place_key, l.place_name
        ),
        one AS (
          SELECT *, CASE WHEN of_the_name = 1 THEN 'name' ELSE 'area' END AS how FROM fits
          QUALIFY of_the_name = 1 OR (here AND count(*) FILTER (WHERE here) OVER (PARTITION BY place_name, area) = 1)
        )
        SELECT r.table_name, r.batch, r.source_line, one.place_key, one.listed_name, one.how
        FROM {mentions} AS r JOIN one ON one.place_name = r.place_name AND one.area IS NOT DISTINCT FROM r.area
        WHERE NOT exact OR of_the_name > 1"""
    )
    return dict(con.execute(f"SELECT how, count(*) FROM {target} GROUP BY how ORDER BY how").fetchall())
