"""The explorer in a real browser, as people use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.query import tiny_city as tiny
from tests.web.browsing import Tab, needs_browser, playwright

pytestmark = needs_browser

AREAS = "#map path.choroplethlocation"
BARS = "#ranking .barlayer .point path"


class Visitor(Tab):
    """A tab with the explorer."""

    def open(self, path: str) -> Visitor:
        self.page.goto(self.origin + path)
        self.page.locator("#headline h1").wait_for()
        return self

    def said(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.page.url).query).items()}

    def heading(self, text: str) -> None:
        playwright.expect(self.page.locator("#headline h1")).to_contain_text(text)

    def click_area(self, n: int) -> None:
        """Clicks the middle of the n-th area drawn, but beside a label."""
        self.page.locator(AREAS).nth(n).wait_for(state="attached")
        box = self.page.locator(AREAS).nth(n).bounding_box()
        self.page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
        self.page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)


@pytest.fixture(scope="module")
def profile(browser: Any) -> Any:
    """One browser profile for most visits, so that the scripts are loaded and compiled once."""
    return browser.new_context()


@pytest.fixture
def visit(browser: Any, profile: Any, client: Any) -> Iterator[Callable[..., Visitor]]:
    came: list[Visitor] = []

    def visitor(path: str, stranger: bool = False, **size: int) -> Visitor:
        came.append(Visitor(browser.new_context() if stranger else profile, client.origin, **size))
        return came[-1].open(path)

    yield visitor
    for one in came:
        one.close_clean()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (390, 844)])
def test_the_page_draws_map_trend_ranking_and_table_without_overflow(visit: Any, width: int, height: int) -> None:
    page = visit("/explore?on=2020-02-10", width=width, height=height).page
    playwright.expect(page.locator(AREAS)).to_have_count(2)
    playwright.expect(page.locator(BARS)).to_have_count(3)
    playwright.expect(page.locator("#trend .barlayer .point path")).to_have_count(4)
    playwright.expect(page.locator(".ag-center-cols-container .ag-row")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_labels_carry_name_and_value(visit: Any) -> None:
    page = visit("/explore?indicator=reported_fever&on=2020-02-10").page
    labels = page.locator("#map .scatterlayer text")
    playwright.expect(labels).to_have_count(2)
    assert labels.all_text_contents() == ["城关镇21", "柳河乡0"]


def test_value_zero_and_no_data_look_different_everywhere(visit: Any) -> None:
    page = visit("/explore?indicator=reported_fever&on=2020-02-10").page
    playwright.expect(page.locator(AREAS)).to_have_count(2)
    value, zero = (page.locator(AREAS).nth(n).evaluate("p => getComputedStyle(p).fill") for n in (0, 1))
    assert value != zero
    # 石桥镇 has neither boundary nor data: it stands beside the map, in the ranking and the table in words.
    playwright.expect(page.locator("#map-notes")).to_contain_text("石桥镇 无数据")
    assert page.locator("#ranking text.bartext").all_text_contents() == ["21", "0", "无数据"]
    playwright.expect(page.locator(".ag-cell.cell-value.no_data")).to_have_text("无数据")
    playwright.expect(page.locator("#map-legend")).to_contain_text("无数据")


def test_areas_without_data_are_hatched_on_the_map(visit: Any) -> None:
    page = visit(f"/explore?indicator=reported_fever&area={tiny.TOWNSHIPS[0]}&on=2020-02-10").page
    playwright.expect(page.locator(AREAS)).to_have_count(2)
    fills = {page.locator(AREAS).nth(n).evaluate("p => getComputedStyle(p).fill") for n in (0, 1)}
    assert fills == {'url("#no-data")'}


def test_a_click_on_the_map_drills_down_and_back_returns(visit: Any) -> None:
    visitor = visit("/explore?on=2020-02-10")
    visitor.click_area(0)
    visitor.heading("城关镇")
    assert visitor.said()["area"] == tiny.TOWNSHIPS[0]
    playwright.expect(visitor.page.locator("#breadcrumb")).to_have_text("青溪县›城关镇")
    playwright.expect(visitor.page.locator(BARS)).to_have_count(2)
    visitor.page.go_back()
    visitor.heading("青溪县")
    playwright.expect(visitor.page.locator(BARS)).to_have_count(3)
    visitor.click_area(0)
    visitor.heading("城关镇")


def test_a_bar_and_a_row_drill_down_too(visit: Any) -> None:
    visitor = visit("/explore?on=2020-02-10")
    # Plotly lays a catching surface over its bars.
    visitor.page.locator(BARS).first.click(force=True)
    visitor.heading("城关镇")
    visitor.page.locator("#breadcrumb a").first.click()
    visitor.heading("青溪县")
    visitor.page.get_by_role("link", name="柳河乡").last.press("Enter")
    visitor.heading("柳河乡")


def test_the_url_alone_brings_back_what_was_seen(visit: Any) -> None:
    visitor = visit("/explore")
    visitor.page.locator("#period-types a", has_text="日").click()
    visitor.page.locator("#measures a", has_text="就诊发热率").click()
    visitor.page.locator("#levels a", has_text="村").click()
    playwright.expect(visitor.page.locator(BARS)).to_have_count(6)
    visitor.page.locator("#period-steps a").first.click()
    playwright.expect(visitor.page.locator("#headline .when")).to_contain_text("2020-02-18")
    other = visit(visitor.page.url.removeprefix(visitor.origin))
    playwright.expect(other.page.locator(BARS)).to_have_count(6)
    for part in ("#headline", "#breadcrumb", "#ranking-title", "#map-title"):
        assert other.page.locator(part).inner_text() == visitor.page.locator(part).inner_text()


def test_the_choosers_move_the_page_and_add_one_step_each_to_the_history(visit: Any) -> None:
    visitor = visit("/explore")
    before = visitor.page.evaluate("history.length")
    visitor.page.locator("#indicator").click()
    visitor.page.get_by_role("option", name="户籍人口").or_(visitor.page.get_by_text("户籍人口 (人)")).first.click()
    visitor.heading("户籍人口")
    assert visitor.said() == {"indicator": "residents"}
    assert visitor.page.evaluate("history.length") == before + 1


def test_two_visitors_do_not_see_each_others_view(visit: Any) -> None:
    one, two = visit("/explore?on=2020-02-10"), visit("/explore?on=2020-02-10&lang=en", stranger=True)
    one.click_area(0)
    one.heading("城关镇")
    two.heading("青溪县")
    two.click_area(1)
    two.heading("柳河乡")
    two.heading("Fever-clinic visits")
    one.heading("城关镇")
    one.heading("发热门诊就诊人次")


def test_why_leads_to_definition_sql_file_and_line(visit: Any) -> None:
    visitor = visit("/explore?indicator=screened_fever&on=2020-02-10")
    visitor.page.locator("#why-link").click()
    panel = visitor.page.locator("#why")
    playwright.expect(panel).to_contain_text("体温不低于 37.3 ℃ 的就诊人次。")
    playwright.expect(panel.locator("pre")).to_contain_text("FROM shared.screenings")
    first = next(v for v in tiny.screenings() if v["is_fever"] and v["screened_on"].isoformat() >= "2020-02-10")
    playwright.expect(panel.locator("li").first).to_have_text(f"fever_clinic_02.csv:{first['source_line']}")
    visitor.page.keyboard.press("Escape")
    playwright.expect(panel).to_be_hidden()
    assert "why" not in visitor.said()


def test_the_language_switch_keeps_the_selection(visit: Any) -> None:
    visitor = visit(f"/explore?area={tiny.TOWNSHIPS[0]}&on=2020-02-10")
    visitor.page.locator("#language-switch").click()
    visitor.heading("Fever-clinic visits")
    visitor.heading("城关镇")
    playwright.expect(visitor.page.locator("html")).to_have_attribute("lang", "en")


def test_late_feeds_are_announced_and_listed(visit: Any) -> None:
    page = visit("/explore").page
    playwright.expect(page.locator("#banner summary")).to_contain_text("迟交数据资源：1")
    page.locator("#banner summary").click()
    playwright.expect(page.locator("#banner td.late")).to_have_text("迟交")


def test_an_unknown_area_shows_the_way_back(visit: Any) -> None:
    page = visit("/explore?area=999").page
    playwright.expect(page.locator("#headline")).to_contain_text("无法显示")
    page.locator("#headline a").click()
    playwright.expect(page.locator("#headline h1")).to_contain_text("青溪县")


def test_a_new_snapshot_is_shown_at_the_next_step_without_a_restart(profile: Any, served: Any, tmp_path: Path) -> None:
    client = served(tmp_path)
    page = profile.new_page()
    page.goto(client.origin + "/explore")
    playwright.expect(page.locator("pre")).to_have_text("citybrain build")
    tiny.write_snapshot(tmp_path, "first")
    page.locator("a.button").click()
    playwright.expect(page.locator("#banner code")).to_have_text("first", timeout=20_000)
    tiny.write_snapshot(tmp_path, "second")
    page.locator("#period-types a", has_text="日").click()
    playwright.expect(page.locator("#banner code")).to_have_text("second", timeout=20_000)
    playwright.expect(page.locator(AREAS)).to_have_count(2)
    page.close()
