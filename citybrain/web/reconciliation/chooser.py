"""The form that narrows the list down; it is sent as the query of the page."""

from __future__ import annotations

from collections.abc import Mapping

from citybrain.query.reconciliation import ReconciliationRule
from citybrain.reconciliation import Status
from citybrain.web.elements import Markup, element
from citybrain.web.navigation import Visit
from citybrain.web.reconciliation.asked import Filter
from citybrain.web.reconciliation.words import status_words


def chooser(visit: Visit, said: Filter, rules: Mapping[str, ReconciliationRule], places: Mapping[str, str]) -> Markup:
    """Rule, area, status, from and to."""
    _ = visit._
    statuses = {"": _("does not agree"), "all": _("All"), **{s.value: status_words(s, _) for s in Status}}
    titles = {"": _("All rules"), **{r.rule: r.title(_.language) for r in rules.values()}}
    areas = dict(places)
    top = next(iter(places), "")
    if said.area and said.area not in areas:
        areas[said.area] = said.area
    # Without autocomplete: going back must show the choice of the address, not what was last chosen in the form.
    return element(
        "form",
        element("input", type="hidden", name="lang", value=_.language) if _.language != "zh" else None,
        _select(_("Rule"), "rule", titles, said.rule),
        _select(_("Area"), "area", {"" if code == top else code: name for code, name in areas.items()}, said.area),
        _select(_("State"), "status", statuses, said.status),
        _day(_("From"), "from", said.first_on and said.first_on.isoformat()),
        _day(_("to"), "to", said.last_on and said.last_on.isoformat()),
        element("button", _("Show"), class_="button main"),
        element("a", _("Reset"), href=visit.link("/reconciliation"), class_="button"),
        autocomplete="off", action="/reconciliation", class_="chooser panel",
    )  # fmt: skip


def _select(name: str, field: str, options: Mapping[str, str], chosen: str) -> Markup:
    entries = [element("option", words, value=value, selected=value == chosen) for value, words in options.items()]
    return element("label", name, " ", element("select", entries, name=field))


def _day(name: str, field: str, value: object) -> Markup:
    return element("label", name, " ", element("input", type="date", name=field, value=str(value) if value else None))
