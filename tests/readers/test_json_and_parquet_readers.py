"""JSON of every shape, Parquet of every type."""

from __future__ import annotations

import duckdb
import pytest

from citybrain.errors import DeliveryError


def test_nested_objects_become_columns_and_lists_stay_json(read):
    found = read(
        '[{"id": 1, "n": 1.10, "at": {"村": "东关", "geo": {"x": 117.5}}, "tags": ["a", 2]},'
        ' {"id": 370123199001010011, "ok": true, "at": null, "n": ""}]'.encode(),
        "cases.json",
    )
    assert found.table.headers == ("id", "n", "at.村", "at.geo.x", "tags", "ok", "at")
    assert found.rows == [
        ["1", "1.10", "东关", "117.5", '["a", 2]', "", ""],
        ["370123199001010011", "", "", "", "", "TRUE", ""],
    ]
    assert found.lines == [1, 2]


def test_the_longest_list_of_objects_is_found_and_named(read):
    found = read(b'{"meta": [{"a": 1}], "result": {"data": [{"b": 1}, {"b": 2}]}}', "x.json")
    assert found.rows == [["1"], ["2"]]
    assert any("'result.data'" in f for f in found.table.findings)


def test_a_stated_path_leads_through_lists_and_keeps_what_surrounds(read):
    data = '{"towns": [{"name": "城关", "cases": [{"id": 1}, {"id": 2}]}, {"name": "北关", "cases": [{"id": 3}]}]}'
    found = read(data.encode(), "x.json", rows="towns.cases")
    assert found.table.headers == ("towns.name", "id")
    assert found.rows == [["城关", "1"], ["城关", "2"], ["北关", "3"]]


def test_lines_of_json_are_records(read):
    found = read(b'{"a": 1}\n\n{"b": "x", "a": 2}\n', "x.txt")
    assert (found.table.headers, found.rows) == (("a", "b"), [["1", ""], ["2", "x"]])


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b'[{"a": 1}, {"a": ', "not valid JSON"),
        (b'{"a": 1}', "no list of objects"),
        (b"[]", "no list of objects"),
        (b"[1, 2]", "no list of objects"),
        (b"[" * 100_000, "nested too deeply|not valid"),
    ],
)
def test_json_without_records_is_refused(read, data, what):
    with pytest.raises(DeliveryError, match=what):
        read(data, "x.json")


def test_a_path_that_leads_nowhere_is_refused(read):
    with pytest.raises(DeliveryError, match="no 'rows'"):
        read(b'{"data": [{"a": 1}]}', "x.json", rows="rows")


def test_parquet_types_become_text(read, tmp_path):
    path = tmp_path / "x.parquet"
    duckdb.execute(
        "COPY (SELECT 7 AS whole, 7.0::DOUBLE AS real, 370123199001010011::DOUBLE AS lost,"
        " 1.50::DECIMAL(9,2) AS exact,"
        " DATE '2020-01-24' AS day, TIMESTAMP '2020-01-24 00:00:00' AS midnight,"
        " TIMESTAMP '2020-01-24 08:30:00' AS instant,"
        f" true AS yes, [1, 2] AS list, {{'a': 1}} AS nested, '' AS blank, NULL::INTEGER AS nothing) TO '{path}'"
    )
    found = read(path)
    assert found.rows == [
        ["7", "7", "3.7012319900101E+17", "1.50", "2020-01-24", "2020-01-24", "2020-01-24 08:30:00", "TRUE", "[1,2]",
         '{"a":1}', "", ""]
    ]  # fmt: skip
    assert found.lines == [1]


def test_damaged_parquet_is_refused(read):
    with pytest.raises(DeliveryError, match="damaged"):
        read(b"PAR1" + bytes(100), "x.parquet")


def test_an_empty_list_is_a_delivery_without_rows_where_the_columns_are_known(read):
    empty = '{"报告": []}'.encode()
    found = read(empty, "week.json", rows="报告", expected_headers={"卡号", "时间.发病"})
    assert (set(found.table.headers), found.rows) == ({"卡号", "时间.发病"}, [])
    with pytest.raises(DeliveryError):
        read(empty, "week.json", rows="报告")
