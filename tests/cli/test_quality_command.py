"""`citybrain quality` says in the terminal what the query layer knows of reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from citybrain.cli.failures import Commands
from citybrain.cli.quality import quality_app
from tests.query.reporting_city import DAYS, write_reporting_snapshot
from tests.query.tiny_city import TOWNSHIPS


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("city")
    (root / "city.toml").write_text('name = "青溪县"\n[[levels]]\ncode = "county"\ntitle = "县"\n', encoding="utf-8")
    write_reporting_snapshot(root / "data" / "snapshots")
    return root


def ask(city: Path, *arguments: str):
    app = typer.Typer(cls=Commands, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.add_typer(quality_app, name="quality")
    app.command("other")(lambda: None)
    return CliRunner().invoke(app, ["quality", *arguments, "--project", str(city)])


def test_rates_and_rules_are_listed_for_all_feeds(city):
    result = ask(city, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    [rates] = told["rates"]
    assert (rates["feed"], rates["expected"], rates["received"]) == ("township.daily", 3 * DAYS, 2 * DAYS)
    assert rates["timeliness_pct"] == pytest.approx(50)
    assert [r["rule"] for r in told["validation"]] == ["few"] and "reports" not in told


def test_one_feed_is_told_report_by_report(city):
    told = json.loads(ask(city, "township.daily", "--area", TOWNSHIPS[1], "--json").stdout)
    assert len(told["reports"]) == DAYS
    assert {r["state"] for r in told["reports"]} == {"on_time", "late"}
    assert sum(r["is_doubted"] for r in told["reports"]) == 3


def test_the_table_shows_only_reports_that_are_not_in_order(city):
    result = ask(city, "township.daily", "--from", "2020-01-27", "--to", "2020-01-28", "--lang", "en")
    assert result.exit_code == 0
    lines = [line for line in result.stdout.splitlines() if "2020-01-2" in line]
    # Two days: the third township misses both, the second is late once and its zeros are doubted on both.
    assert len(lines) == 4
    assert sum("missing" in line for line in lines) == sum("zero not believed" in line for line in lines) == 2


def test_the_words_of_the_asker_are_refused_with_a_hint(city):
    unknown = ask(city, "township.dayly")
    assert unknown.exit_code != 0 and "township.daily" in unknown.output + unknown.stderr
    backwards = ask(city, "--from", "2020-03", "--to", "2020-02")
    assert backwards.exit_code != 0 and "after the last one" in backwards.output + backwards.stderr
