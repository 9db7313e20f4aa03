"""`preview` says how a file was read, and hands over the whole table."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citybrain.cli.app import app

TEXT = "登记表,,\n姓名,日期,人数\n张三,2020-01-01,5\n李[四],2020-01-02,7\n合计,,12\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "登记.csv"
    file.write_bytes(TEXT.encode("gb18030"))
    return file


def look(file: Path, *options: str):
    return CliRunner().invoke(app, ["preview", str(file), *options])


def test_a_person_sees_how_the_file_was_read(file):
    result = look(file)
    assert result.exit_code == 0
    for said in ("gb", "header row 2", "rows 2", "title", "合计", "人数", "integer", "李[四]"):
        assert said in result.stdout


def test_a_program_gets_the_same(file):
    seen = json.loads(look(file, "--json").stdout)
    assert seen["header_line"] == 2 and seen["rows"] == 2 and seen["first_lines"] == [3, 4]
    assert [c["name"] for c in seen["columns"]] == ["姓名", "日期", "人数"]


def test_the_whole_table_comes_as_csv_or_json(file):
    rows = list(csv.reader(io.StringIO(look(file, "--to", "csv").stdout)))
    assert rows[0] == ["姓名", "日期", "人数"] and rows[2] == ["李[四]", "2020-01-02", "7"]
    assert [r["姓名"] for r in json.loads(look(file, "--to", "json").stdout)] == ["张三", "李[四]", "合计"]


def test_what_is_stated_is_not_sniffed(file):
    first = next(csv.reader(io.StringIO(look(file, "--header-row", "1", "--to", "csv").stdout)))
    assert first[0] == "登记表"


def test_a_file_that_is_no_table_is_refused_in_words(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n")
    result = look(tmp_path / "a.pdf")
    assert result.exit_code == 3 and "a PDF document" in result.stderr
    assert look(tmp_path / "absent.csv").exit_code == 3
