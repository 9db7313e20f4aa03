"""`citybrain reconcile` on a small city: from department files to a ledger, a workbook, and back."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import duckdb
import openpyxl
import pytest
from typer.testing import CliRunner, Result

from citybrain.cli.reconcile import reconcile_app
from citybrain.reconciliation import STANDARD_RULES, build_reconciliation, load_rules
from tests.conftest import SmallCity, resident_id

RULE = "fever_clinic_follow_ups"
LIST = """title = "追踪台账"
record = "follow_up"
delivery = "full"
[owner]
purposes = ["epidemic_control"]
[source]
path = "list_*.csv"
[columns]
resident_id = { from = "证件号", invalid = "blank" }
id_written = "证件号"
person_name = "姓名"
area = { from = "乡镇", as = "name" }
screened_on = "就诊日期"
"""
DAY = "2020-02-03"
RUN = CliRunner()


def reconcile_served(root: Path) -> None:
    """What the build does after the models, on the served snapshot of the small city."""
    file = (root / "data" / "snapshots" / "current").resolve()
    with duckdb.connect(str(file)) as con:
        build_reconciliation(con, load_rules([STANDARD_RULES]))


def visit(number: str, area: str) -> str:
    return f"{number},张三,{DAY} 09:00,{area},38.5"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four people at the clinic; the township list of the first township misses one and has one of its own."""
    city = SmallCity(tmp_path_factory.mktemp("built"))
    city.screening()
    city.contract("township.list", LIST)
    people = [resident_id(n) for n in range(1, 6)]
    visits = [visit(people[n], "城关镇" if n < 3 else "河口镇") for n in range(4)]
    city.deliver("clinic_1.csv", "证件号,姓名,时间,住址,体温\n" + "\n".join(visits) + "\n")
    lines = [f"{people[n]},张三,{t},{DAY}" for n, t in ((0, "城关镇"), (1, "城关镇"), (4, "城关镇"), (3, "河口镇"))]
    city.deliver("list_1.csv", "证件号,姓名,乡镇,就诊日期\n" + "\n".join(lines) + "\n")
    city.build()
    reconcile_served(city.root)
    return city.root


@pytest.fixture
def city(built: Path, tmp_path: Path) -> SmallCity:
    """A copy of it, for one test to change."""
    shutil.copytree(built, tmp_path / "city", symlinks=True)
    copied = SmallCity.__new__(SmallCity)
    copied.root, copied.extracts = tmp_path / "city", tmp_path / "city" / "data" / "extracts"
    return copied


def run(city: SmallCity, *arguments: str) -> Result:
    return RUN.invoke(reconcile_app, [*arguments, "--project", str(city.root)])


def listed(city: SmallCity, *arguments: str) -> list[dict[str, object]]:
    result = run(city, "--json", *arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_difference_is_listed_with_both_counts(city: SmallCity) -> None:
    [item] = listed(city, "--rule", RULE)
    assert (item["area_code"], item["area_name"], item["period"], item["status"]) == (
        "379901100",
        "城关镇",
        DAY,
        "open",
    )
    assert (item["left_count"], item["right_count"], item["matched"]) == (3.0, 3.0, 2.0)
    assert (item["left_only"], item["right_only"], item["difference"]) == (1.0, 1.0, 0.0)


def test_filters_leave_out_what_they_name_not(city: SmallCity) -> None:
    assert listed(city, "--rule", RULE, "--area", "379901101") == []
    assert len(listed(city, "--rule", RULE, "--area", "379901")) == 1
    assert len(listed(city, "--period", "2020-W06")) == 1
    assert listed(city, "--period", "2020-03") == []
    assert listed(city, "--status", "closed") == []
    assert listed(city, "--department", "tax") == []
    assert run(city, "--status", "shut").exit_code == 2


def test_one_item_shows_who_is_on_one_side_only_with_file_and_line(city: SmallCity) -> None:
    result = run(city, "show", RULE, "379901100", DAY, "--json")
    shown = json.loads(result.stdout)
    places = {(r["side"], r["reason"], r["file_name"], r["source_line"]) for r in shown["records"]}
    assert places == {
        ("left", "sent_not_received", "clinic_1.csv", 4), ("right", "received_not_sent", "list_1.csv", 4)
    }  # fmt: skip
    assert [e["event"] for e in shown["history"]] == ["opened"]
    text = run(city, "show", RULE, "379901100", DAY).stdout
    assert "已发出，对方没有收到" in text
    assert "张三" not in text


def test_it_is_assigned_explained_and_closed_and_survives_a_rebuild(city: SmallCity) -> None:
    assert (
        run(city, "assign", RULE, "379901100", DAY, "--owner", "town", "--due", "2020-02-10", "--by", "ann").exit_code
        == 0
    )
    assert "nobody has explained" in str(run(city, "close", RULE, "379901100", DAY).exception)
    run(city, "explain", RULE, "379901100", DAY, "--text", "one moved", "--by", "bob")
    assert run(city, "close", RULE, "379901100", DAY, "--by", "ann").exit_code == 0
    assert listed(city, "--rule", RULE) == []
    city.deliver("list_2.csv", "证件号,姓名,乡镇,就诊日期\n", "2020-02-11T08:00:00+00:00")
    city.build()
    reconcile_served(city.root)
    [item] = listed(city, "--rule", RULE, "--status", "closed")
    assert (item["owner"], item["explanation"], item["due_on"]) == ("town", "one moved", "2020-02-10")


def test_the_workbook_comes_back_with_explanations(city: SmallCity, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    assert run(city, "--to", str(file), "--department", "township", "--person", "办公室").exit_code == 0
    [told] = listed(city, "--rule", RULE)
    assert (told["status"], told["told_to"]) == ("told", "township, 办公室")
    assert file.stat().st_mode & 0o077 == 0
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["差异", "明细", "口径"]
    cells = [cell.value for row in book["明细"].iter_rows() for cell in row]
    assert {"已发出，对方没有收到", "有接收记录，对方没有发出", "clinic_1.csv", "list_1.csv"} <= set(cells)
    sheet = book["差异"]
    assert sheet.cell(4, 1).value == RULE
    sheet.cell(4, 16).value = "+86 号码抄错"
    book.save(file)
    assert run(city, "--from", str(file), "--by", "town").exit_code == 0
    [item] = listed(city, "--rule", RULE)
    assert (item["status"], item["explanation"]) == ("explained", "+86 号码抄错")
    assert "0 explanations taken, 1 known already" in run(city, "--from", str(file)).output
    # What a person typed goes out again as text that no spreadsheet computes.
    run(city, "--to", str(file))
    assert openpyxl.load_workbook(file)["差异"].cell(4, 16).value == "'+86 号码抄错"
    assert "0 explanations taken, 1 known already" in run(city, "--from", str(file)).output


def test_a_workbook_in_english_has_english_words(city: SmallCity, tmp_path: Path) -> None:
    file = tmp_path / "out.xlsx"
    run(city, "--to", str(file), "--lang", "en", "--area", "379901100")
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["differences", "records", "definitions"]
    assert "sent, and not received" in [cell.value for row in book["records"].iter_rows() for cell in row]


def test_another_workbook_is_refused(city: SmallCity, tmp_path: Path) -> None:
    file = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(file)
    assert "no workbook of differences" in str(run(city, "--from", str(file)).exception)
    file.write_text("not a workbook", encoding="utf-8")
    assert "cannot be read" in str(run(city, "--from", str(file)).exception)


def test_no_name_and_no_number_is_in_the_ledger(city: SmallCity) -> None:
    listed(city)
    with sqlite3.connect(city.root / "data" / "operations.sqlite") as con:
        text = "\n".join(con.iterdump())
    assert RULE in text
    assert "张三" not in text
    assert not any(resident_id(n) in text for n in range(1, 6))
