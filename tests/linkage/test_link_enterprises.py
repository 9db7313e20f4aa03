"""Which enterprise and which place a row speaks of."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
import pytest

from citybrain.demo.identifiers import credit_codes
from citybrain.linkage import link_enterprises, link_names

CODES = credit_codes(pl.Series(["91"] * 6), "379901", np.arange(6)).to_list()
Rows = list[tuple[str, int, str | None, str | None, str | None, str | None]]


def linked(register: Rows, others: Rows, ancestors: str | None = None) -> dict[int, tuple[str, str]]:
    """Line -> credit code and how; rows are table, line, code, code as written, name, area."""
    con = duckdb.connect()
    con.execute(
        """CREATE TABLE m (table_name VARCHAR, source_line BIGINT, credit_code VARCHAR, code_written VARCHAR,
        enterprise_name VARCHAR, area VARCHAR, batch INTEGER)"""
    )
    con.executemany("INSERT INTO m VALUES (?, ?, ?, ?, ?, ?, 1)", [*register, *others])
    con.execute(
        """CREATE TABLE tree AS FROM (VALUES ('v1', 't1', 1), ('v2', 't2', 1), ('v1', 'c', 0))
        AS t(area_code, ancestor_code, ancestor_depth)"""
    )
    report = link_enterprises(con, "m", ("青禾县",), ancestors)
    found = con.execute("SELECT source_line, credit_code, how FROM linkage.enterprise_links").fetchall()
    assert sum(report.rows.values()) == len(found)
    return {line: (code, how) for line, code, how in found}


REGISTER: Rows = [
    ("enterprises", 1, CODES[0], None, "青禾县鑫源商贸有限公司", "v1"),
    ("enterprises", 2, CODES[1], None, "便民超市", "v1"),
    ("enterprises", 3, CODES[2], None, "便民超市", "v2"),
    ("enterprises", 4, CODES[3], None, "瑞丰木业有限公司", "v2"),
]  # fmt: skip


def wrong(code: str, at: int) -> str:
    return code[:at] + ("A" if code[at] != "A" else "B") + code[at + 1 :]


@pytest.mark.parametrize(
    "written",
    [
        wrong(CODES[0], 9),
        wrong(CODES[0], 17),
        CODES[0][:12] + CODES[0][13] + CODES[0][12] + CODES[0][14:],
        CODES[0].lower().replace("0", "o"),
    ],
)
def test_a_credit_code_one_slip_away_is_found(written: str) -> None:
    assert linked(REGISTER, [("tax", 9, None, written, "鑫源商贸", None)]) == {9: (CODES[0], "near_code")}
    assert linked(REGISTER, [("tax", 9, None, written, None, None)]) == {9: (CODES[0], "near_code")}


def test_a_near_code_under_a_name_that_has_nothing_of_it_is_not_taken() -> None:
    assert linked(REGISTER, [("tax", 9, None, wrong(CODES[0], 9), "福寿殡仪馆", "v1")]) == {}


def test_a_name_counts_when_only_one_bears_it_in_that_area() -> None:
    others: Rows = [
        ("power", 11, None, None, "鑫源商贸有限责任公司", None), ("power", 12, None, None, "便民超市", "v2"),
        ("power", 13, None, None, "便民超市", None), ("power", 14, None, None, "瑞丰木業有限公司", "v1"),
        ("power", 15, None, None, "便民超市", "t1"),
    ]  # fmt: skip
    assert linked(REGISTER, others, "tree") == {11: (CODES[0], "name"), 12: (CODES[2], "name"), 15: (CODES[1], "name")}


def test_places_are_found_by_name_and_told_apart_by_area() -> None:
    con = duckdb.connect()
    con.execute(
        """CREATE TABLE listed AS FROM (VALUES ('F1', '青禾县人民医院', 'v1'), ('F2', '阳光花园', 'v1'), ('F3', '阳光花园', 'v2'))
        AS t(place_key, place_name, area)"""
    )
    con.execute(
        """CREATE TABLE m AS FROM (VALUES ('screenings', 1, 1, '人民医院', NULL), ('screenings', 1, 2, '青禾县人民医院', NULL),
        ('sites', 1, 3, '阳光花園', 'v2'), ('sites', 1, 4, '阳光花园', NULL), ('sites', 1, 5, '第九医院', NULL))
        AS t(table_name, batch, source_line, place_name, area)"""
    )
    assert link_names(con, "listed", "m", "place_links", ("青禾县",)) == {"area": 1, "name": 1}
    rows = con.execute(
        "SELECT source_line, place_key, listed_name FROM linkage.place_links ORDER BY source_line"
    ).fetchall()
    assert rows == [(1, "F1", "青禾县人民医院"), (3, "F3", "阳光花园")]
