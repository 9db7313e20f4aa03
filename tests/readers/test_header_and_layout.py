"""Where the header stands, what columns are called, which rows are no data."""

from __future__ import annotations

import duckdb
import pytest

from citybrain.readers.headers import MergedRange, find_header, name_columns
from citybrain.readers.layout import sql_layout_kind

TWO_ROWS = [
    ["某县发热门诊登记表", "", "", "", ""],
    ["单位：卫健局", "", "", "2020年1月", ""],
    ["村", "人口", "", "发热", ""],
    ["", "男", "女", "男", "女"],
    ["东关村", "12", "13", "0", "1"],
]
JOINED = ("村", "人口/男", "人口/女", "发热/男", "发热/女")


@pytest.mark.parametrize("expected", [set(), {"村", "人口/男", "发热/女"}, {"村", "男"}])
def test_two_row_headers_are_joined(expected):
    header = find_header(TWO_ROWS, expected)
    assert (header.top, header.bottom, header.names) == (2, 3, JOINED)


def test_merged_cells_say_how_deep_the_header_is():
    rows = [["村", "数量", ""], ["", "", ""], ["", "男", "女"], ["东关", "1", "2"]]
    merged = [MergedRange(0, 0, 2, 0), MergedRange(0, 1, 1, 2)]
    header = find_header(rows, merged=merged)
    assert (header.bottom, header.names) == (2, ("村", "数量/男", "数量/女"))


def test_a_unique_leaf_that_the_contract_names_stands_alone():
    rows = [["村", "人口", ""], ["", "男性", "女性"], ["东关", "1", "2"]]
    assert find_header(rows, {"村", "男性", "女性"}).names == ("村", "男性", "女性")


def test_expected_headers_decide_against_the_look():
    rows = [["x", "y", "z"], ["1", "2", "3"], ["编号", "姓名", ""], ["1", "张", ""]]
    header = find_header(rows, {"编号", "姓名", "电话"})
    assert (header.top, header.bottom, header.names) == (2, 2, ("编号", "姓名", "column_3"))


@pytest.mark.parametrize(
    ("rows", "top"),
    [
        ([["指标", "1月", "2月"], ["a", "1", "2"]], 0),
        ([["Musei", "2011", "2010"], ["Prè", "x", "y"]], 0),
        ([["区域", "2020-01-20", "2020-01-21"], ["a", "1", "2"]], 0),
        ([["单位:", "", "2020年", ""], ["村", "男", "女", "计"], ["东关", "1", "2", "3"]], 1),
        ([["名称"], ["x"]], 0),
    ],
)
def test_the_header_is_found_by_its_look(rows, top):
    assert (find_header(rows).top, find_header(rows).bottom) == (top, top)


def test_rows_that_all_look_alike_have_no_header():
    header = find_header([["a", "1", "2"], ["b", "3", "4"]])
    assert not header.is_found
    assert header.names == ("column_1", "column_2", "column_3")


def test_names_are_unique_whatever_their_case():
    names = name_columns(["id", " ID ", "", "name\n(全)", "id_2", "id"])
    assert names == ("id", "ID_3", "column_3", "name (全)", "id_2", "id_4")
    assert len({n.lower() for n in names}) == len(names)


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["合计", "3", "4"], "total"),
        (["合　计", "3", "4"], "total"),
        ([None, "城关镇小计", "4"], "total"),
        (["Total", "3", "4"], "total"),
        (["注：以上为初步数据", None, None], "note"),
        (["填表人：某某", "审核人：某某", None], "note"),
        (["数据截至二十四日", None, None], "note"),
        ([None, " ", "　"], "blank"),
        (["村", "男", "女"], "header"),
        (["东关村", "1", "2"], None),
        (["合计村", "1", "2"], None),
        (["12", None, None], None),
        (["备注村", "1", "2"], None),
    ],
)
def test_layout_kinds(row, kind):
    con = duckdb.connect()
    con.execute("CREATE TABLE t (村 VARCHAR, 男 VARCHAR, 女 VARCHAR)")
    con.execute("INSERT INTO t VALUES (?, ?, ?)", row)
    found = con.execute(f"SELECT {sql_layout_kind(('村', '男', '女'))} FROM t").fetchone()
    assert found == (kind,)
