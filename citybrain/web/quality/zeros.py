"""Zeros that are not to be believed, each with what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from citybrain.query.definitions import Indicator
from citybrain.query.reports import ZeroRun
from citybrain.web.elements import Markup, element, headings, scrolling
from citybrain.web.navigation import Visit
from citybrain.web.numbers import number_text
from citybrain.web.quality.words import zero_reasons


def zeros_panel(
    visit: Visit, runs: Sequence[ZeroRun], feeds: Mapping[str, str], indicators: Mapping[str, Indicator]
) -> Markup:
    """One row a run of zeros; strongest evidence first."""
    _ = visit._
    head = element("h2", _("Zeros that are not to be believed"))
    if not runs:
        words = _("No reported zero is judged implausible.")
        return element("section", head, element("p", words, class_="muted"), id="zeros", class_="panel")
    heads = [
        _("Area"), _("Measure"), _("Periods with zero"), _("In a row"), _("Others saw"), _("Expected"), _("Evidence"),
        _("What speaks against it"),
    ]  # fmt: skip
    table = element(
        "table",
        element("caption", _("Reported zeros against what other departments saw in the same place and time")),
        headings(heads, range(3, 7)),
        element("tbody", [_row(visit, run, feeds, indicators) for run in runs]),
    )
    note = _(
        "Evidence is the number of decimal digits of the odds against an honest zero: 3 means about 1,000 to 1. "
        "A person decides; the number itself is never changed."
    )
    return element(
        "section", head, scrolling(_("Implausible zeros"), table),
        element("p", note, class_="muted"), id="zeros", class_="panel",
    )  # fmt: skip


def _row(visit: Visit, run: ZeroRun, feeds: Mapping[str, str], indicators: Mapping[str, Indicator]) -> Markup:
    _, reasons = visit._, zero_reasons(visit._)
    measure = indicators[run.indicator].title(_.language) if run.indicator in indicators else run.measure
    said = {"area": run.area.code, "on": run.last_on, "period": "day", "indicator": run.indicator}
    span = f"{run.first_on}" if run.periods == 1 else f"{run.first_on} – {run.last_on}"
    strong = min(run.evidence / 6, 1.0) * 100
    bar = element("span", element("span", style=f"width: {strong:.0f}%"), class_="bar", aria_hidden="true")
    return element(
        "tr",
        element("th", element("a", run.area.name, href=visit.link("/explore", **said)), scope="row"),
        element("td", measure, element("small", feeds.get(run.feed, run.feed))),
        element("td", span, class_="when"),
        element("td", run.periods, class_="number"),
        element("td", "–" if run.witnessed is None else number_text(run.witnessed, 0), class_="number"),
        element("td", number_text(run.expected, 0), class_="number"),
        element("td", bar, " ", number_text(run.evidence, 1), class_="number"),
        element("td", element("ul", [element("li", reasons.get(r, r)) for r in run.reasons])),
    )
