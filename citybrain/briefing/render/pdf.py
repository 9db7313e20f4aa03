"""The briefing as PDF, set by Typst: fonts embedded, tagged, the same bytes for the same briefing."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, Literal

import typst

from citybrain.briefing.content import Block, Briefing, Heading, Map, Paragraph, Table, plain_text
from citybrain.briefing.fonts import Typefaces, find_typefaces, fonts_in
from citybrain.briefing.map_svg import draw_map_svg
from citybrain.briefing.render import layout
from citybrain.errors import BuildError

_TEMPLATE = Path(__file__).parent / "briefing.typ"
_LATIN = "Libertinus Serif"
"""Digits and Latin letters; comes with Typst."""


def render_pdf(briefing: Briefing, fonts: Path | None = None) -> bytes:
    """The PDF. `fonts` is a folder of font files beside those of the machine.

    Raises:
        BuildError: no font with Chinese characters is there, or the paper cannot be set.
    """
    faces = find_typefaces(fonts)
    sheet = json.dumps(_sheet(briefing, faces), ensure_ascii=False)
    return typeset(_TEMPLATE.read_bytes(), fonts, "pdf", {"content": sheet}, dt.datetime.fromisoformat(briefing.as_of))


def svg_to_png(svg: str, fonts: Path | None = None, ppi: float = 220, width: str = f"{layout.TEXT_MM[0]}mm") -> bytes:
    """The picture as PNG, as wide as the text of a paper unless said otherwise: for papers that take no SVG."""
    source = (
        f"#set page(width: {width}, height: auto, margin: 0mm, fill: white)\n"
        '#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    )
    return typeset(source.encode(), fonts, "png", {"svg": svg}, dt.datetime(2000, 1, 1), ppi=ppi)


def typeset(
    source: bytes,
    fonts: Path | None,
    form: Literal["pdf", "png"],
    inputs: dict[str, str],
    made_at: dt.datetime,
    ppi: float | None = None,
) -> bytes:
    """What Typst makes of the source. Raises BuildError."""
    try:
        made = typst.compile(
            source,
            format=form,
            font_paths=fonts_in(fonts),
            sys_inputs=inputs,
            timestamp=int(made_at.replace(tzinfo=dt.UTC).timestamp()),
            ppi=ppi,
        )
    except typst.TypstError as error:
        raise BuildError("briefing", "the paper cannot be set", found=str(error).splitlines()[0]) from error
    if not isinstance(made, bytes):
        raise BuildError("briefing", "a picture came out on several pages")
    return made


def _sheet(briefing: Briefing, faces: Typefaces) -> dict[str, Any]:
    def weight(family: str) -> str:
        # 黑体 and 小标宋 are heavy by themselves; the stand-ins of Noto get there by their bold weight.
        return "bold" if "CJK" in family or "Source Han" in family else "regular"

    return {
        "language": briefing.language,
        "faces": {
            "latin": _LATIN,
            "title": faces.title,
            "body": faces.body,
            "heading": faces.heading,
            "subheading": faces.subheading,
        },
        "heading_weight": weight(faces.heading),
        "subheading_weight": weight(faces.subheading),
        "page": layout.PAGE_MM,
        "text": layout.TEXT_MM,
        "top": layout.TOP_MM,
        "left": layout.LEFT_MM,
        "line_pt": layout.line_pt(),
        "masthead_pt": layout.MASTHEAD_PT,
        "title_pt": layout.TITLE_PT,
        "map_mm": layout.MAP_MM,
        "body_pt": layout.body_pt(briefing.language),
        "table_pt": layout.table_pt(briefing.language),
        "foot_pt": layout.FOOT_PT,
        "red": layout.RED,
        **{
            name: plain_text(getattr(briefing, name)) for name in ("masthead", "issue_line", "issuer", "dated", "title")
        },
        "sections": [
            {
                "heading": section.heading.ordinal + plain_text(section.heading.words),
                "blocks": [_block(block, faces) for block in section.blocks],
                "own_page": section.own_page,
            }
            for section in briefing.sections
        ],
    }


def _block(block: Block, faces: Typefaces) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "words": block.ordinal + plain_text(block.words)}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "words": block.ordinal + plain_text(block.words)}
    if isinstance(block, Table):
        return {
            "kind": "table",
            "caption": plain_text(block.caption),
            "columns": [
                {"title": plain_text(c.title), "weight": c.weight, "is_number": c.is_number} for c in block.columns
            ],
            "rows": [[plain_text(cell) for cell in row] for row in block.rows],
        }
    return _picture(block, faces)


def _picture(block: Map, faces: Typefaces) -> dict[str, Any]:
    return {"kind": "map", "caption": plain_text(block.caption), "svg": draw_map_svg(block, faces.heading)}
