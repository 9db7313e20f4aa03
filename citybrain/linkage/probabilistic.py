"""The scales: what the sure rules leave is weighed by Splink, accepted, shown for review, or left alone."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from citybrain.linkage.model import predict, train
from citybrain.linkage.names import sql_folded_name
from citybrain.linkage.pool import BIRTH, ID17

FOUND_SHARE = 0.5
"""Share of open statements, left by the rules, of whom somebody known is expected to be meant: the others are strangers."""
LEARN_FROM = 3000
"""Rows with a right number that teach the model, about."""


@dataclass(frozen=True)
class Band:
    """From which probability a pair is accepted, and from which it is shown to a person."""

    accept: float = 0.99
    review: float = 0.2


USUAL = Band()


def weigh(con: duckdb.DuckDBPyConnection, mentions: str, ancestors: str | None, band: Band) -> None:
    """Adds accepted pairs of `link_evidence` to `link_found` and makes `link_review` (mention_key, resident_id, score,
    reasons).

    The probability of a pair is its odds over those of all its statement's pairs and of "somebody unknown", so two
    persons who fit equally well share it. A pair is accepted only when sex, name and birth date do not speak against
    it.
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE link_review (mention_key BIGINT, resident_id VARCHAR, score DOUBLE, reasons VARCHAR[])"
    )
    con.execute("DELETE FROM link_evidence WHERE NOT (same_name OR like_name OR no_name)")
    if not con.execute("SELECT 1 FROM link_evidence LIMIT 1").fetchall():
        return
    _create_paths(con, ancestors)
    tables = con.execute(
        f"SELECT table_name, count(resident_id) FROM {mentions} GROUP BY table_name ORDER BY 2 DESC, 1"
    ).fetchall()
    settings = train(*_examples(con, mentions, tables))
    # The table that names most people, the registry, says among how many the one who is meant is sought.
    prior = FOUND_SHARE / max(1, tables[0][1])
    weights = predict(settings, *_sides(con), _pairs(con), _name_shares(con, mentions), prior)
    con.register("link_weights", weights)
    con.execute(f"CREATE OR REPLACE TEMP TABLE link_scored AS {_SCORED}")
    con.unregister("link_weights")
    sure = f"score >= {band.accept} AND NOT other_sex AND (same_name AND NOT other_birth OR like_name AND same_birth)"
    con.execute(
        f"INSERT INTO link_found SELECT mention_key, resident_id, 'probabilistic', score FROM link_scored WHERE {sure}"
    )
    con.execute(
        f"""INSERT INTO link_review SELECT mention_key, resident_id, score, {_REASONS} FROM link_scored
        WHERE score >= {band.review} AND mention_key NOT IN (SELECT mention_key FROM link_found)"""
    )


_SCORED = """
    WITH best AS (
      SELECT l.mention_key, r.id17, pow(2, max(match_weight)) AS odds
      FROM link_weights AS w JOIN link_left AS l ON l.unique_id = w.left_id JOIN link_right AS r ON r.unique_id =
      w.right_id
      GROUP BY l.mention_key, r.id17
    )
    -- Sorted before they are added up: in another order a sum may differ in its last digit, and so would two builds.
    SELECT e.*, odds / (1 + list_sum(list_sort(list(odds) OVER (PARTITION BY mention_key)))) AS score
    FROM best JOIN link_evidence AS e USING (mention_key, id17)"""

_FLAGS = (
    "same_name",
    "like_name",
    "same_birth",
    "other_birth",
    "other_sex",
    "same_phone",
    "same_area",
    "id_part",
    "other_id",
)
_REASONS = (
    "list_filter(["
    + ", ".join(f"CASE WHEN {f} THEN '{f}' END" for f in _FLAGS)
    + "], lambda reason: reason IS NOT NULL)"
)
"""Words for what speaks for and against; like_name is told only where the names are not the same."""


def _create_paths(con: duckdb.DuckDBPyConnection, ancestors: str | None) -> None:
    """`link_paths` (area, path): the areas that hold each area, itself included, without the root."""
    if ancestors:
        sql = f"""SELECT area_code AS area, list(ancestor_code) AS path FROM {ancestors}
        WHERE ancestor_depth > 0 GROUP BY area_code"""
    else:
        sql = "SELECT NULL::VARCHAR AS area, NULL::VARCHAR[] AS path WHERE FALSE"
    con.execute(f"CREATE OR REPLACE TEMP TABLE link_paths AS {sql}")


def _sides(con: duckdb.DuckDBPyConnection) -> tuple[pa.Table, pa.Table]:
    con.execute(
        """CREATE OR REPLACE TEMP TABLE link_left AS
        SELECT row_number() OVER (ORDER BY mention_key, name, born, born_from, sex, phone, area, id_text) AS unique_id,
        * FROM (
          SELECT mention_key, name, (year(birth_on) * 10000 + month(birth_on) * 100 + day(birth_on))::INTEGER AS born,
            birth_from AS born_from, birth_until AS born_until, sex, phone, area, id_text, id_head, id_tail
          FROM link_statements WHERE mention_key IN (SELECT mention_key FROM link_evidence))"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE link_right AS
        SELECT row_number() OVER (ORDER BY id17, name, phone, area) AS unique_id, id17, resident_id AS id, name, birth
        AS born, sex,
          phone, area
        FROM link_pool WHERE id17 IN (SELECT id17 FROM link_evidence)"""
    )
    left = """SELECT l.* EXCLUDE (mention_key), coalesce(path, [area]) AS path, NULL::VARCHAR AS id, NULL::BIGINT AS
    person
      FROM link_left AS l LEFT JOIN link_paths USING (area) ORDER BY unique_id"""
    right = """SELECT r.* EXCLUDE (id17), coalesce(path, [area]) AS path, id17 AS person, NULL::INTEGER AS born_from,
      NULL::INTEGER AS born_until, NULL::VARCHAR AS id_text, NULL::VARCHAR AS id_head, NULL::VARCHAR AS id_tail
      FROM link_right AS r LEFT JOIN link_paths USING (area) ORDER BY unique_id"""
    return con.sql(left).to_arrow_table(), con.sql(right).to_arrow_table()


def _pairs(con: duckdb.DuckDBPyConnection) -> pa.Table:
    return con.sql(
        """SELECT l.unique_id AS left_id, r.unique_id AS right_id
        FROM link_evidence JOIN link_left AS l USING (mention_key) JOIN link_right AS r USING (id17)"""
    ).to_arrow_table()


def _examples(
    con: duckdb.DuckDBPyConnection, mentions: str, tables: list[tuple[str, int]]
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Rows with a right number: of all tables but the one that names most people; of that one, the same persons; and
    others.

    Taken by hash of the number, so that a row more elsewhere changes nothing.
    """
    spine, others = tables[0][0], sum(rows for _, rows in tables[1:])
    every = max(2, others // LEARN_FROM)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE link_examples AS
        SELECT table_name = $spine AS is_spine, hash({ID17}) % {every} AS part, {ID17} AS person, {BIRTH} AS
        number_born,
          {sql_folded_name("person_name")} AS name,
          (year(birth_on) * 10000 + month(birth_on) * 100 + day(birth_on))::INTEGER AS born, year(seen_on) - age - 1 AS
          born_from,
          year(seen_on) - age + 1 AS born_until, CASE WHEN sex IN ('1', '2') THEN sex END AS sex, phone, area
        FROM {mentions} WHERE resident_id IS NOT NULL AND hash({ID17}) % {every} < 2""",
        {"spine": spine},
    )

    def rows(where: str, born: str, sex: str) -> pa.Table:
        return con.sql(
            f"""SELECT row_number() OVER (ORDER BY person, name, born, born_from, sex, phone, area) AS unique_id,
            person, name,
              {born} AS born, born_from, born_until, {sex} AS sex, phone, area, coalesce(path, [area]) AS path
            FROM link_examples LEFT JOIN link_paths USING (area) WHERE {where} ORDER BY hash(person), unique_id LIMIT
            {10 * LEARN_FROM}"""
        ).to_arrow_table()

    known = ("number_born", "CASE WHEN person % 2 = 1 THEN '1' ELSE '2' END")
    same = "is_spine AND part = 0 AND person IN (SELECT person FROM link_examples WHERE NOT is_spine)"
    return rows("NOT is_spine AND part = 0", "born", "sex"), rows(same, *known), rows("is_spine AND part = 1", *known)


def _name_shares(con: duckdb.DuckDBPyConnection, mentions: str) -> pa.Table:
    """name, tf_name: how common the names are that were asked for, among all rows with a right number."""
    return con.sql(
        f"""WITH known AS (SELECT {sql_folded_name("person_name")} AS name FROM {mentions} WHERE resident_id IS NOT
        NULL)
        SELECT name, count(*) / (SELECT count(*) FROM known WHERE name IS NOT NULL)::DOUBLE AS tf_name
        FROM known WHERE name IN (SELECT name FROM link_left UNION SELECT name FROM link_right) GROUP BY name ORDER BY
        name"""
    ).to_arrow_table()
