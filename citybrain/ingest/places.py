"""Area texts placed before the pass, so that the pass only looks them up; a desk places no text twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import duckdb

from citybrain.areas import place_texts, sql_alike
from citybrain.contracts.contract import Contract, Mapping
from citybrain.ingest.check import CheckPlan, sql_clean_text
from citybrain.ingest.desk import Desk
from citybrain.ingest.looking_up import SIEVE_BITS, Places, sql_sieve_bit
from citybrain.sql import quote

LISTED_TEXTS = 20_000
"""Up to so many distinct area texts are looked up in a list; measured: 3,000 cost nothing, 2 million cost minutes."""


def are_placed_by_text(desk: Desk, contract: Contract) -> bool:
    """Whether the texts of some area column must be seen before the pass: it is more than codes of the tree."""
    areas = [name for name, column in contract.record.columns().items() if column.semantic == "area"]
    return any(not _are_codes(desk, contract.columns[name]) for name in areas if name in contract.columns)


def place_areas(desk: Desk, plans: Sequence[CheckPlan]) -> list[CheckPlan]:
    """The plans of deliveries of one feed, with the texts of each area column placed in the tree, all together."""
    contract = plans[0].contract
    areas = [name for name, column in contract.record.columns().items() if column.semantic == "area"]
    places: dict[str, Places] = {}
    for name in areas:
        texts = [
            f"SELECT {text} AS text FROM {plan.raw.relation}"
            for plan in plans
            if not (text := sql_clean_text(plan, name)).startswith("NULL")
        ]
        if texts:
            places[name] = _place_column(desk, name, contract.columns[name], texts)
    return [replace(plan, places=places) for plan in plans]


def _place_column(desk: Desk, name: str, mapping: Mapping, texts: Sequence[str]) -> Places:
    if _are_codes(desk, mapping):
        return _code_places(desk, mapping.level)
    alike = partial(sql_alike, desk.areas)
    desk.con.execute(
        f"CREATE OR REPLACE TEMP TABLE texts_{name} AS"
        f" SELECT DISTINCT {alike('text')} AS text FROM ({' UNION ALL '.join(texts)}) WHERE text IS NOT NULL"
    )
    known = _known_places(desk, f"texts_{name}", _way(mapping), mapping.level)
    placed = f"placed_{name}"
    desk.con.execute(f"CREATE OR REPLACE TEMP TABLE {placed} AS FROM {known} SEMI JOIN texts_{name} USING (text)")
    return Places(placed, _list_places(desk.con, placed, f"places_{name}"), alike=alike)


def _way(mapping: Mapping) -> str:
    return mapping.as_ or ("name" if mapping.parts else "auto")


def _are_codes(desk: Desk, mapping: Mapping) -> bool:
    return _way(mapping) == "code" and len(desk.areas.code_spellings) <= LISTED_TEXTS


def _known_places(desk: Desk, texts: str, how: str, level: str) -> str:
    """Table of all texts that this desk has placed in this way, those of `texts` among them."""
    known = quote(f"known_places_{how}_{level}")
    con = desk.con
    con.execute(f"CREATE TEMP TABLE IF NOT EXISTS {known} (text VARCHAR, area_code VARCHAR, reason VARCHAR)")
    con.execute(f"CREATE OR REPLACE TEMP TABLE new_texts AS FROM {texts} ANTI JOIN {known} USING (text)")
    if con.execute("SELECT 1 FROM new_texts LIMIT 1").fetchall():
        placed = place_texts(con, desk.areas, "new_texts", how, level or None)
        con.execute(f"INSERT INTO {known} FROM {placed}")
        con.execute(f"DROP TABLE {placed}")
    return known


def _code_places(desk: Desk, level: str) -> Places:
    """Every spelling of every code of the tree, placed once for all deliveries: no need to look into the file."""
    name = f"places_of_codes_{level}"
    if not desk.con.execute("SELECT 1 FROM duckdb_types() WHERE type_name = $name", {"name": name}).fetchone():
        desk.con.register("code_spellings", desk.areas.code_spellings.to_arrow())
        placed = place_texts(desk.con, desk.areas, "code_spellings", "code", level or None)
        desk.con.unregister("code_spellings")
        _list_places(desk.con, placed, name)
        sieve = f"bitstring_agg({sql_sieve_bit('text')}, 0, {SIEVE_BITS - 1})"
        desk.con.execute(f"SET VARIABLE {name}_sieve = (SELECT {sieve} FROM {placed})")
        canonical = "string_agg(CASE WHEN text = area_code THEN '1' ELSE '0' END, '' ORDER BY text)::BIT"
        desk.con.execute(f"SET VARIABLE {name}_canonical = (SELECT {canonical} FROM {placed})")
    return Places("", name, is_sieved=True)


def _list_places(con: duckdb.DuckDBPyConnection, placed: str, name: str) -> str:
    """Lists few placed texts under that name for looking up without a join; '' if they are too many."""
    row = con.execute(f"SELECT count(*) FROM {placed}").fetchone()
    if row is None or not 0 < row[0] <= LISTED_TEXTS:
        return ""
    con.execute(f"DROP TYPE IF EXISTS {name}")
    con.execute(f"CREATE TYPE {name} AS ENUM (SELECT text FROM {placed} ORDER BY text)")
    con.execute(f"SET VARIABLE {name}_codes = (SELECT list(area_code ORDER BY text) FROM {placed})")
    con.execute(f"SET VARIABLE {name}_reasons = (SELECT list(reason ORDER BY text) FROM {placed})")
    return name
