"""The frame of the explorer: what stays while the selection changes."""

from __future__ import annotations

from typing import Any

import dash_ag_grid as dag
from dash import dcc, html

from citybrain.errors import CityBrainError
from citybrain.query import AccessContext, City
from citybrain.web.explore.ids import Ids
from citybrain.web.navigation import places_component
from citybrain.web.texts import LANGUAGES, Texts, texts

EMPTY_FIGURE: dict[str, Any] = {
    "data": [],
    "layout": {
        "xaxis": {"visible": False},
        "yaxis": {"visible": False},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
    },
}


def page_layout(city: City, access: AccessContext, language: str) -> html.Div:
    """The page in the language; without a snapshot, what to do to get one."""
    _ = texts(language)
    try:
        return page_frame(_, city.snapshot_info(access).project)
    except CityBrainError as error:
        return no_snapshot_page(_, error)


def page_frame(_: Texts, project: str) -> html.Div:
    """Header, tool bar, panels; every text in the language, every panel still empty."""
    return html.Div(
        [
            # The URL is the state: it is read from here, and written through it, without loading the page again.
            dcc.Location(id=Ids.URL, refresh="callback-nav"),
            dcc.Store(id=Ids.SHOWN),
            html.A(_("Skip to the numbers"), href="#numbers", className="skip"),
            _header(_, project),
            _toolbar(_),
            html.Main(
                [
                    html.Section(
                        [
                            html.Div(id=Ids.HEADLINE, className="headline"),
                            html.Div(id=Ids.MEASURES, className="measures"),
                        ],
                        className="summary",
                        **{"aria-live": "polite"},
                    ),
                    html.Div([_map_panel(_), _trend_panel(_), _ranking_panel(_)], className="charts"),
                    _table_panel(_),
                ],
                id="numbers",
            ),
            html.Aside(id=Ids.WHY, className="why", **{"aria-live": "polite"}),
        ],
        className="explore",
        lang="zh-CN" if _.language == "zh" else _.language,
    )


def no_snapshot_page(_: Texts, error: CityBrainError) -> html.Div:
    """What to do when nothing can be shown yet."""
    return html.Div(
        [
            html.H1(_("Nothing to show yet")),
            html.P(_("No snapshot of the data has been published, or it cannot be read. In the city project, run:")),
            html.Pre("citybrain build"),
            html.P(error.sentence(), className="muted"),
            html.A(_("Try again"), href="/explore", className="button reset"),
        ],
        className="empty-page",
    )


def _header(_: Texts, project: str) -> html.Header:
    other = next(code for code in LANGUAGES if code != _.language)
    return html.Header(
        [
            html.Div(
                [html.Span("CityBrain", className="brand", lang="en"), html.Span(project, className="city")],
                className="title",
            ),
            places_component("/explore", _),
            html.Div(id=Ids.BANNER, className="banner"),
            html.A(LANGUAGES[other], id="language-switch", href=f"?lang={other}", lang=other, className="language"),
        ]
    )


def _toolbar(_: Texts) -> html.Nav:
    return html.Nav(
        [
            html.Div(id=Ids.BREADCRUMB, className="breadcrumb"),
            html.Div(
                [
                    html.Span(_("Indicator"), className="muted", **{"aria-hidden": "true"}),
                    _chooser(Ids.INDICATOR, _("Indicator"), _, clearable=False, search_order="original"),
                ],
                className="field wide themed",
            ),
            html.Div(id=Ids.PERIOD_TYPES, className="choice"),
            html.Div(
                [
                    html.Span(_("Period"), className="muted", **{"aria-hidden": "true"}),
                    _chooser(Ids.PERIOD, _("Period"), _, clearable=False),
                    html.Div(id=Ids.PERIOD_STEPS, className="steps"),
                ],
                className="field period",
            ),
            html.Div(id=Ids.LEVELS, className="choice"),
        ],
        className="toolbar",
        **{"aria-label": _("Selection")},
    )


def _chooser(identity: Ids, words: str, _: Texts, **more: Any) -> html.Div:
    """A chooser; `words` say what it chooses, where nothing is chosen and to those who do not see it."""
    labels = {
        "search": _("Search"),
        "clear_search": _("Clear search"),
        "clear_selection": _("Clear"),
        "no_options_found": _("Nothing found"),
        "select_all": _("Select all"),
        "deselect_all": _("Clear"),
        "selected_count": _("{num_selected} chosen"),
    }
    chooser = dcc.Dropdown(id=identity, maxHeight=460, labels=labels, placeholder=words, **more)
    return html.Div(chooser, role="group", className="chooser", **{"aria-label": words})


def _map_panel(_: Texts) -> html.Section:
    return html.Section(
        [
            html.Div(
                [
                    html.H2(id=Ids.MAP_TITLE),
                    html.Div(_chooser(Ids.AGAINST, _("Compare with a period"), _), className="field"),
                    html.Div(id=Ids.VIEWS, className="choice"),
                ],
                className="panel-head",
            ),
            html.Div(_graph(Ids.MAP, scrollZoom=True, topojsonURL="/assets/topojson/"), className="map-frame"),
            # Filled by explore.js: a button and a slider that play the periods.
            html.Div(
                id=Ids.PLAYER,
                className="player",
                role="group",
                **{"aria-label": _("Course over time"), "data-play": _("Play"), "data-pause": _("Pause")},
            ),
            html.Div(id=Ids.MAP_LEGEND, className="legend"),
            html.Div(id=Ids.MAP_NOTES, className="notes"),
        ],
        className="panel map-panel",
    )


def _trend_panel(_: Texts) -> html.Section:
    return html.Section(
        [
            html.Div(
                [
                    html.H2(id=Ids.TREND_TITLE),
                    html.Div(_chooser(Ids.WITH, _("Compare with an area"), _), className="field"),
                ],
                className="panel-head",
            ),
            html.Div(_graph(Ids.TREND), className="trend-frame"),
            html.Div(id=Ids.TREND_LEGEND, className="legend"),
        ],
        className="panel trend-panel",
    )


def _ranking_panel(_: Texts) -> html.Section:
    return html.Section(
        [
            html.Div(
                [
                    html.H2(id=Ids.RANKING_TITLE),
                    html.Div(
                        _chooser(Ids.SCATTER, _("Scatter against an indicator"), _, search_order="original"),
                        className="field themed",
                    ),
                ],
                className="panel-head",
            ),
            html.Div(
                _graph(Ids.RANKING), className="ranking-frame", tabIndex=0, role="group", **{"aria-label": _("Ranking")}
            ),
        ],
        className="panel ranking-panel",
    )


def _table_panel(_: Texts) -> html.Section:
    return html.Section(
        [
            html.Div(
                [
                    html.H2(_("Table")),
                    html.Div(
                        _chooser(
                            Ids.MORE,
                            _("More indicators as columns"),
                            _,
                            multi=True,
                            search_order="original",
                        ),
                        className="field themed",
                    ),
                    html.Div(id=Ids.EXPORTS, className="exports"),
                ],
                className="panel-head",
            ),
            dag.AgGrid(
                id=Ids.TABLE,
                columnDefs=[],
                rowData=[],
                getRowId="params.data.area_code",
                columnSize="responsiveSizeToFit",
                defaultColDef={"resizable": True, "sortable": True, "suppressHeaderMenuButton": True},
                dashGridOptions={
                    "animateRows": False,
                    "domLayout": "autoHeight",
                    "pagination": True,
                    "paginationPageSize": 20,
                    "paginationPageSizeSelector": False,
                    "suppressCellFocus": False,
                    "localeText": _grid_words(_),
                },
                style={"height": None},
                dangerously_allow_code=False,
            ),
        ],
        className="panel table-panel",
    )


def _grid_words(_: Texts) -> dict[str, str]:
    return {
        "noRowsToShow": _("No areas to show"),
        "page": _("Page"),
        "to": _("to"),
        "of": _("of"),
        "nextPage": _("Next page"),
        "previousPage": _("Previous page"),
        "firstPage": _("First page"),
        "lastPage": _("Last page"),
    }


def _graph(identity: Ids, **config: object) -> dcc.Graph:
    return dcc.Graph(
        id=identity,
        figure=EMPTY_FIGURE,
        responsive=True,
        config={"displayModeBar": False, "showTips": False, **config},
    )
