"""Who may be meant: the persons with a valid number that share something with an open statement, and what speaks for each."""

from __future__ import annotations

import duckdb

from citybrain.linkage.names import sql_folded_name
from citybrain.linkage.near_ids import sql_near_ids

ID17 = "left(resident_id, 17)::BIGINT"
BIRTH = f"(({ID17} // 1000) % 100000000)::INTEGER"
"""The birth date in the number, as the integer YYYYMMDD: nothing has to be read to know it."""
_DAY = "(year(birth_on) * 10000 + month(birth_on) * 100 + day(birth_on))::INTEGER"


def create_pool(con: duckdb.DuckDBPyConnection, mentions: str) -> None:
    """Makes `link_near` (mention_key, id17: numbers one slip away) and `link_pool` of everybody who may be meant.

    `link_pool`, one row for each different way in which a person is stated: resident_id, id17, birth (YYYYMMDD), sex
    (both of the
    number), name (folded), phone, area. The mentions are read once; who shares nothing with an open statement is left
    there.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE link_near AS {sql_near_ids('link_statements')}")
    keys = {
        "near": "SELECT id17 AS k FROM link_near",
        "phone": "SELECT hash(phone) FROM link_statements WHERE phone IS NOT NULL AND name IS NOT NULL",
        "born": """SELECT hash(name, y) FROM (
            SELECT name, unnest(range(birth_from, birth_until + 1))::INTEGER AS y FROM link_statements
            WHERE name IS NOT NULL AND birth_until - birth_from < 5)""",
        "home": "SELECT hash(name, area) FROM link_statements WHERE name IS NOT NULL AND area IS NOT NULL",
        "day": f"SELECT hash({_DAY}, area) FROM link_statements WHERE birth_on IS NOT NULL AND area IS NOT NULL",
        "head": "SELECT left(id_head, 14)::BIGINT FROM link_statements WHERE strlen(id_head) >= 14",
    }
    for key, sql in keys.items():
        con.execute(f"CREATE OR REPLACE TEMP TABLE link_key_{key} AS SELECT DISTINCT k FROM ({sql}) AS t(k)")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE link_pool AS
        WITH known AS (
          SELECT resident_id, {ID17} AS id17, {BIRTH} AS birth, {sql_folded_name("person_name")} AS name, phone, area
          FROM {mentions} WHERE resident_id IS NOT NULL
        )
        SELECT DISTINCT resident_id, id17, birth, CASE WHEN id17 % 2 = 1 THEN '1' ELSE '2' END AS sex, name, phone, area
        FROM known
        WHERE id17 IN (SELECT k FROM link_key_near)
          OR hash(phone) IN (SELECT k FROM link_key_phone)
          OR hash(name, birth // 10000) IN (SELECT k FROM link_key_born)
          OR hash(name, area) IN (SELECT k FROM link_key_home)
          OR hash(birth, area) IN (SELECT k FROM link_key_day)
          OR id17 // 1000 IN (SELECT k FROM link_key_head)"""
    )


PAIRS = f"""
    SELECT mention_key, id17 FROM link_statements JOIN link_pool USING (name, phone)
    UNION SELECT s.mention_key, p.id17 FROM link_statements AS s JOIN link_pool AS p
      ON p.name = s.name AND p.birth // 10000 = s.birth_from WHERE s.birth_from = s.birth_until
    UNION SELECT s.mention_key, p.id17 FROM (
        SELECT mention_key, name, unnest(range(birth_from, birth_until + 1))::INTEGER AS y FROM link_statements
        WHERE birth_until > birth_from AND birth_until - birth_from < 5) AS s
      JOIN link_pool AS p ON p.name = s.name AND p.birth // 10000 = s.y
    UNION SELECT mention_key, id17 FROM link_statements JOIN link_pool USING (name, area)
    UNION SELECT s.mention_key, p.id17 FROM link_statements AS s JOIN link_pool AS p
      ON p.birth = {_DAY} AND p.area = s.area
    UNION SELECT s.mention_key, p.id17 FROM link_statements AS s JOIN link_pool AS p
      ON p.id17 // 1000 = left(s.id_head, 14)::BIGINT AND p.name = s.name WHERE strlen(s.id_head) >= 14
    UNION SELECT s.mention_key, p.id17 FROM link_statements AS s JOIN link_pool AS p
      ON p.phone = s.phone AND p.birth = {_DAY}"""
"""mention_key, id17: every pair that shares enough to be looked at."""


def sql_evidence(pairs: str, ancestors: str | None) -> str:
    """SELECT of what speaks for and against each pair (mention_key, id17) of a relation: one row a pair.

    Columns: resident_id and the booleans same_name, like_name (one character of three or more differs, or one is
    masked), no_name
    (one side states none), same_birth, other_birth (another day, or the age does not fit), other_sex, same_phone,
    same_area (equal,
    or one lies within the other; needs the relation `ancestors` of area_code, ancestor_code, ancestor_depth), id_part,
    id_most (ten, fourteen readable characters of a destroyed or cut number fit), other_id (they do not). A person
    stated in several ways counts with the best of each.
    """
    same_area = "s.area = p.area"
    within = ""
    if ancestors:
        # The root holds everybody: to share it says nothing.
        nested = f"(SELECT area_code, ancestor_code FROM {ancestors} WHERE ancestor_depth > 0)"
        within = f"""LEFT JOIN {nested} AS up ON up.area_code = p.area AND up.ancestor_code = s.area
          LEFT JOIN {nested} AS down ON down.area_code = s.area AND down.ancestor_code = p.area"""
        same_area = f"({same_area} OR up.area_code IS NOT NULL OR down.area_code IS NOT NULL)"

    def ever(condition: str, name: str) -> str:
        return f"coalesce(bool_or({condition}), FALSE) AS {name}"

    age_fits = "p.birth // 10000 BETWEEN s.birth_from AND s.birth_until"
    flags = [
        ever("s.name = p.name", "same_name"), ever(_LIKE_NAME, "like_name"),
        ever("s.name IS NULL OR p.name IS NULL", "no_name"), ever(f"p.birth = {_DAY}", "same_birth"),
        ever(f"p.birth <> {_DAY} OR NOT ({age_fits})", "other_birth"), ever("s.sex <> p.sex", "other_sex"),
        ever("s.phone = p.phone", "same_phone"), ever(same_area, "same_area"), ever(f"{_KNOWN} >= 10 AND {_FITS}", "id_part"),
        ever(f"{_KNOWN} >= 14 AND {_FITS}", "id_most"), ever(f"NOT ({_FITS})", "other_id"),
    ]  # fmt: skip
    return f"""
    SELECT mention_key, id17, any_value(p.resident_id) AS resident_id, {", ".join(flags)}
    FROM {pairs} AS pair JOIN link_statements AS s USING (mention_key) JOIN link_pool AS p USING (id17) {within}
    GROUP BY mention_key, id17"""


_LIKE_NAME = """(length(s.name) = length(p.name) AND left(s.name, 1) = left(p.name, 1) AND (
      (length(s.name) BETWEEN 3 AND 4 AND (substr(s.name, 2, 1) = substr(p.name, 2, 1))::INT
        + (substr(s.name, 3, 1) = substr(p.name, 3, 1))::INT + (substr(s.name, 4, 1) = substr(p.name, 4, 1))::INT
        >= 2)
      OR length(s.name) = 2 OR s.name LIKE translate(p.name, '*×', '__') OR p.name LIKE translate(s.name, '*×',
      '__')))"""
_KNOWN = "strlen(s.id_head) + strlen(s.id_tail)"
_FITS = "p.resident_id LIKE s.id_head || '%' || s.id_tail"
