"""The tool bar: where, what, when and at which level; every choice is a link, so that keyboard, new tab and back work."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dash import html

from citybrain.query import SnapshotInfo
from citybrain.query.areas import Area
from citybrain.query.feeds import FeedStatus
from citybrain.query.periods import PERIOD_TYPES, next_period
from citybrain.web.explore.view import View
from citybrain.web.numbers import instant_text, known_words
from citybrain.web.texts import Texts


def breadcrumb(view: View, _: Texts) -> list[Any]:
    """The way from the top to the area."""
    steps: list[Any] = []
    for area in view.path:
        if area is view.area:
            steps.append(html.Span(area.name, className="here", **{"aria-current": "page"}))
        else:
            steps += [
                html.A(area.name, href=view.selection.href(area=area.code, level="")),
                html.Span("›", className="step", **{"aria-hidden": "true"}),
            ]
    return steps


def period_types(view: View, _: Texts) -> list[Any]:
    """Day, week, month, quarter, year."""
    words = {"day": _("Day"), "week": _("Week"), "month": _("Month"), "quarter": _("Quarter"), "year": _("Year")}
    return [_choice(words[p], view.selection.href(period=p), p == view.selection.period) for p in PERIOD_TYPES]


def level_links(view: View, _: Texts) -> list[Any]:
    """Levels below the listed area."""
    said = view.selection
    return [
        _choice(view.level_titles.get(level, level), said.href(area=view.scope.code, level=level), level == said.level)
        for level in view.levels
    ]


def view_links(view: View, _: Texts) -> list[Any]:
    """One map, or one small map a period."""
    said = view.selection
    return [
        _choice(_("Map"), said.href(view=""), said.view == ""),
        _choice(_("Small multiples"), said.href(view="multiples", against=None), said.view == "multiples"),
    ]


def area_options(areas: list[Area], view: View, _: Texts) -> list[dict[str, str]]:
    """Areas that the chosen one may be compared with: those above it and those beside it."""
    found = {a.code: a for a in (*view.path, *areas) if a is not view.area}
    if view.beside:
        found[view.beside.code] = view.beside
    return [{"value": a.code, "label": a.name} for a in found.values()]


def period_steps(view: View, _: Texts) -> list[Any]:
    """The period before and the one after."""
    if view.period_on is None:
        return []
    kind = view.selection.period
    before, after = next_period(kind, view.period_on, -1), next_period(kind, view.period_on)
    return [
        _step("‹", _("Previous period"), view, before, view.first_on is not None and before >= view.first_on),
        _step("›", _("Next period"), view, after, view.latest_on is not None and after <= view.latest_on),
    ]


def _step(sign: str, words: str, view: View, day: dt.date, exists: bool) -> Any:
    if not exists:
        return html.Span(sign, className="button off", **{"aria-hidden": "true"})
    return html.A(sign, href=view.selection.href(on=day), className="button", title=words)


def _choice(words: str, href: str, chosen: bool) -> Any:
    return html.A(words, href=href, className="chosen" if chosen else "")


def banner(info: SnapshotInfo, feeds: list[FeedStatus], _: Texts) -> list[Any]:
    """Last day with data, as-of time, snapshot, and how many feeds are late, with their names inside."""
    late = [f for f in feeds if f.state in ("late", "never")]
    words = _("Late feeds: {count}", count=len(late)) if late else _("All feeds on time")
    return [
        *[html.Span([html.Span(n, className="muted"), " ", html.Strong(words)]) for n, words in known_words(info, _)],
        html.Span([html.Span(_("Snapshot"), className="muted"), " ", html.Code(info.snapshot)], className="snapshot"),
        html.Details(
            [
                html.Summary([html.Span("▲ " if late else "● ", **{"aria-hidden": "true"}), words]),
                html.Div(_feed_table(feeds, info.timezone, _), className="popover"),
            ],
            className="feeds late" if late else "feeds",
        ),
    ]


def _feed_table(feeds: list[FeedStatus], timezone: str, _: Texts) -> html.Table:
    states = {
        "on_time": _("on time"),
        "late": _("late"),
        "never": _("never delivered"),
        "unscheduled": _("no due time"),
    }
    heads = [_("Feed"), _("Department"), _("Last delivery"), _("Rows in"), _("Accepted"), _("Quarantined"), _("State")]
    rows = [
        html.Tr(
            [
                html.Th(f.title, scope="row"),
                html.Td(f.department),
                html.Td(instant_text(f.last_received_at, timezone)),
                html.Td(f"{f.rows_in:,}", className="number"),
                html.Td(f"{f.accepted:,}", className="number"),
                html.Td(f"{f.quarantined:,}", className="number"),
                html.Td(states[f.state], className=f.state),
            ]
        )
        for f in feeds
    ]
    return html.Table([html.Thead(html.Tr([html.Th(h, scope="col") for h in heads])), html.Tbody(rows)])
