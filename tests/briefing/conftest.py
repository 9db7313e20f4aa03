"""Briefings of the tiny city, with a year before to compare with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from citybrain.briefing import Briefing, compose_briefing, parse_week, pinned_city
from citybrain.project import BriefingSettings
from citybrain.query import local_user
from tests.query import planted_attention as planted
from tests.query import tiny_city as tiny

SETTINGS = BriefingSettings(
    headline=("screened", "screened_fever", "fever_rate", "reported_fever"), departments={"health": "县卫生健康局"}
)
Compose = Callable[..., Briefing]


def add_a_year_before(file: Path) -> None:
    """Days and weeks of `screened` a year earlier: in the county 30 visits a week, in two townships 24 and 6."""
    con = duckdb.connect(str(file))
    con.execute("UPDATE marts.coverage SET first_on = DATE '2019-01-01' WHERE first_on = ?", [tiny.FIRST])
    for area, depth, value in ((tiny.COUNTY, 0, 30.0), (tiny.TOWNSHIPS[0], 1, 24.0), (tiny.TOWNSHIPS[1], 1, 6.0)):
        for week in range(1, 10):
            monday = dt.date.fromisocalendar(2019, week, 1)
            con.execute(
                "INSERT INTO marts.cells BY NAME SELECT 'screened' AS indicator, 'week' AS period_type, ? AS area_code,"
                " ? AS depth, ? AS period_on, ? AS value",
                [area, depth, monday, value],
            )
    con.close()


@pytest.fixture(scope="session")
def briefed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of snapshots with the tiny city, its year before, and what needs attention."""
    folder = tmp_path_factory.mktemp("briefed") / "snapshots"
    folder.mkdir()
    file = tiny.write_snapshot(
        folder,
        indicators=planted.indicators(),
        cell_rows=planted.renamed(tiny.cells()),
        coverage_rows=planted.renamed(tiny.coverage()),
    )
    add_a_year_before(file)
    planted.plant(file)
    return folder


@pytest.fixture(scope="session")
def compose(briefed: Path) -> Compose:
    """Composes a briefing of the tiny city."""

    made: dict[str, Briefing] = {}

    def composed(
        language: str = "zh", week: str = "2020-W07", area: str | None = None, settings: BriefingSettings = SETTINGS
    ) -> Briefing:
        asked = repr((language, week, area, settings))
        if asked not in made:
            with pinned_city(briefed) as city:
                made[asked] = compose_briefing(
                    city,
                    local_user(),
                    parse_week(week, settings.week_begins),
                    area,
                    language=language,
                    settings=settings,
                )
        return made[asked]

    return composed
