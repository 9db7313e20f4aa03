"""Statuses of cells and of ledger items in words, each with a sign."""

from __future__ import annotations

import datetime as dt

from citybrain.operations import ItemStatus
from citybrain.query.reconciliation import ReconciliationRule
from citybrain.reconciliation import Status
from citybrain.reconciliation.words import STATUS_WORDS
from citybrain.web.elements import Markup, element
from citybrain.web.numbers import number_text, period_text
from citybrain.web.texts import Texts

SIGNS = {
    Status.AGREES: "✓", Status.WITHIN_TOLERANCE: "≈", Status.DIFFERS: "≠", Status.LEFT_MISSING: "◁", Status.RIGHT_MISSING: "▷",
}  # fmt: skip

_ITEM_SIGNS = {
    ItemStatus.OPEN: "○", ItemStatus.TOLD: "◔", ItemStatus.ASSIGNED: "◑", ItemStatus.EXPLAINED: "◕", ItemStatus.CLOSED: "●",
    ItemStatus.REOPENED: "↺",
}  # fmt: skip


def status_words(status: str, _: Texts) -> str:
    """The status of a cell in words."""
    return STATUS_WORDS[Status(status)][0 if _.language == "zh" else 1]


def status_badge(status: str, _: Texts) -> Markup:
    """The status of a cell with its sign."""
    sign = element("span", SIGNS[Status(status)], aria_hidden="true")
    return element("span", sign, " ", status_words(status, _), class_=f"state {status}")


def item_states(_: Texts) -> dict[ItemStatus, str]:
    """How far a difference is, in words."""
    return {
        ItemStatus.OPEN: _("open"),
        ItemStatus.TOLD: _("told"),
        ItemStatus.ASSIGNED: _("assigned"),
        ItemStatus.EXPLAINED: _("explained"),
        ItemStatus.CLOSED: _("closed"),
        ItemStatus.REOPENED: _("opened again"),
    }


def item_badge(status: ItemStatus, _: Texts) -> Markup:
    """How far a difference is, with a sign."""
    return element(
        "span", element("span", _ITEM_SIGNS[status], aria_hidden="true"), " ", item_states(_)[status],
        class_=f"item-state {status}",
    )  # fmt: skip


def event_words(event: str, _: Texts) -> str:
    """What happened to an item; an unknown event as it is."""
    return {
        "opened": _("found"), "changed": _("changed"), "grew": _("grew beyond what was explained"),
        "came_back": _("came back"), "gone": _("gone: both sides agree"), "told": _("told"), "assigned": _("assigned"),
        "explained": _("explained"), "closed": _("closed"),
    }.get(event, event)  # fmt: skip


def amount(value: float | None) -> str:
    """A count or sum without needless decimals; a dash where a side says nothing."""
    if value is None:
        return "–"
    return number_text(value, 0 if float(value).is_integer() else 2)


def when(rule: ReconciliationRule, period_on: dt.date | None, _: Texts) -> str:
    """The period of a cell."""
    if period_on is None:
        return _("whole time")
    return period_text(rule.period_type, period_on, _)
