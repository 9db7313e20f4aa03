"""Tables and queries of SQLite and PostgreSQL, as text, without changing or disclosing anything."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import duckdb
import pytest
import sqlalchemy

from citybrain.errors import ContractError, DeliveryError
from citybrain.readers import ReadOptions
from citybrain.readers.database import extract_database, read_database


@pytest.fixture
def sqlite(tmp_path: Path) -> Path:
    path = tmp_path / "clinic.sqlite"
    with sqlite3.connect(path) as con:
        con.execute('CREATE TABLE "登记" (id TEXT, n INTEGER, x REAL, raw BLOB, "blank" TEXT)')
        con.execute("""INSERT INTO "登记" VALUES ('a', 1, 2.0, x'ff', ''), ('b', NULL, 0.1, NULL, 'y')""")
    con.close()
    return path


def rows_of(relation: str) -> list[tuple]:
    return duckdb.sql(f"SELECT * FROM {relation}").fetchall()


def test_a_sqlite_table_by_url(sqlite, tmp_path):
    found = read_database(f"sqlite:///{sqlite}", ReadOptions(table="登记"), duckdb.connect(), tmp_path)
    assert found.headers == ("id", "n", "x", "raw", "blank")
    assert rows_of(found.relation) == [("a", "1", "2", "ff", None), ("b", None, "0.1", None, "y")]


def test_a_sqlite_query_with_colons_and_percent_signs(sqlite, tmp_path):
    query = "SELECT id, '10:30' AS at, '5%' AS share FROM \"登记\" WHERE id LIKE 'a%'"
    found = read_database(f"sqlite:///{sqlite}", ReadOptions(query=query), duckdb.connect(), tmp_path)
    assert rows_of(found.relation) == [("a", "10:30", "5%")]


def test_a_sqlite_file_as_a_delivery(read, sqlite):
    assert read(sqlite).rows[0][:2] == ["a", "1"]


def test_the_same_rows_give_the_same_bytes(sqlite, tmp_path):
    once = extract_database(f"sqlite:///{sqlite}", "登记", "", tmp_path).read_bytes()
    again = extract_database(f"sqlite:///{sqlite}", "登记", "", tmp_path).read_bytes()
    assert once == again


def test_a_query_cannot_write(sqlite, tmp_path):
    with pytest.raises(DeliveryError):
        extract_database(f"sqlite:///{sqlite}", "", 'DELETE FROM "登记"', tmp_path)
    assert sqlite3.connect(sqlite).execute('SELECT count(*) FROM "登记"').fetchone() == (2,)


def test_a_missing_sqlite_file_is_not_made(tmp_path):
    with pytest.raises(DeliveryError, match="no such SQLite file"):
        extract_database(f"sqlite:///{tmp_path}/none.sqlite", "t", "", tmp_path)
    assert not (tmp_path / "none.sqlite").exists()


def test_variables_of_the_url_come_from_the_environment(sqlite, tmp_path, monkeypatch):
    monkeypatch.setenv("CLINIC_FILE", str(sqlite))
    assert extract_database("sqlite:///${CLINIC_FILE}", "登记", "", tmp_path).exists()
    with pytest.raises(ContractError, match="NO_SUCH_VARIABLE"):
        extract_database("postgresql://u:${NO_SUCH_VARIABLE}@h/d", "t", "", tmp_path)


@pytest.mark.parametrize("url", ["nonsense", "klingon://x", "postgresql://u:hidden-word@127.0.0.1:1/none"])
def test_wrong_urls_are_refused_without_their_password(url, tmp_path):
    with pytest.raises((ContractError, DeliveryError)) as caught:
        extract_database(url, "t", "", tmp_path)
    assert "hidden-word" not in str(caught.value)


def test_either_a_table_or_a_query(sqlite, tmp_path):
    with pytest.raises(ContractError, match="either a table or a query"):
        extract_database(f"sqlite:///{sqlite}", "登记", "SELECT 1", tmp_path)


def test_postgresql_values_are_text_and_stream(postgres_url, tmp_path, monkeypatch):
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.begin() as con:
        con.exec_driver_sql("CREATE SCHEMA IF NOT EXISTS clinic")
        con.exec_driver_sql(
            "CREATE TABLE clinic.\"筛查\" AS SELECT i AS id, '张三' AS name, 1.50::numeric(9,2) AS dose,"
            " i %% 2 = 0 AS ok,"
            " DATE '2020-01-24' + i %% 3 AS day, TIMESTAMP '2020-01-24 08:30' AS at, '{\"a\": [1]}'::jsonb AS doc"
            " FROM generate_series(1, 50000) AS i"
        )
    engine.dispose()
    monkeypatch.setenv("CLINIC_PASSWORD", "open-sesame")
    url = postgres_url.replace("postgresql+psycopg", "postgresql").replace("open-sesame", "${CLINIC_PASSWORD}")
    found = read_database(url, ReadOptions(table="clinic.筛查"), duckdb.connect(), tmp_path)
    assert found.headers == ("id", "name", "dose", "ok", "day", "at", "doc")
    rows = rows_of(found.relation)
    assert len(rows) == 50_000
    assert rows[0] == ("1", "张三", "1.50", "FALSE", "2020-01-25", "2020-01-24 08:30:00", '{"a": [1]}')


def test_postgresql_is_only_read_and_its_password_not_told(postgres_url, tmp_path):
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.begin() as con:
        con.exec_driver_sql("CREATE SEQUENCE numbers")
    engine.dispose()
    with pytest.raises(DeliveryError, match="read-only"):
        extract_database(postgres_url, "", "SELECT nextval('numbers')", tmp_path)
    with pytest.raises(DeliveryError) as caught:
        extract_database(postgres_url.replace("open-sesame", "wrong-word"), "t", "", tmp_path)
    assert "wrong-word" not in str(caught.value)
    assert os.environ.get("PGPASSWORD") is None
