"""The command-centre screen in a real browser: sizes, turns, news, restarts, weeks."""

from __future__ import annotations

import datetime as dt
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
import uvicorn

from benchmarks.soaking import growth
from citybrain.web import build_app
from tests.query import tiny_city as tiny
from tests.web.browsing import Tab, needs_browser, playwright

pytestmark = needs_browser

AREAS = "#map-canvas .areas > use"
SIZES = [
    (1920, 1080, "zh"),
    (1920, 1080, "en"),
    (3840, 2160, "zh"),
    (7680, 2160, "en"),
    (6656, 1792, "zh"),
    (1280, 1024, "zh"),
]
SMALL_WORDS = """() => {
  const unit = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  const shown = [...document.querySelectorAll("body *")].filter(
    (e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  const sizeOf = (e) => parseFloat(getComputedStyle(e).fontSize) / (e.ownerSVGElement ? 1 : unit);
  return shown.filter((e) => sizeOf(e) < 15.99).map((e) => `${e.className} ${e.textContent}`);
}"""
CLIPPED_WORDS = """() => [...document.querySelectorAll(
    "h1, h2 .title, .value, .unit, .change, #legend, .chip, .clock *, .counts span, #layer-title, .tile .name")]
  .filter((e) => e.checkVisibility() && !e.ownerSVGElement && getComputedStyle(e).display !== "inline")
  .filter((e) => e.scrollWidth > e.clientWidth + 2
    || (getComputedStyle(e).overflow === "hidden" && e.scrollHeight > 1.3 * e.clientHeight))
  .map((e) => `${e.className} ${e.textContent}`)"""


class Screen(Tab):
    """A tab with the screen, on a wall of its own."""

    def __init__(self, browser: Any, origin: str, width: int = 1920, height: int = 1080) -> None:
        super().__init__(browser, origin, width, height)

    def open(self, query: str = "") -> Screen:
        self.page.goto(f"{self.origin}/screen{query}")
        self.page.locator("body[data-layer]").wait_for()
        return self

    def layer(self, code: str) -> None:
        playwright.expect(self.page.locator("body")).to_have_attribute("data-layer", code)

    def text(self, selector: str, said: Any) -> None:
        playwright.expect(self.page.locator(selector)).to_have_text(said)

    def asked(self, part: str) -> int:
        return sum(part in url for url in self.requests)


@pytest.fixture
def screen(browser: Any, client: Any) -> Iterator[Callable[..., Screen]]:
    opened: list[Screen] = []

    def new(origin: str = "", **size: int) -> Screen:
        opened.append(Screen(browser, origin or client.origin, **size))
        return opened[-1]

    yield new
    for one in opened:
        one.close_clean()


@pytest.mark.parametrize(("width", "height", "lang"), SIZES)
def test_it_fills_every_wall_without_scrolling_small_or_clipped_words(
    screen: Any, width: int, height: int, lang: str
) -> None:
    page = screen(width=width, height=height).open(f"?lang={lang}").page
    playwright.expect(page.locator(AREAS)).to_have_count(2)
    # The document does not scroll, and would have no reason to.
    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        width,
        height,
    ]
    assert page.evaluate(SMALL_WORDS) == []
    assert page.evaluate(CLIPPED_WORDS) == []


def test_a_wider_wall_gets_more_columns_and_letters_of_the_same_height(screen: Any) -> None:
    def look(width: int, height: int) -> tuple[bool, float]:
        page = screen(width=width, height=height).open().page
        return page.locator("#others").is_visible(), page.locator("h1").bounding_box()["height"]

    narrow, wide = look(3840, 2160), look(7680, 2160)
    assert (narrow[0], wide[0]) == (False, True)
    assert wide[1] == pytest.approx(narrow[1], rel=0.01)


def test_areas_carry_name_and_value_and_their_state_shows(screen: Any, served: Any, tmp_path: Path) -> None:
    file = tiny.write_snapshot(tmp_path)
    with duckdb.connect(str(file)) as con:
        con.execute(
            "INSERT INTO marts.value_states VALUES ('reported_fever', 'day', ?, ?, 'implausible_zero')",
            [tiny.TOWNSHIPS[1], tiny.LAST],
        )
        con.execute("INSERT INTO shared.boundaries SELECT ?, '', geojson, 120.1, 30.25 FROM shared.boundaries LIMIT 1",
                    [tiny.TOWNSHIPS[2]])  # fmt: skip
        con.execute("UPDATE shared.areas SET has_boundary = true")
    page = screen(served(tmp_path).origin).open("?layers=reported_fever").page
    playwright.expect(page.locator("#map-canvas .label")).to_have_text(["城关镇3", "柳河乡0", "石桥镇无数据"])

    def style(township: str, name: str) -> str:
        area = page.locator(f'{AREAS}[data-key="{township}"]')
        return str(area.evaluate("(e, name) => getComputedStyle(e)[name]", name))

    assert "hatch" in style(tiny.TOWNSHIPS[2], "fill")
    assert style(tiny.TOWNSHIPS[1], "stroke") == "rgb(245, 165, 36)"
    assert len({style(t, "fill") for t in tiny.TOWNSHIPS}) == 3
    playwright.expect(page.locator("#legend")).to_contain_text("存疑的零")


def test_layers_take_turns_until_a_key_or_the_pointer_holds_them(screen: Any) -> None:
    shown = screen()
    shown.page.clock.install()
    shown.open("?layers=screened,fever_rate,residents&every=15")
    shown.layer("screened")
    shown.page.clock.run_for(16_000)
    shown.layer("fever_rate")
    shown.page.keyboard.press(" ")
    shown.text("#paused", "❚❚ 已暂停")
    shown.page.clock.run_for(40_000)
    shown.layer("fever_rate")
    shown.page.keyboard.press("ArrowRight")
    shown.layer("residents")
    shown.page.keyboard.press("ArrowRight")
    shown.layer("screened")
    shown.page.keyboard.press("ArrowLeft")
    shown.layer("residents")
    shown.page.keyboard.press(" ")
    shown.page.clock.run_for(16_000)
    shown.layer("screened")
    shown.page.mouse.move(960, 500)
    shown.page.clock.run_for(40_000)
    shown.layer("screened")
    # A pointer that was left lying there holds it no longer.
    shown.page.clock.run_for(28_000)
    shown.layer("fever_rate")


def test_a_pause_that_was_forgotten_ends(screen: Any) -> None:
    shown = screen()
    shown.page.clock.install()
    shown.open("?layers=screened,fever_rate")
    shown.page.keyboard.press(" ")
    shown.page.clock.run_for(5 * 60_000 + 2_000)
    shown.text("#paused", "")


def test_a_click_opens_the_explorer_on_that_township(screen: Any) -> None:
    shown = screen().open("?layers=fever_rate&lang=en")
    box = shown.page.locator(f'{AREAS}[data-key="{tiny.TOWNSHIPS[1]}"]').bounding_box()
    shown.page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    shown.page.wait_for_url("**/explore?**")
    said = {k: v[0] for k, v in parse_qs(urlsplit(shown.page.url).query).items()}
    assert said == {"area": tiny.TOWNSHIPS[1], "indicator": "fever_rate", "period": "day", "lang": "en"}
    shown.page.locator("#headline h1").wait_for()
    playwright.expect(shown.page.locator("#headline h1")).to_contain_text("柳河乡")


def test_ranking_and_chips_are_reached_by_keyboard(screen: Any) -> None:
    shown = screen().open("?layers=screened,fever_rate")
    shown.page.get_by_role("button", name="就诊发热率").focus()
    shown.page.keyboard.press("Enter")
    shown.layer("fever_rate")
    assert shown.page.locator("#ranking-rows a").first.get_attribute("href").startswith("/explore?")


def test_a_new_snapshot_shows_within_seconds_without_reload_and_keeps_the_shapes(
    screen: Any, served: Any, tmp_path: Path
) -> None:
    tiny.write_snapshot(tmp_path)
    shown = screen(served(tmp_path).origin).open("?layers=reported_fever")
    shown.page.evaluate("window.neverReloaded = true")
    shown.page.evaluate(f"window.area = document.querySelector('{AREAS}')")
    label = f'#map-canvas .label[data-key="{tiny.TOWNSHIPS[0]}"] .value'
    shown.text(label, "3")
    doubled = [c | {"value": 2 * c["value"]} for c in tiny.cells()]
    tiny.write_snapshot(tmp_path, "20200221T000000-b", cell_rows=doubled)
    playwright.expect(shown.page.locator(label)).to_have_text("6", timeout=5_000)
    assert shown.page.evaluate(f"window.neverReloaded && window.area === document.querySelector('{AREAS}')")
    assert shown.asked("/geometry/") == 1


@contextmanager
def server_at(port: int, folder: Path) -> Iterator[None]:
    """A server on a given port, which a later one can take over."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        config = uvicorn.Config(build_app(folder), lifespan="off", log_level="error", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        yield
        server.should_exit = True
        thread.join()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_says_that_the_server_is_gone_and_goes_on_when_it_is_back(browser: Any, tmp_path: Path) -> None:
    tiny.write_snapshot(tmp_path)
    port = free_port()
    with server_at(port, tmp_path):
        shown = Screen(browser, f"http://127.0.0.1:{port}").open("?layers=reported_fever&lang=en")
        shown.page.evaluate("window.neverReloaded = true")
    alert = shown.page.locator("#alert")
    playwright.expect(alert).to_contain_text("Connection lost since", timeout=15_000)
    playwright.expect(shown.page.locator(".label .value").first).to_have_text("3")
    tiny.write_snapshot(tmp_path, "20200221T000000-b", cell_rows=[c | {"value": 9.0} for c in tiny.cells()])
    with server_at(port, tmp_path):
        playwright.expect(alert).not_to_contain_text("Connection lost", timeout=15_000)
        playwright.expect(shown.page.locator(".label .value").first).to_have_text("9", timeout=15_000)
        assert shown.page.evaluate("window.neverReloaded")
        shown.page.close()


def test_it_says_how_old_the_data_are(screen: Any) -> None:
    # The snapshot of the tiny city knows nothing after 2020-02-20.
    page = screen().open().page
    days = (dt.datetime.now(dt.UTC) - dt.datetime(2020, 2, 20, 2, tzinfo=dt.UTC)).days
    playwright.expect(page.locator("#alert")).to_contain_text(f"{days} 天未更新")


def test_it_loads_itself_again_at_night_but_not_while_the_server_is_away(screen: Any, client: Any) -> None:
    shown, evening = screen(), dt.datetime(2026, 1, 5, 15, 0, tzinfo=dt.UTC)  # 23:00 in Shanghai
    shown.page.clock.install(time=evening)
    pulse, away = {**client.get("/screen/pulse.json").json(), "now": evening.timestamp()}, [False]

    def answer(route: Any) -> None:
        if away[0]:
            route.fulfill(status=503, json={"error": "away"})
        else:
            route.fulfill(json=pulse)

    shown.page.route("**/screen/pulse.json", answer)
    shown.open("?layers=screened")
    shown.page.evaluate("window.neverReloaded = true")
    away[0] = True
    shown.page.clock.run_for(4_000)
    playwright.expect(shown.page.locator("body")).to_have_class("lost")
    shown.page.clock.fast_forward(4 * 3600_000 + 60_000)
    shown.page.clock.run_for(3_000)
    assert shown.page.evaluate("window.neverReloaded")
    away[0], pulse["now"] = False, pulse["now"] + 4 * 3600 + 68
    asked: list[str] = []
    shown.page.on("request", lambda request: asked.append(request.url) if request.is_navigation_request() else None)
    with shown.page.expect_navigation():
        shown.page.clock.run_for(10_000)
    assert len(asked) == 1
    shown.page.unroute_all(behavior="ignoreErrors")
    assert not shown.page.evaluate("window.neverReloaded === true")
    # The browser writes the refused answers down; that is its right.
    shown.complaints[:] = [c for c in shown.complaints if "503" not in c]


def test_memory_stays_flat_over_hundreds_of_updates(screen: Any) -> None:
    # Tens of thousands of them: `python -m benchmarks soaking`.
    grown = growth(screen().open().page, warm_up=60, updates=300)
    assert grown["JSHeapUsedSize"] < 300_000
    assert grown["Nodes"] <= 200
    assert grown["JSEventListeners"] <= 0
