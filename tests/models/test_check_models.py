"""Models are bound and compared with the declared schema before any row is read."""

from __future__ import annotations

import pytest

from citybrain.errors import ContractError
from citybrain.models import Model, check_models, load_models
from citybrain.schema.shared import MODELLED
from citybrain.warehouse import connect, create_empty_records


def test_every_declared_table_has_a_model_and_the_other_way_round() -> None:
    assert {m.name for m in load_models()} == {f"shared.{t}" for t in MODELLED}


def test_the_models_give_the_declared_columns() -> None:
    con = connect()
    create_empty_records(con)
    check_models(con, load_models())


def test_a_column_that_is_not_declared_is_named() -> None:
    con = connect()
    create_empty_records(con)
    wrong = Model("shared.cases", "SELECT case_no, person_key AS persn FROM records.cases", frozenset())
    with pytest.raises(ContractError, match="persn"):
        check_models(con, [wrong])


def test_a_model_that_does_not_bind_is_named() -> None:
    con = connect()
    create_empty_records(con)
    with pytest.raises(ContractError, match=r"shared\.cases\.sql.*does not bind"):
        check_models(con, [Model("shared.cases", "SELECT no_such_column FROM records.cases", frozenset())])


def test_no_direct_identifier_reaches_a_model() -> None:
    con = connect()
    create_empty_records(con)
    columns = {
        row[0]
        for row in con.execute("SELECT column_name FROM duckdb_columns() WHERE database_name = 'records'").fetchall()
    }
    assert columns.isdisjoint({"resident_id", "person_name", "phone", "address", "household", "legal_representative"})
    assert {"person_key", "household_key"} <= columns
