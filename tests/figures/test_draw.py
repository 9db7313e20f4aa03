"""Figures from plain data: what is drawn, and that Plotly takes it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import plotly.graph_objects as go
import pytest

from citybrain.figures import (
    LIGHT,
    Compared,
    Limit,
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
    TrendPoint(day, value, partial, "", "no_data" if value is None else "value")
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


def test_a_trend_shows_silence_hatched_zero_as_a_mark_and_an_unfinished_period_pale() -> None:
    figure = draw_trend(POINTS, "week", bars=True, words={"no_data": "无数据"}, selected=DAYS[0])
    silent, bars, zeros = figure["data"]
    assert bars["x"] == [d.isoformat() for d in (DAYS[0], DAYS[2], DAYS[3])]
    assert bars["marker"]["opacity"] == [1.0, 1.0, 0.45]
    assert bars["marker"]["color"][0] == LIGHT.highlight
    assert zeros["x"] == [DAYS[2].isoformat()]
    assert (silent["x"], silent["yaxis"]) == ([DAYS[1].isoformat()], "y2")
    assert figure["layout"]["annotations"][0]["text"] == "无数据"


def test_every_reason_for_silence_has_its_own_hatch_and_is_named_once() -> None:
    states = ["no_data", "late", "late", "quarantined", "suppressed"]
    days = [DAYS[0] + dt.timedelta(weeks=n) for n in range(len(states))]
    points = [TrendPoint(d, None, False, "", s) for d, s in zip(days, states, strict=True)]
    figure = draw_trend(points, "week", bars=False, words={s: s.upper() for s in states})
    look = figure["data"][0]["marker"]
    assert len(set(look["color"])) == len(set(look["pattern"]["shape"])) == 4
    assert [a["text"] for a in figure["layout"]["annotations"]] == ["NO_DATA", "LATE", "QUARANTINED", "SUPPRESSED"]


@pytest.mark.parametrize("bars", [True, False])
def test_a_zero_that_is_not_to_be_believed_is_outlined(bars: bool) -> None:
    points = [TrendPoint(DAYS[0], 4.0, False, ""), TrendPoint(DAYS[1], 0.0, False, "", "implausible_zero")]
    mark = draw_trend(points, "week", bars=bars, words={})["data"][-1]
    assert mark["x"] == [DAYS[1].isoformat()]
    assert mark["marker"]["line"]["color"] == LIGHT.doubtful


def test_limits_are_lines_with_words_and_within_the_scale_unless_they_would_flatten_the_values() -> None:
    limits = [Limit("warn", 5.0, "预警 5"), Limit("alarm", 8.0, "警戒 8"), Limit("target", 900.0, "目标 900")]
    layout = draw_trend(POINTS, "week", bars=True, words={}, limits=limits)["layout"]
    assert [s["y0"] for s in layout["shapes"]] == [5.0, 8.0]
    assert {a["text"] for a in layout["annotations"]} >= {"预警 5", "警戒 8"}
    assert layout["yaxis"]["range"][0] == 0 and 8 < layout["yaxis"]["range"][1] < 900


def test_a_second_area_is_a_dashed_line_and_a_second_period_is_marked() -> None:
    figure = draw_trend(POINTS, "week", bars=True, words={}, compared=Compared(POINTS, DAYS[3]))
    assert figure["data"][1]["marker"]["color"][-1] == LIGHT.second
    assert figure["data"][-1]["line"]["dash"] == "dash"


def test_a_line_breaks_where_there_is_no_data() -> None:
    line = draw_trend(POINTS, "week", bars=False, words={})["data"][-1]
    assert line["y"] == [3.0, None, 0.0, 2.0]
    assert line["connectgaps"] is False


def test_week_ticks_stand_on_mondays() -> None:
    axis = draw_trend(POINTS, "week", bars=True, words={})["layout"]["xaxis"]
    assert set(axis["tickvals"]) <= {d.isoformat() for d in DAYS}


def test_a_ranking_keeps_the_order_and_says_no_data_in_words() -> None:
    ranked = [RankedArea(a.code, a.name, a.value, a.label, a.hover, a.state) for a in AREAS]
    bars, marks = draw_ranking(ranked, classify([12.0]), highlight="b")["data"]
    assert bars["customdata"] + marks["customdata"] == ["a", "b", "c"]
    assert bars["text"] + marks["text"] == ["12", "0", "无数据"]
    assert bars["y"] + marks["y"] == [0, 1, 2]
    assert bars["marker"]["line"]["color"][1] == LIGHT.highlight


def test_marks_of_a_ranking_differ_by_reason_and_doubtful_zeros_are_outlined() -> None:
    states = ["implausible_zero", "no_data", "late", "quarantined", "suppressed"]
    ranked = [RankedArea(s, s, 0.0 if n == 0 else None, s, "", s) for n, s in enumerate(states)]
    look = draw_ranking(ranked, classify([]))["data"][1]["marker"]
    assert look["line"]["color"][0] == LIGHT.doubtful
    assert look["pattern"]["shape"][0] == ""
    assert len(set(look["color"])) == len(set(look["pattern"]["shape"])) == 5


def test_areas_without_a_number_are_filled_by_the_reason_and_doubtful_zeros_outlined() -> None:
    areas = [
        MapArea(s, s, 0.0 if s == "implausible_zero" else None, s, "", 120.0, 30.0, s)
        for s in ("no_data", "late", "quarantined", "suppressed", "implausible_zero")
    ]
    known, silent, doubt = traces(draw_map(areas, classify([]), "/x", EXTENT), "choropleth")
    assert known["locations"] == doubt["locations"] == ["implausible_zero"]
    assert doubt["marker"]["line"]["color"] == LIGHT.doubtful
    assert len({c for _place, c in silent["colorscale"]}) == 4
    assert silent["z"] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "figure",
    [
        map_figure(highlight="a", outlines=[Outline("园区", [120.1, None], [30.0, None])]),
        draw_map([], classify([]), "/x", (1.0, 1.0, 1.0, 1.0)),
        draw_trend(POINTS, "week", bars=True, words={"no_data": "无数据"}),
        draw_trend([], "month", bars=False, words={}),
        draw_ranking([RankedArea("a", "x", 1.0, "1", "")], classify([1.0])),
        draw_ranking([], classify([])),
    ],
)
def test_plotly_accepts_every_figure(figure: dict[str, Any]) -> None:
    go.Figure(figure)
