"""The archive as a page: the way to the next issue, and every issue with its files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from citybrain.briefing import Issue, ReportingWeek, parse_week, plain_text
from citybrain.query import SnapshotInfo
from citybrain.web.briefings.page import FORMS
from citybrain.web.elements import Content, Markup, element, headings, scrolling
from citybrain.web.navigation import Visit
from citybrain.web.numbers import instant_text
from citybrain.web.texts import Texts


def list_page(
    visit: Visit, issues: Sequence[Issue], week: ReportingWeek, areas: Mapping[str, str], info: SnapshotInfo, may_issue: bool
) -> list[Content]:  # fmt: skip
    """The whole page; issues newest first, `areas` are names by code, the highest first."""
    _ = visit._
    return [
        element("h1", _("Weekly briefings")), _next_issue(visit, week, areas, may_issue), _issued(_, issues, areas, info),
    ]  # fmt: skip


def _next_issue(visit: Visit, week: ReportingWeek, areas: Mapping[str, str], may_issue: bool) -> Markup:
    """Week and area; the preview comes first, and its page issues."""
    _ = visit._
    options = [element("option", name, value=code) for code, name in areas.items()]
    form = element(
        "form",
        element("label", _("Week"), " ",
                element("input", type="week", name="week", value=week.code, pattern="[0-9]{4}-W[0-9]{2}", required=True)),
        element("label", _("Area"), " ", element("select", options, name="area")),
        element("input", type="hidden", name="lang", value=_.language) if _.language != "zh" else None,
        element("button", _("Preview and issue") if may_issue else _("Preview"), class_="button main"),
        class_="chooser", action="/briefings/draft", autocomplete="off",
    )  # fmt: skip
    span = _("Suggested: the last week that is over, {first} to {last}.", first=week.first, last=week.last)
    after = [" ", _("Nothing is issued before you have seen it.")] if may_issue else None
    return element(
        "section", element("h2", _("This week's briefing")), form, element("p", span, after, class_="muted"),
        class_="panel",
    )  # fmt: skip


def _issued(_: Texts, issues: Sequence[Issue], areas: Mapping[str, str], info: SnapshotInfo) -> Markup:
    head = element("h2", _("Issued"))
    if not issues:
        return element(
            "section", head, element("p", _("No briefing has been issued yet."), class_="muted"), class_="panel"
        )
    heads = [_("No."), _("Title"), _("Area"), _("Week"), _("Issued at"), _("Snapshot"), _("Files")]
    table = element(
        "table", element("caption", _("Newest first; each can be made again from its snapshot")), headings(heads),
        element("tbody", [_row(issue, areas, info, _) for issue in issues]), class_="issues",
    )  # fmt: skip
    return element("section", head, scrolling(_("Issued"), table), class_="panel")


def _row(issue: Issue, areas: Mapping[str, str], info: SnapshotInfo, _: Texts) -> Markup:
    briefing = issue.briefing
    days = parse_week(briefing.week, issue.settings.week_begins)
    files = [
        element("a", name, href=f"/briefings/{issue.id}/briefing.{form}", download=True, class_="button")
        for form, name in FORMS.items()
    ]
    issued_at = dt.datetime.fromisoformat(issue.issued_at).replace(tzinfo=None)
    return element(
        "tr",
        element("td", plain_text(briefing.issue_line), class_="when"),
        element("th", element("a", plain_text(briefing.title), href=f"/briefings/{issue.id}"), scope="row"),
        element("td", areas.get(briefing.area, briefing.area)),
        element("td", briefing.week, element("small", f"{days.first:%m-%d} – {days.last:%m-%d}"), class_="when"),
        element("td", instant_text(issued_at, info.timezone), class_="when"),
        element("td", element("code", briefing.snapshot)),
        element("td", element("span", files, class_="files")),
    )
