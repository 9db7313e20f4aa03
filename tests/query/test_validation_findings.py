"""What validation finds is kept from build to build: it opens, is told, goes when the file is corrected, and comes back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from citybrain.cli.app import app
from citybrain.errors import AccessError
from citybrain.operations import Found
from citybrain.query import local_user
from citybrain.query.validation import AskedFindings
from tests.conftest import SmallCity
from tests.reporting.report_city import CHENGGUAN, HEKOU, SHANQIAN, Row, at
from tests.reporting.validated_city import DAY, KEY, RULE, ValidatedCity


@pytest.fixture
def told(tmp_path: Path) -> ValidatedCity:
    return ValidatedCity(SmallCity(tmp_path))


def test_a_finding_lives_from_build_to_build(told: ValidatedCity) -> None:
    first = told.report(50)
    found = told.findings()
    assert set(found) == {CHENGGUAN, SHANQIAN}
    one = found[CHENGGUAN]
    assert (one.state, one.verdict, one.left_value, one.right_value, one.owner) == (
        "open",
        "broken",
        50.0,
        40.0,
        "township",
    )
    assert (one.first_seen, one.last_seen) == (first, first)

    out = told.city.root / "out.xlsx"
    told.run("--to", str(out), "--department", "township", "--person", "办公室", "--by", "ann")
    one = told.findings()[CHENGGUAN]
    assert (one.state, one.told_to) == ("told", "township, 办公室")

    second = told.report(30)
    one = told.findings()[CHENGGUAN]
    assert (one.state, one.verdict, one.left_value, one.first_seen, one.last_seen) == ("gone", "", None, first, first)
    assert told.findings()[SHANQIAN].last_seen == second

    third = told.report(60)
    one = told.findings()[CHENGGUAN]
    assert (one.state, one.first_seen, one.last_seen) == ("reopened", first, third)
    shown = told.act("show")
    assert [e["event"] for e in shown["history"]] == ["opened", "told", "gone", "came_back"]
    assert [(n["department"], n["person"], n["way"], n["by"]) for n in shown["notices"]] == [
        ("township", "办公室", "workbook", "ann")
    ]


def test_a_workbook_comes_back_with_explanations_and_acts_by_hand_are_kept(told: ValidatedCity) -> None:
    told.report(50)
    folder = told.city.root / "out"
    told.run("--to", str(folder), "--lang", "en")
    file = folder / "township.xlsx"
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    [line] = [
        n for n in range(1, sheet.max_row + 1) if sheet.cell(n, 2).value == CHENGGUAN and sheet.cell(n, 1).value == RULE
    ]
    assert [sheet.cell(line, n).value for n in (3, 8, 9, 11, 12)] == [DAY, "50", "<=", "40", "broken"]
    sheet.cell(line, sheet.max_column).value = "两天合报"
    book.save(file)
    assert "1 explanations taken" in told.run("--from", str(file)).stderr
    one = told.findings()[CHENGGUAN]
    assert (one.state, one.explanation) == ("explained", "两天合报")
    told.report(45)
    assert told.findings()[CHENGGUAN].state == "explained", "it became less, and was explained"
    told.report(70)
    assert told.findings()[CHENGGUAN].state == "reopened", "it grew beyond what was explained"
    assert told.act("tell", "--person", "李四", "--by", "ann")["status"] == "told"
    assert told.act("assign", "--owner", "河口镇", "--due", "2020-02-10")["due_on"] == "2020-02-10"
    assert told.act("explain", "--text", "确实如此")["accepted_gap"] == 30.0
    assert told.act("close")["status"] == "closed"
    listed = json.loads(told.run("--json").stdout)
    assert [f["area_code"] for f in listed] == [SHANQIAN]
    assert {f["area_code"] for f in json.loads(told.run("--state", "closed", "--json").stdout)} == {CHENGGUAN}


def test_a_snapshot_that_cannot_judge_closes_nothing(told: ValidatedCity) -> None:
    told.report(50)
    rows: list[Row] = [(CHENGGUAN, DAY, 50, "", f"{DAY} 17:00"), (SHANQIAN, DAY, 41, 40, f"{DAY} 17:00")]
    told.sheet(rows, at(DAY, "22:00"))
    told.city.build()
    told.served.settle_validation(told.ledger)
    assert told.findings()[CHENGGUAN].state == "open"


def test_nobody_sees_beyond_his_area_nor_small_counts(told: ValidatedCity) -> None:
    told.report(50)
    city, ledger = told.served, told.ledger
    clerk = dataclasses.replace(local_user(), area_root=CHENGGUAN)
    mine = city.validation_findings(clerk, ledger, AskedFindings())
    assert {f.area_code for f in mine} == {CHENGGUAN}
    with pytest.raises(AccessError):
        city.validation_findings(clerk, ledger, AskedFindings(area=HEKOU))
    with pytest.raises(AccessError):
        city.validation_story(clerk, ledger, (RULE, SHANQIAN, DAY))
    outsider = dataclasses.replace(local_user(), sees_small_counts=False)
    history, _ = city.validation_story(outsider, ledger, KEY)
    assert {e.left_only for e in history} == {None}
    seen = {i.code: i.minimum_cell for i in city.indicators(outsider)}
    hidden = [f for f in city.validation_findings(outsider, ledger, AskedFindings()) if seen.get(f.left_indicator)]
    assert all(f.left_value is None for f in hidden)


def test_nothing_is_cut_off(told: ValidatedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    told.report(50)
    days = [dt.date(2015, 1, 1) + dt.timedelta(days=n) for n in range(1234)]
    told.ledger.settle("former", [Found(RULE, HEKOU, day, 1.0, 0.0, "township") for day in days], set())
    assert len(told.served.validation_findings(local_user(), told.ledger, AskedFindings(rule=RULE))) == 1236
    assert len(json.loads(told.run("--rule", RULE, "--json").stdout)) == 1236


def test_a_build_writes_what_it_found_into_the_ledger_without_anybody_asking(told: ValidatedCity) -> None:
    told.sheet([(CHENGGUAN, DAY, 50, 40, f"{DAY} 17:00")], at(DAY, "19:00"))
    build = CliRunner().invoke(app, ["build", "--project", str(told.city.root)])
    assert build.exit_code == 0, build.output
    [item] = told.ledger.items(RULE)
    assert (item.area_code, item.first_seen) == (CHENGGUAN, told.served.snapshot_info(local_user()).snapshot)


def test_a_ledger_that_cannot_be_reached_does_not_stop_a_build(
    told: ValidatedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.sheet([(CHENGGUAN, DAY, 50, 40, f"{DAY} 17:00")], at(DAY, "19:00"))
    monkeypatch.setenv("CITYBRAIN_OPERATIONS_URL", f"sqlite:///{told.city.root / 'nowhere' / 'operations.sqlite'}")
    build = CliRunner().invoke(app, ["build", "--project", str(told.city.root)])
    assert build.exit_code == 0 and "published" in build.stdout
    assert "the database cannot be opened" in build.stderr
