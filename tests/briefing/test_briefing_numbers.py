"""Every number of a briefing is that of the snapshot, and no paper prints a number that is none of them."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import io
import re
from collections import Counter
from pathlib import Path

import pytest
from docx import Document

from citybrain.briefing import Briefing, compose_briefing, parse_week, pinned_city
from citybrain.briefing.content import Map, Number, Role, Said, When, numbers_in, run_text, texts_in
from citybrain.briefing.render import render
from citybrain.query import City, local_user
from citybrain.query.change import SMALLEST_BASE
from tests.briefing.attention_twin import ATTENTION, AttentionTwin
from tests.briefing.conftest import SETTINGS
from tests.briefing.pdf_text import pages_of

DIGITS = re.compile(r"\d[\d,.]*\d|\d")
LANGUAGES = ("zh", "en")


class Twin:
    """The obvious way to every number: one value at a time, plain arithmetic."""

    def __init__(self, city: City) -> None:
        self.city, self.access = city, local_user()

    def row(self, code: str, area: str, monday: dt.date) -> dict[str, object]:
        frame = self.city.values(
            self.access, [code], areas=[area], period_type="week", period_from=monday, period_to=monday
        )
        return frame.to_dicts()[0]

    def townships(self, code: str, monday: dt.date) -> list[float | None]:
        return [self.row(code, a.code, monday)["value"] for a in self.city.areas(self.access, level="township")]

    def expected(self, number: Number) -> float | None:
        monday, role = number.period_on, number.role
        if role is Role.FEED_COUNT:
            feeds = self.city.feeds_status(self.access)
            return sum(f.state in ("late", "never") for f in feeds) if number.source == "overdue" else len(feeds)
        if role in (Role.FEED_ROWS, Role.FEED_SET_ASIDE):
            [feed] = [f for f in self.city.feeds_status(self.access) if f.feed == number.source]
            return feed.rows_in if role is Role.FEED_ROWS else feed.waiting
        if role is Role.AREAS_WITHOUT_DATA:
            return sum(v is None for v in self.townships(number.source, monday))
        if role in ATTENTION:
            return AttentionTwin(self.city, number).expected(role)
        this = self.row(number.source, number.area, monday)
        if role is Role.VALUE:
            return this["value"]
        if role is Role.RANK:
            return 1 + sum((v or 0) > this["value"] for v in self.townships(number.source, monday))
        if role in (Role.CLASS_LOW, Role.CLASS_HIGH):
            values = [v for v in self.townships(number.source, monday) if v]
            return number.value if min(values) <= number.value <= max(values) else None
        return self.compared(number, this)

    def compared(self, number: Number, this: dict[str, object]) -> float | None:
        year = number.role in (Role.YEAR_DIFFERENCE, Role.YEAR_CHANGE_PCT)
        week = number.period_on.isocalendar()
        earlier = dt.date.fromisocalendar(week.year - 1, week.week, 1) if year else number.period_on - dt.timedelta(7)
        base = self.row(number.source, number.area, earlier)
        difference = this["value"] - base["value"]
        if number.role in (Role.DIFFERENCE, Role.YEAR_DIFFERENCE):
            return difference
        counted = base["value"] if base["numerator"] is None else base["numerator"]
        return 100 * difference / base["value"] if counted >= SMALLEST_BASE else None


@pytest.mark.parametrize(("language", "week"), [("zh", "2020-W07"), ("en", "2020-W07"), ("zh", "2020-W08")])
def test_every_number_is_that_of_the_snapshot(briefed: Path, language: str, week: str) -> None:
    with pinned_city(briefed) as city:
        briefing = compose_briefing(city, local_user(), parse_week(week), language=language, settings=SETTINGS)
        twin = Twin(city)
        numbers = list(numbers_in(briefing))
        assert len(numbers) > 40
        assert {n.role for n in numbers} >= ATTENTION
        for number in numbers:
            assert number.value == pytest.approx(twin.expected(number), rel=1e-12), number


def test_both_comparisons_occur(compose) -> None:
    roles = Counter(n.role for n in numbers_in(compose()))
    comparisons = (Role.DIFFERENCE, Role.CHANGE_PCT, Role.YEAR_DIFFERENCE, Role.YEAR_CHANGE_PCT, Role.RANK)
    assert all(roles[role] for role in comparisons)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_hold_no_digit(compose, language: str) -> None:
    plain = [run for run in texts_in(compose(language)) if isinstance(run, str)]
    assert len(plain) > 100
    assert [run for run in plain if re.search(r"\d", run)] == []


def without_maps(briefing: Briefing) -> Briefing:
    """The words on a map are pictures in DOCX and single glyphs in PDF; `test_briefing_map` reads them as SVG."""
    sections = tuple(
        dataclasses.replace(s, blocks=tuple(b for b in s.blocks if not isinstance(b, Map))) for s in briefing.sections
    )
    return dataclasses.replace(briefing, sections=sections)


def digits_of_content(briefing: Briefing) -> Counter[str]:
    typed = [run_text(run) for run in texts_in(briefing) if isinstance(run, Number | When | Said)]
    # The codes of page one's indicators are kept, not printed.
    printed = Counter(d for text in typed for d in DIGITS.findall(text))
    printed -= Counter(d for code in briefing.headline for d in DIGITS.findall(code.text))
    ordinals = [b.ordinal for s in briefing.sections for b in (s.heading, *s.blocks) if hasattr(b, "ordinal")]
    return printed + Counter(d for ordinal in ordinals for d in DIGITS.findall(ordinal))


def docx_words(paper: bytes) -> list[str]:
    document = Document(io.BytesIO(paper))
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    return [p.text for p in document.paragraphs] + cells


def html_words(paper: bytes) -> list[str]:
    body = re.sub(r"<style>.*?</style>|<title>.*?</title>", "", paper.decode(), flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", "\n", body)).split("\n")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("form", "read"), [("docx", docx_words), ("html", html_words)])
def test_papers_print_these_numbers_and_no_other(compose, language: str, form: str, read) -> None:
    briefing = without_maps(compose(language))
    printed = Counter(d for text in read(render(briefing, form)) for d in DIGITS.findall(text))
    assert printed == digits_of_content(briefing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_prints_these_numbers_and_no_other(compose, language: str) -> None:
    briefing = without_maps(compose(language))
    pages = pages_of(render(briefing, "pdf"))
    printed = Counter(d for page in pages for d in DIGITS.findall(page))
    printed -= Counter(str(n) for n in range(1, len(pages) + 1))
    assert printed == digits_of_content(briefing)


def test_the_conclusions_stand_alone_on_page_one(compose) -> None:
    for language, second in (("zh", "二、"), ("en", "2. ")):
        pages = [page.replace(" ", "") for page in pages_of(render(compose(language), "pdf"))]
        assert second.strip() + ("各" if language == "zh" else "Comparison") in pages[1]
        assert not any(word in pages[0] for word in ("各乡镇比较", "Comparisonby"))
