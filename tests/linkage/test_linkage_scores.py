"""The linkage is scored on people with a known truth; the benchmark does the same on a million."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks.linkage_people import make_mentions
from benchmarks.linkage_published import compare
from benchmarks.linkage_score import Score, score
from citybrain.linkage import Linkage, link_people


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp("scored")
    made = make_mentions(30_000, 6_000, 7, folder)
    con = duckdb.connect()
    con.execute("SET VARIABLE citybrain_pseudonym_key = 'of the tests'")
    con.execute(f"CREATE TABLE mentions AS FROM '{made.mentions}'")
    link_people(con, "mentions", Linkage(folder / "none.jsonl"))
    return con


def test_false_links_are_rarer_than_one_in_two_thousand_and_few_rows_are_missed(
    linked: duckdb.DuckDBPyConnection,
) -> None:
    scores = score(linked, "mentions", "linkage.person_links")
    assert scores["all"].precision >= 0.9995
    assert scores["all"].recall >= 0.998
    assert scores["faulty"].precision >= 0.999
    assert scores["faulty"].recall >= 0.985


def test_exact_joining_misses_what_the_linkage_finds(linked: duckdb.DuckDBPyConnection) -> None:
    linked.execute("CREATE TABLE nobody AS FROM linkage.person_links WHERE FALSE")
    assert score(linked, "mentions", "nobody")["faulty"].recall < 0.2


def test_the_same_mentions_in_another_order_give_the_same_links(
    linked: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    con = duckdb.connect()
    con.execute("SET VARIABLE citybrain_pseudonym_key = 'of the tests'")
    linked.execute(
        f"COPY (FROM mentions ORDER BY hash(source_line)) TO '{tmp_path / 'shuffled.parquet'}' (FORMAT parquet)"
    )
    con.execute(f"CREATE VIEW mentions AS FROM '{tmp_path / 'shuffled.parquet'}'")
    link_people(con, "mentions", Linkage(tmp_path / "none.jsonl"))
    for table in ("person_links", "person_map", "review"):
        # To the last digit: two builds of the same rows are the same.
        sql = f"FROM linkage.{table} ORDER BY ALL"
        assert con.execute(sql).fetchall() == linked.execute(sql).fetchall()


def test_the_score_counts_pairs() -> None:
    con = duckdb.connect()
    con.execute("SET VARIABLE citybrain_pseudonym_key = 'of the tests'")
    con.execute(
        """CREATE TABLE m AS FROM (VALUES ('r', 1, 1, 'A', 1, ''), ('r', 1, 2, 'B', 2, ''), ('e', 1, 3, NULL, 1, 'x'),
        ('e', 1, 4, NULL, 1, 'x'), ('e', 1, 5, NULL, 2, 'x'), ('e', 1, 6, 'A', 1, ''))
        AS t(table_name, batch, source_line, resident_id, person, fault)"""
    )
    # Line 3 is rightly A's, line 5 wrongly; line 4 is nobody's.
    con.execute(
        """CREATE TABLE l AS SELECT 'e' AS table_name, 1 AS batch, unnest([3, 5]) AS source_line, ('0x' || substr(sha256(
        getvariable('citybrain_pseudonym_key') || 'person:A'), 1, 15))::BIGINT AS person_key"""
    )
    # Put together: lines 1, 3, 5, 6 (six pairs, three right); belonging: 1, 3, 4, 6 (six) and 2, 5 (one).
    assert score(con, "m", "l") == {"all": Score(3 / 6, 3 / 7), "faulty": Score(2 / 5, 2 / 6)}


@pytest.mark.parametrize("name", ["fake_1000", "febrl_dataset1"])
def test_sure_rules_and_splink_are_no_worse_than_its_tutorial(name: str, real_data: Path) -> None:
    f1 = compare(name, real_data / "linkage")
    assert float(f1["ours"]) >= float(f1["tutorial"]) > 0.7
