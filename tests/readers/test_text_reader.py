"""Delimited text: every row on its line, every cell as written."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citybrain.errors import ContractError, DeliveryError


def test_plain_csv_is_one_streaming_scan_with_a_fixed_dialect(read):
    found = read("村,人数\n东关村,12\n西关村,\n".encode())
    assert found.table.relation.startswith("read_csv(")
    assert "auto_detect = false" in found.table.relation
    assert found.table.headers == ("村", "人数")
    assert found.rows == [["东关村", "12"], ["西关村", ""]]
    assert found.lines == [2, 3]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_and_a_missing_last_one_do_not_matter(read, end, last):
    text = end.join(["id,name", "1,a", "2,b"]) + (end if last else "")
    found = read(text.encode())
    assert (found.rows, found.lines) == ([["1", "a"], ["2", "b"]], [2, 3])


@pytest.mark.parametrize("data", [b"id,name\r\n1,a\n2,b\r\n", b"id,name\r1,a\r2,b\r"], ids=["mixed", "only CR"])
def test_unusual_line_ends_are_read(read, data):
    found = read(data)
    assert (found.rows, found.lines) == ([["1", "a"], ["2", "b"]], [2, 3])


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", "\x01", "，"])
def test_delimiter_is_found(read, delimiter):
    text = "\n".join(delimiter.join(row) for row in (["id", "name", "n"], ["1", "a b", "3"], ["2", "c", "4"]))
    found = read(text.encode())
    assert found.table.delimiter == delimiter
    assert found.rows == [["1", "a b", "3"], ["2", "c", "4"]]


def test_stated_delimiter_wins(read):
    assert read(b"a;b,c\n1;2,3\n", delimiter=";").table.headers == ("a", "b,c")


def test_quoted_line_breaks_keep_the_line_of_each_record(read):
    found = read(b'id,note\n1,"first\nsecond"\n\n2,b\n3,"x\r\ny"\n4,c\n')
    kept = [(r, n) for r, n in zip(found.rows, found.lines, strict=True) if any(r)]
    assert kept == [(["1", "first\nsecond"], 2), (["2", "b"], 5), (["3", "x\r\ny"], 6), (["4", "c"], 8)]


def test_blank_lines_keep_the_line_of_each_record(read):
    found = read(b"id,name\n1,a\n\n2,b\n\n")
    assert [(r, n) for r, n in zip(found.rows, found.lines, strict=True) if any(r)] == [
        (["1", "a"], 2),
        (["2", "b"], 4),
    ]


@pytest.mark.parametrize("quoted", [False, True])
def test_rows_with_too_many_cells_are_marked_and_whole(read, quoted):
    first = b'"1",a\n' if quoted else b"1,a\n"
    found = read(b"id,name\n" + first + b"2,b,c,d\n3,e,,\n4\n")
    assert found.rows == [["1", "a"], ["2", "b"], ["3", "e"], ["4", ""]]
    assert found.surplus == [None, "c,d", None, None]
    assert found.lines == [2, 3, 4, 5]
    assert any("more cells" in f for f in found.table.findings)


def test_short_rows_are_padded_and_reported(read):
    found = read(b"id,name,n\n1,a\n2,b,3\n")
    assert found.rows == [["1", "a", ""], ["2", "b", "3"]]
    assert any("fewer cells" in f for f in found.table.findings)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'a,b\n1,5" pipe\n2,"x ""y"""\n', [["1", '5" pipe'], ["2", 'x "y"']]),
        (b'a,b\n1,"x \\"y\\", z"\n', [["1", 'x "y", z']]),
        (b"'a','b'\n'1','x, y'\n'2','z'\n", [["1", "x, y"], ["2", "z"]]),
        (b'"a", "b"\n"1", "x, y"\n', [["1", "x, y"]]),
    ],
    ids=["quote inside", "backslash", "apostrophes", "blank before quote"],
)
def test_odd_quoting_is_read(read, data, expected):
    assert read(data).rows == expected


def test_a_quote_never_closed_refuses_the_file_and_names_the_line(read):
    with pytest.raises(DeliveryError, match="line 3"):
        read(b'id,name\n1,a\n2,"b\n3,c\n')


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_refused(read, data):
    with pytest.raises(DeliveryError, match="empty"):
        read(data)


@pytest.mark.parametrize("data", [b"id,name", b"id,name\r\n", b'"id","name"\n\n'])
def test_a_header_alone_is_a_table_without_rows(read, data):
    found = read(data)
    assert found.table.headers == ("id", "name")
    assert not [r for r in found.rows if any(r)]


def test_binary_under_the_name_of_a_csv_is_refused(read):
    with pytest.raises(DeliveryError, match="not a text table"):
        read(b"id,name\n" + bytes(range(256)).replace(b"\x80", b"") * 10, encoding="latin-1")


def test_ten_thousand_columns_are_read(read):
    names = ",".join(f"c{i}" for i in range(10_000))
    found = read(f"{names}\n{','.join(map(str, range(10_000)))}\n".encode())
    assert found.rows[0][9_999] == "9999"


def test_file_name_patterns_and_partitions_are_only_names(read, tmp_path: Path):
    folder = tmp_path / "year=2020"
    folder.mkdir()
    path = folder / "数据[1]*.csv"
    path.write_text("id,name\n1,a\n", encoding="utf-8")
    found = read(path)
    assert (found.table.headers, found.rows) == (("id", "name"), [["1", "a"]])


def test_no_header_row_is_found_or_stated(read):
    assert read(b"1,english\n2,german\n").table.headers == ("column_1", "column_2")
    found = read("张,男\n李,女\n".encode(), header_row=-1)
    assert (found.rows, found.lines) == ([["张", "男"], ["李", "女"]], [1, 2])


def test_a_stated_header_row_that_does_not_exist_is_an_error_of_the_contract(read):
    with pytest.raises(ContractError, match="header row 9"):
        read(b"a,b\n1,2\n", header_row=9)


def test_titles_above_the_header_are_layout(read):
    found = read("某县登记表,,\n单位：卫健局,,\n村,男,女\n东关村,1,2\n".encode())
    assert found.table.headers == ("村", "男", "女")
    assert [(r.line, r.kind) for r in found.table.layout] == [(1, "title"), (2, "title"), (3, "header")]
    assert found.lines == [4]


def test_a_quoted_title_over_several_lines_does_not_shift_the_rows(read):
    found = read('"某县\n登记表",,\n村,男,女\n东关村,1,2\n'.encode())
    assert (found.table.headers, found.rows, found.lines) == (("村", "男", "女"), [["东关村", "1", "2"]], [4])


# Encodings


def test_gb18030_keeps_rare_characters(read):
    # U+9FB4 (A6D9 family) and U+20000: Python's codec maps some of the first to private use, iconv does not.
    text = "姓名,村\n㐂䶮𠀀,东关村\n" * 3
    found = read(text.encode("gb18030") + b"\xfe\x59,x\n")
    assert found.table.encoding == "gb18030"
    assert found.rows[0] == ["㐂䶮𠀀", "东关村"]
    assert found.rows[-1][0] == "\u9fb4"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk"])
def test_encodings_are_recognised(read, encoding):
    text = "编号,姓名\n" + "".join(f"{i},张三\n" for i in range(50))
    found = read(text.encode(encoding))
    assert found.table.headers == ("编号", "姓名")
    assert found.rows[49] == ["49", "张三"]


def test_the_whole_file_decides_the_encoding(read):
    ascii_head = "".join(f"{i},abcdefghijklmnop\n" for i in range(60_000))
    found = read(("id,name\n" + ascii_head + "60000,张三\n").encode("gbk"))
    assert found.table.encoding == "gb18030"
    assert (found.rows[-1], found.lines[-1]) == (["60000", "张三"], 60_002)


def test_latin_1_is_the_last_resort_and_reported(read):
    found = read("id,nom\n1,café crème\n2,né à Orléans\n".encode("latin-1"))
    assert found.rows[0] == ["1", "café crème"]
    assert any("Latin-1" in f for f in found.table.findings)


def test_damaged_utf8_is_refused_with_its_place(read):
    rows = "".join(f"{i},张三\n" for i in range(100)).encode()
    with pytest.raises(DeliveryError, match=r"damaged.*byte"):
        read("编号,姓名\n".encode() + rows + "张".encode()[:2] + b",x\n")


def test_a_stated_encoding_that_does_not_fit_names_the_offset(read):
    with pytest.raises(DeliveryError, match="offset 8"):
        read(b"id,name\n\xff\xff,x\n", encoding="gb18030")
    with pytest.raises(ContractError, match="unknown"):
        read(b"id,name\n1,x\n", encoding="klingon")


# Against a slow, obvious twin


CELL = st.text(st.sampled_from('ab1 "，,;|\t\n\r张é#\\'), max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=12), st.sampled_from(["\n", "\r\n"]))
def test_whatever_is_written_as_csv_is_read_back(read, rows, end):
    out = io.StringIO()
    # The writer leaves a lone CR unquoted, which no reader could tell from a line end.
    quoting = csv.QUOTE_ALL if any("\r" in c for row in rows for c in row) else csv.QUOTE_MINIMAL
    writer = csv.writer(out, lineterminator=end, quoting=quoting)
    writer.writerow(["first", "second", "third"])
    lines = []
    for row in rows:
        lines.append(len(_lines(out.getvalue())) + 1)
        writer.writerow(row)
    found = read(out.getvalue().encode(), delimiter=",", header_row=1)
    wanted = [(r, n) for r, n in zip(rows, lines, strict=True) if any(r)]
    assert [(r, n) for r, n in zip(found.rows, found.lines, strict=True) if any(r)] == wanted
    assert found.surplus == [None] * len(found.rows)


def _lines(text: str) -> list[str]:
    return io.StringIO(text, newline="").readlines()


@pytest.mark.parametrize("size", [1 << 20, (1 << 20) + 1, 3 << 20])
def test_large_files_are_surveyed_across_blocks(read, size):
    row = b"1,\xe5\xbc\xa0\xe4\xb8\x89,abc\n"
    count = size // len(row)
    found = read(b"a,b,c\n" + row * count + b"2,x,y,z\n")
    assert len(found.rows) == count + 1
    assert found.surplus[-1] == "z"
    assert found.lines[-1] == count + 2
