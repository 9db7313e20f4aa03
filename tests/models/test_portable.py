"""Models keep to the SQL that DuckDB and Spark answer alike."""

from __future__ import annotations

import pytest

from citybrain.errors import ContractError
from citybrain.models import load_models
from citybrain.models.portable import unportable


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT strftime(screened_on, '%Y') FROM records.screenings",
        "SELECT list_filter(l, lambda x: x > 1) FROM records.screenings",
        "SELECT * REPLACE (1 AS a) FROM records.screenings",
        "SELECT * EXCLUDE (a) FROM records.screenings",
        "SELECT quantile_cont(a, 0.5) FROM records.screenings",
        "SELECT a FROM records.screenings ASOF JOIN records.cases USING (a)",
        "SELECT strlen(a) FROM records.screenings",
        "SELECT a FROM records.screenings WHERE a SIMILAR TO 'x'",
        "SELECT approx_count_distinct(a) FROM records.screenings",
        "SELECT a FROM records.screenings UNION BY NAME SELECT a FROM records.cases",
        "DROP TABLE records.screenings",
        "SELECT 1; SELECT 2",
        "SELECT FROM WHERE",
    ],
)
def test_unportable_sql_is_named(sql: str) -> None:
    assert unportable(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT area, count(*) FILTER (WHERE a > 1) FROM records.screenings GROUP BY area",
        "SELECT a, row_number() OVER (PARTITION BY b ORDER BY c) AS n FROM records.screenings QUALIFY n = 1",
        "SELECT date_trunc('month', screened_on) FROM records.screenings",
        "WITH x AS (SELECT 1 AS a) SELECT a FROM x",
    ],
)
def test_portable_sql_passes(sql: str) -> None:
    assert unportable(sql) == []


def test_models_come_after_what_they_read(tmp_path) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "a.sql").write_text("SELECT * FROM shared.b")
    (folder / "b.sql").write_text("SELECT * FROM shared.c")
    (folder / "c.sql").write_text("SELECT 1 AS x")
    assert [m.name for m in load_models(tmp_path)] == ["shared.c", "shared.b", "shared.a"]


def test_models_in_a_circle_are_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "a.sql").write_text("SELECT * FROM shared.b")
    (folder / "b.sql").write_text("SELECT * FROM shared.a")
    with pytest.raises(ContractError, match="circle"):
        load_models(tmp_path)
