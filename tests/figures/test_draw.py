"""Figures from plain data: what is drawn, and that Plotly takes it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import plotly.graph_objects as go
import pytest

from citybrain.figures import (
    LIGHT,
    MapArea,
    Outline,
    RankedArea,
    TrendPoint,
    classify,
    draw_map,
    draw_ranking,
    draw_trend,
)

AREAS = [
    MapArea("a", "城关镇", 12.0, "12", "城关镇: 12", 120.1, 30.1),
    MapArea("b", "柳河乡", 0.0, "0", "柳河乡: 0", 120.3, 30.1),
    MapArea("c", "石桥镇", None, "无数据", "石桥镇: 无数据", 120.5, 30.1),
]
EXTENT = (120.0, 30.0, 120.6, 30.2)
DAYS = [dt.date(2020, 2, 3) + dt.timedelta(weeks=n) for n in range(4)]
POINTS = [
    TrendPoint(day, value, partial, "")
    for day, value, partial in zip(DAYS, (3.0, None, 0.0, 2.0), (False, False, False, True), strict=True)
]


def map_figure(**more: Any) -> dict[str, Any]:
    return draw_map(AREAS, classify([a.value for a in AREAS]), "/geometry/x.json", EXTENT, **more)


def traces(figure: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [t for t in figure["data"] if t["type"] == kind]


def test_value_zero_and_no_data_have_three_different_fills() -> None:
    known, silent = traces(map_figure(), "choropleth")
    steps = len(known["colorscale"]) // 2
    fills = dict(zip(known["locations"], (known["colorscale"][2 * z][1] for z in known["z"]), strict=True))
    assert known["zmax"] - known["zmin"] == steps
    assert fills["a"] in LIGHT.sequence
    assert fills["b"] == LIGHT.zero
    assert silent["locations"] == ["c"]
    assert {c for _place, c in silent["colorscale"]} == {LIGHT.no_data}


def test_the_map_carries_no_geometry_but_its_address() -> None:
    assert {t["geojson"] for t in traces(map_figure(), "choropleth")} == {"/geometry/x.json"}
    assert not map_figure()["layout"]["geo"]["visible"]


def test_labels_stand_in_order_of_importance_with_name_and_value() -> None:
    assert traces(map_figure(), "scattergeo")[0]["text"] == [
        "城关镇<br><b>12</b>",
        "柳河乡<br><b>0</b>",
        "石桥镇<br>无数据",
    ]


def test_outlines_are_dashed_and_the_chosen_area_is_marked() -> None:
    figure = map_figure(outlines=[Outline("园区", [120.1, 120.2], [30.0, 30.1])], highlight="b")
    assert traces(figure, "scattergeo")[1]["line"]["dash"] == "dash"
    assert traces(figure, "choropleth")[-1]["locations"] == ["b"]


def test_a_trend_shows_silence_as_a_band_zero_as_a_mark_and_an_unfinished_period_pale() -> None:
    figure = draw_trend(POINTS, "week", bars=True, no_data="无数据", selected=DAYS[0])
    bars, zeros = figure["data"]
    assert bars["x"] == [d.isoformat() for d in (DAYS[0], DAYS[2], DAYS[3])]
    assert bars["marker"]["opacity"] == [1.0, 1.0, 0.45]
    assert bars["marker"]["color"][0] == LIGHT.highlight
    assert zeros["x"] == [DAYS[2].isoformat()]
    (band,) = figure["layout"]["shapes"]
    assert band["x0"] < DAYS[1].isoformat() < band["x1"]
    assert figure["layout"]["annotations"][0]["text"] == "无数据"


def test_a_line_breaks_where_there_is_no_data() -> None:
    (line,) = draw_trend(POINTS, "week", bars=False, no_data="")["data"]
    assert line["y"] == [3.0, None, 0.0, 2.0]
    assert line["connectgaps"] is False


def test_week_ticks_stand_on_mondays() -> None:
    axis = draw_trend(POINTS, "week", bars=True, no_data="")["layout"]["xaxis"]
    assert set(axis["tickvals"]) <= {d.isoformat() for d in DAYS}


def test_a_ranking_keeps_the_order_and_says_no_data_in_words() -> None:
    ranked = [RankedArea(a.code, a.name, a.value, a.label, a.hover) for a in AREAS]
    (bars,) = draw_ranking(ranked, classify([12.0]), highlight="b")["data"]
    assert bars["customdata"] == ["a", "b", "c"]
    assert bars["text"] == ["12", "0", "无数据"]
    assert bars["marker"]["line"]["color"][1] == LIGHT.highlight


@pytest.mark.parametrize(
    "figure",
    [
        map_figure(highlight="a", outlines=[Outline("园区", [120.1, None], [30.0, None])]),
        draw_map([], classify([]), "/x", (1.0, 1.0, 1.0, 1.0)),
        draw_trend(POINTS, "week", bars=True, no_data="无数据"),
        draw_trend([], "month", bars=False, no_data=""),
        draw_ranking([RankedArea("a", "x", 1.0, "1", "")], classify([1.0])),
        draw_ranking([], classify([])),
    ],
)
def test_plotly_accepts_every_figure(figure: dict[str, Any]) -> None:
    go.Figure(figure)
