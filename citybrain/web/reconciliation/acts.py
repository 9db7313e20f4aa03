"""What a person sends about one difference: explain, assign, close. Read, checked, and said in words where it cannot be taken."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from citybrain.operations import Entry, Item, Ledger
from citybrain.web.texts import Texts

MOST_WORDS = 2_000
"""Characters of an explanation or note."""
MOST_OF_NAME = 100
_RESIDENT = re.compile(r"(?<![0-9A-Za-z])[1-8]\d{16}[\dXx](?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


class Act(StrEnum):
    """What can be done; also the name of its form."""

    EXPLAIN = "explain"
    ASSIGN = "assign"
    CLOSE = "close"

    @property
    def event(self) -> str:
        """What the history calls it."""
        return {Act.EXPLAIN: "explained", Act.ASSIGN: "assigned", Act.CLOSE: "closed"}[self]


@dataclass(frozen=True)
class Sent:
    """A form as it was sent."""

    act: Act
    seen: str
    """How long the history was when the page was made."""
    text: str = ""
    """Explanation, or note of a closing."""
    department: str = ""
    person: str = ""
    """A name instead of a department."""
    due: str = ""

    @classmethod
    def of(cls, form: Mapping[str, str]) -> Sent | None:
        """The form of these fields; None where no act is named."""
        if form.get("act") not in list(Act):
            return None
        text = form.get("text", "").replace("\r\n", "\n").strip()
        department, person, due = (form.get(name, "").strip() for name in ("department", "person", "due"))
        return cls(Act(form["act"]), form.get("seen", ""), text, department, person, due)

    @property
    def owner(self) -> str:
        """Who must explain it."""
        return self.person or self.department

    @property
    def note(self) -> str:
        """What the history will say beside the act."""
        return self.owner if self.act is Act.ASSIGN else self.text


@dataclass(frozen=True)
class NotTaken:
    """A form that was not taken, and why."""

    sent: Sent
    words: str
    status: int = 400


def check_sent(sent: Sent, item: Item, _: Texts) -> str:
    """What is wrong with the form, in words; empty if nothing is."""
    if sent.act is Act.EXPLAIN and not sent.text:
        return _("The explanation is empty. Say in a sentence why the two sides differ.")
    if sent.act is Act.CLOSE and not sent.text and not item.explanation:
        return _("Nobody has explained this difference. Explain it first, or say in the note why it is closed.")
    if sent.act is Act.ASSIGN and not sent.owner:
        return _("Nobody is named. Choose a department, or write the name of a person or an office.")
    if len(sent.text) > MOST_WORDS:
        return _("The text is too long: {length} characters, at most {most}.", length=len(sent.text), most=MOST_WORDS)
    if len(sent.owner) > MOST_OF_NAME:
        return _("The name is too long: at most {most} characters.", most=MOST_OF_NAME)
    if any(kind.search(words) for kind in (_RESIDENT, _PHONE) for words in (sent.text, sent.person)):
        return _(
            "This holds the ID or phone number of a person, which the ledger must not keep. Name the file and line."
        )
    if sent.due and _day(sent.due) is None:
        return _("The deadline is not a day. Write it as 2020-02-28.")
    return ""


def is_written_already(sent: Sent, newest: Entry | None, by: str) -> bool:
    """Whether the same person has just written the same: a second click changes nothing."""
    return newest is not None and (newest.event, newest.note, newest.by) == (sent.act.event, sent.note, by)


def write(ledger: Ledger, item: Item, sent: Sent, by: str) -> Item:
    """Writes it into the ledger. Raises AccessError where the ledger refuses."""
    if sent.act is Act.EXPLAIN:
        return ledger.explain(item, sent.text, by)
    if sent.act is Act.ASSIGN:
        return ledger.assign(item, sent.owner, by, _day(sent.due))
    return ledger.close(item, by, sent.text)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
