"""Completeness and timeliness: one row an area, one column a period, a sign and a colour for each report."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from citybrain.query.reports import REPORT_STATES, AreaReports, ReportCell, ReportMatrix
from citybrain.web.elements import Markup, element, scrolling
from citybrain.web.navigation import Visit
from citybrain.web.numbers import instant_text
from citybrain.web.quality.words import REPORT_SIGNS, report_states, share_text
from citybrain.web.texts import Texts

SPANS = (14, 28, 56)
"""Numbers of periods that may be chosen."""


def matrix_panel(
    visit: Visit, matrix: ReportMatrix, feeds: Mapping[str, str], levels: Mapping[str, str], timezone: str
) -> Markup:
    """The matrix of one feed with its chooser and legend; `feeds` are those that could be chosen, by their titles."""
    _ = visit._
    head = element("h2", _("Completeness and timeliness"))
    if not matrix.areas:
        advice = _(
            'No feed asks every area for a report of its own. State `each = "{level}"` under [due] in its contract.',
            level=list(levels)[1] if len(levels) > 1 else "township",
        )
        return element("section", head, element("p", advice, class_="muted"), id="reports", class_="panel")
    areas = list(matrix.areas)
    if visit.said.get("order") == "worst":
        areas.sort(key=lambda a: (a.on_time + a.come - 2 * a.doubtful) / a.owed)
    table = element(
        "table",
        element("caption", _("{feed}: reports of the last {count} periods", feed=feeds[matrix.feed], count=len(matrix.periods))),
        _heads(matrix, _),
        element("tbody", [_row(visit, matrix, a, timezone) for a in areas]),
        class_="matrix",
    )  # fmt: skip
    return element(
        "section", element("div", head, _chooser(visit, matrix, feeds), class_="panel-head"),
        scrolling(_("Completeness and timeliness"), table),
        _legend(_), id="reports", class_="panel",
    )  # fmt: skip


def _chooser(visit: Visit, matrix: ReportMatrix, feeds: Mapping[str, str]) -> Markup:
    _ = visit._
    until = matrix.periods[-1].isoformat()
    first, last = matrix.first_on, matrix.last_on
    orders = {"": _("as in the area tree"), "worst": _("worst first")}
    kept = {k: v for k, v in visit.said.items() if k in ("lang", "state")}
    return element(
        "form",
        [element("input", type="hidden", name=k, value=v) for k, v in kept.items()],
        _select(_("Feed"), "feed", feeds, matrix.feed) if len(feeds) > 1 else None,
        element("label", _("Up to"), " ", element("input", type="date", name="until", value=until,
                min=first.isoformat() if first else None, max=last.isoformat() if last else None)),
        _select(_("Periods"), "periods", {str(n): str(n) for n in SPANS}, visit.said.get("periods", str(SPANS[1]))),
        _select(_("Order"), "order", orders, visit.said.get("order", "")),
        element("button", _("Show"), class_="button"),
        autocomplete="off", action="/quality#reports", class_="chooser",
    )  # fmt: skip


def _select(name: str, field: str, options: Mapping[str, str], chosen: str) -> Markup:
    entries = [element("option", words, value=value, selected=value == chosen) for value, words in options.items()]
    return element("label", name, " ", element("select", entries, name=field))


def _heads(matrix: ReportMatrix, _: Texts) -> Markup:
    months = [
        element("th", f"{month:%Y-%m}", colspan=len(list(days)), scope="colgroup", class_="month")
        for month, days in groupby(matrix.periods, key=lambda d: d.replace(day=1))
    ]
    days = [element("th", f"{d:%d}", scope="col", title=d.isoformat()) for d in matrix.periods]
    sums = [_("Area"), _("Came"), _("On time"), _("In doubt")]
    return element(
        "thead",
        element("tr", [element("th", words, scope="col", rowspan=2) for words in sums], months),
        element("tr", days),
    )


def _row(visit: Visit, matrix: ReportMatrix, reports: AreaReports, timezone: str) -> Markup:
    area = reports.area
    link = element("a", area.name, href=visit.link("/explore", area=area.code))
    return element(
        "tr",
        element("th", link, scope="row"),
        element("td", share_text(reports.come, reports.owed), class_="number"),
        element("td", share_text(reports.on_time, reports.owed), class_="number"),
        element("td", str(reports.doubtful) if reports.doubtful else "–", class_="number"),
        [_cell(visit, area.code, reports.cells.get(day), timezone) for day in matrix.periods],
    )


def _cell(visit: Visit, area: str, cell: ReportCell | None, timezone: str) -> Markup:
    _ = visit._
    if cell is None:
        return element("td", class_="report none")
    if cell.state == "on_time" and not cell.also:
        return element("td", REPORT_SIGNS["on_time"], class_="report on_time")
    words = report_states(_)
    told = [words[w] for w in (cell.state, *cell.also)]
    told.append(_("filed {time}", time=instant_text(cell.filed_at, timezone)) if cell.filed_at else _("nothing filed"))
    between = _("; ")
    heard = f"{cell.period_on}: {between.join(told)}"
    link = element(
        "a", REPORT_SIGNS[cell.state], href=visit.link("/explore", area=area, on=cell.period_on, period="day"),
        title=heard, aria_label=f"{REPORT_SIGNS[cell.state]} {heard}",
    )  # fmt: skip
    return element("td", link, class_=f"report {cell.state}")


def _legend(_: Texts) -> Markup:
    words = report_states(_)
    entries = [
        element("li", element("span", REPORT_SIGNS[s], class_=f"report {s}", aria_hidden="true"), " ", words[s])
        for s in REPORT_STATES
    ]
    return element("ul", entries, class_="legend-list", aria_label=_("Legend"))
