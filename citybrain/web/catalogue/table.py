"""One record type or shared table: what a row means, its columns, who delivers it, what is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from citybrain.query import AccessContext, City
from citybrain.query.catalogue import CatalogueFeed
from citybrain.query.definitions import Indicator
from citybrain.query.lineage import made_from, models_by_table
from citybrain.schema.columns import RecordType, SharedTable
from citybrain.schema.words import RecordWords
from citybrain.web.catalogue.words import (
    column_meaning,
    column_name,
    department_name,
    english,
    feed_link,
    header_list,
    record_meaning,
    record_name,
    semantic_words,
    sensitivity_words,
    table_link,
)
from citybrain.web.elements import Content, Markup, element, headings, scrolling
from citybrain.web.navigation import Visit


def record_page(
    visit: Visit, city: City, access: AccessContext, record: type[RecordType], departments: Mapping[str, str]
) -> tuple[str, Content]:
    """A record type: title and body."""
    _ = visit._
    feeds = [f for f in city.catalogue(access) if f.record == record.name]
    heads = [_("Column"), _("What it means"), _("Unit"), _("Sensitivity"), _("Delivered by")]
    rows = [
        element(
            "tr", element("th", column_name(record, name, _.language), scope="row"),
            element("td", column_meaning(column, _.language), element("small", semantic_words(column.semantic, _))),
            element("td", column.unit or "–"), element("td", sensitivity_words(column.sensitivity.value, _)),
            element("td", _delivered_by(visit, feeds, name)),
        )
        for name, column in record.columns().items()
    ]  # fmt: skip
    table = element("table", element("caption", _("Columns")), headings(heads), element("tbody", rows))
    body: list[Content] = [
        back_to_lists(visit, "tables"), _record_head(visit, record),
        _meaning(visit, record_meaning(record, _.language), record.key),
        _feed_list(visit, feeds, departments),
        element("section", element("h2", _("Columns")), scrolling(_("Columns"), table), class_="panel"),
        indicator_list(visit, city.used_by(access, f"records.{record.table}")),
    ]  # fmt: skip
    return record_name(record, _.language), body


def _record_head(visit: Visit, record: type[RecordType]) -> Markup:
    _ = visit._
    title = RecordWords(_.language).record_title(record)
    return element("h1", _("Record type"), " ", [title, " "] if title else None, element("code", record.name))


def shared_page(visit: Visit, city: City, access: AccessContext, table: type[SharedTable]) -> tuple[str, Content]:
    """A shared table: title and body."""
    _, name = visit._, f"shared.{table.table}"
    heads = [_("Column"), _("What it means"), _("Unit"), _("Type"), _("Made from")]
    rows = [
        element(
            "tr", element("th", element("code", column_name), scope="row"), element("td", english(column.doc)),
            element("td", column.unit or "–"), element("td", element("code", column.sql_type)),
            element("td", _made_from(visit, name, column_name)),
        )
        for column_name, column in table.columns().items()
    ]  # fmt: skip
    model = models_by_table().get(name)
    sql = None
    if model:
        sql = element("details", element("summary", _("As SQL")), element("pre", model.sql), class_="panel")
    columns = element("table", element("caption", _("Columns, traced through the SQL of the model")), headings(heads),
                      element("tbody", rows))  # fmt: skip
    body: list[Content] = [
        back_to_lists(visit, "tables"), element("h1", _("Shared table"), " ", element("code", name)),
        _meaning(visit, [english(part) for part in table.meaning().split("\n\n")], table.key),
        element("section", element("h2", _("Columns")), scrolling(_("Columns"), columns), class_="panel"),
        sql, indicator_list(visit, city.used_by(access, name)),
    ]  # fmt: skip
    return name, body


def back_to_lists(visit: Visit, show: str) -> Markup:
    """The way back to the list that the page stands in."""
    _ = visit._
    link = element("a", "‹ ", _("Catalogue"), href=visit.link("/catalogue", show=show))
    return element("nav", link, class_="crumb", aria_label=_("Way back"))


def indicator_list(visit: Visit, indicators: Sequence[Indicator]) -> Markup:
    """Indicators that are made of it, each a link."""
    _ = visit._
    head = element("h2", _("Indicators made of it"))
    if not indicators:
        return element("section", head, element("p", _("None."), class_="muted"), class_="panel")
    links = [
        element("li", element("a", i.title(_.language), href=visit.link(f"/catalogue/indicators/{i.code}")))
        for i in indicators
    ]
    return element("section", head, element("ul", links, class_="link-list"), class_="panel")


def _meaning(visit: Visit, meaning: Sequence[Markup], key: Sequence[str]) -> Markup:
    _ = visit._
    paragraphs = [element("p", part) for part in meaning]
    keyed = None
    if key:
        keyed = element("p", _("One row is identified by"), " ", [element("code", k, class_="header") for k in key])
    return element("section", paragraphs, keyed, class_="panel")


def _feed_list(visit: Visit, feeds: Sequence[CatalogueFeed], departments: Mapping[str, str]) -> Markup:
    _ = visit._
    head = element("h2", _("Feeds"))
    if not feeds:
        return element(
            "section", head, element("p", _("No feed delivers it in this city."), class_="muted"), class_="panel"
        )
    links = [
        element("li", feed_link(visit, f.feed, f.title), " · ", department_name(f.department, departments))
        for f in feeds
    ]
    return element("section", head, element("ul", links, class_="link-list"), class_="panel")


def _delivered_by(visit: Visit, feeds: Sequence[CatalogueFeed], column: str) -> Content:
    entries: list[Content] = [
        element("div", feed_link(visit, f.feed, f.title), " ", header_list(delivered.headers))
        for f in feeds
        if (delivered := f.delivers(column))
    ]
    return entries or "–"


def _made_from(visit: Visit, table: str, column: str) -> Content:
    entries: list[Content] = [
        element(
            "div",
            table_link(visit, o.table),
            ["." if o.column else None, element("code", o.column) if o.column else None],
        )
        for o in sorted(made_from(table, column))
    ]
    return entries or "–"
