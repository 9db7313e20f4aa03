"""Page, styles and page numbers of the DOCX. Source: GB/T 9704-2012."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from citybrain.briefing.render import layout

LATIN = "Times New Roman"
TITLE_FACE, BODY_FACE, HEADING_FACE, SUBHEADING_FACE = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
_STAND_INS = {"方正小标宋简体": "华文中宋", "仿宋_GB2312": "仿宋", "楷体_GB2312": "楷体"}
"""What Word and WPS take where the face itself is not installed; Windows brings these along."""


@dataclass(frozen=True)
class _Style:
    name: str
    face: str
    size: float
    bold: bool = False
    colour: str = "000000"
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT
    indent: bool = False
    exact: bool = True
    """Lines at the pitch of the page; False = as high as the text needs."""
    before: float = 0
    after: float = 0
    keep: bool = False


_CENTER, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


def _styles(language: str) -> tuple[_Style, ...]:
    body, table, is_chinese = layout.body_pt(language), layout.table_pt(language), language == "zh"
    # Latin faces have no heavy sister such as 黑体, so headings are bold there; long words leave holes in full lines.
    heavy, full = not is_chinese, _JUSTIFY if is_chinese else WD_ALIGN_PARAGRAPH.LEFT
    return (
        _Style("Normal", BODY_FACE, body),
        _Style("Masthead", TITLE_FACE, layout.MASTHEAD_PT, True, layout.RED, _CENTER, exact=False),
        _Style("Issue line", BODY_FACE, body, align=_CENTER),
        _Style("Title", TITLE_FACE, layout.TITLE_PT, align=_CENTER, exact=False, before=10, after=6),
        _Style("Heading 1", HEADING_FACE, body, heavy, indent=is_chinese, keep=True),
        _Style("Heading 2", SUBHEADING_FACE, body, heavy, indent=is_chinese, keep=True),
        _Style("Heading 3", BODY_FACE, body, True, indent=is_chinese, keep=True),
        _Style("Body Text", BODY_FACE, body, align=full, indent=is_chinese),
        _Style("Caption", HEADING_FACE, table, align=_CENTER, exact=False, before=6, after=4, keep=True),
        _Style("Picture", BODY_FACE, body, align=_CENTER, exact=False, before=6, keep=True),
        _Style("Table text", BODY_FACE, table, exact=False),
        _Style("Table head", HEADING_FACE, table, heavy, exact=False, keep=True),
        _Style("Footer", "宋体", layout.FOOT_PT),
    )


def set_page(document: DocumentType) -> None:
    """A4 with the type area of the standard; the page number stands 7 mm below it."""
    section: Any = document.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in layout.PAGE_MM)
    section.top_margin, section.left_margin = Mm(layout.TOP_MM), Mm(layout.LEFT_MM)
    section.right_margin = Mm(layout.PAGE_MM[0] - layout.LEFT_MM - layout.TEXT_MM[0])
    section.bottom_margin = Mm(layout.PAGE_MM[1] - layout.TOP_MM - layout.TEXT_MM[1])
    section.footer_distance = Mm(22)


def set_styles(document: DocumentType, language: str) -> None:
    """All styles of the briefing, with faces for Latin and for East Asian characters."""
    for wanted in _styles(language):
        _set_style(document, wanted, language)
    _declare_stand_ins(document)


def _set_style(document: DocumentType, wanted: _Style, language: str) -> None:
    names = [style.name for style in document.styles]
    style: Any = (
        document.styles[wanted.name]
        if wanted.name in names
        else document.styles.add_style(wanted.name, WD_STYLE_TYPE.PARAGRAPH)
    )
    style.quick_style = True
    style.font.name, style.font.size, style.font.bold = LATIN, Pt(wanted.size), wanted.bold
    style.font.italic = False
    style.font.color.rgb = RGBColor.from_string(wanted.colour)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [key for key in fonts.attrib if key.endswith("Theme")]:
        del fonts.attrib[name]
    for script, face in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", wanted.face)):
        fonts.set(qn(f"w:{script}"), face)
    _set_language(style, language)
    _drop_border(style)
    shape = style.paragraph_format
    shape.alignment, shape.keep_with_next = wanted.align, wanted.keep
    shape.space_before, shape.space_after = Pt(wanted.before), Pt(wanted.after)
    shape.first_line_indent = Pt(2 * wanted.size) if wanted.indent else Pt(0)
    shape.widow_control = False
    if wanted.exact:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(round(layout.line_pt(), 1))
    else:
        shape.line_spacing = 1.0


def _set_language(style: Any, language: str) -> None:
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    said = OxmlElement("w:lang")
    said.set(qn("w:val"), "en-US")
    said.set(qn("w:eastAsia"), "zh-CN")
    properties.append(said)


def _drop_border(style: Any) -> None:
    """The template of python-docx draws a line below titles."""
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _declare_stand_ins(document: DocumentType) -> None:
    parts = {str(part.partname): part for part in document.part.package.iter_parts()}
    table: Any = parts.get("/word/fontTable.xml")
    if table is None:
        return
    declared = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for face, other in _STAND_INS.items()
    )
    table._blob = table.blob.replace(b"</w:fonts>", declared.encode() + b"</w:fonts>")


def number_pages(document: DocumentType) -> None:
    """`— 1 —` on the outer side, one character in: right on odd pages, left on even ones."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, side in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, _LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style, paragraph.alignment = "Footer", side
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(layout.FOOT_PT)
        paragraph.add_run("— ")
        _add_page_field(paragraph)
        paragraph.add_run(" —")


_LEFT = WD_ALIGN_PARAGRAPH.LEFT


def _add_page_field(paragraph: WordParagraph) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def line_below(paragraph: WordParagraph, colour: str) -> None:
    """A line as wide as the text below the paragraph."""
    border = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "16"), ("space", "6"), ("color", colour)):
        bottom.set(qn(f"w:{name}"), value)
    border.append(bottom)
    paragraph._p.get_or_add_pPr().append(border)
