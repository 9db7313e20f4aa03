"""How far an issuing is, as a page that looks again by itself."""

from __future__ import annotations

from pathlib import Path

from citybrain.web.briefings.issuing import Progress, Step, is_over
from citybrain.web.elements import Content, Markup, element
from citybrain.web.texts import Texts

_SCRIPT = (Path(__file__).parent / "issuing.js").read_text(encoding="utf-8")


def progress_page(progress: Progress, again: str, _: Texts) -> tuple[str, Markup]:
    """Title and content; `again` leads back to the preview."""
    running = not is_over(progress)
    title = _("The briefing is being issued") if running else _("The briefing was not issued")
    told = _steps(progress.step, _) if running else _trouble(progress.trouble, again, _)
    week = element("p", progress.paper.week, class_="muted")
    return title, element("section", element("h1", title), week, told, class_="panel progress")


def step_words(_: Texts) -> dict[Step, str]:
    """What is done one after the other."""
    return {
        Step.COMPOSE: _("Compare the numbers and write the sentences"),
        Step.DOCX: _("Make the Word file"),
        Step.PDF: _("Make the PDF"),
        Step.HTML: _("Make the page and keep everything in the archive"),
    }


def _steps(step: Step, _: Texts) -> Content:
    order = step_words(_)
    at = list(order).index(step)
    signs = [("done", "✓") if n < at else ("now", "◐") if n == at else ("next", "○") for n in range(len(order))]
    steps = [
        element(
            "li", element("span", sign, aria_hidden="true"), words, class_=name, aria_current="step" if name == "now" else None
        )
        for words, (name, sign) in zip(order.values(), signs, strict=True)
    ]  # fmt: skip
    return [
        element("ol", steps, class_="issuing-steps", aria_live="polite"),
        element("p", _("This takes some seconds. It goes on if you leave this page."), class_="muted"),
        element("noscript", element("a", _("Look again"), href="", class_="button")),
        Markup(f"<script>{_SCRIPT}</script>"),
    ]


def _trouble(words: str, again: str, _: Texts) -> Content:
    unknown = _("The server stopped meanwhile, or made a mistake that its log tells.")
    return [
        element("p", words or unknown, role="alert", class_="form-trouble bad"),
        element("p", element("a", _("Back to the preview"), href=again, class_="button main")),
    ]
