"""All feeds: what came, what is due, and how much of it could not be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from citybrain.query import SnapshotInfo
from citybrain.query.quality import FeedQuality
from citybrain.query.reports import ReportMatrix, ZeroRun
from citybrain.web.elements import Content, Markup, element, headings, scrolling
from citybrain.web.navigation import Visit
from citybrain.web.numbers import instant_text
from citybrain.web.quality.words import department_words, draw_trend, due_words, feed_states, share_text, state_badge

STATES = ("late", "never", "on_time", "unscheduled")


def summary_tiles(visit: Visit, feeds: Sequence[FeedQuality], matrix: ReportMatrix, runs: Sequence[ZeroRun]) -> Markup:
    """The page in six numbers; each leads to its part of the page."""
    _ = visit._
    behind = [f for f in feeds if f.status.state in ("late", "never")]
    rows_in = sum(f.status.rows_in for f in feeds)
    waiting = sum(f.status.waiting for f in feeds)
    owed, come = sum(a.owed for a in matrix.areas), sum(a.come for a in matrix.areas)
    on_time = sum(a.on_time for a in matrix.areas)
    refused = sum(len(f.refused) for f in feeds)
    tiles = [
        (_("Feeds late or never delivered"), f"{len(behind)} / {len(feeds)}", visit.href(state="late") + "#feeds"),
        (_("Rows waiting to be corrected"), f"{waiting:,} · {share_text(waiting, rows_in)}", "#feeds"),
        (_("Deliveries refused"), f"{refused:,}", "#feeds"),
        (_("Reports that came"), share_text(come, owed), "#reports"),
        (_("Reports on time"), share_text(on_time, owed), "#reports"),
        (_("Implausible zeros"), f"{sum(r.periods for r in runs):,}", "#zeros"),
    ]
    return element(
        "ul",
        [
            element(
                "li", element("a", element("span", name, class_="name"), element("strong", value), href=href)
            )
            for name, value, href in tiles
        ],
        class_="tiles",
    )  # fmt: skip


def feeds_panel(
    visit: Visit, feeds: Sequence[FeedQuality], info: SnapshotInfo, departments: Mapping[str, str]
) -> Markup:
    """The table of feeds, by department, narrowed to one state if the query says so."""
    _ = visit._
    state = visit.said.get("state", "")
    shown = [f for f in feeds if not state or f.status.state == state]
    heads = [
        _("Feed"), _("Due"), _("Last delivery"), _("Next due"), _("State"), _("Rows in"), _("Accepted"),
        _("Quarantined"), _("Waiting"), _("Duplicate"), _("Refused"), _("Quarantined, trend"),
    ]  # fmt: skip
    groups = [
        element("tbody", _department(visit, department, list(group), info, departments, len(heads)))
        for department, group in groupby(shown, key=lambda f: f.status.department)
    ]
    table = element(
        "table",
        element("caption", _("Feeds by department; rows are those of the deliveries that count now")),
        headings(heads, range(5, 11)),
        groups,
    )
    empty = element("p", _("No feed is in this state."), class_="muted")
    return element(
        "section", element("div", element("h2", _("Feeds")), _state_links(visit, feeds, state), class_="panel-head"),
        scrolling(_("Feeds"), table) if shown else empty, id="feeds", class_="panel",
    )  # fmt: skip


def _state_links(visit: Visit, feeds: Sequence[FeedQuality], chosen: str) -> Markup:
    _, words = visit._, feed_states(visit._)
    counts = {s: sum(f.status.state == s for f in feeds) for s in STATES}
    choices = [("", _("All"), len(feeds)), *((s, words[s], counts[s]) for s in STATES if counts[s])]
    links = [
        element(
            "a", f"{name} {count}", href=visit.href(state=state) + "#feeds", class_="chosen" if state == chosen else None,
            aria_current="true" if state == chosen else None,
        )
        for state, name, count in choices
    ]  # fmt: skip
    return element("div", links, class_="choice", role="group", aria_label=_("State"))


def _department(
    visit: Visit, code: str, feeds: list[FeedQuality], info: SnapshotInfo, departments: Mapping[str, str], width: int
) -> list[Content]:
    name = department_words(code, departments)
    head = element("tr", element("th", name, colspan=width, scope="rowgroup"), class_="group")
    return [head, *(_feed_row(visit, f, info) for f in feeds)]


def _feed_row(visit: Visit, feed: FeedQuality, info: SnapshotInfo) -> Markup:
    _, status = visit._, feed.status
    link = element("a", status.title, href=visit.link(f"/quality/feeds/{status.feed}"))
    share = f" · {share_text(status.quarantined, status.rows_in)}" if status.quarantined else ""
    refused = element("span", f"{len(feed.refused)}", class_="bad") if feed.refused else "0"
    return element(
        "tr",
        element("th", link, element("small", status.feed), scope="row"),
        element("td", due_words(feed, _)),
        element("td", instant_text(status.last_received_at, info.timezone) or "–", class_="when"),
        element("td", instant_text(feed.due_at, info.timezone) or "–", class_="when"),
        element("td", state_badge(status.state, _)),
        element("td", f"{status.rows_in:,}", class_="number"),
        element("td", f"{status.accepted:,}", class_="number"),
        element("td", f"{status.quarantined:,}{share}", class_="number"),
        element("td", f"{status.waiting:,}", class_="number"),
        element("td", f"{status.duplicate:,}", class_="number"),
        element("td", refused, class_="number"),
        element("td", draw_trend(feed.deliveries, _)),
    )
