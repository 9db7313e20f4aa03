"""What the rows without a valid number state, once for each different statement."""

from __future__ import annotations

import duckdb

from citybrain.linkage.names import sql_folded_name, sql_narrow
from citybrain.warehouse.secrets import sql_pseudonym

ID_18, ID_17, ID_19 = "[0-9]{17}[0-9X]", "[0-9]{16}[0-9X]", "[0-9]{18}[0-9X]"
_MASKED = "([0-9]{4,})[*×]{2,}([0-9]{0,}[0-9X]?)"
_FLOAT = r"([0-9])\.([0-9]{3,})E[+]?1[47]"
ENOUGH_OF_AN_ID = 10
"""Known characters of a number from which two rows with it and one name speak of one person."""


def create_statements(con: duckdb.DuckDBPyConnection, mentions: str) -> None:
    """Makes two temporary tables of the mentions whose number is missing or wrong.

    `link_open`: table_name, batch, source_line, mention_key. `link_statements`, one row a different statement:
    mention_key, is_identifying, id_text (the number as written, full width and misread letters corrected), id_head and
    id_tail (its
    characters that can be trusted, from left and right), name (folded), sex, birth_on, birth_from, birth_until
    (years), phone, area.

    The mention_key is the pseudonym of what is stated, so the same statement has it in every build. Rows whose
    statement
    names nobody in particular (`is_identifying` is false) have a key too, but must not be taken for one person by it.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE link_open AS {_sql_open(mentions)}")
    con.execute(
        """CREATE OR REPLACE TEMP TABLE link_statements AS
        SELECT DISTINCT mention_key, is_identifying, id_text, id_head, id_tail, name, sex, birth_on, birth_from,
        birth_until,
          phone, area
        FROM link_open"""
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE link_open AS SELECT table_name, batch, source_line, mention_key FROM link_open"
    )


def _sql_open(mentions: str) -> str:
    head = f"""CASE WHEN regexp_full_match(id_text, '[0-9]{{15}}000') THEN left(id_text, 15)
        WHEN regexp_full_match(id_text, '[0-9]{{10,17}}') THEN id_text
        WHEN regexp_full_match(id_text, '{_MASKED}') THEN regexp_extract(id_text, '^{_MASKED}$', 1)
        WHEN regexp_full_match(id_text, '{_FLOAT}') THEN
          regexp_extract(id_text, '^{_FLOAT}$', 1) || left(regexp_extract(id_text, '^{_FLOAT}$', 2), 5) END"""
    tail = f"coalesce(regexp_extract(id_text, '^{_MASKED}$', 2), '')"
    # A number counts for the key when enough of it can be read; else phone, else birth date and place tell people apart.
    usable = f"""CASE WHEN regexp_full_match(id_text, '{ID_18}|{ID_17}|{ID_19}')
        OR strlen(id_head) + strlen(id_tail) >= {ENOUGH_OF_AN_ID} THEN id_text END"""
    key_text = """concat_ws('|', name,
        CASE WHEN is_identifying AND usable_id IS NOT NULL THEN 'id' || usable_id
        WHEN is_identifying AND phone IS NOT NULL THEN 'phone' || phone || coalesce(birth_on::VARCHAR, '')
        WHEN is_identifying THEN 'home' || birth_on || area
        ELSE concat_ws('/', 'row', id_text, sex, birth_on, birth_from, birth_until, phone, area) END)"""
    return f"""
    WITH stated AS (
      SELECT table_name, batch, source_line, {sql_folded_name("person_name")} AS name,
        translate({sql_narrow("id_written")}, 'OILl', '0111') AS id_text,
        CASE WHEN sex IN ('1', '2') THEN sex END AS sex, birth_on, phone, area,
        coalesce(year(birth_on), year(seen_on) - age - 1) AS birth_from,
        coalesce(year(birth_on), year(seen_on) - age + 1) AS birth_until
      FROM {mentions} WHERE resident_id IS NULL AND (person_name IS NOT NULL OR id_written IS NOT NULL)
    ),
    read AS (SELECT *, {head} AS id_head, {tail} AS id_tail FROM stated),
    judged AS (SELECT *, {usable} AS usable_id FROM read),
    told AS (
      SELECT *, name IS NOT NULL AND (
        usable_id IS NOT NULL OR phone IS NOT NULL OR (birth_on IS NOT NULL AND area IS NOT NULL)) AS is_identifying
      FROM judged
    )
    SELECT *, {sql_pseudonym(key_text, "mention")} AS mention_key FROM told"""
