"""The .sql and .py beside a contract, and the fingerprint over all three."""

from __future__ import annotations

import pytest

from citybrain.contracts import check_contracts, contract_fingerprint, load_contract

SELECT = """
WITH clean AS (SELECT trim("证件") AS id, * FROM source)
SELECT id AS "身份证号", "就诊时间", "地址" AS "现住址" FROM clean
"""


def test_a_select_from_source_is_taken_and_its_headers_are_known(folder, good):
    file = folder.write("health/a.toml", good)
    folder.write("health/a.sql", SELECT)
    contract = load_contract(file, "health")
    assert contract.sql == SELECT.strip()
    assert {"证件", "就诊时间", "地址"} <= contract.headers


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT a FROM source; SELECT b FROM source", "Found 2 statements"),
        ("DELETE FROM source", "not a single SELECT"),
        ("SELECT a FRM source WHERE", "not readable as SQL. Found line 1"),
        ("SELECT * FROM read_csv('/etc/passwd')", "may read only `source`"),
        ("SELECT * FROM source, '/etc/passwd.csv'", "may read only `source`"),
        ("SELECT * FROM source JOIN residents USING (id)", "Found residents"),
        ("SELECT 1 AS a", "Found no table"),
        (
            'SELECT "身份证号", "就诊时间" FROM source',
            "'area' maps '现住址', which the SELECT of a.sql does not return",
        ),
    ],
)
def test_a_select_that_does_anything_else_is_refused(folder, good, sql, said):
    folder.write("health/a.toml", good)
    folder.write("health/a.sql", sql)
    assert said in "\n".join(e.sentence() for e in check_contracts(folder))


def test_a_select_of_everything_may_return_any_header(folder, good):
    folder.write("health/a.toml", good)
    folder.write("health/a.sql", "SELECT * FROM source")
    assert check_contracts(folder) == []


@pytest.mark.parametrize(
    ("python", "said"),
    [("def read(path", "not readable as Python. Found line 1"), ("x = 1", "defines no function `read`")],
)
def test_a_reader_must_be_python_that_defines_read(folder, good, python, said):
    folder.write("health/a.toml", good)
    folder.write("health/a.py", python)
    [error] = check_contracts(folder)
    assert said in error.sentence()


def test_a_reader_beside_the_contract_is_found_and_not_run(folder, good):
    file = folder.write("health/a.toml", good)
    reader = folder.write("health/a.py", "raise SystemExit\ndef read(path):\n    yield {}\n")
    assert load_contract(file, "health").reader == reader


def test_the_fingerprint_does_not_see_comments_order_or_who_owns_the_feed(folder, good):
    first = contract_fingerprint(load_contract(folder.write("health/a.toml", good), "health"))
    lines = (
        good.replace("传染病防治法", "another law").replace('"10:00"', '"12:30"').replace("rows = {min", "rows = { min")
    )
    swapped = lines.replace(
        'title    = "发热门诊筛查登记"\nrecord   = "screening"', 'record = "screening"\ntitle = "X" # new'
    )
    assert swapped != lines
    assert contract_fingerprint(load_contract(folder.write("health/a.toml", swapped), "health")) == first
    assert len(first) == 64


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"证件号码"', '"证件号"'),
        ('"append"', '"upsert"'),
        ('"城关镇"', '"城关"'),
        ('"东莞市"', '"深圳市"'),
        ('"address"', '"name"'),
        ("min = 10", "min = 11"),
        ('["备注", ', "["),
    ],
)
def test_the_fingerprint_sees_what_changes_the_reading(folder, good, changed, old, new):
    first = contract_fingerprint(load_contract(folder.write("health/a.toml", good), "health"))
    assert contract_fingerprint(load_contract(folder.write("health/a.toml", changed(old, new)), "health")) != first


def test_the_fingerprint_sees_the_files_beside_the_contract(folder, good):
    file = folder.write("health/a.toml", good)
    plain = contract_fingerprint(load_contract(file, "health"))
    folder.write("health/a.py", "def read(path):\n    yield {}\n")
    with_reader = contract_fingerprint(load_contract(file, "health"))
    folder.write("health/a.sql", "SELECT * FROM source")
    assert len({plain, with_reader, contract_fingerprint(load_contract(file, "health"))}) == 3
