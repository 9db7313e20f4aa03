"""The header of all pages, and the pages of tables in a real browser: clean console, nothing from outside, keyboard, sizes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from citybrain.web.elements import Markup, element, joined
from citybrain.web.navigation import PLACES
from tests.reporting.report_city import CHENGGUAN
from tests.web.browsing import Tab, needs_browser, playwright
from tests.web.told_city import DAY, RULE

CELL = f"/reconciliation/cell?rule={RULE}&area={CHENGGUAN}&period={DAY}"
TOLD = [
    "/quality",
    "/quality/feeds/health.clinic",
    "/reconciliation",
    f"/reconciliation?rule={RULE}",
    CELL,
    "/catalogue",
    "/catalogue?q=证件",
    "/catalogue?show=tables",
    "/catalogue?show=indicators",
    "/catalogue/feeds/health.clinic",
    "/catalogue/records/screening",
    "/catalogue/tables/fever_visits",
    "/catalogue/indicators/fever_not_followed_up",
]
"""Every kind of page that the server writes as tables."""


def test_text_is_escaped_and_markup_is_not() -> None:
    made = element("a", "<b>", Markup("<i></i>"), None, [1, "&"], href='"x"', class_="y", hidden=True, title=None)
    assert made == '<a href="&quot;x&quot;" class="y" hidden>&lt;b&gt;<i></i>1&amp;</a>'
    assert element("input", aria_label="a") == '<input aria-label="a">'
    assert joined(["<", Markup("<")]) == "&lt;<"


def links_of(page: str) -> list[str]:
    """Addresses in the header, without their query."""
    nav = re.search(r'<nav class="places".*?</nav>', page, re.DOTALL)
    assert nav
    return [href.partition("?")[0] for href in re.findall(r'href="([^"]+)"', nav[0])]


@pytest.mark.parametrize("path", ["/quality", "/reconciliation", "/catalogue", "/briefings"])
@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_every_page_has_the_same_header_and_marks_itself(told_client: Any, path: str, lang: str) -> None:
    page = told_client.get(path + lang).text
    assert links_of(page) == list(PLACES)
    here = re.search(r'<a href="([^"]+)" aria-current="page">', page)
    assert here
    assert here[1] == path + lang


def test_every_place_of_the_header_answers(told_client: Any) -> None:
    assert {place: told_client.get(place).status_code for place in PLACES} == dict.fromkeys(PLACES, 200)


@pytest.mark.parametrize("path", TOLD)
def test_a_page_is_whole_in_both_languages_and_keeps_its_selection_when_the_language_changes(
    told_client: Any, path: str
) -> None:
    for lang, other in (("zh", "en"), ("en", "zh")):
        answer = told_client.get(path + ("&" if "?" in path else "?") + f"lang={lang}")
        assert answer.status_code == 200
        switch = re.search(r'href="([^"]+)"[^>]*class="language"', answer.text)
        assert switch
        assert f"lang={other}" in switch[1]
        if "rule=" in path:
            assert f"rule={RULE}" in switch[1]
        assert answer.text.count("<h1") == 1
        assert answer.text.count("<table") == answer.text.count("<caption")
        # What the header of a column says, it says of a column.
        assert not re.findall(r"<thead><tr>(?:(?!</tr>).)*<th(?![^>]*scope=)", answer.text)


@pytest.fixture
def visit(browser: Any, told_client: Any) -> Iterator[Callable[..., Any]]:
    context, came = browser.new_context(), []

    def open_page(path: str, width: int = 1366, height: int = 768) -> Any:
        came.append(Tab(context, told_client.origin, width, height))
        came[-1].page.goto(told_client.origin + path)
        return came[-1].page

    yield open_page
    for tab in came:
        tab.close_clean()
    context.close()


@needs_browser
@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (390, 844)])
def test_no_page_overflows_at_any_size_and_the_console_stays_clean(visit: Any, width: int, height: int) -> None:
    page = visit("/briefings", width, height)
    for path in ["/briefings", *TOLD]:
        page.goto(urljoin(page.url, path))
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def rule(page: Any) -> Any:
    """The chooser of the rule, by what a reader hears."""
    return page.get_by_role("combobox", name="规则")


@needs_browser
def test_the_filter_form_becomes_the_url_and_the_url_brings_it_back(visit: Any) -> None:
    page = visit("/reconciliation")
    rule(page).select_option(RULE)
    page.locator("select[name=status]").select_option("all")
    page.get_by_role("button", name="查看").click()
    page.wait_for_url(f"**rule={RULE}**status=all**")
    shown = page.locator("#cells tbody tr").count()
    assert shown == 2
    again = visit(urlsplit(page.url)._replace(scheme="", netloc="").geturl())
    assert again.locator("#cells tbody tr").count() == shown
    assert rule(again).input_value() == RULE
    page.go_back()
    playwright.expect(rule(page)).to_have_value("")


@needs_browser
def test_the_keyboard_reaches_content_matrix_and_the_difference_behind_a_cell(visit: Any) -> None:
    page = visit(f"/reconciliation?rule={RULE}")
    page.keyboard.press("Tab")
    playwright.expect(page.locator("a.skip")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    link = page.locator("#cells tbody a").first
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reconciliation/cell?**")
    playwright.expect(page.locator("h1")).to_contain_text("城关镇")


@needs_browser
def test_one_searches_who_collects_it_and_follows_the_feed_to_its_quality(visit: Any) -> None:
    page = visit("/catalogue")
    page.get_by_label("这项数据谁已经在采集？").fill("体温")
    page.keyboard.press("Enter")
    page.locator("#found").get_by_role("link", name="发热门诊").click()
    page.get_by_role("link", name="查看交付质量").click()
    playwright.expect(page.locator("h1")).to_contain_text("health.clinic")


@needs_browser
def test_the_explorer_has_the_header_too_and_leads_on(visit: Any) -> None:
    page = visit("/explore")
    playwright.expect(page.locator("nav.places a[aria-current]")).to_have_text("数据分析")
    page.locator("nav.places a", has_text="数据质量").click()
    playwright.expect(page.locator("h1")).to_have_text("数据质量")
