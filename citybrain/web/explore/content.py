"""What the explorer shows for a selection: every property of every component, from one reading of the numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from dash import html, no_update

from citybrain.errors import CityBrainError
from citybrain.query import AccessContext, City
from citybrain.query.areas import Area
from citybrain.query.definitions import Indicator
from citybrain.query.periods import period_name
from citybrain.web.explore import answers, courses, headline, maps, table, themes, toolbar
from citybrain.web.explore.answers import MapView, Rows
from citybrain.web.explore.ids import Ids
from citybrain.web.explore.page import EMPTY_FIGURE
from citybrain.web.explore.period_list import listed_periods
from citybrain.web.explore.view import View, read_view
from citybrain.web.explore.why import why_panel
from citybrain.web.selection import Selection
from citybrain.web.texts import Texts, texts

MOST_CARDS = 8
MOST_COMPARED = 400

CONTENT: dict[str, tuple[str, str]] = {
    "shown": (Ids.SHOWN, "data"),
    "banner": (Ids.BANNER, "children"),
    "breadcrumb": (Ids.BREADCRUMB, "children"),
    "indicators": (Ids.INDICATOR, "options"),
    "indicator": (Ids.INDICATOR, "value"),
    "period_types": (Ids.PERIOD_TYPES, "children"),
    "periods": (Ids.PERIOD, "options"),
    "period": (Ids.PERIOD, "value"),
    "steps": (Ids.PERIOD_STEPS, "children"),
    "levels": (Ids.LEVELS, "children"),
    "with_areas": (Ids.WITH, "options"),
    "with": (Ids.WITH, "value"),
    "against_periods": (Ids.AGAINST, "options"),
    "against": (Ids.AGAINST, "value"),
    "more_indicators": (Ids.MORE, "options"),
    "more": (Ids.MORE, "value"),
    "scatter_indicators": (Ids.SCATTER, "options"),
    "scatter": (Ids.SCATTER, "value"),
    "views": (Ids.VIEWS, "children"),
    "map": (Ids.MAP, "figure"),
    "map_title": (Ids.MAP_TITLE, "children"),
    "map_legend": (Ids.MAP_LEGEND, "children"),
    "map_notes": (Ids.MAP_NOTES, "children"),
    "trend": (Ids.TREND, "figure"),
    "trend_title": (Ids.TREND_TITLE, "children"),
    "trend_legend": (Ids.TREND_LEGEND, "children"),
    "ranking": (Ids.RANKING, "figure"),
    "ranking_style": (Ids.RANKING, "style"),
    "ranking_title": (Ids.RANKING_TITLE, "children"),
    "columns": (Ids.TABLE, "columnDefs"),
    "rows": (Ids.TABLE, "rowData"),
    "exports": (Ids.EXPORTS, "children"),
}
"""What changes with the selection: name in the answer, component and property."""

FIXED = {
    "fixed": ("indicators", "more_indicators", "scatter_indicators", "banner"),
    "span": ("periods", "against_periods"),
}
"""Long lists that rarely change, by the key of `shown` that says whether they have."""


def read_content(city: City, access: AccessContext, said: Selection) -> dict[str, Any]:
    """Everything that moves with the selection, but what is fixed, the summary and the explanation."""
    _ = texts(said.lang)
    try:
        view = read_view(city, access, said)
    except CityBrainError:
        return _emptied()
    ranked, more = answers.read_ranking(city, access, view), answers.read_more(city, access, view)
    course = answers.read_trend(city, access, view)
    return {
        **_bar_content(city, access, view, _),
        **_map_content(city, access, view, ranked, _),
        **_side_content(view, ranked, more, course, _),
        "columns": table.table_columns(view, any(r["last_year"] is not None for r in ranked), _),
        "rows": table.table_rows(ranked, view, more, _beside_value(view, course), _),
        "exports": table.export_links(view, _),
    }


def read_fixed(city: City, access: AccessContext, said: Selection) -> dict[str, Any]:
    """What hangs on snapshot and language only, and is long: the state of all feeds, and all indicators."""
    _ = texts(said.lang)
    try:
        info, feeds, known = city.snapshot_info(access), city.feeds_status(access), city.indicators(access)
    except CityBrainError:
        return dict.fromkeys(FIXED["fixed"], no_update)
    options = themes.indicator_options(known, _)
    return {**dict.fromkeys(FIXED["fixed"], options), "banner": toolbar.banner(info, feeds, _)}


def _beside_value(view: View, course: dict[str, Rows]) -> float | None:
    """The number of the second area in the period looked at."""
    rows = course.get(view.beside.code, []) if view.beside else []
    return next((r["value"] for r in rows if r["period_on"] == view.period_on), None)


def _bar_content(city: City, access: AccessContext, view: View, _: Texts) -> dict[str, Any]:
    said = view.selection
    period, against = (_iso(view.period_on), _iso(view.against_on))
    beside = view.beside.code if view.beside else None
    scatter = view.against.code if view.against else None
    periods = [{"value": day, "label": words} for day, words in listed_periods(view)]
    return {
        # What the links on the page were made for: the browser applies only what a link changes of it.
        "shown": {
            "indicator": said.indicator, "period": period, "lang": said.lang, "query": said.but().query(),
            "frames": _frame_days(city, access, view),
            "name": period_name(said.period, view.period_on) if view.period_on else "",
            "with": beside, "against": against, "more": list(said.more), "scatter": scatter,
            "fixed": f"{view.info.snapshot} {said.lang}",
            "span": f"{said.lang} {said.period} {len(periods)} {periods[0]['value'] if periods else ''}",
        },
        "breadcrumb": toolbar.breadcrumb(view, _),
        "indicator": view.indicator.code,
        "more": list(said.more),
        "scatter": scatter,
        "period_types": toolbar.period_types(view, _),
        "periods": periods,
        "against_periods": periods,
        "period": period,
        "against": against,
        "with_areas": toolbar.area_options(_comparable(city, access, view), view, _),
        "with": beside,
        "steps": toolbar.period_steps(view, _),
        "levels": toolbar.level_links(view, _),
        "views": toolbar.view_links(view, _),
    }  # fmt: skip


def _frame_days(city: City, access: AccessContext, view: View) -> list[str]:
    """Periods that the map can be played over; none where it shows more than one already."""
    if view.against_on or view.selection.view:
        return []
    listed = city.areas(access, view.scope.code, view.selection.level)
    return [day.isoformat() for day in answers.frame_days(view, len(listed))]


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _comparable(city: City, access: AccessContext, view: View) -> list[Area]:
    """Areas beside the chosen one, and those listed below it."""
    beside = city.areas(access, view.path[-2].code) if len(view.path) > 1 else []
    listed = city.areas(access, view.scope.code, view.selection.level)
    return [*beside, *listed][:MOST_COMPARED]


def _side_content(
    view: View, ranked: Rows, more: dict[tuple[str, str], dict[str, Any]], course: dict[str, Rows], _: Texts
) -> dict[str, Any]:
    """Trend, and ranking or scatter."""
    level = view.level_titles.get(view.selection.level, view.selection.level)
    if view.against:
        figure, style = courses.scatter_figure(view, view.against, ranked, more, _), {"height": "100%"}
        heading = _("{area}: two indicators by {level}", area=view.scope.name, level=level)
    else:
        rows = answers.differences(ranked) if view.against_on else ranked
        figure = courses.ranking_figure(view, rows, _)
        # The graph fills its frame, and only the frame scrolls: it must be told how high the bars are together.
        style = {"height": figure["layout"]["height"]}
        heading = _("{area} by {level}", area=view.scope.name, level=level)
    return {
        "trend": courses.trend_figure(view, course, _),
        "trend_title": f"{view.area.name} · {view.indicator.title(_.language)}",
        "trend_legend": courses.trend_legend(view, course, _),
        "ranking": figure,
        "ranking_style": style,
        "ranking_title": heading,
    }


def _map_content(city: City, access: AccessContext, view: View, ranked: Rows, _: Texts) -> dict[str, Any]:
    place = answers.read_map(city, access, view)
    listed = city.areas(access, view.scope.code, view.selection.level)
    if place is None or view.period_on is None:
        return {
            "map": EMPTY_FIGURE,
            "map_title": view.scope.name,
            "map_legend": [],
            "map_notes": maps.map_notes(view, place, listed, ranked, _),
        }
    areas, rows = listed, ranked
    if place.is_fallback:
        areas = city.areas(access, place.parent.code, place.level)
        rows = answers.read_ranking(city, access, view, place)
    if view.against_on is not None:
        rows = answers.differences(rows)
    return {
        **_map_picture(city, access, view, place, areas, rows, _),
        "map_title": _map_title(view, place, _),
        "map_notes": maps.map_notes(view, place, areas, rows, _),
    }


def _map_picture(  # where, what and in which words, all read by the caller
    city: City, access: AccessContext, view: View, place: MapView, areas: Sequence[Area], rows: Rows, _: Texts
) -> dict[str, Any]:
    if view.selection.view == "multiples" and view.against_on is None:
        course = answers.read_map_course(city, access, view, place, answers.multiple_days(view, maps.SMALL_MAPS))
        return {
            "map": maps.multiples_figure(view, place, list(areas), course, _),
            "map_legend": maps.map_legend(course, view, False, _),
        }
    overlays = city.overlays(access)
    return {
        "map": maps.map_figure(view, place, list(areas), rows, overlays, _),
        "map_legend": maps.map_legend(rows, view, '"Feature"' in overlays, _),
    }


def _map_title(view: View, place: MapView, _: Texts) -> str:
    level = view.level_titles.get(place.level, place.level)
    title = view.indicator.title(_.language)
    if view.against_on is None or view.period_on is None:
        return _("{area}: {indicator} by {level}", area=place.parent.name, indicator=title, level=level)
    kind = view.selection.period
    return _(
        "{area}: {indicator}, {now} against {then}",
        area=place.parent.name, indicator=title, now=period_name(kind, view.period_on),
        then=period_name(kind, view.against_on),
    )  # fmt: skip


def _emptied() -> dict[str, Any]:
    """The panels of a selection that cannot be answered; the summary says why."""
    blank: dict[str, Any] = dict.fromkeys((name for name in CONTENT if name not in FIXED["fixed"]), no_update)
    figures = dict.fromkeys(("map", "trend", "ranking"), EMPTY_FIGURE)
    names = ("breadcrumb", "map_legend", "map_notes", "map_title", "trend_title", "trend_legend", "rows")
    return {**blank, **figures, **{name: [] for name in names}}


def read_summary(city: City, access: AccessContext, said: Selection) -> tuple[list[Any], list[Any]]:
    """The number that is looked at, or why there is none and the way back; and the cards of its theme."""
    _ = texts(said.lang)
    try:
        view = read_view(city, access, said)
    except CityBrainError as error:
        message = [
            html.H1(_("This cannot be shown")),
            html.P(error.sentence()),
            html.A(_("Back to the start"), href=Selection(lang=said.lang).href(), className="button reset"),
        ]
        return message, []
    chosen = _neighbours(city, access, view.indicator)
    rows = answers.read_cards(city, access, view, [i.code for i in chosen])
    shown = headline.headline(view, answers.read_headline(city, access, view), _)
    return shown, headline.measure_cards(view, rows, chosen, _)


def _neighbours(city: City, access: AccessContext, indicator: Indicator) -> list[Indicator]:
    """Indicators of the same theme that have data, then of the others: the same ones whichever of them is looked at."""
    ordered = sorted(city.delivered_indicators(access), key=lambda i: i.theme != indicator.theme)
    if indicator not in ordered[:MOST_CARDS] and indicator in ordered:
        first = ordered.index(indicator) // (MOST_CARDS - 1) * (MOST_CARDS - 1)
        ordered = ordered[min(first, len(ordered) - MOST_CARDS) :]
    return ordered[:MOST_CARDS]


def read_why(city: City, access: AccessContext, said: Selection) -> tuple[list[Any], str]:
    """The explanation and the class of its panel; closed if none is asked for."""
    if not said.why:
        return [], "why"
    try:
        view = read_view(city, access, said)
        if view.period_on is None:
            return [], "why"
        told = city.explain(access, view.indicator.code, said.why, said.period, view.period_on, limit=20)
    except CityBrainError:
        return [], "why"
    return why_panel(told, view.selection, view.info, texts(said.lang)), "why open"
