"""A changed definition is seen wherever its numbers are: explorer, panel of reasons, exports, catalogue, API."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest

from citybrain.query import local_user, open_city
from citybrain.web.explore.content import read_content, read_summary, read_why
from citybrain.web.selection import Selection
from tests.query.versioned_city import COUNTY, SECOND, THIRD, build_versioned_city


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    city, _visits = build_versioned_city(tmp_path_factory.mktemp("versioned_pages"))
    return city.root / "data" / "snapshots"


@pytest.fixture(scope="module")
def pages(served: Any, snapshots: Path) -> Any:
    return served(snapshots)


def asked(**said: Any) -> Selection:
    return Selection(**{"indicator": "fevers", "period": "day", "on": SECOND, "lang": "en"} | said)


def test_the_trend_marks_each_change_and_says_it_in_words(snapshots: Path) -> None:
    shown = read_content(open_city(snapshots), local_user(), asked())
    lines = [s["x0"][:10] for s in shown["trend"]["layout"]["shapes"] if s["x0"] == s["x1"]]
    # Between two days: at noon of the last one of the former definition.
    assert lines == [(day - dt.timedelta(days=1)).isoformat() for day in (SECOND, THIRD)]
    assert {"Version 2", "Version 3"} <= {n["text"] for n in shown["trend"]["layout"]["annotations"]}
    legend = str(shown["trend_legend"])
    assert f"periods that end on {SECOND} or later: change 2" in legend
    assert f"periods that end on {THIRD} or later: change 3" in legend


def test_no_mark_stands_where_nothing_changed(snapshots: Path) -> None:
    shown = read_content(open_city(snapshots), local_user(), asked(indicator="visits"))
    assert not [s for s in shown["trend"]["layout"]["shapes"] if s["x0"] == s["x1"]]
    assert "Version" not in str(shown["trend_legend"])


@pytest.mark.parametrize(("day", "version", "is_across"), [(dt.date(2020, 2, 11), 1, False), (SECOND, 2, True)])
def test_the_headline_shows_the_definition_of_the_day_and_no_change_across(
    snapshots: Path, day: dt.date, version: int, is_across: bool
) -> None:
    told = str(read_summary(open_city(snapshots), local_user(), asked(on=day)))
    assert f"Version {version}" in told
    assert (f"definition {version}" if version < 3 else "as defined now") in told
    assert ("not comparable, the definition changed" in told) is is_across


def test_the_panel_of_reasons_says_that_a_month_holds_several_definitions(snapshots: Path) -> None:
    told = str(read_why(open_city(snapshots), local_user(), asked(period="month", why=COUNTY)))
    assert f"The definition changed within this period ({SECOND}, {THIRD}); all of it is counted by version 3." in told


def test_exports_carry_the_version(pages: Any) -> None:
    text = pages.get(f"/explore/export.csv?indicator=fevers&period=day&on={SECOND}&lang=en").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    head = next(r for r in rows if "Version" in r and "Code" in r)
    first = rows[rows.index(head) + 1]
    assert first[head.index("Version")] == "2"
    assert "definition 1" in text, "former definitions stand beside the numbers"


def test_the_catalogue_lists_all_versions_with_what_they_changed(pages: Any) -> None:
    page = pages.get("/catalogue/indicators/fevers?lang=en").text
    for words in ("Versions", "change 2", "change 3", "definition 1", "temperature_c &gt;= 38.0", "2020-02-12"):
        assert words in page, words
    assert 'id="versions"' not in pages.get("/catalogue/indicators/visits?lang=en").text


def test_the_api_tells_versions_with_values_and_indicators(pages: Any) -> None:
    said = {
        "indicator": "share",
        "area": COUNTY,
        "period_type": "day",
        "period_from": "2020-02-11",
        "period_to": "2020-02-12",
    }
    assert [r["version"] for r in pages.get("/api/v1/values", params=said).json()["values"]] == [1, 2]
    known = {i["code"]: i for i in pages.get("/api/v1/indicators", params={"lang": "en"}).json()}
    assert [v["version"] for v in known["fevers"]["versions"]] == [1, 2, 3]
    explained = {"indicator": "share", "area": COUNTY, "period_type": "month", "period": "2020-02"}
    assert pages.get("/api/v1/explain", params=explained).json()["changed_on"] == [
        SECOND.isoformat(),
        THIRD.isoformat(),
    ]
