"""From the rows of the query layer to trend, ranking and scatter."""

from __future__ import annotations

from typing import Any

from dash import html

from citybrain.figures import (
    Compared,
    RankedArea,
    ScatteredArea,
    TrendPoint,
    draw_ranking,
    draw_scatter,
    draw_trend,
)
from citybrain.figures.trend_marks import distant
from citybrain.query.definitions import Indicator
from citybrain.query.periods import period_name
from citybrain.web.explore.answers import Rows
from citybrain.web.explore.hover import hover_text
from citybrain.web.explore.limits import limits_of
from citybrain.web.explore.maps import classes_of, label_text, state_entries
from citybrain.web.explore.states import shown, state_words
from citybrain.web.explore.versions import redefinition_notes, redefinitions
from citybrain.web.explore.view import View
from citybrain.web.texts import Texts


def trend_figure(view: View, rows: dict[str, Rows], _: Texts) -> dict[str, Any]:
    """The course of the area, and of the one beside it."""
    adds_up = view.indicator.kind in ("flow", "distinct")
    second = _points(rows.get(view.beside.code, []), view, _) if view.beside else []
    return draw_trend(
        _points(rows.get(view.area.code, []), view, _),
        view.selection.period,
        bars=adds_up,
        words=state_words(_),
        selected=view.period_on,
        compared=Compared(second, view.against_on),
        limits=limits_of(view.indicator, _),
        changes=redefinitions(view, rows.get(view.area.code, []), _),
    )


def _points(rows: Rows, view: View, _: Texts) -> list[TrendPoint]:
    return [
        TrendPoint(r["period_on"], r["value"], r["is_partial"], hover_text(r, view, _, when=True), r["state"])
        for r in rows
    ]


def trend_legend(view: View, rows: dict[str, Rows], _: Texts) -> list[Any]:
    """Which line is whose, which bar is which period, the limits, and the states that are there."""
    entries: list[Any] = []
    if view.beside:
        entries += [_mark("first", view.area.name), _mark("second", view.beside.name)]
    if view.against_on and view.period_on:
        kind = view.selection.period
        entries += [_mark("now", period_name(kind, view.period_on)), _mark("then", period_name(kind, view.against_on))]
    own = rows.get(view.area.code, [])
    points = [
        TrendPoint(r["period_on"], r["value"], r["is_partial"], "", r["state"]) for part in rows.values() for r in part
    ]
    entries += [_mark(limit.kind, limit.label) for limit in distant(limits_of(view.indicator, _), points)]
    if any(r["is_partial"] for r in own):
        entries.append(_mark("partial", _("period not complete")))
    entries += [_mark("version", note) for note in redefinition_notes(view, own, _)]
    return [*entries, *state_entries({r["state"] for r in own}, _)]


def _mark(kind: str, words: str) -> html.Span:
    return html.Span([html.I(className=f"mark {kind}"), words], className="entry")


def ranking_figure(view: View, rows: Rows, _: Texts) -> dict[str, Any]:
    """The listed areas in order."""
    ranked = [
        RankedArea(
            r["area_code"], r["area_name"], r["value"], label_text(r, view, _), hover_text(r, view, _), r["state"]
        )
        for r in rows
    ]
    return draw_ranking(ranked, classes_of(rows, view), highlight=view.highlight)


def scatter_figure(view: View, against: Indicator, rows: Rows, more: dict[tuple[str, str], Any], _: Texts) -> Any:
    """The listed areas that have a number of both indicators."""
    pairs = [(r, more.get((against.code, r["area_code"]))) for r in rows]
    placed = [
        ScatteredArea(
            r["area_code"], r["area_name"], r["value"], other["value"], _both_text(r, other, view, against, _)
        )
        # Largest first: where names would cover each other, the page drops the later ones.
        for r, other in sorted(pairs, key=lambda pair: -(pair[0]["value"] or 0.0))
        if other is not None and r["value"] is not None and other["value"] is not None
    ]
    titles = [f"{i.title(_.language)} ({i.unit(_.language)})" for i in (view.indicator, against)]
    return draw_scatter(placed, (titles[0], titles[1]), highlight=view.highlight)


def _both_text(row: dict[str, Any], other: dict[str, Any], view: View, against: Indicator, _: Texts) -> str:
    return "<br>".join(
        [
            f"<b>{row['area_name']}</b>",
            *(
                f"{i.title(_.language)}: <b>{shown(r, i.decimals, _)}</b> {i.unit(_.language)}"
                for i, r in ((view.indicator, row), (against, other))
            ),
        ]
    )
