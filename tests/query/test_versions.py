"""Versions of a definition side by side: every value is made by the one in force at the end of its period, and says so."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from citybrain.cli.app import app
from citybrain.query import City, local_user, open_city
from citybrain.query.access import AccessContext
from citybrain.query.periods import next_period, period_end
from tests.conftest import SmallCity
from tests.query.versioned_city import (
    COUNTY,
    FIRST,
    LAST,
    SECOND,
    THIRD,
    Visit,
    build_versioned_city,
    count,
    version_at,
)

PERIODS = ("day", "week", "month", "quarter", "year")
CODES = ("fevers", "persons", "usual", "share", "so_far", "visits")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[SmallCity, list[Visit]]:
    return build_versioned_city(tmp_path_factory.mktemp("versioned"))


@pytest.fixture(scope="module")
def city(built: tuple[SmallCity, list[Visit]]) -> City:
    return open_city(built[0].root / "data" / "snapshots")


@pytest.fixture(scope="module")
def user() -> AccessContext:
    return local_user()


def rows(city: City, user: AccessContext, code: str, kind: str) -> Iterator[dict]:  # type: ignore[type-arg]
    areas = [COUNTY, *(a.code for a in city.areas(user, COUNTY))]
    yield from city.values(user, [code], areas=areas, period_type=kind, period_from=FIRST, period_to=LAST).iter_rows(
        named=True
    )


@pytest.mark.parametrize("kind", PERIODS)
@pytest.mark.parametrize("code", CODES)
def test_every_period_is_counted_by_the_version_in_force_at_its_end(built, city, user, code: str, kind: str) -> None:  # type: ignore[no-untyped-def]
    seen = set()
    for row in rows(city, user, code, kind):
        end = period_end(kind, row["period_on"])
        version = version_at(code, end)
        expected = count(code, built[1], row["area_code"], row["period_on"], end, version)
        assert row["value"] == pytest.approx(expected), row
        assert row["version"] == version
        seen.add(version)
    if kind == "day":
        assert seen == set(range(1, version_at(code, LAST) + 1)), "all versions are met"


def test_a_version_can_be_asked_for_by_itself_over_all_periods(built, city, user) -> None:  # type: ignore[no-untyped-def]
    for version in (1, 2, 3):
        for row in rows(city, user, f"fevers__v{version}", "week"):
            end = period_end("week", row["period_on"])
            assert row["value"] == count("fevers", built[1], row["area_code"], row["period_on"], end, version)
            assert row["version"] == version


def test_what_is_made_of_a_changed_number_changes_with_it(city, user) -> None:  # type: ignore[no-untyped-def]
    told = [(v.version, v.valid_from, v.changed("en")) for v in city.versions(user, "share")]
    assert told == [(1, None, ""), (2, SECOND, "fevers: change 2"), (3, THIRD, "fevers: change 3")]
    assert [i.code for i in city.indicators(user) if "__v" in i.code] == [], "former versions are not offered in lists"


@pytest.mark.parametrize("kind", ["day", "week"])
def test_no_change_is_computed_across_versions_and_the_row_says_why(built, city, user, kind: str) -> None:  # type: ignore[no-untyped-def]
    day, met = FIRST + timedelta(days=8), {True: 0, False: 0}
    while day <= LAST - timedelta(days=7):
        row = city.change(user, ["fevers"], [COUNTY], kind, day).to_dicts()[0]
        before = next_period(kind, day, -1)
        across = version_at("fevers", period_end(kind, day)) != version_at("fevers", period_end(kind, before))
        assert row["is_redefined"] is across
        assert row["previous"] is not None
        assert (row["difference"] is None) is across
        met[across] += 1
        day = next_period(kind, day)
    assert all(met.values())


def test_the_explanation_is_that_of_the_version_that_made_the_number(built, city, user) -> None:  # type: ignore[no-untyped-def]
    early = city.explain(user, "fevers", COUNTY, "day", SECOND - timedelta(days=1))
    late = city.explain(user, "fevers", COUNTY, "day", SECOND)
    assert (early.indicator.code, early.indicator.version, early.indicator.definition_en) == (
        "fevers",
        1,
        "definition 1",
    )
    assert "38" in early.measures[0].indicator.sql
    assert "37.3" in late.measures[0].indicator.sql
    assert (
        early.measures[0].rows == early.value == count("fevers", built[1], COUNTY, *[SECOND - timedelta(days=1)] * 2, 1)
    )
    assert early.changed_on == ()
    month = city.explain(user, "share", COUNTY, "month", date(2020, 2, 1))
    assert month.indicator.version == 3
    assert month.changed_on == (SECOND, THIRD)
    assert month.measures[0].value == count("fevers", built[1], COUNTY, date(2020, 2, 1), date(2020, 2, 29), 3)
    assert [v.version for v in month.versions] == [1, 2, 3]


def test_validation_rules_compare_the_same_numbers(built, city, user) -> None:  # type: ignore[no-untyped-def]
    asked = "SELECT area_code, period_on, left_value, right_value FROM marts.validation WHERE rule = 'fevers_in_visits'"
    judged = {(area, day): both for area, day, *both in built[0].rows(asked)}
    for code, side in (("share", 0), ("fevers", 1)):
        told = {(r["area_code"], r["period_on"]): r["value"] for r in rows(city, user, code, "week") if r["depth"]}
        assert {k: both[side] for k, both in judged.items()} == pytest.approx(told)


def run(city: SmallCity, *words: str) -> str:
    done = CliRunner().invoke(app, [words[0], "--project", str(city.root), *words[1:]])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_line_says_the_version_of_each_value(built) -> None:  # type: ignore[no-untyped-def]
    asked = ("query", "fevers", "--from", "2020-02-11", "--to", "2020-02-12")
    told = list(csv.DictReader(io.StringIO(run(built[0], *asked, "--format", "csv"))))
    assert [r["version"] for r in told] == ["1", "2"]
    assert [r["version"] for r in json.loads(run(built[0], *asked, "--json"))["values"]] == [1, 2]
    assert "version 2 begins" in run(built[0], *asked)
    explained = json.loads(run(built[0], "explain", "share", COUNTY, "2020-02", "--json"))
    assert explained["version"] == 3
    assert explained["changed_on"] == ["2020-02-12", "2020-02-20"]
    assert [v["version"] for v in explained["versions"]] == [1, 2, 3]
    text = run(built[0], "explain", "fevers", COUNTY, "2020-02-11", "--lang", "en")
    assert "version 1" in text
    assert "definition 1" in text
