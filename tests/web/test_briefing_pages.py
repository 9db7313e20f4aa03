"""The pages of the briefings: archive, issue, preview, files, and what is refused."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from citybrain.briefing import compose_briefing, issue_briefing, parse_week, pinned_city
from citybrain.project import BriefingSettings
from citybrain.query import AccessContext, local_user
from citybrain.web import build_app
from tests.query import tiny_city as tiny
from tests.web.visitor import Visitor

SETTINGS = BriefingSettings(headline=("screened",))


@pytest.fixture(scope="module")
def project_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `data` folder of a project with one issue."""
    data = tmp_path_factory.mktemp("data")
    tiny.write_snapshot(data / "snapshots")
    with pinned_city(data / "snapshots") as city:
        draft = compose_briefing(city, local_user(), parse_week("2020-W07"), settings=SETTINGS)
    issue_briefing(data / "briefings", draft, SETTINGS)
    return data


@pytest.fixture(scope="module")
def pages(project_data: Path) -> Visitor:
    return Visitor(build_app(project_data / "snapshots", briefing=SETTINGS))


ISSUE = f"/briefings/2020-001-{tiny.COUNTY}-zh"


def test_the_archive_lists_issues_in_the_language_asked_for(pages: Visitor) -> None:
    assert ISSUE in pages.get("/briefings").text
    english = pages.get("/briefings?lang=en").text
    assert "No briefing has been issued yet." in english
    assert "2020-W07" in english, "the preview offers the last whole week before the as-of time"


def test_an_issue_is_a_page_with_its_files(pages: Visitor) -> None:
    page = pages.get(ISSUE)
    assert page.status_code == 200
    assert 'name="viewport"' in page.text
    assert "青溪县2020年第7周情况简报" in page.text
    for form in ("docx", "pdf"):
        assert f'href="{ISSUE}/briefing.{form}" download' in page.text
        file = pages.get(f"{ISSUE}/briefing.{form}")
        assert file.status_code == 200
        assert "attachment" in file.headers["content-disposition"]
    assert pages.get(f"{ISSUE}/briefing.pdf").content.startswith(b"%PDF-")


def test_any_week_can_be_looked_at_before_it_is_issued(pages: Visitor) -> None:
    page = pages.get("/briefings/draft?week=2020-W06&lang=en").text
    assert "week 6 of 2020" in page
    assert "/briefings/draft.docx?week=2020-W06&amp;area=" in page
    paper = pages.get(f"/briefings/draft.docx?week=2020-W06&area={tiny.TOWNSHIPS[0]}&lang=en")
    assert any("城关镇" in p.text for p in Document(io.BytesIO(paper.content)).paragraphs)


@pytest.mark.parametrize(
    "address",
    ["/briefings/2020-009-1-zh", "/briefings/draft?week=nonsense", "/briefings/draft?week=2020-W07&area=1",
     f"{ISSUE}/briefing.exe", "/briefings/draft.json", "/briefings/%2e%2e"],
)  # fmt: skip
def test_what_is_not_there_is_404_with_a_sentence(pages: Visitor, address: str) -> None:
    answer = pages.get(address)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_the_reader_sees_issues_of_the_own_areas_only(project_data: Path) -> None:
    township: Any = AccessContext("x", "township", area_root=tiny.TOWNSHIPS[0])
    pages = Visitor(build_app(project_data / "snapshots", township))
    assert ISSUE not in pages.get("/briefings").text
    assert pages.get(ISSUE).status_code == 404
    assert pages.get(f"{ISSUE}/briefing.pdf").status_code == 404
    assert "城关镇" in pages.get("/briefings/draft?week=2020-W07").text


def test_without_a_snapshot_the_page_says_what_to_do(tmp_path: Path) -> None:
    answer = Visitor(build_app(tmp_path / "snapshots")).get("/briefings")
    assert answer.status_code == 503
    assert "citybrain build" in answer.text
