"""Exports of the map: the numbers of the query layer, every state kept, and pictures that can be opened."""

from __future__ import annotations

import json
import struct
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from citybrain.briefing import fonts
from citybrain.errors import BuildError
from citybrain.query import AccessContext, City, local_user, open_city
from citybrain.web.explore.map_content import geojson_text, read_map_content
from citybrain.web.explore.map_picture import map_png, map_svg
from citybrain.web.explore.view import read_view
from citybrain.web.selection import Selection
from citybrain.web.texts import texts
from tests.query import tiny_city as tiny
from tests.web.wide_city import write_wide_city

WEEK = "?indicator=fever_rate&period=week&on=2020-02-10"
REPORTED = "?indicator=reported_fever&period=day&on=2020-02-03"


def features(text: str) -> dict[str, dict[str, Any]]:
    return {f["id"]: f for f in json.loads(text)["features"]}


def asked(city: City, query: str, access: AccessContext | None = None) -> tuple[Any, ...]:
    """View, content and words of a selection."""
    who = access or local_user()
    view = read_view(city, who, Selection.from_query(query))
    return view, read_map_content(city, who, view), texts(view.selection.lang)


@pytest.mark.parametrize("indicator", [i["indicator"] for i in tiny.INDICATORS])
@pytest.mark.parametrize("area", [tiny.COUNTY, tiny.TOWNSHIPS[0], tiny.TOWNSHIPS[2], tiny.VILLAGES[0]])
def test_geojson_has_the_numbers_of_the_query_layer(snapshots: Path, indicator: str, area: str) -> None:
    city = open_city(snapshots)
    view, content, _ = asked(city, f"?indicator={indicator}&area={area}&period=week&on=2020-02-10")
    place = content.place
    rows = city.values(
        local_user(), [indicator], level=place.level, within=place.parent.code, period_type="week",
        period_from=view.period_on, period_to=view.period_on,
    )  # fmt: skip
    told = features(geojson_text(view, content, _))
    assert {c: (f["properties"]["value"], f["properties"]["state"]) for c, f in told.items()} == {
        r["area_code"]: (r["value"], r["state"]) for r in rows.to_dicts()
    }


def test_geojson_keeps_to_the_standard_and_explains_itself(client: Any) -> None:
    answer = client.get(f"/explore/export.geojson{REPORTED}&lang=en")
    assert answer.headers["content-type"] == "application/geo+json"
    collection = answer.json()
    assert collection["type"] == "FeatureCollection" and "crs" not in collection
    told = features(answer.text)
    assert set(told) == set(tiny.TOWNSHIPS)
    # A township without a boundary is still there, as a feature that lies nowhere.
    assert told[tiny.TOWNSHIPS[2]]["geometry"] is None
    ring = told[tiny.TOWNSHIPS[0]]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) > 0, "not counterclockwise"
    known = told[tiny.TOWNSHIPS[0]]["properties"]
    assert known["area_name"] == "城关镇"
    assert (known["value"], known["state"], known["period"], known["data_to"]) == (
        3.0,
        "value",
        "2020-02-03",
        "2020-02-19",
    )
    assert known["as_of"] == "2020-02-20T02:00:00Z"
    assert {"unit", "definition", "indicator", "snapshot", "period_from", "period_to"} <= set(known)


def test_states_are_kept(client: Any) -> None:
    told = features(client.get(f"/explore/export.geojson{REPORTED}").text)
    said = {c: (f["properties"]["value"], f["properties"]["state"]) for c, f in told.items()}
    assert said == {
        tiny.TOWNSHIPS[0]: (3.0, "value"), tiny.TOWNSHIPS[1]: (0.0, "zero"), tiny.TOWNSHIPS[2]: (None, "no_data"),
    }  # fmt: skip
    drawing = client.get(f"/explore/export.svg{REPORTED}").text
    assert "石桥镇 无数据" in drawing
    assert "柳河乡 0" in drawing


def hide(folder: Path, indicator: str, area: str, day: str) -> None:
    """Hides one count from those who may not see small ones."""
    with duckdb.connect(str((folder / "current").resolve())) as con:
        con.execute("ALTER TABLE marts.indicators ADD COLUMN IF NOT EXISTS minimum_cell INTEGER")
        con.execute("UPDATE marts.indicators SET minimum_cell = 5 WHERE indicator = ?", [indicator])
        con.execute("INSERT INTO marts.suppressed VALUES (?, 'day', ?, CAST(? AS DATE), TRUE)", [indicator, area, day])


def test_no_export_shows_a_count_that_the_asker_may_not_see(tmp_path: Path) -> None:
    tiny.write_snapshot(tmp_path)
    hide(tmp_path, "reported_fever", tiny.TOWNSHIPS[0], "2020-02-03")
    city, clerk = open_city(tmp_path), AccessContext("clerk", "township")
    view, content, _ = asked(city, REPORTED, clerk)
    hidden = features(geojson_text(view, content, _))[tiny.TOWNSHIPS[0]]["properties"]
    assert hidden["state"] == "suppressed"
    assert {hidden[n] for n in ("value", "difference", "change_pct")} == {None}
    drawing = map_svg(view, content, _)
    assert "城关镇 已隐去" in drawing
    assert "url(#hatch-suppressed)" in drawing
    seen = asked(city, REPORTED)
    assert features(geojson_text(*seen))[tiny.TOWNSHIPS[0]]["properties"]["value"] == 3.0


def png_size(picture: bytes) -> tuple[int, int]:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", picture[16:24])


@pytest.mark.parametrize(
    "query", [WEEK, REPORTED + "&lang=en", f"{WEEK}&against=2020-02-03", f"{WEEK}&area={tiny.VILLAGES[5]}"]
)
def test_the_picture_is_twice_as_wide_as_the_drawing(client: Any, query: str) -> None:
    answer = client.get(f"/explore/export.png{query}")
    assert answer.headers["content-type"] == "image/png"
    wide, high = png_size(answer.content)
    assert wide == 2400
    assert 1000 < high < 3000


def test_the_picture_says_what_it_is_and_of_when(client: Any) -> None:
    drawing = client.get(f"/explore/export.svg{WEEK}").text
    for words in (
        "青溪县就诊发热率",
        "2020 年第 7 周",
        "数据截至：2020-02-19",
        "所知时点：2020-02-20 10:00",
        "定义：",
        "无边界： 石桥镇",
    ):
        assert words in drawing
    english = client.get(f"/explore/export.svg{WEEK}&lang=en").text
    assert "Data to: 2020-02-19" in english and "Fever rate" in english


def test_a_comparison_draws_differences(client: Any) -> None:
    drawing = client.get(f"/explore/export.svg{WEEK}&against=2020-02-03").text
    assert "2020 年第 6 周" in drawing
    told = features(client.get(f"/explore/export.geojson{WEEK}&against=2020-02-03").text)
    for feature in told.values():
        p = feature["properties"]
        if p["against_difference"] is not None:
            assert p["against_difference"] == pytest.approx(p["value"] - p["against_value"])


def test_the_page_links_to_every_export_of_its_selection(client: Any, snapshots: Path) -> None:
    from citybrain.web.explore.table import export_links

    view = read_view(open_city(snapshots), local_user(), Selection.from_query(WEEK))
    links = [link.href for link in export_links(view, texts("en"))]
    assert [link.partition("?")[0].rpartition(".")[2] for link in links] == ["xlsx", "csv", "png", "svg", "geojson"]
    assert {client.get(link).status_code for link in links} == {200}


def test_an_area_outside_the_scope_is_refused(client: Any) -> None:
    for form in ("png", "svg", "geojson"):
        assert client.get(f"/explore/export.{form}?area=nowhere").status_code == 400


def test_a_missing_font_is_an_error_that_says_so(
    snapshots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class NoFonts:
        def families(self) -> list[str]:
            return ["DejaVu Sans"]

    monkeypatch.setattr(fonts, "fonts_in", lambda _folder: NoFonts())
    view, content, _ = asked(open_city(snapshots), WEEK)
    with pytest.raises(BuildError, match="no font with Chinese characters") as refused:
        map_png(view, content, tmp_path, _)
    assert "fonts-noto-cjk" in refused.value.sentence()


def test_three_hundred_townships_are_drawn_with_their_numbers(tmp_path: Path) -> None:
    names = write_wide_city(tmp_path, 300)
    view, content, _ = asked(open_city(tmp_path), REPORTED)
    told = features(geojson_text(view, content, _))
    assert {f["properties"]["area_name"]: f["properties"]["value"] for f in told.values()} == {
        name: float(n) for n, name in enumerate(names)
    }
    drawing = map_svg(view, content, _)
    assert all(f"<title>{name} {n}</title>" in drawing for n, name in enumerate(names))
    assert png_size(map_png(view, content, tmp_path, _))[0] == 2400
