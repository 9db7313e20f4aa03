"""The sheet of a map: legible labels, different looks of different states, and words that stay within the paper."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.figures import LIGHT, DrawnArea, LegendEntry, MapSheet, draw_map_sheet, hatch_of
from citybrain.figures.map_sheet import WIDTH
from citybrain.figures.svg_map import Box, projected
from citybrain.figures.svg_text import text_width, wrapped

SVG = "{http://www.w3.org/2000/svg}"


def tiles(count: int, names: str = "沙河镇") -> list[DrawnArea]:
    """So many square areas beside each other, the n-th with value n."""
    side = math.ceil(math.sqrt(count))
    found = []
    for n in range(count):
        west, south = 110 + n % side * 0.1, 30 + n // side * 0.1
        ring = [(west, south), (west, south + 0.1), (west + 0.1, south + 0.1), (west + 0.1, south), (west, south)]
        found.append(
            DrawnArea(f"{names}{n}", f"{n:,}", float(n), LIGHT.sequence[n % 5], [[ring]], (west + 0.05, south + 0.05))
        )
    return found


def sheet(areas: list[DrawnArea], **more: object) -> MapSheet:
    fields = {
        "title": "青溪县发热人次", "subtitle": "2020-W08", "whole": ("青溪县", "12 人次"), "legend_title": "单位：人次",
        "legend": [LegendEntry("1–9", LIGHT.sequence[0])], "areas": areas, "left_out": "缺 {count} 个名称",
    } | more  # fmt: skip
    return MapSheet(**fields)  # type: ignore[arg-type]


def drawn(shown: MapSheet) -> ET.Element:
    return ET.fromstring(draw_map_sheet(shown, "Some Face"))  # noqa: S314 - our own text


def words(drawing: ET.Element) -> list[ET.Element]:
    return [t for t in drawing.iter(f"{SVG}text") if t.get("aria-hidden") is None]


def boxes(drawing: ET.Element, names: str) -> list[tuple[float, float, float, float]]:
    """What the names and the values below them cover, as the drawing says."""
    texts, found = words(drawing), []
    for name, value in pairwise(texts):
        if (name.text or "").startswith(names):
            size, x = float(name.get("font-size")), float(name.get("x"))
            half = max(text_width(t.text, size) for t in (name, value)) / 2
            found.append((x - half, float(name.get("y")) - size * 0.8, x + half, float(value.get("y"))))
    return found


@pytest.mark.parametrize("count", [1, 16, 60, 300])
def test_no_two_labels_overlap_and_every_one_left_out_is_counted(count: int) -> None:
    drawing = drawn(sheet(tiles(count)))
    shown = boxes(drawing, "沙河镇")
    assert not [
        (a, b) for a, b in combinations(shown, 2) if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]
    told = [t.text for t in words(drawing) if t.text and t.text.startswith("缺")]
    missing = count - len(shown)
    assert told == ([f"缺 {missing} 个名称"] if missing else [])
    assert len(shown) >= min(count, 60) * 0.9


def test_larger_values_keep_their_labels() -> None:
    shown = {t.text for t in words(drawn(sheet(tiles(900, "很长很长的街道名称"))))}
    assert "很长很长的街道名称899" in shown
    assert "很长很长的街道名称1" not in shown


def test_every_state_has_its_own_look() -> None:
    silent = ["no_data", "late", "quarantined", "suppressed"]
    one = tiles(6)
    areas = [
        DrawnArea(s, s, None, hatch_of(s), a.polygons, a.label_at, s) for s, a in zip(silent, one, strict=False)
    ] + [
        DrawnArea("zero", "0", 0.0, LIGHT.zero, one[4].polygons, one[4].label_at, "zero"),
        DrawnArea("doubt", "0?", 0.0, LIGHT.zero, one[5].polygons, one[5].label_at, "implausible_zero"),
    ]
    drawing = drawn(sheet(areas))
    fills = [p.get("fill") for p in drawing.findall(f"{SVG}path") if p.find(f"{SVG}title") is not None]
    assert len(set(fills)) == 5
    defined = {f"url(#{p.get('id')})" for p in drawing.iter(f"{SVG}pattern")}
    assert {f for f in fills if f.startswith("url")} == defined
    assert [p.get("stroke") for p in drawing.findall(f"{SVG}path")].count(LIGHT.doubtful) == 1


def test_all_words_stay_on_the_paper_and_the_foot_holds_every_note() -> None:
    notes = [
        "定义：" + "体温不低于三十七度三的发热门诊就诊人次，" * 12,
        "Definition: " + "visits to a fever clinic " * 20,
    ]
    drawing = drawn(sheet(tiles(16), notes=notes, title="某" * 90))
    height = float(drawing.get("height"))
    for text in words(drawing):
        size, x, y = (float(text.get(name)) for name in ("font-size", "x", "y"))
        wide = text_width(text.text, size)
        left = x - wide / 2 if text.get("text-anchor") == "middle" else x
        assert left >= 0 and left + wide <= WIDTH and 0 < y < height
    said = "".join((t.text or "").replace(" ", "") for t in words(drawing))
    assert all(note.replace(" ", "") in said for note in notes)


def test_text_of_others_cannot_become_markup() -> None:
    area = tiles(1, "<script>alert(1)</script>&")[0]
    assert "<script" not in draw_map_sheet(sheet([area], title='"<b>&'), 'A "Face"')


@given(st.text(alphabet="ab 县镇，。(", max_size=60), st.floats(40, 400))
def test_wrapping_loses_no_letter(text: str, width: float) -> None:
    assert "".join(wrapped(text, 14, width)).replace(" ", "") == text.replace(" ", "")


@given(st.text(alphabet="ab 县镇", max_size=60), st.floats(40, 400))
def test_lines_keep_to_the_width_unless_one_word_is_longer(text: str, width: float) -> None:
    longest = max((text_width(word, 14) for word in re.findall(r"[ab]+|[县镇]", text)), default=0)
    assert all(text_width(line, 14) <= max(width, longest) for line in wrapped(text, 14, width))


def test_no_line_begins_with_a_closing_sign() -> None:
    lines = wrapped("体温不低于三十七度三的就诊人次，按就诊日期统计。", 14, 14 * 15)
    assert len(lines) > 1
    assert not [line for line in lines if line[0] in "，。"]


def test_a_kilometre_is_as_long_as_it_is_on_the_ground() -> None:
    # One degree of latitude at 60° north is 111.2 km on the sphere of the projection.
    project, _box, a_km = projected([(10.0, 59.5), (11.0, 60.5)], Box(0, 0, 1000, 1000))
    tall = project((10.0, 59.5))[1] - project((10.0, 60.5))[1]
    assert tall / a_km == pytest.approx(111.3, rel=0.005)
