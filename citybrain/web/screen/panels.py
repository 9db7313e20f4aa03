"""The panels beside the map: each one is fed by one function and can be empty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from citybrain.query.feeds import FeedStatus
from citybrain.query.screen import worst_changes
from citybrain.web.explore.headline import change_tone
from citybrain.web.explore.limits import SIGNS, reached
from citybrain.web.numbers import instant_text, number_text, short_change_text, value_text
from citybrain.web.screen.doubts import differences_panel, zeros_panel
from citybrain.web.screen.layers import read_rows
from citybrain.web.screen.panel import MOST_ROWS, Panel, PanelRow
from citybrain.web.screen.scope import Scope
from citybrain.web.texts import Texts

STOCK_THEMES = frozenset({"supplies", "beds", "economy", "resumption"})

TONES = {"alarm": "bad", "warn": "warn", "": ""}
"""Of a number that has reached a threshold of the dictionary."""

OVERDUE_ORDERS = "orders_overdue"
"""Code of the standard dictionary: orders past their deadline and not verified."""


def changes_panel(scope: Scope) -> Panel:
    """What got worse in which area, the least accidental first."""
    _, by_code = scope._, {i.code: i for i in scope.layers}
    counted = [i for i in scope.layers if i.kind in ("flow", "distinct")]
    rows = [{**r, "better": i.better} for i in counted for r in read_rows(scope, i)]
    found = [
        PanelRow(
            key=f"{r['indicator']}/{r['area_code']}",
            name=r["area_name"],
            detail=by_code[r["indicator"]].title(scope.lang),
            value=f"{value_text(r['value'], 0, _)}  {short_change_text(r['difference'], r['change_pct'], 0)}",
            tone="bad",
            href=scope.explore(indicator=r["indicator"], area=r["area_code"]),
        )
        for r in worst_changes(rows, MOST_ROWS)
    ]
    return Panel("changes", _("Got worse"), _("against the period before"), found, _("Nothing got worse."))


def set_aside_panel(scope: Scope) -> Panel:
    """Rows in quarantine by feed: what departments still have to correct."""
    _ = scope._
    feeds = [f for f in scope.city.feeds_status(scope.access) if f.waiting]
    rows = [
        PanelRow(
            key=f.feed,
            name=f.title,
            detail=_("of {rows} rows", rows=number_text(f.rows_in, 0)),
            value=number_text(f.waiting, 0),
            tone="warn",
            share=f.waiting / f.rows_in,
        )
        for f in sorted(feeds, key=lambda f: -f.waiting)[:MOST_ROWS]
    ]
    note = _("{count} rows", count=number_text(sum(f.waiting for f in feeds), 0)) if rows else ""
    return Panel("set-aside", _("Rows in quarantine"), note, rows, _("No row is in quarantine."))


def late_panel(scope: Scope) -> Panel:
    """Feeds that are due and have not arrived, the longest silent first."""
    _, info = scope._, scope.city.snapshot_info(scope.access)
    late = [f for f in scope.city.feeds_status(scope.access) if f.state in ("late", "never")]
    ordered = sorted(late, key=lambda f: f.last_received_at or dt.datetime.min)
    rows = [
        PanelRow(
            key=f.feed,
            name=f.title,
            detail=instant_text(f.last_received_at, info.timezone)[:10],
            value=_silence(f, _),
            tone="warn",
        )
        for f in ordered[:MOST_ROWS]
    ]
    note = _("{count} feeds", count=len(late)) if late else ""
    return Panel("late", _("Overdue deliveries"), note, rows, _("Every delivery that is due has arrived."))


def _silence(feed: FeedStatus, _: Texts) -> str:
    if feed.last_received_at is None or feed.judged_at is None:
        return _("never arrived")
    hours = (feed.judged_at - feed.last_received_at) / dt.timedelta(hours=1)
    return _("{days} days ago", days=int(hours // 24)) if hours >= 48 else _("{hours} h ago", hours=int(hours))


def orders_panel(scope: Scope) -> Panel | None:
    """Orders past their deadline by area, most first; None where the city keeps no orders."""
    _, known = scope._, {i.code: i for i in scope.city.indicators(scope.access)}
    overdue = known.get(OVERDUE_ORDERS)
    if overdue is None or scope.latest(overdue) is None:
        return None
    ranked = [r for r in read_rows(scope, overdue) if r["value"]]
    most = max((r["value"] for r in ranked), default=1)
    rows = [
        PanelRow(
            key=r["area_code"],
            name=r["area_name"],
            detail=short_change_text(r["difference"], r["change_pct"], 0),
            value=number_text(r["value"], 0),
            tone="warn",
            share=r["value"] / most,
            href=scope.explore(indicator=overdue.code, area=r["area_code"]),
        )
        for r in ranked[:MOST_ROWS]
    ]
    whole = scope.change([overdue]).get(overdue.code)
    note = f"{value_text(whole['value'], 0, _)} {overdue.unit(scope.lang)}" if whole else ""
    return Panel("orders", overdue.title(scope.lang), note, rows, _("No order is past its deadline."))


def supplies_panel(scope: Scope) -> Panel:
    """Supplies, beds and resumption of work of the whole area, what has a threshold first; shares in per cent with a bar."""
    _ = scope._
    chosen = sorted((i for i in scope.showable if i.theme in STOCK_THEMES), key=lambda i: i.warn_at is None)
    changes = scope.change(chosen)
    rows = [
        PanelRow(
            key=i.code,
            name=i.title(scope.lang),
            detail=short_change_text(r["difference"], r["change_pct"], i.decimals),
            value=f"{SIGNS[reached(r['value'], i)]}{value_text(r['value'], i.decimals, _)} {i.unit(scope.lang)}",
            tone=TONES[reached(r["value"], i)] or change_tone(r["difference"], i.better),
            share=min(r["value"] / 100, 1.0) if i.unit_en == "%" and r["value"] is not None else None,
            href=scope.explore(indicator=i.code),
        )
        for i in chosen
        if (r := changes.get(i.code))
    ]
    empty = _("No indicator of supplies, beds or the economy has data.")
    return Panel("supplies", _("Supplies, beds and work"), "", rows[:MOST_ROWS], empty)


PANELS: tuple[Callable[[Scope], Panel | None], ...] = (
    zeros_panel,
    differences_panel,
    orders_panel,
    supplies_panel,
    changes_panel,
    late_panel,
    set_aside_panel,
)
"""In the order of the screen; one that is 16 : 9 has room for the first four that there are."""


def read_panels(scope: Scope) -> list[dict[str, Any]]:
    """Every panel that there is, as the browser places it."""
    return [asdict(panel) for make in PANELS if (panel := make(scope)) is not None]
