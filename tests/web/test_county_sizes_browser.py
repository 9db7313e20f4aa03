"""Explorer and screen with as many townships as small, usual and large counties have: all drawn, nothing clipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.browsing import Tab, needs_browser, playwright
from tests.web.wide_city import write_wide_city

pytestmark = needs_browser
LAST_DAY = "/explore?indicator=reported_fever&period=day&on=2020-02-19"
DRAWN = "#map path.choroplethlocation"
FREE_OF_OVERLAPS = """() => {
  const shown = [...document.querySelectorAll("#map .scatterlayer text")].filter((e) => e.style.visibility !== "hidden");
  const boxes = shown.map((e) => e.getBoundingClientRect());
  let overlaps = 0;
  boxes.forEach((a, n) => boxes.slice(n + 1).forEach((b) => {
    if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 4
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 10) overlaps += 1;
  }));
  return overlaps === 0 && shown.length > 0;
}"""


@pytest.fixture(scope="module", params=[16, 60, 300])
def county(request: Any, served: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, Any]:
    folder: Path = tmp_path_factory.mktemp(f"county{request.param}")
    assert len(write_wide_city(folder, request.param)) == request.param
    return request.param, served(folder)


@pytest.fixture
def tab(browser: Any, county: Any) -> Iterator[Tab]:
    opened = Tab(browser, county[1].origin, 1920, 1080)
    yield opened
    opened.close_clean()


def test_the_explorer_draws_every_township_and_a_click_leads_into_one(tab: Tab, county: Any) -> None:
    townships, _client = county
    page = tab.page
    page.goto(tab.origin + LAST_DAY)
    playwright.expect(page.locator(DRAWN)).to_have_count(townships)
    playwright.expect(page.locator("#headline h1")).to_contain_text("青溪县")
    # The table holds them all, the greatest first or last, and none is cut off.
    assert page.evaluate("dash_ag_grid.getApi('table').getDisplayedRowCount()") == townships
    page.locator(DRAWN).nth(townships // 2).click(force=True)
    playwright.expect(page.locator("nav.breadcrumb, #breadcrumb").first).to_contain_text("青溪县")
    playwright.expect(page.locator("#headline h1")).not_to_have_text("青溪县")


def test_labels_of_the_explorers_map_do_not_lie_on_each_other(tab: Tab, county: Any) -> None:
    page = tab.page
    page.goto(tab.origin + LAST_DAY)
    playwright.expect(page.locator(DRAWN)).to_have_count(county[0])
    page.wait_for_function(FREE_OF_OVERLAPS)


def test_the_screen_draws_every_township_and_does_not_scroll(tab: Tab, county: Any) -> None:
    page = tab.page
    page.goto(tab.origin + "/screen?layers=reported_fever")
    playwright.expect(page.locator("#map-canvas .areas > use")).to_have_count(county[0])
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        1920,
        1080,
    ]
