"""What a person sees of a file before it has a contract."""

from __future__ import annotations

import csv
import io
import json

from citybrain.readers import ReadOptions
from citybrain.readers.preview import preview, write_table

FILE = """某县发热门诊登记表,,
证件号码,村,就诊日期
370123199001010011,东关村,2020-01-24

370123199001010038,西关村,2020-01-25
合计,2,
"""


def test_preview_says_what_the_readers_see(tmp_path):
    path = tmp_path / "登记.csv"
    path.write_bytes(FILE.encode("gb18030"))
    seen = preview(path, ReadOptions())
    assert (seen.kind, seen.encoding, seen.delimiter, seen.header_line) == ("text", "gb18030", ",", 2)
    assert [(r.line, r.kind) for r in seen.layout] == [(1, "title"), (2, "header"), (4, "blank"), (6, "total")]
    assert seen.layout_counts == {"blank": 1, "total": 1}
    assert (seen.rows, seen.damaged_rows, seen.first_lines) == (2, 0, (3, 5))
    assert seen.first_rows[0] == ("370123199001010011", "东关村", "2020-01-24")
    assert [c.name for c in seen.columns] == ["证件号码", "村", "就诊日期"]
    assert seen.columns[2].semantic == "date"


def test_a_wide_table_is_previewed(tmp_path, monkeypatch):
    monkeypatch.setattr("citybrain.readers.preview.guess_semantic", lambda header, values: "integer")
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{i}" for i in range(2000)) + "\n" + ",".join(["1"] * 2000) + "\n", encoding="utf-8")
    assert len(preview(path, ReadOptions()).columns) == 2000


def test_the_whole_table_is_written_as_read(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('id,note\n1,"a ""b"", c"\n2,\n', encoding="utf-8")
    out = io.StringIO()
    assert write_table(path, ReadOptions(), "csv", out) == 2
    assert list(csv.reader(io.StringIO(out.getvalue()))) == [["id", "note"], ["1", 'a "b", c'], ["2", ""]]
    out = io.StringIO()
    assert write_table(path, ReadOptions(), "json", out) == 2
    assert json.loads(out.getvalue()) == [{"id": "1", "note": 'a "b", c'}, {"id": "2", "note": None}]


def test_rows_with_too_many_cells_are_counted_and_written_whole(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("id,name\n1,a\n2,b,c\n3,d\n", encoding="utf-8")
    assert preview(path, ReadOptions()).damaged_rows == 1
    out = io.StringIO()
    write_table(path, ReadOptions(), "csv", out)
    assert "2,b,c" in out.getvalue()
