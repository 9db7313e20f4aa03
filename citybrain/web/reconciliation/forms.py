"""The forms of one difference: explain, assign, close. What was typed stays where it was not taken."""

from __future__ import annotations

from collections.abc import Mapping

from citybrain.operations import Item, ItemStatus
from citybrain.web.elements import Content, Markup, element
from citybrain.web.navigation import Visit
from citybrain.web.posts import Ticket
from citybrain.web.reconciliation.acts import MOST_OF_NAME, MOST_WORDS, Act, NotTaken, Sent
from citybrain.web.reconciliation.words import amount
from citybrain.web.texts import Texts

SAID = "said"
"""Where the page says what became of the form that was sent; the keyboard goes on from there."""


def done_words(_: Texts) -> dict[Act, str]:
    """What was done, in a sentence."""
    return {
        Act.EXPLAIN: _("Explained. It stands in the history below."),
        Act.ASSIGN: _("Assigned. It stands in the history below."),
        Act.CLOSE: _("Closed. It opens again if the difference grows or comes back."),
    }


def act_forms(
    visit: Visit, item: Item, ticket: Ticket, seen: int, departments: Mapping[str, str], failed: NotTaken | None
) -> Markup:
    """The forms that fit the state of the item; `seen` is how long its history is."""
    _ = visit._
    hidden = [ticket.field, element("input", type="hidden", name="seen", value=seen)]
    forms = [_explain(visit, item, failed), _assign(visit, item, departments, failed)]
    if item.status is not ItemStatus.CLOSED:
        forms.append(_close(visit, item, failed))
    return element("div", [_form(visit, act, hidden, parts, failed) for act, parts in forms], class_="acts")


def _form(visit: Visit, act: Act, hidden: Content, parts: list[Content], failed: NotTaken | None) -> Markup:
    """One form; the address names the difference, the body what is said about it."""
    trouble = None
    if failed and failed.sent.act is act:
        trouble = element("p", failed.words, class_="bad form-trouble", role="alert", id=SAID, tabindex=-1)
    return element(
        "form", parts[:1], trouble, hidden, element("input", type="hidden", name="act", value=act), parts[1:],
        method="post", action=visit.href(done="") + f"#{SAID}", class_="act", autocomplete="off", aria_labelledby=f"{act}-title",
    )  # fmt: skip


def _explain(visit: Visit, item: Item, failed: NotTaken | None) -> tuple[Act, list[Content]]:
    _ = visit._
    gap = _("What is explained is a difference of {gap}; if it grows, it opens again.", gap=amount(item.gap))
    return Act.EXPLAIN, [
        element("h3", _("Explain"), id="explain-title"),
        _field(_("Why the two sides differ"), _text(Act.EXPLAIN, 4, failed), gap),
        element("button", _("Write the explanation"), class_="button main"),
    ]


def _assign(
    visit: Visit, item: Item, departments: Mapping[str, str], failed: NotTaken | None
) -> tuple[Act, list[Content]]:
    _ = visit._
    sent = _typed(Act.ASSIGN, failed)
    known = departments if item.owner in departments else {item.owner: item.owner, **departments}
    chosen = sent.department if sent else item.owner
    due = sent.due if sent else item.due_on.isoformat() if item.due_on else None
    options = [element("option", name, value=code, selected=code == chosen) for code, name in known.items()]
    is_closed = item.status is ItemStatus.CLOSED
    return Act.ASSIGN, [
        element("h3", _("Open it again") if is_closed else _("Assign"), id="assign-title"),
        _field(_("Who must explain"), element("select", options, name="department")),
        _field(
            _("or a person or office by name"),
            element("input", type="text", name="person", value=sent.person if sent else None, maxlength=MOST_OF_NAME),
        ),
        _field(_("Deadline"), element("input", type="date", name="due", value=due)),
        element("button", _("Assign and open again") if is_closed else _("Assign it"), class_="button"),
    ]


def _close(visit: Visit, item: Item, failed: NotTaken | None) -> tuple[Act, list[Content]]:
    _ = visit._
    hint = (
        _("Not needed: the explanation stands.")
        if item.explanation
        else _("Nobody has explained it yet: say why it can be closed all the same.")
    )
    return Act.CLOSE, [
        element("h3", _("Close the difference"), id="close-title"),
        _field(_("Note"), _text(Act.CLOSE, 2, failed), hint),
        element("button", _("Close it"), class_="button"),
    ]


def _text(act: Act, rows: int, failed: NotTaken | None) -> Markup:
    sent = _typed(act, failed)
    # A browser drops the first line break of a text area: one of our own keeps the text as it was typed.
    return element("textarea", "\n" + sent.text if sent else "", name="text", rows=rows, maxlength=MOST_WORDS)


def _field(name: str, field: Markup, hint: str = "") -> Markup:
    return element("label", element("span", name), field, element("small", hint) if hint else None)


def _typed(act: Act, failed: NotTaken | None) -> Sent | None:
    """What was typed into this form, if it was the one that was not taken."""
    return failed.sent if failed and failed.sent.act is act else None
