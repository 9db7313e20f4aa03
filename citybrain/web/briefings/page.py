"""The pages around a briefing: bar with files above it, list of issues, errors."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from citybrain.briefing import Briefing, Issue, plain_text, render_page
from citybrain.briefing.render.html import STYLE
from citybrain.web.navigation import header
from citybrain.web.navigation.frame import ASSETS
from citybrain.web.texts import LANGUAGES, Texts

_FOLDER = Path(__file__).parent
# The papers stand alone, without the style sheets of the other pages; the header is the same everywhere.
_BAR = "".join(file.read_text(encoding="utf-8") for file in (ASSETS / "navigation.css", _FOLDER / "briefings.css"))
_HTML_LANGUAGES = {"zh": "zh-CN"}
FORMS = {"docx": "Word (DOCX)", "pdf": "PDF"}
"""Files offered beside the page, by their end, as the button calls them."""


def briefing_page(briefing: Briefing, files: str, _: Texts) -> str:
    """A briefing with its bar; `files` is the address of its files up to their end (`/briefings/x/briefing.`)."""
    buttons = "".join(
        f'<a class="button" href="{escape(_with_end(files, form))}" download>{escape(name)}</a>'
        for form, name in FORMS.items()
    )
    name, back = escape(_("Files")), _back(_)
    bar = f'<nav class="bar no-print" aria-label="{name}">{back}<span>{buttons}</span></nav>'
    return render_page(briefing, _header(_) + bar, _BAR)


def _with_end(files: str, form: str) -> str:
    address, _mark, query = files.partition("?")
    return f"{address}.{form}" + (f"?{query}" if query else "")


def list_page(issues: Sequence[Issue], preview_week: str, _: Texts) -> str:
    """The issues in the language, newest first, and the way to a preview of a week."""
    title, none = _("Weekly briefings"), _("No briefing has been issued yet.")
    rows = "".join(_entry(issue, _) for issue in issues)
    listed = f'<ul class="issues">{rows}</ul>' if rows else f"<p>{escape(none)}</p>"
    return _page(title, f"<h1>{escape(title)}</h1>{_preview_form(preview_week, _)}{listed}", _)


def error_page(sentence: str, _: Texts) -> str:
    """What went wrong, and the way back."""
    title = _("This cannot be shown")
    return _page(title, f"<h1>{escape(title)}</h1><p>{escape(sentence)}</p><p>{_back(_)}</p>", _)


def _back(_: Texts) -> str:
    words = escape(_("All briefings"))
    return f'<a href="/briefings?lang={_.language}">{words}</a>'


def _entry(issue: Issue, _: Texts) -> str:
    briefing = issue.briefing
    title = f"{plain_text(briefing.title)} · {plain_text(briefing.issue_line)}"
    files = " ".join(
        f'<a href="/briefings/{escape(issue.id)}/briefing.{form}" download>{escape(name)}</a>'
        for form, name in FORMS.items()
    )
    return (
        f'<li><a class="title" href="/briefings/{escape(issue.id)}">{escape(title)}</a>'
        f"<span>{escape(plain_text(briefing.dated))} · {files}</span></li>"
    )


def _preview_form(week: str, _: Texts) -> str:
    if not week:
        return ""
    label, show = escape(_("Preview of week")), escape(_("Show"))
    return (
        f'<form class="preview" action="/briefings/draft"><label>{label} '
        f'<input type="week" name="week" value="{escape(week)}" pattern="[0-9]{{4}}-W[0-9]{{2}}" required></label>'
        f'<input type="hidden" name="lang" value="{_.language}"><button>{show}</button></form>'
    )


def _header(_: Texts) -> str:
    """The header of all pages; a briefing is written in one language, so the other one leads to the list."""
    other = next(code for code in LANGUAGES if code != _.language)
    return f'<div class="no-print">{header("/briefings", _, "/briefings?" + urlencode({"lang": other}))}</div>'


def _page(title: str, body: str, _: Texts) -> str:
    return (
        f'<!DOCTYPE html><html lang="{_HTML_LANGUAGES.get(_.language, _.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title><style>{STYLE}{_BAR}</style></head>"
        f'<body>{_header(_)}<main class="paper">{body}</main></body></html>'
    )
