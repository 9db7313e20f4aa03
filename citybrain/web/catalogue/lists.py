"""The front page: who already collects this, and the lists of feeds, tables and indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from citybrain.query import AccessContext, City
from citybrain.query.catalogue import CatalogueFeed, Found
from citybrain.query.definitions import Indicator
from citybrain.schema.columns import RecordType
from citybrain.schema.records import RECORD_TYPES
from citybrain.schema.shared import SHARED_TABLES
from citybrain.schema.words import RecordWords
from citybrain.web.catalogue.words import (
    column_meaning,
    delivery_words,
    department_name,
    english,
    feed_link,
    header_list,
    purpose_words,
    record_meaning,
    semantic_words,
    table_link,
)
from citybrain.web.elements import Content, Markup, element, headings, scrolling
from citybrain.web.navigation import Visit
from citybrain.web.numbers import instant_text
from citybrain.web.texts import Texts

MOST_FIELDS = 60
_LISTS = ("feeds", "tables", "indicators")


def list_page(visit: Visit, city: City, access: AccessContext, departments: Mapping[str, str]) -> tuple[str, Content]:
    """Title and body: the search, and what was found, or one of the lists."""
    _, words = visit._, visit.said.get("q", "").strip()
    feeds, indicators = city.catalogue(access), city.indicators(access)
    body: list[Content] = [element("h1", _("Catalogue")), _search(visit, words)]
    if words:
        body += [
            _found(visit, words, city.find_fields(access, words), departments),
            _indicators(visit, [i for i in indicators if _fits(i, words)], _("Indicators that fit")),
        ]
    else:
        shown = visit.said.get("show", "")
        shown = shown if shown in _LISTS else _LISTS[0]
        body.append(_tabs(visit, shown, {"feeds": len(feeds), "indicators": len(indicators)}))
        if shown == "feeds":
            body.append(_feeds(visit, feeds, departments, city.snapshot_info(access).timezone))
        elif shown == "tables":
            body += [_records(visit, feeds), _shared(visit)]
        else:
            body.append(_indicators(visit, indicators, _("Indicators")))
    return _("Catalogue"), body


def _search(visit: Visit, words: str) -> Markup:
    _ = visit._
    field = element(
        "input", type="search", name="q", id="q", value=words or None, placeholder=_("phone, temperature, resident ID …"),
        autocomplete="off",
    )  # fmt: skip
    return element(
        "form",
        element("label", _("Who already collects this?"), for_="q"),
        element("input", type="hidden", name="lang", value=_.language) if _.language != "zh" else None,
        element("div", field, element("button", _("Search"), class_="button main"), class_="search-line"),
        element("p", _("Ask before you ask the village clerk: a field that one department has need not be collected twice."),
                class_="muted"),
        action="/catalogue", class_="panel search", role="search",
    )  # fmt: skip


def _tabs(visit: Visit, shown: str, counts: Mapping[str, int]) -> Markup:
    _ = visit._
    names = {"feeds": _("Feeds"), "tables": _("Record types and tables"), "indicators": _("Indicators")}
    counted = {**counts, "tables": len(RECORD_TYPES) + len(SHARED_TABLES)}
    links = [
        element(
            "a", f"{name} {counted[key]}", href=visit.href(show=key), class_="chosen" if key == shown else None,
            aria_current="true" if key == shown else None,
        )
        for key, name in names.items()
    ]  # fmt: skip
    return element("nav", links, class_="choice", aria_label=_("Lists"))


def _found(visit: Visit, words: str, fields: Sequence[Found], departments: Mapping[str, str]) -> Markup:
    _ = visit._
    head = element("h2", _("“{words}”: already collected by", words=words))
    if not fields:
        none = _("No feed delivers it. Try a shorter word, or what the department calls it in its own file.")
        return element("section", head, element("p", none, class_="muted"), class_="panel", id="found")
    heads = [_("Field"), _("What it means"), _("Feed"), _("Department"), _("Header in its file")]
    groups = [element("tbody", _field_rows(visit, f, departments)) for f in fields[:MOST_FIELDS]]
    table = element(
        "table",
        element("caption", _("Fields and the feeds that deliver them, best fit first")),
        headings(heads),
        groups,
    )
    more = None
    if len(fields) > MOST_FIELDS:
        more = element("p", _("Only the first {count} are shown.", count=MOST_FIELDS), class_="muted")
    return element("section", head, scrolling(_("Who already collects this?"), table), more, class_="panel", id="found")


def _field_rows(visit: Visit, field: Found, departments: Mapping[str, str]) -> list[Markup]:
    _, rows = visit._, []
    for n, (feed, column) in enumerate(field.collected):
        first: Content = None
        if n == 0:
            name: Content = (
                element("code", f"{field.record}.{field.column}") if field.column else _("delivered, not used")
            )
            about = [
                semantic_words(field.semantic, _),
                element("small", _field_meaning(field, _)) if field.doc else None,
            ]
            span = len(field.collected)
            first = [element("th", name, scope="rowgroup", rowspan=span), element("td", about, rowspan=span)]
        cells = [
            element("td", feed_link(visit, feed.feed, feed.title)),
            element("td", department_name(feed.department, departments)),
            element("td", header_list(column.headers)),
        ]
        rows.append(element("tr", first, cells))
    return rows


def _field_meaning(field: Found, _: Texts) -> Markup:
    return column_meaning(RECORD_TYPES[field.record].columns()[field.column], _.language)


def _fits(indicator: Indicator, words: str) -> bool:
    text = " ".join(
        (indicator.code, indicator.title_zh, indicator.title_en, indicator.definition_zh, indicator.definition_en)
    )
    return all(w in text.casefold() for w in words.casefold().split())


def _feeds(visit: Visit, feeds: Sequence[CatalogueFeed], departments: Mapping[str, str], timezone: str) -> Markup:
    _ = visit._
    heads = [_("Feed"), _("Record type"), _("Delivery"), _("Legal basis"), _("Purposes"), _("Last delivery")]
    groups = []
    for code, group in groupby(feeds, key=lambda f: f.department):
        name = element("th", department_name(code, departments), colspan=len(heads), scope="rowgroup")
        rows = [
            element(
                "tr",
                element("th", feed_link(visit, f.feed, f.title), element("small", f.feed), scope="row"),
                element("td", table_link(visit, f.record)),
                element("td", delivery_words(f.delivery, _)),
                element("td", f.legal_basis or "–"),
                element("td", _(", ").join(purpose_words(p, _) for p in f.purposes) or "–"),
                element("td", instant_text(f.last_received_at, timezone) or "–", class_="when"),
            )
            for f in group
        ]
        groups.append(element("tbody", element("tr", name, class_="group"), rows))
    table = element(
        "table",
        element("caption", _("Feeds by department, with the terms of their contracts")),
        headings(heads),
        groups,
    )
    return element("section", element("h2", _("Feeds")), scrolling(_("Feeds"), table), class_="panel")


def _records(visit: Visit, feeds: Sequence[CatalogueFeed]) -> Markup:
    _ = visit._
    rows = [
        element(
            "tr", element("th", _record_link(visit, record), scope="row"),
            element("td", record_meaning(record, _.language)[0]),
            element("td", len(record.columns()), class_="number"),
            element("td", sum(f.record == record.name for f in feeds), class_="number"),
        )
        for record in RECORD_TYPES.values()
    ]  # fmt: skip
    table = element(
        "table", element("caption", _("The row shapes that feeds deliver")),
        headings([_("Record type"), _("What a row means"), _("Columns"), _("Feeds")], (2, 3)), element("tbody", rows),
    )  # fmt: skip
    return element("section", element("h2", _("Record types")), scrolling(_("Record types"), table), class_="panel")


def _record_link(visit: Visit, record: type[RecordType]) -> list[Content]:
    title = RecordWords(visit._.language).record_title(record)
    return [title, element("small", table_link(visit, record.name))] if title else [table_link(visit, record.name)]


def _shared(visit: Visit) -> Markup:
    _ = visit._
    rows = [
        element(
            "tr", element("th", table_link(visit, f"shared.{name}"), scope="row"),
            element("td", english(table.meaning().splitlines()[0])), element("td", len(table.columns()), class_="number"),
        )
        for name, table in SHARED_TABLES.items()
    ]  # fmt: skip
    table = element(
        "table", element("caption", _("The tables that indicators count, joined across departments")),
        headings([_("Table"), _("What a row means"), _("Columns")], (2,)), element("tbody", rows),
    )  # fmt: skip
    return element("section", element("h2", _("Shared tables")), scrolling(_("Shared tables"), table), class_="panel")


def _indicators(visit: Visit, indicators: Sequence[Indicator], title: str) -> Markup:
    _ = visit._
    if not indicators:
        return element("section", element("h2", title), element("p", _("None."), class_="muted"), class_="panel")
    rows = [
        element(
            "tr",
            element(
                "th", element("a", i.title(_.language), href=visit.link(f"/catalogue/indicators/{i.code}")),
                element("small", i.code), scope="row",
            ),
            element("td", i.definition(_.language)), element("td", i.unit(_.language)),
            element("td", i.version, class_="number"),
        )
        for i in indicators
    ]  # fmt: skip
    table = element(
        "table", element("caption", _("Every number that is shown anywhere is one of these")),
        headings([_("Indicator"), _("Definition"), _("Unit"), _("Version")], (3,)), element("tbody", rows),
    )  # fmt: skip
    return element("section", element("h2", title), scrolling(title, table), class_="panel", id="indicators")
