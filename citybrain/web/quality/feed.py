"""One feed: its deliveries, what was refused, and why rows were set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from citybrain.query import SnapshotInfo
from citybrain.query.drift import DeliveredColumn, Drift
from citybrain.query.quality import Delivery, FeedQuality
from citybrain.web.elements import Content, Markup, element, headings, scrolling
from citybrain.web.navigation import Visit
from citybrain.web.numbers import instant_text
from citybrain.web.quality.words import department_words, draw_trend, due_words, reason_words, share_text, state_badge
from citybrain.web.texts import Texts


def feed_page(
    visit: Visit,
    feed: FeedQuality,
    drift: Sequence[DeliveredColumn] | None,
    info: SnapshotInfo,
    departments: Mapping[str, str],
) -> list[Content]:
    """Everything on the quality of a feed."""
    _, status = visit._, feed.status
    return [
        element("nav", element("a", "‹ ", _("All feeds"), href=visit.link("/quality")), class_="crumb",
                aria_label=_("Way back")),
        element("h1", status.title, " ", element("code", status.feed)),
        _facts(visit, feed, info, departments),
        _refused(feed, info, _),
        _reasons(feed, _),
        None if drift is None else _drift(drift, info, _),
        _deliveries(feed, info, _),
    ]  # fmt: skip


def _facts(visit: Visit, feed: FeedQuality, info: SnapshotInfo, departments: Mapping[str, str]) -> Markup:
    _, status = visit._, feed.status
    facts: list[tuple[str, Content]] = [
        (_("Department"), department_words(status.department, departments)),
        (_("State"), state_badge(status.state, _)),
        (_("Due"), due_words(feed, _)),
        (_("Last delivery"), instant_text(status.last_received_at, info.timezone) or "–"),
        (_("Next due"), instant_text(feed.due_at, info.timezone) or "–"),
        (_("Rows in"), f"{status.rows_in:,}"),
        (_("Accepted"), f"{status.accepted:,}"),
        (_("Quarantined"), f"{status.quarantined:,} · {share_text(status.quarantined, status.rows_in)}"),
        (_("Waiting"), f"{status.waiting:,} · {share_text(status.waiting, status.rows_in)}"),
        (_("Duplicate"), f"{status.duplicate:,}"),
        (_("Quarantined, trend"), draw_trend(feed.deliveries[:24], _, 260, 40)),
    ]
    entries = [element("div", element("dt", name), element("dd", value)) for name, value in facts]
    ways = element(
        "p",
        element("a", _("What this feed contains"), href=visit.link(f"/catalogue/feeds/{status.feed}")),
        class_="ways",
    )
    return element("section", element("dl", entries, class_="facts"), ways, class_="panel")


def _refused(feed: FeedQuality, info: SnapshotInfo, _: Texts) -> Markup | None:
    if not feed.refused:
        return None
    entries = [
        element(
            "li", element("strong", d.file_name), " · ", instant_text(d.received_at, info.timezone),
            element("p", d.error),
        )
        for d in feed.refused
    ]  # fmt: skip
    return element(
        "section", element("h2", "▲ ", _("Refused deliveries")),
        element("p", _("Nothing of these was loaded; what was delivered before still counts."), class_="muted"),
        element("ul", entries, class_="refused"), class_="panel warning",
    )  # fmt: skip


def _reasons(feed: FeedQuality, _: Texts) -> Markup:
    head = element("h2", _("Why rows were set aside"))
    if not feed.status.waiting:
        return element("section", head, element("p", _("No row is in quarantine."), class_="muted"), class_="panel")
    command = f"citybrain quarantine {feed.status.feed} --out {feed.status.feed}.xlsx"
    send_back = [
        element("p", _("The rows themselves may name people and are not shown here. To send them back to the department:")),
        element("pre", command),
    ]  # fmt: skip
    if feed.reasons is None:
        words = element("p", _("This snapshot does not tell the reasons."), class_="muted")
        return element("section", head, words, send_back, class_="panel")
    heads = [_("Column"), _("Reason"), _("Rows")]
    rows = [
        element(
            "tr", element("th", element("code", r.column), scope="row"),
            element("td", reason_words(r.reason, _), element("small", r.reason)),
            element("td", f"{r.rows:,}", class_="number"),
        )
        for r in feed.reasons
    ]  # fmt: skip
    table = element(
        "table", element("caption", _("A row with several reasons counts in each")),
        headings(heads, (2,)), element("tbody", rows),
    )  # fmt: skip
    return element("section", head, table, send_back, class_="panel")


def _drift(columns: Sequence[DeliveredColumn], info: SnapshotInfo, _: Texts) -> Markup:
    head = element("h2", _("Columns that changed"))
    if not columns:
        words = element("p", _("Every delivery had the same columns, and the contract knows them all."), class_="muted")
        return element("section", head, words, class_="panel")
    said = {
        Drift.UNKNOWN: _("not in the contract: map it, or list it as ignored"),
        Drift.GONE: _("the newest delivery lacks it"),
        Drift.NEW: _("new since the first delivery"),
        Drift.PARTIAL: _("some deliveries lacked it"),
    }
    rows = [
        element(
            "tr", element("th", c.header, scope="row"),
            element("td", ["▲ " if c.drift in (Drift.UNKNOWN, Drift.GONE) else "", said[c.drift]]),
            element("td", f"{c.deliveries:,} / {c.of_deliveries:,}", class_="number"),
            element("td", instant_text(c.first_at, info.timezone), class_="when"),
            element("td", instant_text(c.last_at, info.timezone), class_="when"),
        )
        for c in columns
    ]  # fmt: skip
    heads = [_("Column of the file"), _("What changed"), _("In deliveries"), _("First received"), _("Last received")]
    table = element("table", headings(heads, [2]), element("tbody", rows))
    return element("section", head, scrolling(_("Columns that changed"), table), class_="panel")


def _deliveries(feed: FeedQuality, info: SnapshotInfo, _: Texts) -> Markup:
    heads = [
        _("Received"), _("File"), _("Rows in"), _("Accepted"), _("Quarantined"), _("Waiting"), _("Duplicate"), _("Counts now"),
    ]  # fmt: skip
    table = element(
        "table", element("caption", _("Deliveries, newest first")),
        headings(heads, range(2, 7)),
        element("tbody", [_delivery(d, info, _) for d in feed.deliveries]),
    )  # fmt: skip
    none = element("p", _("No deliveries yet"), class_="muted")
    shown = scrolling(_("Deliveries"), table)
    return element("section", element("h2", _("Deliveries")), shown if feed.deliveries else none, class_="panel")


def _delivery(delivery: Delivery, info: SnapshotInfo, _: Texts) -> Markup:
    share = f" · {share_text(delivery.quarantined, delivery.rows_in)}" if delivery.quarantined else ""
    return element(
        "tr",
        element("td", instant_text(delivery.received_at, info.timezone), class_="when"),
        element("th", delivery.file_name, scope="row"),
        element("td", f"{delivery.rows_in:,}", class_="number"),
        element("td", f"{delivery.accepted:,}", class_="number"),
        element("td", f"{delivery.quarantined:,}{share}", class_="number"),
        element("td", f"{delivery.waiting:,}", class_="number"),
        element("td", f"{delivery.duplicate:,}", class_="number"),
        element("td", ["✓ ", _("yes")] if delivery.is_current else ["– ", _("replaced")]),
    )
