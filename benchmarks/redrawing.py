"""How long after a choice does the explorer show the new numbers, in the browser, with three hundred townships?

A browser opens the explorer of a county of so many townships and steps from day to day. Measured from the choice to the map
that carries the new numbers, and of that the time until the last answer has come from the server.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.child import Facts, Task
from benchmarks.measuring import Alternative, percentile, run_once
from benchmarks.report import Answer, Line
from tests.web.browsing import started_browser
from tests.web.conftest import serving
from tests.web.wide_city import write_wide_city

TOWNSHIPS, STEPS = 300, 24
DRAWN = "#map path.choroplethlocation"
STEP = """async (day) => {
  const chart = document.querySelector("#map .js-plotly-plot"), start = performance.now();
  const drawn = new Promise((done) => chart.once("plotly_afterplot", () => done(performance.now())));
  const said = new URLSearchParams(location.search);
  said.set("on", day);
  window.dash_clientside.set_props("url", { search: "?" + said });
  const end = await drawn;
  const answers = performance.getEntriesByType("resource").filter((e) => e.startTime > start && e.responseEnd < end);
  return [end - start, end - Math.max(start, ...answers.map((e) => e.responseEnd))];
}"""


def step_through_days(townships: int) -> Task:
    """Milliseconds from opening, and from each choice, to what it shows."""
    folder = tempfile.TemporaryDirectory()
    write_wide_city(Path(folder.name), townships)

    def task() -> Facts:
        with folder, serving(Path(folder.name)) as client, started_browser() as browser:
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            page.set_default_timeout(120_000)
            opened = []
            for _ in range(2):
                start = time.perf_counter()
                page.goto(f"{client.origin}/explore?indicator=reported_fever&period=day&on=2020-02-19")
                page.locator(DRAWN).nth(townships - 1).wait_for(state="attached")
                opened.append(1000 * (time.perf_counter() - start))
            steps = []
            for n in range(STEPS):
                # Nothing of the step before is still going on.
                page.wait_for_load_state("networkidle")
                page.evaluate("new Promise((done) => requestIdleCallback(done))")
                steps.append(page.evaluate(STEP, f"2020-02-{18 - n % 12:02d}"))
        return {
            "first": opened[0], "again": opened[1],
            "step_p50": percentile([s[0] for s in steps], 0.5), "step_p95": percentile([s[0] for s in steps], 0.95),
            "draw_p50": percentile([s[1] for s in steps], 0.5), "draw_p95": percentile([s[1] for s in steps], 0.95),
        }  # fmt: skip

    return task


def answer() -> Answer:
    """Opening the page, a step with the server's time, and without."""
    facts = run_once(Alternative("benchmarks.redrawing:step_through_days", {"townships": TOWNSHIPS})).facts
    lines = [
        Line("open, nothing in the browser's cache", float(facts["first"]), "ms"),
        Line("open again", float(facts["again"]), "ms", target="value < 2000"),
        Line("a step, server and browser, p50", float(facts["step_p50"]), "ms"),
        Line("a step, server and browser, p95", float(facts["step_p95"]), "ms"),
        Line("of it after the last answer, p50", float(facts["draw_p50"]), "ms", target="value < 300"),
        Line("of it after the last answer, p95", float(facts["draw_p95"]), "ms"),
    ]
    return Answer(f"The explorer in a browser, {TOWNSHIPS} townships", "not used", lines)
