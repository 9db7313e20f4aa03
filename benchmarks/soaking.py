"""Does the command-centre screen stay as light as it was, after days of updates and with hundreds of townships?

A browser shows the screen of a demo county and is given one new state after another, more than a day brings; then what it
holds is measured. The shapes of three hundred townships are made, simplified and packed as they travel.
"""

from __future__ import annotations

import gzip
import time
from pathlib import Path
from typing import Any

from benchmarks.building import build_again
from benchmarks.child import Facts, Task
from benchmarks.county import make_demo_county
from benchmarks.measuring import Alternative, run_once
from benchmarks.report import Answer, Line
from benchmarks.serving import CHROMIUM, served

WARM_UP, UPDATES = 200, 20_000
TOWNSHIPS = 300
NAMES = ("JSHeapUsedSize", "Nodes", "JSEventListeners")

SOAK = """async (updates) => {
  const { showState, showLayer } = await import(document.querySelector("script[type=module]").src);
  const read = await (await fetch("/screen/state.json")).json();
  for (let n = 0; n < updates; n++) {
    const state = structuredClone(read);
    for (const tile of state.tiles) tile.value = String(n);
    for (const layer of state.layers) for (const code of layer.order) layer.values[code][0] = String(n % 977);
    state.ticker.push(["good", `news ${n}`]);
    state.panels[0].rows = Array.from({ length: n % 9 }, (_, k) => (
      { key: `row ${n} ${k}`, name: "a", detail: "b", value: String(n), tone: "bad", share: 0.5, href: "/explore" }));
    showState(state);
    showLayer(n % state.layers.length);
    if (n % 50 === 0) await new Promise((done) => requestAnimationFrame(done));
  }
}"""


def growth(page: Any, warm_up: int, updates: int) -> dict[str, float]:
    """What a page that shows the screen holds more after the updates than before: bytes of the heap, nodes, listeners."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.evaluate(SOAK, warm_up)
    before = _held(page, session)
    page.evaluate(SOAK, updates)
    after = _held(page, session)
    return {name: after[name] - before[name] for name in NAMES}


def _held(page: Any, session: Any) -> dict[str, float]:
    # Animations hold their elements until they end; collecting once leaves what only then became free.
    page.evaluate("Promise.all(document.getAnimations().filter(a => !a.animationName).map(a => a.finish()))")
    for _ in range(3):
        session.send("HeapProfiler.collectGarbage")
    return {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}


def soak_screen(project: str) -> Task:
    """The growth of one page over all updates."""
    from citybrain.project import load_project
    from citybrain.warehouse.snapshots import served_file

    if served_file(load_project(Path(project)).paths) is None:
        build_again(project)()

    def task() -> Facts:
        from playwright.sync_api import sync_playwright

        with served(project) as port, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            page.set_default_timeout(0)
            page.goto(f"http://127.0.0.1:{port}/screen")
            page.locator("body[data-layer]").wait_for()
            facts: dict[str, float | int | str] = dict(growth(page, WARM_UP, UPDATES))
            browser.close()
        return facts

    return task


def pack_shapes(townships: int) -> Task:
    """Size of the shapes as they travel, and how long simplifying them takes."""
    from citybrain.areas.boundaries import geojson_texts, simplify_level
    from citybrain.demo.geography import lay_out

    shapes = list(lay_out(seed=7, township_count=townships).coverage.townships)

    def task() -> Facts:
        start = time.perf_counter()
        texts = geojson_texts(simplify_level(shapes))
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "bytes": len(gzip.compress(",".join(texts).encode(), 5)), "shapes": len(texts)}

    return task


def answer(residents: int, seed: int) -> Answer:
    """What the screen holds more after the updates, and the weight of its shapes."""
    project = make_demo_county(residents, seed)
    grown = run_once(Alternative("benchmarks.soaking:soak_screen", {"project": str(project)})).facts
    packed = run_once(Alternative("benchmarks.soaking:pack_shapes", {"townships": TOWNSHIPS})).facts
    lines = [
        Line("heap, more than before", float(grown["JSHeapUsedSize"]) / 1024, "KiB", target="value < 500"),
        Line("nodes, more than before", float(grown["Nodes"]), "nodes", target="value < 200"),
        Line("listeners, more than before", float(grown["JSEventListeners"]), "listeners", target="value ≤ 0"),
        Line(f"shapes of {packed['shapes']} townships", float(packed["bytes"]) / 1000, "kB", target="value < 300"),
        Line("simplifying them", float(packed["seconds"]), "s"),
    ]
    return Answer(f"The screen after {UPDATES:,} updates, {residents:,} residents", "not used", lines)
