"""Words of the catalogue: kinds of delivery, roles of columns, how closely a column is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from citybrain.query.catalogue import FeedColumn
from citybrain.schema.columns import Column, RecordType
from citybrain.schema.words import RecordWords
from citybrain.semantics import SEMANTIC_TYPES
from citybrain.web.elements import Content, Markup, element
from citybrain.web.navigation import Visit
from citybrain.web.texts import Texts


def delivery_words(delivery: str, _: Texts) -> str:
    """What a newer delivery does to an older one."""
    return {
        "full": _("whole extract, the newest counts"),
        "upsert": _("additions and corrections by key"),
        "append": _("log, only added to"),
    }.get(delivery, delivery)


def purpose_words(purpose: str, _: Texts) -> str:
    """What data may be used for; a purpose of the project's own as it is."""
    return {
        "administration": _("administration"),
        "epidemic_control": _("epidemic control"),
        "assistance": _("assistance to people in need"),
        "statistics": _("statistics"),
        "deployment": _("deployment of staff"),
        "economic_analysis": _("economic analysis"),
        "emergency_response": _("emergency response"),
        "public_security": _("public security"),
        "service_quality": _("quality of services"),
        "supervision": _("supervision of orders"),
        "supplies": _("emergency supplies"),
    }.get(purpose, purpose)


def kind_words(kind: str, _: Texts) -> str:
    """How an indicator adds up."""
    return {
        "flow": _("flow: adds up over areas and time"),
        "stock": _("stock: adds up over areas, the last value counts"),
        "ratio": _("ratio of two indicators"),
        "distinct": _("distinct: counted anew at every level"),
        "duration": _("duration: the middle one counts"),
    }.get(kind, kind)


def sensitivity_words(sensitivity: str, _: Texts) -> str:
    """How closely a column is kept."""
    return {
        "open": _("not sensitive"),
        "personal": _("personal: masked or aggregated"),
        "direct": _("names a person: in the vault only"),
    }.get(sensitivity, sensitivity)


def role_words(role: str, _: Texts) -> str:
    """What a source column is used for."""
    return {
        "column": _("column"),
        "measure": _("measure"),
        "scope": _("decides which rows are ours"),
        "read_by_sql": _("read by the SQL of the connector"),
        "ignored": _("delivered, not used"),
    }.get(role, role)


def semantic_words(semantic: str, _: Texts) -> str:
    """The semantic type in words; its name if it is none of ours (`address`, `code` of an area)."""
    known = SEMANTIC_TYPES.get(semantic)
    if known is None:
        # What a contract says of an area instead of a semantic type: how it is found.
        placed = {
            "code": _("area, by its code"), "name": _("area, by its name"), "address": _("area, found in an address"),
        }  # fmt: skip
        return placed.get(semantic, semantic)
    return known.title_zh if _.language == "zh" else known.title_en


def header_list(headers: Sequence[str]) -> Content:
    """Source headers, each as written."""
    return [element("code", h, class_="header", lang="zh-CN") for h in headers]


def column_words(column: FeedColumn | None) -> Content:
    """The headers of a delivered column; a dash where it is not told."""
    return header_list(column.headers) if column and column.headers else "–"


def feed_link(visit: Visit, feed: str, title: str) -> Markup:
    """A feed by its title."""
    return element("a", title, href=visit.link(f"/catalogue/feeds/{feed}"))


def table_link(visit: Visit, table: str) -> Markup:
    """A `shared.*` or `records.*` table, or a record type by its name alone."""
    schema, _dot, name = table.rpartition(".")
    folder = "tables" if schema == "shared" else "records"
    return element("a", element("code", table), href=visit.link(f"/catalogue/{folder}/{name}"))


def department_name(code: str, departments: Mapping[str, str]) -> str:
    """The name of a department; its code where the project gives none."""
    return departments.get(code, code)


def record_meaning(record: type[RecordType], language: str) -> list[Markup]:
    """What a row means and does not mean, a piece each."""
    words, parts = RecordWords(language), record.meaning().split("\n\n")
    return [
        element("span", said, lang=None if words.is_translated(part) else "en")
        for part, said in zip(parts, words.meaning(record), strict=True)
    ]


def column_meaning(column: Column, language: str) -> Markup:
    """What a column means."""
    words = RecordWords(language)
    return element("span", words.column_meaning(column), lang=None if words.is_translated(column.doc) else "en")


def column_name(record: type[RecordType], column: str, language: str) -> list[Markup]:
    """What a column is called, and below it the name by which contracts and SQL know it."""
    title = RecordWords(language).column_title(record, column)
    return [element("span", title), element("small", element("code", column))] if title else [element("code", column)]


def record_name(record: type[RecordType], language: str) -> str:
    """What a row of the record type is called; its code where the language has no title."""
    return RecordWords(language).record_title(record) or record.name


def english(text: str) -> Markup:
    """A text of the declarations, which are written in English, marked as such."""
    return element("span", text, lang="en")
