"""What analysts do in the explorer beyond looking: compare, play, find an indicator; and whether everybody can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pytest

from tests.query import tiny_city as tiny
from tests.web.browsing import needs_axe, needs_browser, playwright, serious_findings
from tests.web.test_browser import AREAS, BARS, Visitor

pytestmark = needs_browser
FEVER = "/explore?indicator=reported_fever&on=2020-02-10"


@pytest.fixture(scope="module")
def doubted(tmp_path_factory: pytest.TempPathFactory, served: Any) -> Any:
    """A server of the tiny city where 柳河乡's zero is not believed and 石桥镇's report is late; 上柳村's is set aside."""
    folder = tmp_path_factory.mktemp("doubted")
    path = tiny.write_snapshot(folder)
    with duckdb.connect(str(path)) as con:
        for area, state in ((tiny.TOWNSHIPS[1], "implausible_zero"), (tiny.TOWNSHIPS[2], "late")):
            con.execute(
                "INSERT INTO marts.value_states VALUES ('reported_fever', 'week', ?, DATE '2020-02-10', ?)",
                [area, state],
            )
        for village, state in zip(tiny.VILLAGES[:2], ("late", "quarantined"), strict=True):
            con.execute(
                "INSERT INTO marts.value_states VALUES ('reported_fever', 'week', ?, DATE '2020-02-10', ?)",
                [village, state],
            )
    return served(folder)


@pytest.fixture(scope="module")
def profile(browser: Any) -> Any:
    return browser.new_context()


@pytest.fixture
def visit(profile: Any, doubted: Any) -> Iterator[Callable[..., Visitor]]:
    came: list[Visitor] = []

    def visitor(path: str, **size: int) -> Visitor:
        came.append(Visitor(profile, doubted.origin, **size))
        return came[-1].open(path)

    yield visitor
    for one in came:
        one.close_clean()


def test_every_state_looks_different_and_is_said_in_words_in_map_ranking_table_and_legend(visit: Any) -> None:
    page = visit(FEVER).page
    playwright.expect(page.locator("#map-legend")).to_contain_text("0? ")
    amber = page.locator("#map path.choroplethlocation[style*='194, 119, 0']")
    playwright.expect(amber).to_have_count(1)
    assert page.locator("#map .scatterlayer text").all_text_contents() == ["城关镇21", "柳河乡0?"]
    assert page.locator("#ranking text.bartext").all_text_contents() == ["21", "0?", "迟报"]
    playwright.expect(page.locator(".ag-cell.cell-value.implausible_zero")).to_have_text("0?")
    playwright.expect(page.locator(".ag-cell.cell-value.late")).to_have_text("迟报")
    playwright.expect(page.locator("#map-notes")).to_contain_text("石桥镇 迟报")


def test_reasons_for_silence_have_different_hatches_on_the_map(visit: Any) -> None:
    page = visit(f"{FEVER}&area={tiny.TOWNSHIPS[0]}").page
    playwright.expect(page.locator(AREAS)).to_have_count(2)
    fills = [page.locator(AREAS).nth(n).evaluate("p => getComputedStyle(p).fill") for n in (0, 1)]
    assert fills == ['url("#late")', 'url("#quarantined")']
    playwright.expect(page.locator("#map-legend")).to_contain_text("迟报")
    playwright.expect(page.locator("#map-legend")).to_contain_text("已隔离")


def test_the_headline_of_a_doubtful_zero_says_so(visit: Any) -> None:
    page = visit(f"{FEVER}&area={tiny.TOWNSHIPS[1]}").page
    playwright.expect(page.locator("#headline .value.implausible_zero")).to_have_text("0?")
    playwright.expect(page.locator("#headline .badge.doubt")).to_be_visible()


@pytest.mark.parametrize("words", ["fever rate", "fever_rate", "就诊发热率"])
def test_an_indicator_is_found_by_its_name_in_both_languages_and_by_its_code(visit: Any, words: str) -> None:
    visitor = visit("/explore")
    visitor.page.locator("#indicator").click()
    visitor.page.locator(".dash-dropdown-search").fill(words)
    options = visitor.page.get_by_role("option")
    playwright.expect(options).to_have_count(1)
    visitor.page.keyboard.press("Enter")
    visitor.heading("就诊发热率")
    assert visitor.said()["indicator"] == "fever_rate"


def test_two_areas_are_compared_in_trend_and_table(visit: Any) -> None:
    visitor = visit(f"/explore?on=2020-02-10&with={tiny.TOWNSHIPS[0]}")
    playwright.expect(visitor.page.locator("#trend-legend")).to_contain_text("城关镇")
    playwright.expect(visitor.page.locator("#trend .scatterlayer .trace.scatter .js-line")).to_have_count(1)
    playwright.expect(visitor.page.locator(".ag-header-cell", has_text="比 城关镇 增减")).to_have_count(1)
    first = visitor.page.locator(".ag-row [col-id=beside]").first
    playwright.expect(first).to_have_text("0")


def test_two_periods_are_compared_as_differences_on_the_map(visit: Any) -> None:
    visitor = visit("/explore?on=2020-02-10&against=2020-02-03")
    playwright.expect(visitor.page.locator("#map-title")).to_contain_text("2020-W07 比 2020-W06")
    labels = visitor.page.locator("#map .scatterlayer text").all_text_contents()
    changed = {
        row["area_name"]: row
        for row in visitor.page.evaluate(
            "dash_ag_grid.getApi('table').getRenderedNodes().map(n => n.data)",
        )
    }
    for name in ("城关镇", "柳河乡"):
        assert name + changed[name]["against_difference_text"] in labels
    visitor.page.locator("#against").locator("..").locator(".dash-dropdown-clear").click()
    playwright.expect(visitor.page.locator("#map-title")).not_to_contain_text("2020-W06")
    assert "against" not in visitor.said()


def test_small_multiples_share_one_scale_and_drill_down(visit: Any) -> None:
    visitor = visit("/explore?on=2020-02-10&view=multiples")
    playwright.expect(visitor.page.locator("#map .geo")).to_have_count(3)
    playwright.expect(visitor.page.locator(AREAS)).to_have_count(6)
    playwright.expect(visitor.page.locator("#map .annotation")).to_have_count(3)
    visitor.click_area(0)
    visitor.heading("城关镇")
    assert visitor.said()["view"] == "multiples"


def test_more_indicators_are_columns_that_sort_and_are_exported(visit: Any, doubted: Any) -> None:
    visitor = visit("/explore?on=2020-02-10&more=fever_rate,residents")
    heads = visitor.page.locator(".ag-header-cell-text")
    playwright.expect(heads.filter(has_text="户籍人口")).to_have_count(1)
    heads.filter(has_text="户籍人口").click()
    cells = visitor.page.locator(".ag-cell[col-id=more_residents]")
    playwright.expect(cells.first).to_have_text("300")
    href = visitor.page.locator("#exports a[href*=csv]").get_attribute("href")
    assert "就诊发热率" in doubted.get(href).content.decode("utf-8-sig").splitlines()[0]


def test_two_indicators_are_scattered(visit: Any) -> None:
    visitor = visit("/explore?on=2020-02-10&against_indicator=residents")
    playwright.expect(visitor.page.locator("#ranking .scatterlayer .point")).to_have_count(3)
    playwright.expect(visitor.page.locator("#ranking-title")).to_contain_text("两项指标")
    playwright.expect(visitor.page.locator(BARS)).to_have_count(0)


def test_the_map_is_played_by_keyboard_with_values_patched_and_the_page_follows(visit: Any) -> None:
    visitor = visit(FEVER)
    playwright.expect(visitor.page.locator(AREAS)).to_have_count(3)
    asked = len([u for u in visitor.requests if "/geometry/" in u])
    visitor.page.locator("#player input").focus()
    visitor.page.keyboard.press("ArrowLeft")
    playwright.expect(visitor.page.locator("#player output")).to_have_text("2020-W06")
    playwright.expect(visitor.page.locator("#headline .when")).to_contain_text("第 6 周")
    assert visitor.said()["on"] == "2020-02-03"
    assert len([u for u in visitor.requests if "/geometry/" in u]) == asked


def test_playing_ends_at_the_last_period_and_less_motion_means_one_step(visit: Any) -> None:
    visitor = visit("/explore?on=2020-02-03")
    visitor.page.emulate_media(reduced_motion="reduce")
    visitor.page.locator("#player button").press("Enter")
    playwright.expect(visitor.page.locator("#headline .when")).to_contain_text("第 7 周")
    visitor.page.emulate_media(reduced_motion="no-preference")
    visitor.page.locator("#player button").press("Enter")
    playwright.expect(visitor.page.locator("#headline .when")).to_contain_text("第 8 周")
    playwright.expect(visitor.page.locator("#player button")).to_have_attribute("aria-pressed", "false")


@needs_axe
@pytest.mark.parametrize("query", ["", f"&why={tiny.COUNTY}&lang=en", "&view=multiples&against_indicator=residents"])
def test_axe_finds_nothing_serious(visit: Any, query: str) -> None:
    page = visit(FEVER + query).page
    playwright.expect(page.locator(".ag-center-cols-container .ag-row")).to_have_count(3)
    assert serious_findings(page) == []
