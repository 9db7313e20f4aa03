"""One number: screen, explorer, briefing, API and command line say the same of every indicator."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from citybrain.briefing import compose_briefing, numbers_in, week_of
from citybrain.briefing.content import Role
from citybrain.cli.app import app
from citybrain.indicators import STANDARD_DICTIONARY, load_dictionary
from citybrain.query import City, local_user, open_city
from citybrain.query.periods import period_name
from citybrain.web.numbers import number_text

if TYPE_CHECKING:
    from tests.demo_county import DemoCity

LISTED = sorted(i.id for i in load_dictionary([STANDARD_DICTIONARY]) if i.is_listed)
ME = local_user()


@pytest.fixture(scope="module")
def city(demo_city: DemoCity) -> City:
    return open_city(demo_city.snapshots)


@pytest.fixture(scope="module")
def server(demo_city: DemoCity, served: Callable[[Path], Any]) -> Any:
    return served(demo_city.snapshots)


def townships(city: City, code: str, kind: str) -> tuple[dt.date, dict[str, tuple[float | None, str]]]:
    """The latest period of an indicator, and value and state of every township in it."""
    on = city.latest_period(ME, code, kind)
    assert on is not None, "the demo county has data for every standard indicator"
    rows = city.values(ME, [code], level="township", period_type=kind, period_from=on, period_to=on)
    return on, {r["area_code"]: (r["value"], r["state"]) for r in rows.iter_rows(named=True)}


def by_area(rows: list[dict[str, Any]]) -> dict[str, tuple[float | None, str]]:
    return {r["area_code"]: (r["value"], r["state"]) for r in rows}


@pytest.mark.parametrize("code", LISTED)
def test_every_surface_says_what_the_query_layer_says(city: City, server: Any, demo_city: DemoCity, code: str) -> None:
    week, expected = townships(city, code, "week")
    period = period_name("week", week)

    asked = f"/api/v1/values?indicator={code}&level=township&period_type=week&period_from={period}"
    assert by_area(server.get(asked).json()["values"]) == expected

    line = ["query", code, "--level", "township", "--period", "week", "--from", period, "--to", period, "--json"]
    answer = CliRunner().invoke(app, [*line, "--project", str(demo_city.root)])
    assert by_area(json.loads(answer.stdout)["values"]) == expected

    page = server.get(f"/explore/export.csv?indicator={code}&period=week&on={week}&level=township&lang=en")
    rows = list(csv.reader(io.StringIO(page.content.decode("utf-8-sig"))))[1:]
    exported = {code: value for code, _area, value, *_ in rows}
    assert {a: float(v) if v else None for a, v in exported.items()} == {
        a: pytest.approx(v) if v is not None else None for a, (v, _) in expected.items()
    }

    day, expected = townships(city, code, "day")
    layer = server.get(f"/screen/state.json?layers={code}&lang=en").json()["layers"][0]
    decimals = city.indicator(ME, code).decimals
    assert layer["when"] == day.isoformat()
    shown = {a: cell[0] for a, cell in layer["values"].items() if expected[a][0] is not None}
    assert shown == {a: number_text(v, decimals) for a, (v, _) in expected.items() if v is not None}


@cache
def _week() -> dt.date:
    return dt.date(2020, 2, 10)


def test_the_briefing_says_what_the_query_layer_says(city: City) -> None:
    briefing = compose_briefing(city, ME, week_of(_week()))
    said = [n for n in numbers_in(briefing) if n.role is Role.VALUE and n.period_on == _week()]
    codes = {n.source for n in said}
    assert len(codes) > 25
    for code in codes:
        areas = sorted({n.area for n in said if n.source == code})
        rows = city.values(ME, [code], areas=areas, period_type="week", period_from=_week(), period_to=_week())
        known = {r["area_code"]: r["value"] for r in rows.iter_rows(named=True)}
        assert all(n.value == pytest.approx(known[n.area]) for n in said if n.source == code), code
