"""Files written by others: read right, or refused with an error that says what is wrong."""

from __future__ import annotations

import json

import pytest

from citybrain.errors import DeliveryError

SPECTRUM = [
    "comma_in_quotes", "empty", "empty_crlf", "escaped_quotes", "json", "newlines", "newlines_crlf",
    "quotes_and_newlines", "simple", "simple_crlf", "utf8",
]  # fmt: skip

ID_NAME = [["1", "english"], ["2", "中国人"]]
HAN = (("id", "name"), ID_NAME)
BEATLES = [["1", "Paul"], ["2", "John"], ["3", "George"], ["4", "Ringo"], ["5", ""]]
JOHN_JULIE = [["1101", "John", "30"], ["1102", "Julie", "26"]]

EXPECTED: dict[str, tuple[tuple[str, ...], list[list[str]]]] = {
    "blank-cells.csv": (("id", "name"), BEATLES),
    "blank-headers.csv": (("id", "column_2", "age"), JOHN_JULIE),
    "blank-rows.csv": (("id", "name", "age"), JOHN_JULIE),
    "blank-rows-multiple.csv": (("id", "name", "age"), JOHN_JULIE),
    "blank-rows-no-fields.csv": (("id", "name", "age"), JOHN_JULIE),
    "delimiter.csv": HAN,
    "table-delimiter.csv": HAN,
    "skip-rows-before-headers.csv": HAN,
    "skip-rows.csv": (("id", "name"), [ID_NAME[0], ["# it's a comment!", ""], ID_NAME[1]]),
    "skip-blank-at-the-end.csv": (("test1", "test2"), [["#testing comment", ""], ["1", "2"]]),
    "dialect.csv": (("id", "name"), [["1", "#english#"], ["2", " -"]]),
    "duplicate-headers.csv": (
        ("id", "name", "id_2", "age", "id_3"),
        [["1101", "John", "0", "30", "001101"], ["1102", "Julie", "0", "26", "001102"]],
    ),
    "invalid.csv": (
        ("id", "name", "column_3", "name_2"),
        [["1", "english", "", ""], ["1", "english", "", ""], ["2", "german", "1", "2"]],
    ),
    "issue-833.csv": (("id", "value"), [["1", '["a"]'], ["2", ""], ["3", '["b"]']]),
    "issue-844.csv": (("nome", "età"), [["andy", "47"], ["tom", "67"]]),
    "issue-1009-comma.csv": (("fieldNameA", "fieldNameB"), [["0123", "c"]]),
    "issue-1009-semicolon.csv": (("fieldNameA", "fieldNameB"), [["0123", "c"]]),
    "issue-1100.csv": (("id", "timestamp"), [["0", "2022-05-25 10.39.15"], ["1", "2022-05-25 10.39.15"]]),
    "issue-1109.csv": (
        ("int", "number", "string"),
        [["1", "2.3", "string"], ["", "4.3", "string"], ["3", "3.14", "string"]],
    ),
    "issue-825.csv": (
        ("Musei", "2011", "2010"),
        [
            ["Galleria d'Arte moderna e mostre temporanee", "23.824", "17.518"],
            ["Museo Pitrè", "in restauro", "in restauro"],
        ],
    ),
    "latin1.csv": (("id", "name"), [["1", "english"], ["2", "©"]]),
    "table-unicode-headers.csv": (("id", "国人"), ID_NAME),
    "without-headers.csv": (("column_1", "column_2"), [*ID_NAME, ["3", "german"]]),
    "without-headers-extra.csv": (
        ("column_1", "column_2", "column_3"),
        [["1", "english", ""], ["2", "中国人", ""], ["3", "german", "extra"]],
    ),
    "cast-int-to-string-issue-1251.xls": (
        ("A", "B", "C", "D", "E"),
        [["001", "b", "1", "a", "1"], ["002", "c", "1", "1", "1"]],
    ),
    "cast-int-to-string-issue-1251.xlsx": (
        ("A", "B", "C", "D", "E"),
        [["001", "b", "1", "a", "1"], ["002", "c", "1", "1", "1"]],
    ),
    "multiline-headers.xlsx": (
        (
            "Region",
            "Caloric contribution/(%)",
            "Cumulative impact of changes on cost of food basket/from previous quarter",
            "Cumulative impact of changes on cost of food basket/from baseline (%)",
        ),
        [["A", "B", "C", "D"]],
    ),
    "preserve-formatting-percentage.xlsx": (("col1", "col2"), [["123", "0.52"], ["456", "0.3"], ["789", "0.06"]]),
    "sheet2.xls": HAN,
    "sheet2.xlsx": HAN,
    "sheets.xlsx": (("id", "name"), [["1", "london"]]),
    "skip-rows.xlsx": (("A", "B"), [["8", "9"], ["", "TOTAL"]]),
    "table-with-two-sheets.ods": HAN,
}
"""Fixture -> headers and rows, without rows that are blank throughout."""

REFUSED = {"merged-cells.xls", "merged-cells.xlsx", "merged-cells-boolean.xls"}
"""Sheets with a single cell: no table."""


@pytest.mark.parametrize("name", SPECTRUM)
def test_csv_spectrum_reads_to_its_expected_json(read, real_data, name):
    folder = real_data / "csv_fixtures" / "csv_spectrum"
    found = read(folder / "csvs" / f"{name}.csv")
    records = [dict(zip(found.table.headers, row, strict=True)) for row in found.rows]
    expected = json.loads((folder / "json" / f"{name}.json").read_text(encoding="utf-8"))
    assert records == [{k: v.replace("\r\n", "\n") for k, v in r.items()} for r in expected]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_frictionless_fixtures_read_right(read, real_data, name):
    found = read(real_data / "csv_fixtures" / "frictionless_fixtures" / name)
    assert (found.table.headers, [r for r in found.rows if any(r)]) == EXPECTED[name]


def test_no_frictionless_fixture_crashes(read, real_data):
    refused = {}
    for path in sorted((real_data / "csv_fixtures" / "frictionless_fixtures").iterdir()):
        try:
            found = read(path)
        except DeliveryError as error:
            refused[path.name] = error.remedy
            continue
        assert found.table.headers, path.name
        assert found.lines == sorted(found.lines), path.name
    assert set(refused) == REFUSED
    assert all(refused.values())


def test_every_department_file_is_read_whole(read, real_data):
    enterprises = read(real_data / "dongguan" / "enterprises" / "dongguan_enterprises.csv")
    assert len(enterprises.rows) == 23_294
    assert enterprises.table.headers[1] == "统一社会信用代码"
    cases = read(real_data / "zhejiang_cases" / "cases.json")
    assert len(cases.rows) == 855
    census = read(real_data / "dongguan" / "population" / "census_county_2020_v1.xlsx")
    towns = {row[0]: row[4] for row in census.rows}
    assert (len(census.table.headers), towns["441900"]) == (153, "10466625")
    days = sorted((real_data / "dongguan" / "epidemic").glob("*.csv"))
    assert {read(day).table.headers for day in days[:3] + days[-3:]} == {read(days[0]).table.headers}
