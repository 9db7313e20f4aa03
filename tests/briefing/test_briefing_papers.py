"""Papers: real styles and tables in DOCX, fonts of both scripts, the same bytes again, and a map that is drawn."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from citybrain.briefing import render
from citybrain.briefing.content import Map, Paragraph, Table
from citybrain.briefing.fonts import _choose
from citybrain.briefing.map_svg import draw_map_svg
from citybrain.briefing.render import layout
from citybrain.briefing.sections.conclusions import LINES_LEFT, lines_of
from citybrain.briefing.sections.draft import Draft
from citybrain.errors import AccessError, BuildError
from citybrain.project import BriefingSettings, load_project
from tests.query import tiny_city as tiny

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def docx(compose) -> bytes:
    return render(compose(), "docx")


def test_headings_are_headings_and_tables_are_tables(compose, docx: bytes) -> None:
    document, briefing = Document(io.BytesIO(docx)), compose()
    found = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert [text.split("、")[0] for text in found] == list("一二三四五六七八九十")
    assert any(p.style.name == "Heading 2" and p.text.startswith("（一）") for p in document.paragraphs)
    tables = [b for s in briefing.sections for b in s.blocks if isinstance(b, Table)]
    assert [len(t.rows) - 1 for t in document.tables] == [len(t.rows) for t in tables]
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_the_page_is_that_of_the_standard(docx: bytes) -> None:
    document = Document(io.BytesIO(docx))
    section = document.sections[0]
    assert (section.page_width, section.page_height) == pytest.approx((Mm(210), Mm(297)), abs=Mm(0.1))
    area = (section.page_width - section.left_margin - section.right_margin,
            section.page_height - section.top_margin - section.bottom_margin)  # fmt: skip
    assert area == pytest.approx((Mm(156), Mm(225)), abs=Mm(0.1))
    assert (document.styles["Title"].font.size, document.styles["Body Text"].font.size) == (Pt(22), Pt(16))
    assert layout.line_pt() * 28 == pytest.approx(225 / 25.4 * 72)
    faces = {
        name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Title", "Heading 1", "Heading 2", "Body Text")
    }
    assert faces == {
        "Title": "方正小标宋简体",
        "Heading 1": "黑体",
        "Heading 2": "楷体_GB2312",
        "Body Text": "仿宋_GB2312",
    }
    for footer in (section.footer, section.even_page_footer):
        assert footer._element.find(f".//{qn('w:fldSimple')}").get(qn("w:instr")) == "PAGE"


def test_the_map_has_words_for_those_who_do_not_see_it(docx: bytes) -> None:
    [picture] = Document(io.BytesIO(docx)).inline_shapes
    assert "分布图" in picture._inline.docPr.get("descr")


@pytest.mark.parametrize("form", ["docx", "pdf", "html"])
def test_the_same_briefing_is_the_same_file(compose, form: str) -> None:
    assert render(compose(), form) == render(compose(), form)


def test_the_pdf_embeds_its_fonts(compose) -> None:
    paper = render(compose(), "pdf")
    assert paper.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in paper


def test_without_a_chinese_font_the_message_names_a_package() -> None:
    with pytest.raises(BuildError, match="fonts-noto-cjk"):
        _choose(frozenset({"DejaVu Sans", "Libertinus Serif"}), None)
    assert _choose(frozenset({"SimHei"}), None).body == "SimHei"


def test_the_file_fetches_nothing(compose) -> None:
    page = render(compose(), "html").decode()
    assert set(re.findall(r'(?:src|href)="([^"]*)"', page)) <= {"data:,"}
    assert "url(http" not in page
    assert "prefers-color-scheme: dark" in page


def the_map(compose) -> Map:
    return next(b for s in compose().sections for b in s.blocks if isinstance(b, Map))


def test_the_map_draws_every_boundary_and_says_every_value(compose) -> None:
    block = the_map(compose)
    assert [s.code for s in block.shapes] == [tiny.TOWNSHIPS[0], tiny.TOWNSHIPS[1]]
    drawing = ET.fromstring(draw_map_svg(block, "Some Face"))  # noqa: S314 - our own text
    paths = [p for p in drawing.findall(f"{SVG}path") if p.get("fill") != "none"]
    assert len(paths) == 2
    words = [t.text for t in drawing.findall(f"{SVG}text")]
    assert {s.name.text for s in block.shapes} | {s.number.text for s in block.shapes} <= set(words)
    assert len({p.get("fill") for p in paths}) == 2


def test_places_of_the_map_are_where_they_lie(compose) -> None:
    block = the_map(compose)
    drawing = ET.fromstring(draw_map_svg(block, "Some Face"))  # noqa: S314 - our own text
    [west, east] = [[float(n) for n in re.findall(r"[\d.]+", p.get("d"))][::2] for p in drawing.findall(f"{SVG}path")]
    assert max(west) == pytest.approx(min(east), abs=0.2)


def test_an_area_without_areas_below_has_no_comparison(compose) -> None:
    codes = [s.code for s in compose(area=tiny.VILLAGES[0]).sections]
    assert "ranking" not in codes
    assert codes[0] == "conclusions"


def test_a_week_of_which_nothing_is_known_is_refused(compose) -> None:
    with pytest.raises(AccessError, match="no indicator"):
        compose(week="2018-W10")


def test_an_unknown_headline_is_refused_with_the_nearest(compose) -> None:
    with pytest.raises(AccessError, match="screened"):
        compose(settings=BriefingSettings(headline=("screend",)))


def test_without_settings_page_one_leads_with_what_has_data(compose) -> None:
    chosen = [code.text for code in compose(settings=BriefingSettings()).headline]
    assert chosen
    assert "residents" not in chosen


def test_the_project_says_what_leads(tmp_path: Path) -> None:
    (tmp_path / "city.toml").write_text(
        'name = "x"\n[[levels]]\ncode = "county"\ntitle = "县"\n[briefing]\nheadline = ["a", "b"]\nissuer = "办公室"\n'
        'week_begins = "friday"\ndepartments = { health = "卫健局" }\n',
        encoding="utf-8",
    )
    said = load_project(tmp_path).briefing
    assert (said.headline, said.issuer, said.week_begins) == (("a", "b"), "办公室", "friday")
    assert said.departments == {"health": "卫健局"}


def test_lists_of_page_one_are_cut_until_they_fit(compose) -> None:
    for language in ("zh", "en"):
        [first] = [s for s in compose(language).sections if s.code == "conclusions"]
        draft = Draft(first.code, first.heading.words, first.blocks, own_page=True)
        assert lines_of(draft, language) <= LINES_LEFT
        longer = Draft(first.code, first.heading.words, (*first.blocks, Paragraph(("字" * 29,))))
        assert lines_of(longer, "zh") == lines_of(draft, "zh") + 2
