"""Callbacks of the explorer: parse the URL, ask the query layer, draw. The browser keeps the state, the server none."""

from __future__ import annotations

import asyncio
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update

from citybrain.errors import CityBrainError
from citybrain.query import AccessContext, City
from citybrain.web.explore import charts, headline, table, toolbar
from citybrain.web.explore.ids import Ids
from citybrain.web.explore.page import EMPTY_FIGURE
from citybrain.web.explore.view import View, read_headline, read_map, read_ranking, read_trend, read_view
from citybrain.web.explore.why import why_panel
from citybrain.web.selection import Selection
from citybrain.web.texts import texts

MOST_CARDS = 8


def add_callbacks(app: Dash, city: City, access: AccessContext) -> None:
    """Register the callbacks of the explorer on the app."""

    @app.callback(
        {name: Output(identity, prop) for name, (identity, prop) in CONTENT.items()}, Input(Ids.URL, "search")
    )
    async def content(search: str | None) -> Any:
        return await asyncio.to_thread(read_content, city, access, Selection.from_query(search))

    @app.callback(Output(Ids.MEASURES, "children"), Input(Ids.URL, "search"))
    async def cards(search: str | None) -> Any:
        return await asyncio.to_thread(read_cards, city, access, Selection.from_query(search))

    @app.callback(Output(Ids.WHY, "children"), Output(Ids.WHY, "className"), Input(Ids.URL, "search"))
    async def why(search: str | None) -> Any:
        return await asyncio.to_thread(read_why, city, access, Selection.from_query(search))

    _add_clientside(app)


def _add_clientside(app: Dash) -> None:
    def run(function: str, *inputs: Input | State) -> None:
        app.clientside_callback(ClientsideFunction("explore", function), *inputs, prevent_initial_call=True)

    run("chooseIndicator", Input(Ids.INDICATOR, "value"), State(Ids.SHOWN, "data"))
    run("choosePeriod", Input(Ids.PERIOD, "value"), State(Ids.SHOWN, "data"))
    run("clickMap", Input(Ids.MAP, "clickData"))
    run("clickRanking", Input(Ids.RANKING, "clickData"))
    run("clickTrend", Input(Ids.TREND, "clickData"))
    run("drawn", Input(Ids.MAP, "figure"), Input(Ids.SHOWN, "data"))


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
    "headline": (Ids.HEADLINE, "children"),
    "map": (Ids.MAP, "figure"),
    "map_title": (Ids.MAP_TITLE, "children"),
    "map_legend": (Ids.MAP_LEGEND, "children"),
    "map_notes": (Ids.MAP_NOTES, "children"),
    "trend": (Ids.TREND, "figure"),
    "trend_title": (Ids.TREND_TITLE, "children"),
    "ranking": (Ids.RANKING, "figure"),
    "ranking_style": (Ids.RANKING, "style"),
    "ranking_title": (Ids.RANKING_TITLE, "children"),
    "columns": (Ids.TABLE, "columnDefs"),
    "rows": (Ids.TABLE, "rowData"),
    "exports": (Ids.EXPORTS, "children"),
}
"""What changes with the selection: name in the answer, component and property."""


def read_content(city: City, access: AccessContext, said: Selection) -> dict[str, Any]:
    """Everything that moves with the selection, but the cards and the explanation."""
    _ = texts(said.lang)
    try:
        view = read_view(city, access, said)
    except CityBrainError as error:
        return _nothing(error, said)
    ranked, path = read_ranking(city, access, view), read_headline(city, access, view, [view.indicator.code])
    ranking = charts.ranking_figure(view, ranked, _)
    level = view.level_titles.get(view.selection.level, view.selection.level)
    title = view.indicator.title(said.lang)
    return {
        **_bar_content(city, access, view),
        **_map_content(city, access, view, ranked),
        "headline": headline.headline(view, path[0] if path else None, _),
        "trend": charts.trend_figure(view, read_trend(city, access, view), _),
        "trend_title": f"{view.area.name} · {title}",
        "ranking": ranking,
        # The graph fills its frame, and only the frame scrolls: it must be told how high the bars are together.
        "ranking_style": {"height": ranking["layout"]["height"]},
        "ranking_title": _("{area} by {level}", area=view.scope.name, level=level),
        "columns": table.table_columns(view, _),
        "rows": table.table_rows(ranked, view, _),
        "exports": table.export_links(view, _),
    }


def _bar_content(city: City, access: AccessContext, view: View) -> dict[str, Any]:
    _ = texts(view.selection.lang)
    period = view.period_on.isoformat() if view.period_on else None
    said = view.selection
    return {
        # What the links on the page were made for: the browser applies only what a link changes of it.
        "shown": {"indicator": said.indicator, "period": period, "lang": said.lang, "query": said.but().query()},
        "banner": toolbar.banner(view, city.feeds_status(access), _),
        "breadcrumb": toolbar.breadcrumb(view, _),
        "indicators": toolbar.indicator_options(city.indicators(access), _),
        "indicator": view.indicator.code,
        "period_types": toolbar.period_types(view, _),
        "periods": toolbar.period_options(view, _),
        "period": period,
        "steps": toolbar.period_steps(view, _),
        "levels": toolbar.level_links(view, _),
    }


def _map_content(city: City, access: AccessContext, view: View, ranked: list[dict[str, Any]]) -> dict[str, Any]:
    _ = texts(view.selection.lang)
    place = read_map(city, access, view)
    listed = city.areas(access, view.scope.code, view.selection.level)
    if place is None or view.period_on is None:
        return {
            "map": EMPTY_FIGURE,
            "map_title": view.scope.name,
            "map_legend": [],
            "map_notes": charts.map_notes(view, place, listed, ranked, _),
        }
    areas, rows = listed, ranked
    if place.is_fallback:
        areas = city.areas(access, place.parent.code, place.level)
        rows = city.ranking(
            access,
            view.indicator.code,
            view.selection.period,
            view.period_on,
            level=place.level,
            within=place.parent.code,
        ).to_dicts()
    overlays = city.overlays(access)
    level, title = view.level_titles.get(place.level, place.level), view.indicator.title(view.selection.lang)
    return {
        "map": charts.map_figure(view, place, areas, rows, overlays, _),
        "map_title": _(
            "{area}: {indicator} by {level}",
            area=place.parent.name,
            indicator=title,
            level=level,
        ),
        "map_legend": charts.map_legend(rows, view, '"Feature"' in overlays, _),
        "map_notes": charts.map_notes(view, place, areas, rows, _),
    }


def _nothing(error: CityBrainError, said: Selection) -> dict[str, Any]:
    """The page for a selection that cannot be answered: what is wrong and the way back."""
    _ = texts(said.lang)
    blank: dict[str, Any] = dict.fromkeys(CONTENT, no_update)
    message = [
        html.H1(_("This cannot be shown")),
        html.P(error.sentence()),
        html.A(_("Back to the start"), href=Selection(lang=said.lang).href(), className="button reset"),
    ]
    figures = dict.fromkeys(("map", "trend", "ranking"), EMPTY_FIGURE)
    emptied: dict[str, Any] = {
        name: [] for name in ("breadcrumb", "map_legend", "map_notes", "map_title", "trend_title", "rows")
    }
    return {**blank, **figures, **emptied, "headline": message}


def read_cards(city: City, access: AccessContext, said: Selection) -> list[Any]:
    """Cards of the first indicators that have data, the chosen one among them."""
    try:
        view = read_view(city, access, said)
    except CityBrainError:
        return []
    known = [i for i in city.indicators(access) if city.covered(access, i.code)[1] is not None]
    chosen = known[:MOST_CARDS]
    if view.indicator in known[MOST_CARDS:]:
        chosen[-1] = view.indicator
    rows = read_headline(city, access, view, [i.code for i in chosen])
    return headline.measure_cards(view, rows, chosen, texts(said.lang))


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
