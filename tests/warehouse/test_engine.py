"""Engines keep to the memory they are given, and a second connection is set up like the first."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest

from citybrain.warehouse import connect, connect_beside, connect_for_checking


def setting(con: duckdb.DuckDBPyConnection, name: str) -> str:
    return str(con.execute(f"SELECT current_setting('{name}')").fetchall()[0][0])


def test_an_engine_spills_rather_than_take_more_memory_than_it_is_given(tmp_path: Path) -> None:
    with connect(scratch=tmp_path, most_memory=256 << 20) as con:
        assert setting(con, "memory_limit") == "256.0 MiB"
        con.execute("CREATE TABLE texts AS SELECT hash(range) || 'text that takes room' AS text FROM range(12000000)")
        held = con.execute(
            "SELECT sum(memory_usage_bytes), sum(temporary_storage_bytes) FROM duckdb_memory()"
        ).fetchall()
        assert held[0][0] <= 256 << 20
        assert held[0][1] > 0


def test_no_engine_is_given_more_than_half_of_the_machine() -> None:
    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    with connect(most_memory=1 << 60) as con:
        number, unit = setting(con, "memory_limit").split()
        assert float(number) * {"MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}[unit] == pytest.approx(half, rel=0.01)


def test_engines_for_checking_share_the_memory(tmp_path: Path) -> None:
    with connect_for_checking(tmp_path, 1) as alone, connect_for_checking(tmp_path, 2) as shared:
        one, other = (float(setting(con, "memory_limit").split()[0]) for con in (alone, shared))
    assert other == pytest.approx(one / 2, rel=0.02)


def test_a_connection_beside_another_sees_its_tables_and_has_its_settings() -> None:
    with connect() as con, connect_beside(con) as beside:
        con.execute("CREATE TABLE told AS SELECT 1 AS n; CREATE TEMP TABLE mine AS SELECT 2 AS n")
        assert beside.execute("FROM told").fetchall() == [(1,)]
        with pytest.raises(duckdb.CatalogException):
            beside.execute("FROM mine")
        assert setting(beside, "TimeZone") == setting(con, "TimeZone") == "UTC"
