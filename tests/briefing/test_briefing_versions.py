"""A week of the briefing is counted by one definition, and is not compared with a week of another."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from citybrain.briefing import compose_briefing, parse_week
from citybrain.briefing.weekly_values import AskedAreas, weekly_values
from citybrain.project import BriefingSettings
from citybrain.query import City, local_user, open_city
from tests.query.versioned_city import COUNTY, Visit, build_versioned_city, count, version_at


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[City, list[Visit], Path]:
    city, visits = build_versioned_city(tmp_path_factory.mktemp("briefed_versions"))
    return open_city(city.root / "data" / "snapshots"), visits, city.root


@pytest.mark.parametrize("begins", ["monday", "friday"])
@pytest.mark.parametrize("name", ["2020-W06", "2020-W07", "2020-W08"])
def test_all_days_of_a_week_are_counted_by_the_definition_of_its_last_day(built, begins: str, name: str) -> None:  # type: ignore[no-untyped-def]
    city, visits, _root = built
    week = parse_week(name, begins)
    found = weekly_values(
        city, local_user(), ["fevers", "share", "so_far", "visits"], AskedAreas(areas=(COUNTY,)), week
    )
    for row in found.to_dicts():
        version = version_at(row["indicator"], week.last)
        expected = count(row["indicator"], visits, COUNTY, week.first, week.first + dt.timedelta(days=6), version)
        assert row["value"] == pytest.approx(expected), row
        assert row["version"] == version


@pytest.mark.parametrize(("name", "is_across"), [("2020-W06", False), ("2020-W07", True)])
def test_the_briefing_says_that_a_week_of_another_definition_is_no_comparison(
    built, name: str, is_across: bool
) -> None:  # type: ignore[no-untyped-def]
    settings = BriefingSettings(headline=("fevers",))
    briefing = compose_briefing(built[0], local_user(), parse_week(name), language="en", settings=settings)
    text = str(briefing)
    assert ("not comparable with the week before, because the definition changed" in text) is is_across
    assert ("change 2" in text) is is_across
    assert ("definition 2" if is_across else "definition 1") in text
