"""Writing from a real browser: a difference explained and closed by keyboard alone, and a briefing issued."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.query import tiny_city as tiny
from tests.reporting.report_city import CHENGGUAN
from tests.web.browsing import needs_axe, needs_browser, playwright, serious_findings
from tests.web.told_city import DAY, RULE

pytestmark = needs_browser
CELL = f"/reconciliation/cell?rule={RULE}&area={CHENGGUAN}&period={DAY}"


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page whose console stays clean and that asks nobody but its own server."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened, complaints, hosts = context.new_page(), [], set()
    # A form that was not taken is answered with 400, which the console repeats.
    opened.on("console", lambda m: complaints.append(m.text) if m.type == "error" and "400" not in m.text else None)
    opened.on("pageerror", lambda e: complaints.append(str(e)))
    opened.on("request", lambda r: hosts.add(urlsplit(r.url).netloc))
    yield opened
    assert complaints == []
    assert len(hosts - {""}) == 1
    context.close()


def tab_to(page: Any, name: str) -> None:
    """Presses Tab until the control of this name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        told = page.evaluate(
            "(e => (e.labels && e.labels[0] ? e.labels[0].innerText : e.innerText) || '')(document.activeElement)"
        )
        if told.startswith(name):
            return
    raise AssertionError(f"the keyboard does not reach {name}")


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.innerText"))


def test_a_difference_is_explained_and_closed_by_keyboard_alone(
    page: Any, told_snapshots: Path, tmp_path: Path, served: Any
) -> None:
    shutil.copytree(told_snapshots, tmp_path / "snapshots", symlinks=True)
    page.goto(served(tmp_path / "snapshots").origin + CELL)
    tab_to(page, "提交说明")
    page.keyboard.press("Enter")
    playwright.expect(page.get_by_role("alert")).to_contain_text("说明为空")
    assert "说明为空" in focused(page), "the keyboard goes on from what is wrong"
    page.keyboard.press("Tab")
    page.keyboard.insert_text("两人住在邻县 <b>")
    tab_to(page, "提交说明")
    page.keyboard.press("Enter")
    playwright.expect(page.get_by_role("status")).to_contain_text("已说明")
    assert "已说明" in focused(page)
    playwright.expect(page.locator(".ledger-facts")).to_contain_text("两人住在邻县 <b>")
    tab_to(page, "结案")
    page.keyboard.press("Space")
    playwright.expect(page.locator(".ledger-facts")).to_contain_text("已办结")
    playwright.expect(page.locator("table.history tbody tr")).to_have_count(3)
    assert "两人" not in page.url
    page.reload()
    playwright.expect(page.locator("table.history tbody tr")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_briefing_is_previewed_and_issued_and_a_second_click_issues_nothing_more(
    page: Any, tmp_path: Path, served: Any
) -> None:
    tiny.write_snapshot(tmp_path / "snapshots")
    origin = served(tmp_path / "snapshots").origin
    page.goto(origin + "/briefings")
    page.get_by_role("button", name="预览并印发").press("Enter")
    page.get_by_role("button", name="印发为第 1 期").dblclick()
    page.wait_for_url("**/briefings/2020-001-*")
    playwright.expect(page.get_by_role("status")).to_contain_text("已印发为第 1 期")
    assert "已印发" in focused(page)
    page.get_by_role("link", name="全部简报").click()
    playwright.expect(page.locator("table.issues tbody tr")).to_have_count(1)
    playwright.expect(page.locator("table.issues tbody")).to_contain_text("第 1 期")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF-")
    assert sorted(p.name for p in (tmp_path / "briefings").glob("2020-*")) == [f"2020-001-{tiny.COUNTY}-zh"]


def test_a_page_of_another_origin_cannot_write_with_the_cookies_of_the_visitor(
    browser: Any, told_snapshots: Path, tmp_path: Path, served: Any
) -> None:
    shutil.copytree(told_snapshots, tmp_path / "snapshots", symlinks=True)
    client, other = served(tmp_path / "snapshots"), served(tmp_path / "other")
    context = browser.new_context()
    page = context.new_page()
    page.goto(client.origin + CELL)
    ticket = page.locator("input[name=ticket]").first.get_attribute("value")
    page.goto(other.origin + "/healthz")
    script = """([action, ticket]) => { const form = document.createElement('form'); form.method = 'post'; form.action = action;
      for (const [name, value] of Object.entries({ticket, act: 'explain', seen: '1', text: 'x'})) {
        const field = document.createElement('input'); field.name = name; field.value = value; form.append(field); }
      document.documentElement.append(form); HTMLFormElement.prototype.submit.call(form); }"""
    # The foreign page's own rules do not matter here: what would a page without any do?
    page.route("**/foreign", lambda route: route.fulfill(body="<p>foreign", content_type="text/html"))
    page.goto(other.origin + "/foreign")
    with page.expect_response(lambda answer: "/reconciliation/cell" in answer.url) as waiting:
        page.evaluate(script, [client.origin + CELL, ticket])
    assert waiting.value.status == 403
    playwright.expect(page.locator("h1")).to_have_text("未作任何更改")
    page.goto(client.origin + CELL)
    playwright.expect(page.locator("table.history tbody tr")).to_have_count(1)
    context.close()


@needs_axe
def test_axe_finds_nothing_serious_on_the_pages_that_write(
    browser: Any, told_snapshots: Path, tmp_path: Path, served: Any
) -> None:
    shutil.copytree(told_snapshots, tmp_path / "snapshots", symlinks=True)
    origin = served(tmp_path / "snapshots").origin
    # The page forbids code from elsewhere, the tool's among it.
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    for address in (CELL, CELL + "&lang=en", "/briefings", "/briefings/draft?week=2020-W06"):
        page.goto(origin + address)
        assert serious_findings(page) == []
