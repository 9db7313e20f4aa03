"""One feed: its terms, and every column that it delivers."""

from __future__ import annotations

from collections.abc import Mapping

from citybrain.query import AccessContext, City
from citybrain.query.catalogue import CatalogueFeed, FeedColumn
from citybrain.query.quality import FeedQuality
from citybrain.schema.records import RECORD_TYPES
from citybrain.web.catalogue.table import back_to_lists, indicator_list
from citybrain.web.catalogue.words import (
    column_meaning,
    column_name,
    delivery_words,
    department_name,
    header_list,
    purpose_words,
    role_words,
    semantic_words,
    sensitivity_words,
    table_link,
)
from citybrain.web.elements import Content, Markup, element, headings, scrolling
from citybrain.web.navigation import Visit
from citybrain.web.numbers import instant_text
from citybrain.web.quality.words import due_words


def feed_page(
    visit: Visit, city: City, access: AccessContext, name: str, departments: Mapping[str, str]
) -> tuple[str, Content]:
    """Title and body. Raises AccessError for an unknown feed."""
    _, feed = visit._, city.catalogue_feed(access, name)
    timezone = city.snapshot_info(access).timezone
    record = RECORD_TYPES.get(feed.record)
    body: list[Content] = [
        back_to_lists(visit, "feeds"),
        element("h1", feed.title, " ", element("code", feed.feed)),
        _terms(visit, feed, city.feed_quality(access, name), departments, timezone),
        _columns(visit, feed),
        indicator_list(visit, city.used_by(access, f"records.{record.table}") if record else []),
    ]
    return feed.title, body


def _terms(
    visit: Visit, feed: CatalogueFeed, quality: FeedQuality, departments: Mapping[str, str], timezone: str
) -> Markup:
    _ = visit._
    deliveries = [d.received_at for d in (*quality.deliveries, *quality.refused)]
    facts: list[tuple[str, Content]] = [
        (_("Department"), department_name(feed.department, departments)),
        (_("Contact"), feed.contact or "–"),
        (_("Legal basis"), feed.legal_basis or "–"),
        (_("Purposes"), _(", ").join(purpose_words(p, _) for p in feed.purposes) or "–"),
        (_("Delivery"), delivery_words(feed.delivery, _)),
        (_("Due"), due_words(quality, _)),
        (_("Delivers since"), instant_text(min(deliveries, default=None), timezone) or "–"),
        (_("Record type"), table_link(visit, feed.record)),
        (_("Source"), element("code", feed.source) if feed.source else "–"),
        (_("Last delivery"), instant_text(feed.last_received_at, timezone) or "–"),
    ]
    entries = [element("div", element("dt", n), element("dd", v)) for n, v in facts]
    way = element("a", _("How good its deliveries are"), href=visit.link(f"/quality/feeds/{feed.feed}"))
    return element("section", element("dl", entries, class_="facts"), element("p", way, class_="ways"), class_="panel")


def _columns(visit: Visit, feed: CatalogueFeed) -> Markup:
    _ = visit._
    head = element("h2", _("What it delivers"))
    if not feed.columns:
        words = _("This snapshot does not tell the columns. Build it again: citybrain build")
        return element("section", head, element("p", words, class_="muted"), class_="panel")
    heads = [_("Header in its file"), _("Used as"), _("What it means"), _("Unit"), _("Sensitivity")]
    table = element(
        "table", element("caption", _("Source headers, and the columns that they become")), headings(heads),
        element("tbody", [_column(visit, feed, c) for c in feed.columns]),
    )  # fmt: skip
    return element("section", head, scrolling(_("What it delivers"), table), class_="panel")


def _column(visit: Visit, feed: CatalogueFeed, column: FeedColumn) -> Markup:
    _ = visit._
    declared = RECORD_TYPES[feed.record].columns().get(column.column) if feed.record in RECORD_TYPES else None
    used: Content = role_words(column.role, _)
    if declared:
        used = column_name(RECORD_TYPES[feed.record], column.column, _.language)
    elif column.column:
        used = element("code", column.column)
    about: list[Content] = [semantic_words(column.semantic, _)]
    if declared:
        about = [column_meaning(declared, _.language), element("small", about)]
    return element(
        "tr",
        element("th", header_list(column.headers) if column.headers else _("(constant)"), scope="row"),
        element("td", used, element("small", role_words("measure", _)) if column.role == "measure" else None),
        element("td", about),
        element("td", declared.unit if declared and declared.unit else "–"),
        element("td", sensitivity_words(declared.sensitivity.value, _) if declared else "–"),
    )
