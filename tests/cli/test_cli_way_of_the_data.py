"""From a folder to a number and back to the department, with nothing but the command line."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from citybrain.cli.app import app

CITY = """
name = "青溪县"
[[levels]]
code = "county"
title = "县"
[[levels]]
code = "township"
title = "乡镇"
[[areas]]
rows = [
  { code = "330300000000", name = "青溪县", level = "county" },
  { code = "330300101000", name = "城关镇", level = "township" },
  { code = "330300102000", name = "柳河乡", level = "township" },
]
"""
CONTRACT = """
title    = "发热门诊筛查登记"
record   = "screening"
delivery = "append"
[source]
path = "health/fever_clinic_*.csv"
[due]
every = "1d"
by    = "10:00"
[columns]
resident_id   = "身份证号"
screened_at   = "就诊时间"
area          = "现住址"
temperature_c = "体温"
[ignore]
columns = ["备注"]
"""
FIRST = """发热门诊筛查登记表,,,,
身份证号,就诊时间,现住址,体温,备注
330300199001010010,2020-02-03 08:15,城关镇,38.2,
330300199001010029,2020-02-03 09:00,城关镇,36.5,
330300199001010045,2020-02-03 09:30,柳河乡,37.5,
330300199001010038,2020-02-03 10:00,城关镇,36.6,=cmd|' /C calc'!A0
33030019900101007X,2020-02-30 10:00,月球,36.6,
"""
"""Two days of one clinic; line 6 has a wrong check digit, line 7 an impossible day and an unknown place."""


def run(root: Path, *arguments: str):
    return CliRunner().invoke(app, [*arguments, "--project", str(root)])


def deliver(root: Path, name: str, text: str, day: int) -> None:
    file = root / "data" / "extracts" / "health" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("gb18030"))
    at = 1580688000 + day * 86400  # 2020-02-03 00:00 UTC
    os.utime(file, (at, at))


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that was built once from one file."""
    root = tmp_path_factory.mktemp("county")
    assert CliRunner().invoke(app, ["init", str(root)]).exit_code == 0
    (root / "city.toml").write_text(CITY, encoding="utf-8")
    (root / "connectors" / "health").mkdir()
    (root / "connectors" / "health" / "fever_clinic.toml").write_text(CONTRACT, encoding="utf-8")
    deliver(root, "fever_clinic_0203.csv", FIRST, day=1)
    result = run(root, "build", "--json")
    assert result.exit_code == 0, result.output
    return root


def test_init_makes_a_project_that_passes_its_own_check(tmp_path):
    made = CliRunner().invoke(app, ["init", str(tmp_path / "new")])
    assert made.exit_code == 0 and "citybrain check" in made.stdout
    checked = run(tmp_path / "new", "check")
    assert checked.exit_code == 0 and "all is well" in checked.stdout
    assert CliRunner().invoke(app, ["init", str(tmp_path / "new")]).exit_code == 2


def test_check_prints_every_error_of_every_file(tmp_path):
    (tmp_path / "city.toml").write_text(CITY, encoding="utf-8")
    (tmp_path / "connectors" / "health").mkdir(parents=True)
    for name in ("a", "b"):
        text = CONTRACT.replace('"append"', f'"{name}"').replace('"1d"', '"daily"')
        (tmp_path / "connectors" / "health" / f"{name}.toml").write_text(text, encoding="utf-8")
    (tmp_path / "dictionary").mkdir()
    (tmp_path / "dictionary" / "odd.toml").write_text('kind = "odd"', encoding="utf-8")
    result = run(tmp_path, "check")
    assert result.exit_code == 2 and result.stdout == ""
    assert result.stderr.count("'every' is not a span of time") == 2
    assert "Found 'a'" in result.stderr and "Found 'b'" in result.stderr and "odd.toml" in result.stderr
    answer = json.loads(run(tmp_path, "check", "--json").stdout)
    assert len(answer["errors"]) == 5 and answer["errors"][0]["where"].startswith("connectors/health/a.toml")
    assert answer["checked"]["contracts"] == 2


def test_a_folder_without_a_city_is_an_error_of_the_declaration(tmp_path):
    result = run(tmp_path, "status")
    assert result.exit_code == 2 and "citybrain init" in result.stderr


def test_status_counts_every_row_once(county):
    answer = json.loads(run(county, "status", "--json").stdout)
    [feed] = answer["feeds"]
    assert (feed["feed"], feed["rows_in"], feed["accepted"], feed["quarantined"], feed["duplicate"]) == (
        "health.fever_clinic", 5, 3, 2, 0,
    )  # fmt: skip
    assert feed["is_late"] and answer["snapshot"]
    text = run(county, "status").stdout
    assert "Late: health.fever_clinic" in text and answer["snapshot"] in text


def test_building_again_changes_nothing(county):
    before = json.loads(run(county, "status", "--json").stdout)["snapshot"]
    result = run(county, "build")
    assert result.exit_code == 0 and "nothing has changed" in result.stdout
    assert json.loads(run(county, "status", "--json").stdout)["snapshot"] == before


def test_the_number_stands_and_leads_to_its_lines(county):
    day = ("--from", "2020-02-03", "--to", "2020-02-03", "--json")
    rows = json.loads(run(county, "query", "screening_visits", "--level", "township", *day).stdout)["values"]
    assert [(r["area_name"], r["value"]) for r in rows] == [("城关镇", 2), ("柳河乡", 1)]
    answer = json.loads(run(county, "explain", "screening_visits", "330300101000", "2020-02", "--json").stdout)
    lines = [(line["file_name"], line["source_line"]) for line in answer["measures"][0]["lines"]]
    assert lines == [("fever_clinic_0203.csv", 3), ("fever_clinic_0203.csv", 4)]


def test_quarantine_gives_lines_original_cells_and_every_reason(county):
    result = run(county, "quarantine", "health.fever_clinic")
    assert result.exit_code == 0, result.output
    header, sixth, seventh = csv.reader(io.StringIO(result.stdout))
    assert header == ["文件", "行号", "工作表", "退回原因", "身份证号", "就诊时间", "现住址", "体温", "备注"]
    assert sixth[:2] == ["fever_clinic_0203.csv", "6"] and "身份证号" in sixth[3]
    assert sixth[4] == "330300199001010038" and sixth[8] == "'=cmd|' /C calc'!A0"
    assert seventh[1] == "7" and "就诊时间" in seventh[3] and "现住址" in seventh[3]


def test_quarantine_for_the_department_is_a_private_workbook_or_csv(county, tmp_path):
    for name in ("back.xlsx", "back.csv"):
        result = run(county, "quarantine", "health.fever_clinic", "--out", str(tmp_path / name), "--lang", "en")
        assert result.exit_code == 0, result.output
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    book = openpyxl.load_workbook(tmp_path / "back.xlsx")
    sheet = book["发热门诊筛查登记"]
    assert book.active.title == "what to do"
    assert (sheet["B1"].value, sheet.max_row) == ("file", 3)
    assert (tmp_path / "back.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_quarantine_for_programs_keeps_the_codes(county):
    sixth, seventh = json.loads(run(county, "quarantine", "health.fever_clinic", "--json").stdout)
    assert sixth["line"] == 6 and [r.split(":")[0] for r in sixth["reasons"]] == ["resident_id"]
    assert {r.split(":")[0] for r in seventh["reasons"]} == {"screened_at", "area"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("quarantine", "health.fever_clinc"), 5, "Did you mean 'health.fever_clinic'"),
        (("quarantine", "health.fever_clinic", "--out", "back.doc"), 2, ".csv or .xlsx"),
        (("build", "--as-of", "soon"), 2, "not an instant"),
    ],
)
def test_a_slip_of_the_fingers_says_what_was_meant(county, arguments, code, said):
    result = run(county, *arguments)
    assert result.exit_code == code and said in " ".join(result.stderr.split())


def test_a_delivery_that_cannot_be_taken_leaves_with_3_and_the_rest_is_published(county):
    deliver(county, "fever_clinic_0204.csv", FIRST.replace("2020-02-03", "2020-02-04").replace("体温", "温度"), day=2)
    deliver(county, "fever_clinic_0205.csv", "编号,说明\n1,没有身份证号\n", day=3)
    result = run(county, "build")
    assert result.exit_code == 3, result.output
    assert "fever_clinic_0205.csv" in result.stderr and "published" in result.stdout
    rows = json.loads(run(county, "query", "screening_visits", "--period", "month", "--json").stdout)["values"]
    assert [r["value"] for r in rows] == [6]
    known_then = run(county, "build", "--as-of", "2020-02-04", "--json")
    assert json.loads(known_then.stdout)["published"] is False
    assert len(json.loads(run(county, "snapshots", "--json").stdout)) >= 3
