"""Callbacks of the explorer: parse the URL, answer, leave out what the browser has. It keeps the state, the server none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update

from citybrain.errors import CityBrainError
from citybrain.query import AccessContext, City
from citybrain.web.explore.content import CONTENT, FIXED, read_content, read_fixed, read_summary, read_why
from citybrain.web.explore.frames import add_frames
from citybrain.web.explore.ids import Ids
from citybrain.web.selection import Selection

KEPT_ANSWERS = 256
"""Views whose answers are kept for as long as the snapshot is served: some 30 kB each."""


def add_callbacks(app: Dash, city: City, access: AccessContext) -> None:
    """Register the callbacks of the explorer on the app, and what its player asks for on the server below it."""
    add_frames(app.server, city, access)
    kept, fixed = _kept(city, access, read_content), _kept(city, access, read_fixed)
    summaries = _kept(city, access, read_summary)

    @app.callback(
        {name: Output(identity, prop) for name, (identity, prop) in CONTENT.items()},
        Input(Ids.URL, "search"),
        State(Ids.SHOWN, "data"),
    )
    async def content(search: str | None, before: dict[str, Any] | None) -> Any:
        return await asyncio.to_thread(answered, Selection.from_query(search), before)

    def answered(said: Selection, before: dict[str, Any] | None) -> dict[str, Any]:
        answer = without_known(kept(said), before)
        if knows_fixed(answer, before):
            return {**answer, **dict.fromkeys(FIXED["fixed"], no_update)}
        return {**answer, **fixed(Selection(lang=said.lang))}

    @app.callback(Output(Ids.HEADLINE, "children"), Output(Ids.MEASURES, "children"), Input(Ids.URL, "search"))
    async def summary(search: str | None) -> Any:
        return await asyncio.to_thread(summaries, Selection.from_query(search))

    @app.callback(Output(Ids.WHY, "children"), Output(Ids.WHY, "className"), Input(Ids.URL, "search"))
    async def why(search: str | None) -> Any:
        said = Selection.from_query(search)
        # Mostly the panel is closed: then there is nothing to read, and no thread to wait for.
        return await asyncio.to_thread(read_why, city, access, said) if said.why else ([], "why")

    _add_clientside(app)


def _kept(
    city: City, access: AccessContext, read: Callable[[City, AccessContext, Selection], Any]
) -> Callable[[Selection], Any]:
    """`read` for this asker, its answers kept by snapshot and selection: nothing in a snapshot ever changes."""
    answers = lru_cache(KEPT_ANSWERS)(lambda _snapshot, said: read(city, access, said))

    def answer(said: Selection) -> Any:
        try:
            snapshot = city.snapshot_info(access).snapshot
        except CityBrainError:
            return read(city, access, said)
        return answers(snapshot, said.but())

    return answer


def without_known(answer: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    """The answer without the long lists that the browser was sent before and that are still the same."""
    now = answer["shown"]
    if now is no_update or not before:
        return answer
    same = before.get("span") == now["span"]
    return {**answer, **dict.fromkeys(FIXED["span"], no_update)} if same else answer


def knows_fixed(answer: dict[str, Any], before: dict[str, Any] | None) -> bool:
    """Whether the browser was sent what hangs on snapshot and language only."""
    now = answer["shown"]
    return bool(before) and now is not no_update and (before or {}).get("fixed") == now["fixed"]


def _add_clientside(app: Dash) -> None:
    def run(function: str, *inputs: Input | State) -> None:
        app.clientside_callback(ClientsideFunction("explore", function), *inputs, prevent_initial_call=True)

    run("chooseIndicator", Input(Ids.INDICATOR, "value"), State(Ids.SHOWN, "data"))
    run("choosePeriod", Input(Ids.PERIOD, "value"), State(Ids.SHOWN, "data"))
    run("chooseWith", Input(Ids.WITH, "value"), State(Ids.SHOWN, "data"))
    run("chooseAgainst", Input(Ids.AGAINST, "value"), State(Ids.SHOWN, "data"))
    run("chooseMore", Input(Ids.MORE, "value"), State(Ids.SHOWN, "data"))
    run("chooseScatter", Input(Ids.SCATTER, "value"), State(Ids.SHOWN, "data"))
    run("clickMap", Input(Ids.MAP, "clickData"))
    run("clickRanking", Input(Ids.RANKING, "clickData"))
    run("clickTrend", Input(Ids.TREND, "clickData"))
    run("drawn", Input(Ids.MAP, "figure"), Input(Ids.SHOWN, "data"))
