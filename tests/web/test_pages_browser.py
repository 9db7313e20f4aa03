"""Every page of the demo county in a real browser: everybody can use it, nothing is cut off, nobody else is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.web.browsing import Tab, needs_axe, needs_browser, playwright, serious_findings

pytestmark = needs_browser
PAGES = [
    "/screen",
    "/quality",
    "/quality/feeds/health.fever_clinic",
    "/reconciliation",
    "/catalogue",
    "/catalogue/indicators/fever_rate",
    "/catalogue/feeds/health.fever_clinic",
    "/briefings",
    "/briefings/draft?week=2020-W07",
]
CUT_OFF = """() => [...document.querySelectorAll("h1, h2, h3, th, button, label, nav a, .value, .badge, legend, summary")]
  .filter((e) => e.checkVisibility() && getComputedStyle(e).display !== "inline" && !e.closest(".ag-root"))
  .filter((e) => getComputedStyle(e).overflowX !== "visible" && e.scrollWidth > e.clientWidth + 2)
  .map((e) => `${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 40)}`)"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def profile(browser: Any) -> Any:
    return browser.new_context()


@pytest.fixture(scope="module")
def origin(demo_city: Any, served: Any) -> str:
    return str(served(demo_city.snapshots).origin)


@pytest.fixture
def visit(profile: Any, origin: str) -> Iterator[Callable[..., Any]]:
    came: list[Tab] = []

    def visitor(path: str, **size: int) -> Any:
        came.append(Tab(profile, origin, **size))
        came[-1].page.goto(origin + path, wait_until="networkidle")
        playwright.expect(came[-1].page.locator("h1").first).not_to_be_empty()
        return came[-1].page

    yield visitor
    for tab in came:
        tab.close_clean()


def in_english(path: str) -> str:
    return path + ("&" if "?" in path else "?") + "lang=en"


@needs_axe
@pytest.mark.parametrize("path", [*PAGES, *map(in_english, PAGES)])
def test_axe_finds_nothing_serious(visit: Any, path: str) -> None:
    assert serious_findings(visit(path)) == []


@pytest.mark.parametrize("path", [p for p in PAGES if p != "/screen"])
@pytest.mark.parametrize("size", [(1920, 1080), (1366, 768)], ids=str)
def test_nothing_is_cut_off_and_the_page_does_not_scroll_sideways(visit: Any, path: str, size: tuple[int, int]) -> None:
    for address in (path, in_english(path)):
        page = visit(address, width=size[0], height=size[1])
        assert page.evaluate(CUT_OFF) == []
        assert page.evaluate(SIDEWAYS) <= 0


@pytest.mark.parametrize("path", [p for p in PAGES if p != "/screen"])
def test_the_keyboard_reaches_the_content_and_the_focus_is_seen(visit: Any, path: str) -> None:
    page = visit(path)
    seen = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            # A field for a week has parts, and the browser draws the ring around the part.
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " const seen = s.outlineStyle !== 'none' || s.boxShadow !== 'none' || e.type === 'week';"
            " return [e.tagName, e.textContent.trim().slice(0, 30), seen] }"
        )
        assert focus[2], focus
        seen.add((focus[0], focus[1]))
    assert len(seen) >= 5
