"""Pairwise precision and recall of a linkage, from the truth beside the mentions."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from citybrain.warehouse.secrets import sql_pseudonym


@dataclass(frozen=True)
class Score:
    """Of all pairs of rows that were put together, the share that belong together, and of all that belong the share put."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def score(con: duckdb.DuckDBPyConnection, mentions: str, links: str) -> dict[str, Score]:
    """`all` pairs, and those with at least one `faulty` row.

    `mentions` holds person and fault beside the product's columns, `links` the person_key of the rows without a valid
    number. A row
    without a person is alone.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE scored AS
        SELECT m.person, m.fault <> '' AS is_faulty,
          coalesce(coalesce(l.person_key, {sql_pseudonym("m.resident_id", "person")})::VARCHAR,
            m.table_name || m.batch || '/' || m.source_line) AS cluster
        FROM {mentions} AS m LEFT JOIN {links} AS l USING (table_name, batch, source_line)"""
    )
    whole, clean = _pairs(con, "TRUE"), _pairs(con, "NOT is_faulty")
    faulty = tuple(a - b for a, b in zip(whole, clean, strict=True))
    con.execute("DROP TABLE scored")
    return {"all": _score(*whole), "faulty": _score(*faulty)}


def _score(right: int, put: int, belonging: int) -> Score:
    return Score(right / put if put else 1.0, right / belonging if belonging else 1.0)


def _pairs(con: duckdb.DuckDBPyConnection, where: str) -> tuple[int, ...]:
    """Pairs rightly put together, put together, belonging together."""

    def count(by: str) -> int:
        found = con.execute(
            f"""SELECT coalesce(sum(n * (n - 1) // 2), 0)::BIGINT
            FROM (SELECT count(*) AS n FROM scored WHERE {where} GROUP BY {by})"""
        ).fetchone()
        return int(found[0]) if found else 0

    return count("cluster, person"), count("cluster"), count("person")
