"""What the ledger says of one difference: how far it is, what can be done about it now, and everything that happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from citybrain.operations import Entry, Item
from citybrain.query import SnapshotInfo
from citybrain.web.elements import Content, Markup, element, headings, scrolling
from citybrain.web.navigation import Visit
from citybrain.web.numbers import instant_text
from citybrain.web.posts import Ticket
from citybrain.web.reconciliation.acts import Act, NotTaken
from citybrain.web.reconciliation.forms import SAID, act_forms, done_words
from citybrain.web.reconciliation.words import event_words, item_badge, item_states


@dataclass(frozen=True)
class Told:
    """The ledger's part of the page."""

    item: Item | None
    history: Sequence[Entry]
    trouble: str
    """Why the ledger cannot be read or written; empty if it can."""
    info: SnapshotInfo
    user: str
    """Under which name the asker writes."""
    ticket: Ticket | None
    """None for whoever may only read."""
    failed: NotTaken | None = None
    """The form that was just sent and not taken."""


def ledger_panel(visit: Visit, told: Told, departments: Mapping[str, str]) -> Markup:
    """State, forms and history."""
    _, item = visit._, told.item
    if item is None:
        words = told.trouble or _("The ledger has nothing on this: it never differed beyond tolerance.")
        return element("section", element("h2", _("Ledger")), element("p", words, class_="muted"), class_="panel")
    facts: list[tuple[str, Content]] = [
        (_("State"), item_badge(item.status, _)),
        (_("Who must explain"), departments.get(item.owner, item.owner)),
        (_("Deadline"), item.due_on.isoformat() if item.due_on else _("no date set")),
        (_("Explanation"), element("span", item.explanation or _("none yet"), class_="words")),
    ]
    return element(
        "section", element("h2", _("Ledger")), _done(visit, told),
        element("dl", [element("div", element("dt", n), element("dd", v)) for n, v in facts], class_="facts ledger-facts"),
        _ways(visit, item, told, departments), _history(visit, told), class_="panel", id="ledger",
    )  # fmt: skip


def _done(visit: Visit, told: Told) -> Markup | None:
    """That something was written, while it is the newest thing that happened."""
    done = visit.said.get("done")
    if told.failed or done not in list(Act) or not told.history or told.history[-1].event != Act(done).event:
        return None
    words = f"✓ {done_words(visit._)[Act(done)]}"
    return element("p", words, class_="done", role="status", id=SAID, tabindex=-1)


def _ways(visit: Visit, item: Item, told: Told, departments: Mapping[str, str]) -> Content:
    _ = visit._
    if not item.is_present:
        return element("p", _("Both sides agree by now: there is nothing left to explain."), class_="muted")
    if told.ticket is None:
        return element("p", told.trouble or _("You may read the ledger and not write into it."), class_="muted")
    name = _("It will stand in the history for good, under the name {user}.", user=told.user)
    return [
        act_forms(visit, item, told.ticket, len(told.history), departments, told.failed),
        element("p", name, class_="muted"),
    ]


def _history(visit: Visit, told: Told) -> Markup:
    _ = visit._
    rows = [
        element(
            "tr", element("td", instant_text(e.at, told.info.timezone), class_="when"), element("td", event_words(e.event, _)),
            element("td", item_states(_)[e.status]), element("td", e.by), element("td", e.note or "–", class_="words"),
        )
        for e in told.history
    ]  # fmt: skip
    table = element(
        "table", element("caption", _("What happened, oldest first")),
        headings([_("Time"), _("What"), _("State"), _("Who"), _("Note")]), element("tbody", rows), class_="history",
    )  # fmt: skip
    return scrolling(_("Ledger"), table)
