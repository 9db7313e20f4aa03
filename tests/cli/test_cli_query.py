"""The command line gives the numbers of the query layer, in the forms people and programs want."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citybrain.cli.app import app
from tests.query.tiny_city import COUNTY, LAST, NAMES, TOWNSHIPS, screenings, write_snapshot


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("city")
    (root / "city.toml").write_text('name = "青溪县"\n[[levels]]\ncode = "county"\ntitle = "县"\n', encoding="utf-8")
    write_snapshot(root / "data" / "snapshots")
    return root


def ask(city: Path, *arguments: str):
    return CliRunner().invoke(app, [*arguments, "--project", str(city)])


def counted(area: str, first: dt.date, last: dt.date) -> int:
    """Visits counted by hand."""
    prefix = area.rstrip("0") if area != COUNTY else area[:6]
    return sum(r["area_code"].startswith(prefix) and first <= r["screened_on"] <= last for r in screenings())


def test_without_an_indicator_the_dictionary_is_listed(city):
    result = ask(city, "query", "--json", "--lang", "en")
    assert result.exit_code == 0
    listed = {i["indicator"]: i for i in json.loads(result.stdout)}
    assert listed["screened"]["title"] == "Fever-clinic visits" and listed["screened"]["last_on"] == str(LAST)


def test_weeks_of_all_townships_as_csv_agree_with_a_count_by_hand(city):
    result = ask(
        city, "query", "screened", "--level", "township", "--period", "week", "--from", "2020-W05", "--to", "2020-W07",
        "--format", "csv",
    )  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [(r["area_code"], r["period"]) for r in rows] == [
        (t, f"2020-W{w:02d}") for t in TOWNSHIPS for w in (5, 6, 7)
    ]
    for row in rows:
        monday = dt.date.fromisoformat(row["period_on"])
        assert float(row["value"]) == counted(row["area_code"], monday, monday + dt.timedelta(days=6))
        assert row["area_name"] == NAMES[row["area_code"]] and row["unit"] == "人次"


def test_json_keeps_no_data_apart_from_zero(city):
    result = ask(
        city, "query", "reported_fever", "--level", "township", "--from", "2020-02-03", "--to", "2020-02-03", "--json"
    )
    answer = json.loads(result.stdout)
    assert [(r["value"], r["state"]) for r in answer["values"]] == [(3.0, "value"), (0.0, "zero"), (None, "no_data")]
    assert answer["snapshot"] == "20200220T000000-a" and answer["period_type"] == "day"


def test_without_a_period_the_last_one_known_is_shown_for_the_whole_city(city):
    [row] = json.loads(ask(city, "query", "screened", "--json").stdout)["values"]
    assert (row["area_code"], row["period"]) == (COUNTY, str(LAST))
    assert row["value"] == counted(COUNTY, LAST, LAST)


def test_an_area_without_a_level_gives_that_area_only(city):
    rows = json.loads(ask(city, "query", "screened", "--area", TOWNSHIPS[1], "--json").stdout)["values"]
    assert [r["area_code"] for r in rows] == [TOWNSHIPS[1]]


def test_a_month_as_the_end_of_days_means_its_last_day(city):
    rows = json.loads(ask(city, "query", "screened", "--from", "2020-01-30", "--to", "2020-01", "--json").stdout)
    assert [r["period"] for r in rows["values"]] == ["2020-01-30", "2020-01-31"]


def test_the_table_says_no_data_in_words(city):
    result = ask(city, "query", "reported_fever", "--level", "township", "--from", "2020-02-03", "--to", "2020-02-03")
    assert "no data" in result.stdout and "石桥镇" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("query", "screend"), 5, "Did you mean 'screened'?"),
        (("query", "screened", "--area", "城关镇"), 5, TOWNSHIPS[0]),
        (("query", "screened", "--level", "town"), 5, "expected county or township or village"),
        (("query", "screened", "--from", "yesterday"), 2, "2020-W06"),
        (("query", "screened", "--from", "2020-02-03", "--to", "2020-02-01"), 2, "after the last one"),
        (("query", "screened", "--lang", "fr"), 2, "zh or en"),
        (("explain", "screened", COUNTY, "2020-2-3"), 2, "2020-W06"),
        (("explain", "screened", COUNTY, "2020-02-31"), 5, "not a period"),
        (("explain", "screened", "000000", "2020-02"), 5, "not in the area tree"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(city, arguments, code, said):
    result = ask(city, *arguments)
    assert result.exit_code == code, result.output
    assert said.lower() in " ".join(result.stderr.split()).lower()


def test_before_the_first_build_a_question_says_what_to_do(tmp_path):
    (tmp_path / "city.toml").write_text('name = "x"\n[[levels]]\ncode = "county"\ntitle = "县"\n', encoding="utf-8")
    result = ask(tmp_path, "query", "screened")
    assert result.exit_code == 4 and "citybrain build" in result.stderr


def test_explain_leads_to_file_and_line(city):
    result = ask(city, "explain", "screened", TOWNSHIPS[1], "2020-W06", "--limit", "3")
    assert result.exit_code == 0
    assert "发热门诊就诊人次 (screened), 柳河乡" in result.stdout and "2020-W06" in result.stdout
    assert "FROM shared.screenings" in result.stdout and "health.screening" in result.stdout
    assert "fever_clinic_01.csv:" in result.stdout and "more (--limit)" in result.stdout


def test_explain_for_programs_counts_the_rows_it_names(city):
    answer = json.loads(ask(city, "explain", "screened", TOWNSHIPS[1], "2020-W06", "--limit", "500", "--json").stdout)
    [measure] = answer["measures"]
    assert answer["value"] == measure["rows"] == len(measure["lines"]) == sum(b["rows"] for b in measure["batches"])
    assert answer["period_on"] == "2020-02-03" and answer["area"]["name"] == "柳河乡"
    assert answer["feeds"] == ["health.screening"]


def test_snapshots_are_listed_and_rolled_back(tmp_path):
    (tmp_path / "city.toml").write_text('name = "x"\n[[levels]]\ncode = "county"\ntitle = "县"\n', encoding="utf-8")
    assert "citybrain build" in ask(tmp_path, "snapshots").stdout
    for name in ("20200220T000000-a", "20200221T000000-b"):
        write_snapshot(tmp_path / "data" / "snapshots", name)
    listed = json.loads(ask(tmp_path, "snapshots", "--json").stdout)
    assert [(s["snapshot"], s["is_served"]) for s in listed] == [
        ("20200221T000000-b", True),
        ("20200220T000000-a", False),
    ]
    assert ask(tmp_path, "snapshots", "--rollback", "20200220T000000-a").exit_code == 0
    assert json.loads(ask(tmp_path, "query", "screened", "--json").stdout)["snapshot"] == "20200220T000000-a"
    assert "20200221T000000-b" in ask(tmp_path, "snapshots").stdout
    assert ask(tmp_path, "snapshots", "--rollback", "2019").exit_code == 5
