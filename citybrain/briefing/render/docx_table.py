"""Tables of the DOCX: widths that hold, a header on every page, rows that do not break."""

from __future__ import annotations

from typing import Any

from docx.document import Document as DocumentType
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import _Cell, _Row

from citybrain.briefing.content import Table, Text, plain_text
from citybrain.briefing.render import layout

_GREY = "AAAAAA"
_EDGES = (("top", 8, "000000"), ("bottom", 8, "000000"), ("insideH", 4, _GREY))
"""Lines of a table: side, eighths of a point, colour. Three-line tables need no vertical ones."""


def add_table(document: DocumentType, block: Table) -> None:
    """Append the table; its caption stands before it."""
    table = document.add_table(rows=0, cols=len(block.columns))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _set_edges(table._tbl.tblPr)
    _set_padding(table._tbl.tblPr)
    total = sum(column.weight for column in block.columns)
    widths = [Mm(layout.TEXT_MM[0] * column.weight / total) for column in block.columns]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    is_number = [column.is_number for column in block.columns]
    head = table.add_row()
    _fill(head, [column.title for column in block.columns], widths, is_number, "Table head")
    _mark(head, "w:tblHeader")
    for texts in block.rows:
        row = table.add_row()
        _fill(row, list(texts), widths, is_number, "Table text")
        _mark(row, "w:cantSplit")


def _fill(row: _Row, texts: list[Text], widths: list[Any], is_number: list[bool], style: str) -> None:
    for cell, text, width, right in zip(row.cells, texts, widths, is_number, strict=True):
        cell.width, cell.vertical_alignment = width, WD_CELL_VERTICAL_ALIGNMENT.CENTER
        paragraph = cell.paragraphs[0]
        paragraph.style = style
        paragraph.add_run(plain_text(text))
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if style == "Table head":
            _underline(cell)


def _mark(row: _Row, name: str) -> None:
    properties = row._tr.get_or_add_trPr()
    for mark in dict.fromkeys((name, "w:cantSplit")):
        properties.append(OxmlElement(mark))


def _underline(cell: _Cell) -> None:
    borders = OxmlElement("w:tcBorders")
    borders.append(_edge("bottom", 6, "000000"))
    cell._tc.get_or_add_tcPr().append(borders)


def _set_edges(properties: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side, width, colour in _EDGES:
        borders.append(_edge(side, width, colour))
    properties.append(borders)


def _set_padding(properties: Any) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 50), ("left", 80), ("bottom", 50), ("right", 80)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties.append(margins)


def _edge(side: str, width: int, colour: str) -> Any:
    edge = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(width)), ("space", "0"), ("color", colour)):
        edge.set(qn(f"w:{name}"), value)
    return edge
