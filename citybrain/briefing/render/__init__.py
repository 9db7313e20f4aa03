"""One content, three papers: DOCX to edit, PDF to send, HTML for the phone."""

from __future__ import annotations

from pathlib import Path

from citybrain.briefing.content import Briefing
from citybrain.briefing.render.docx import render_docx
from citybrain.briefing.render.html import render_html, render_page
from citybrain.briefing.render.pdf import render_pdf, svg_to_png

FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}
"""Papers by the end of their file name, with their media types."""

__all__ = ["FORMATS", "render", "render_docx", "render_html", "render_page", "render_pdf", "svg_to_png"]


def render(briefing: Briefing, form: str, fonts: Path | None = None) -> bytes:
    """One of `FORMATS`; `fonts` is a folder of font files beside those of the machine. Raises BuildError."""
    if form == "html":
        return render_html(briefing)
    return render_docx(briefing, fonts) if form == "docx" else render_pdf(briefing, fonts)
