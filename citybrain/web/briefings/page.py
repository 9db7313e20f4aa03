"""What stands above a briefing: the bar with its files, and what became of it or can be done with it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from citybrain.briefing import Briefing, Issue, render_page
from citybrain.web.elements import Content, Markup, element
from citybrain.web.navigation import header
from citybrain.web.navigation.frame import ASSETS
from citybrain.web.posts import Ticket
from citybrain.web.texts import LANGUAGES, Texts

_FOLDER = Path(__file__).parent
# The papers stand alone, without the style sheets of the other pages; the header is the same everywhere.
_BAR = "".join(file.read_text(encoding="utf-8") for file in (ASSETS / "navigation.css", _FOLDER / "briefings.css"))
FORMS = {"docx": "Word (DOCX)", "pdf": "PDF"}
"""Files offered beside the page, by their end, as the button calls them."""


def briefing_page(briefing: Briefing, files: str, _: Texts, notice: Content = None) -> str:
    """A briefing with its bar; `files` is the address of its files up to their end (`/briefings/x/briefing.`).

    `notice` stands below the bar and is not printed: what became of it, or what can be done with it.
    """
    buttons = [
        element("a", name, href=_with_end(files, form), download=True, class_="button") for form, name in FORMS.items()
    ]
    bar = element("nav", _back(_), element("span", buttons), class_="bar no-print", aria_label=_("Files"))
    told = element("div", notice, class_="notice no-print") if notice else ""
    return render_page(briefing, _header(_) + bar + told, _BAR)


def draft_notice(draft: Briefing, same: Issue | None, number: int, ticket: Ticket | None, _: Texts) -> Content:
    """What the preview is, and the button that issues it, for whoever may (`ticket`)."""
    if same:
        link = element("a", _("Open No. {number}", number=number), href=f"/briefings/{same.id}", class_="button main")
        return [element("p", _("This is what was issued as No. {number}.", number=number)), link]
    if ticket is None:
        return element("p", _("Preview: not issued."))
    fields = {"week": draft.week, "area": draft.area, "snapshot": draft.snapshot}
    form = element(
        "form", ticket.field, [element("input", type="hidden", name=n, value=v) for n, v in fields.items()],
        element("button", _("Issue as No. {number}", number=number), class_="main"), method="post",
        action=f"/briefings?lang={_.language}",
    )  # fmt: skip
    words = _(
        "Preview: not issued. Issuing numbers it and keeps it with its Word and PDF files; it cannot be taken back."
    )
    return [element("p", words), form]


def issued_notice(issue: Issue, _: Texts) -> Content:
    """That it has just been issued."""
    words = _("Issued as No. {number} and kept in the archive.", number=issue.number)
    return element("p", f"✓ {words}", role="status", tabindex=-1, id="said")


def _with_end(files: str, form: str) -> str:
    address, _mark, query = files.partition("?")
    return f"{address}.{form}" + (f"?{query}" if query else "")


def _back(_: Texts) -> Markup:
    return element("a", _("All briefings"), href=f"/briefings?lang={_.language}")


def _header(_: Texts) -> str:
    """The header of all pages; a briefing is written in one language, so the other one leads to the list."""
    other = next(code for code in LANGUAGES if code != _.language)
    return f'<div class="no-print">{header("/briefings", _, "/briefings?" + urlencode({"lang": other}))}</div>'
