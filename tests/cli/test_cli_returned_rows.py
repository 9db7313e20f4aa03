"""Quarantined rows go back to the department in files that cannot run anything."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.cli.returned_rows import ReturnedRows, harmless, write_csv


@dataclass
class Row:
    """As `citybrain.ingest.QuarantinedRow`."""

    file_name: str
    line: int | None
    sheet: str | None
    reasons: tuple[str, ...]
    headers: tuple[str, ...]
    original: tuple[str | None, ...]
    measure: str = ""


ROWS = [
    Row(
        "a.csv", 7, None, ("resident_id:resident_id.checksum",), ("身份证号", "姓名"), ("=cmd|' /C calc'!A0", "@SUM(1)")
    ),
    Row(
        "b.xlsx",
        9,
        "一月",
        ("area:area.unknown_name", "birth_on:date.impossible", "key.conflict"),
        ("姓名", "备注"),
        ("-12.5", None),
    ),
]


SOURCES = {"resident_id": ("证件号", "身份证号"), "area": ("住址",)}


def rows(language: str = "en") -> ReturnedRows:
    return ReturnedRows(lambda: iter(ROWS), language, SOURCES)


def test_files_with_different_columns_come_in_one_table():
    table = rows()
    assert table.headings == ["file", "line", "sheet", "reasons", "身份证号", "姓名", "备注"]
    first, second = table.cells()
    assert first[:3] == ["a.csv", "7", ""] and first[4:] == ["=cmd|' /C calc'!A0", "@SUM(1)", ""]
    assert second[:3] == ["b.xlsx", "9", "一月"] and second[4:] == ["", "-12.5", ""]


def test_a_reason_is_a_sentence_that_names_the_column_as_the_file_does():
    first, second = rows().cells()
    assert first[3].startswith("身份证号: The check digit of the resident ID is wrong")
    assert [line.split(": ")[0] for line in second[3].splitlines()[:2]] == ["area", "birth_on"]
    assert second[3].splitlines()[2] == "Several rows have this key but differ. Keep the right one."
    assert "校验位" in next(rows("zh").cells())[3]


def test_csv_defuses_formulas_and_leaves_numbers_alone():
    out = io.StringIO()
    assert write_csv(rows(), out) == 2
    header, first, second = csv.reader(io.StringIO(out.getvalue()))
    assert header[0] == "file"
    assert first[4:] == ["'=cmd|' /C calc'!A0", "'@SUM(1)", ""]
    assert second[5] == "-12.5"


@given(st.text(max_size=20))
def test_a_defused_cell_never_begins_as_a_formula_unless_it_is_a_number(cell):
    safe = harmless(cell)
    assert safe in (cell, "'" + cell)
    if safe[:1] in ("=", "@", "+", "-"):
        assert set(safe[1:]) <= set("0123456789.,%") | {c for c in safe if c.isdecimal()}


def test_programs_get_codes_and_cells_by_header():
    first, second = rows().objects()
    assert first["reasons"] == ["resident_id:resident_id.checksum"] and first["line"] == 7
    assert second["original"] == {"姓名": "-12.5", "备注": None}


@pytest.mark.parametrize("cell", ["＝1+1", "\t=1", "+HYPERLINK()", "-1+2"])
def test_disguised_formulas_are_defused_too(cell):
    assert harmless(cell) == "'" + cell
