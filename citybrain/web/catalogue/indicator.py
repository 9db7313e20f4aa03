"""One indicator: its definition, and the way of the data to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from citybrain.query import AccessContext, City
from citybrain.query.catalogue import Lineage, Origin
from citybrain.query.definitions import Indicator
from citybrain.web.catalogue.graph import draw_lineage
from citybrain.web.catalogue.table import back_to_lists
from citybrain.web.catalogue.words import (
    column_words,
    department_name,
    feed_link,
    kind_words,
    table_link,
)
from citybrain.web.elements import Content, Markup, element, headings, scrolling
from citybrain.web.navigation import Visit


def indicator_page(
    visit: Visit, city: City, access: AccessContext, code: str, departments: Mapping[str, str]
) -> tuple[str, Content]:
    """Title and body. Raises AccessError for an unknown code."""
    _ = visit._
    lineage = city.lineage(access, code)
    indicator = lineage.indicator
    title = indicator.title(_.language)
    explore = element("a", _("Show it in the explorer"), href=visit.link("/explore", indicator=code))
    drawing = element(
        "section", element("h2", _("Where it comes from")),
        element("div", draw_lineage(visit, lineage), class_="scroll drawing", tabindex=0, role="region",
                aria_label=_("Where it comes from")),
        class_="panel",
    )  # fmt: skip
    body: list[Content] = [
        back_to_lists(visit, "indicators"),
        element("h1", title, " ", element("code", code)),
        _definition(visit, indicator, departments, explore),
        *_versions(visit, city.versions(access, code)),
        drawing,
        _columns(visit, lineage, departments),
        element("section", element("h2", _("As SQL")), element("pre", indicator.sql), class_="panel"),
    ]
    return title, body


def _definition(visit: Visit, indicator: Indicator, departments: Mapping[str, str], explore: Markup) -> Markup:
    _ = visit._
    facts: list[tuple[str, Content]] = [
        (_("Unit"), indicator.unit(_.language)),
        (_("How it adds up"), kind_words(indicator.kind, _)),
        (_("Who answers for it"), department_name(indicator.owner, departments) or "–"),
        (_("Legal basis"), indicator.legal_basis or "–"),
        (_("Version"), _version(visit, indicator)),
        (_("Covered"), f"{indicator.first_on} – {indicator.last_on}" if indicator.first_on else "–"),
    ]
    entries = [element("div", element("dt", n), element("dd", v)) for n, v in facts]
    return element(
        "section", element("p", indicator.definition(_.language)), element("dl", entries, class_="facts"),
        element("p", explore, class_="ways"), class_="panel",
    )  # fmt: skip


def _version(visit: Visit, indicator: Indicator) -> str:
    _ = visit._
    parts = [str(indicator.version)]
    if indicator.valid_from:
        parts.append(_("since {day}", day=indicator.valid_from))
    changed = indicator.changed(_.language)
    return " · ".join([*parts, *([changed] if changed else [])])


def _versions(visit: Visit, versions: Sequence[Indicator]) -> list[Markup]:
    """All definitions, newest first, with what each changed and its SQL; nothing where there was only one."""
    _ = visit._
    if len(versions) < 2:
        return []
    heads = [_("Version"), _("In force from"), _("What changed"), _("Definition"), _("As SQL")]
    rows = [
        element(
            "tr", element("th", v.version, scope="row"),
            element("td", v.valid_from.isoformat() if v.valid_from and v is not versions[0] else _("the beginning")),
            element("td", v.changed(_.language) or "–"), element("td", v.definition(_.language)),
            element("td", element("pre", v.sql)),
        )
        for v in reversed(versions)
    ]  # fmt: skip
    told = _(
        "Each period is counted by the version in force on its last day; numbers of different versions are not compared."
    )
    table = element("table", element("caption", told), headings(heads), element("tbody", rows))
    return [
        element("section", element("h2", _("Versions")), scrolling(_("Versions"), table), class_="panel", id="versions")
    ]


def _columns(visit: Visit, lineage: Lineage, departments: Mapping[str, str]) -> Markup:
    _ = visit._
    measured = [
        element(
            "li", base.title(_.language), ": ", table_link(visit, table), " (", ", ".join(sorted(columns)) or "*", ")"
        )
        for base, table, columns in lineage.measured
    ]
    heads = [_("Record type"), _("Column"), _("Feed"), _("Department"), _("Header in its file")]
    rows = [row for origin in lineage.origins for row in _origin(visit, origin, departments)]
    table = element(
        "table", element("caption", _("Source columns behind it, read out of the SQL of the models")), headings(heads),
        element("tbody", rows),
    )  # fmt: skip
    none = element("p", _("It counts the areas themselves; no feed is behind it."), class_="muted")
    return element(
        "section", element("h2", _("Down to the source columns")), element("ul", measured, class_="reasons"),
        scrolling(_("Down to the source columns"), table) if rows else none, class_="panel", id="columns",
    )  # fmt: skip


def _origin(visit: Visit, origin: Origin, departments: Mapping[str, str]) -> list[Markup]:
    _ = visit._
    record = element("th", table_link(visit, origin.record), scope="row")
    column = element("td", element("code", origin.column) if origin.column else _("the rows as such"))
    if not origin.feeds:
        return [element("tr", record, column, element("td", _("no feed delivers it"), colspan=3))]
    return [
        element(
            "tr", record, column, element("td", feed_link(visit, feed.feed, feed.title)),
            element("td", department_name(feed.department, departments)), element("td", column_words(delivered)),
        )
        for feed, delivered in origin.feeds
    ]  # fmt: skip
