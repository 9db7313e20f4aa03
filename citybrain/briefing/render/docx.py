"""The briefing as DOCX for Word and WPS: real styles, real tables, fields for page numbers, fonts for both scripts."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from citybrain.briefing.content import Block, Briefing, Heading, Map, Paragraph, Section, plain_text
from citybrain.briefing.fonts import find_typefaces
from citybrain.briefing.map_svg import draw_map_svg
from citybrain.briefing.render import layout
from citybrain.briefing.render.docx_styles import line_below, number_pages, set_page, set_styles
from citybrain.briefing.render.docx_table import add_table
from citybrain.briefing.render.pdf import svg_to_png

_ZIPPED_AT = (1980, 1, 1, 0, 0, 0)


def render_docx(briefing: Briefing, fonts: Path | None = None) -> bytes:
    """The DOCX; the same bytes for the same briefing.

    `fonts` is a folder of font files beside those of the machine, for the words on the map. Raises BuildError where
    none with Chinese characters is there.
    """
    document = Document()
    set_page(document)
    set_styles(document, briefing.language)
    number_pages(document)
    _set_properties(document, briefing)
    _add_head(document, briefing)
    for number, section in enumerate(briefing.sections, 1):
        _add_section(document, section, fonts)
        if section.own_page and number < len(briefing.sections):
            # The break ends the last paragraph: one of its own could fall on a page that is already full.
            document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
    written = io.BytesIO()
    document.save(written)
    return _without_times(written.getvalue())


def _set_properties(document: DocumentType, briefing: Briefing) -> None:
    made = dt.datetime.fromisoformat(briefing.as_of)
    properties = document.core_properties
    properties.title, properties.author = plain_text(briefing.title), plain_text(briefing.issuer)
    properties.comments, properties.keywords = "", f"{briefing.week} {briefing.snapshot}"
    properties.language = "zh-CN" if briefing.language == "zh" else briefing.language
    properties.created = properties.modified = made
    properties.last_modified_by = plain_text(briefing.issuer)


def _add_head(document: DocumentType, briefing: Briefing) -> None:
    document.add_paragraph(plain_text(briefing.masthead), style="Masthead")
    document.add_paragraph(plain_text(briefing.issue_line), style="Issue line")
    line = document.add_paragraph(f"{plain_text(briefing.issuer)}\t{plain_text(briefing.dated)}", style="Issue line")
    line.alignment = WD_ALIGN_PARAGRAPH.LEFT
    line.paragraph_format.tab_stops.add_tab_stop(Mm(layout.TEXT_MM[0]), WD_TAB_ALIGNMENT.RIGHT)
    line_below(line, layout.RED)
    document.add_paragraph(plain_text(briefing.title), style="Title")


def _add_section(document: DocumentType, section: Section, fonts: Path | None) -> None:
    _add_block(document, section.heading, fonts)
    for block in section.blocks:
        _add_block(document, block, fonts)


def _add_block(document: DocumentType, block: Block, fonts: Path | None) -> None:
    if isinstance(block, Heading):
        heading = document.add_heading(block.ordinal + plain_text(block.words), level=block.level)
        # The page counts in lines, so headings take no space, but for those right below a table.
        previous = heading._p.getprevious()
        if previous is not None and previous.tag == qn("w:tbl"):
            heading.paragraph_format.space_before = Pt(layout.line_pt() / 2)
    elif isinstance(block, Paragraph):
        document.add_paragraph(block.ordinal + plain_text(block.words), style="Body Text")
    elif isinstance(block, Map):
        _add_map(document, block, fonts)
    else:
        if block.caption:
            document.add_paragraph(plain_text(block.caption), style="Caption")
        add_table(document, block)


def _add_map(document: DocumentType, block: Map, fonts: Path | None) -> None:
    picture = svg_to_png(draw_map_svg(block, find_typefaces(fonts).heading), fonts)
    paragraph = document.add_paragraph(style="Picture")
    shape = paragraph.add_run().add_picture(io.BytesIO(picture), width=Mm(layout.MAP_MM))
    described: Any = shape._inline.docPr
    described.set("descr", plain_text(block.caption))
    described.set("name", plain_text(block.caption))
    caption = document.add_paragraph(plain_text(block.caption), style="Caption")
    caption.paragraph_format.keep_with_next = False


def _without_times(packed: bytes) -> bytes:
    """The same archive without the time of packing, so that equal briefings are equal files."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _ZIPPED_AT)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, old.read(name))
    return made.getvalue()
