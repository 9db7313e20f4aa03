"""How long does the server take for what the explorer asks of it?

A browser visits pages with selections by lot, and what it sends is written down. A server that was just started answers the
same requests, one after another, without a browser: first as new questions, then again.
"""

from __future__ import annotations

import http.client
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.building import build_again
from benchmarks.child import Facts, Task
from benchmarks.county import make_demo_county
from benchmarks.measuring import ROOT, Alternative, percentile, run_once
from benchmarks.report import Answer, Line

VISITS, REPEATS = 15, 5
PATIENCE_SECONDS = 180
CHROMIUM = "/usr/bin/chromium"


@dataclass(frozen=True)
class Asked:
    """One request of the browser, as it can be sent again."""

    method: str
    path: str
    body: bytes
    content_type: str


@contextmanager
def served(project: str) -> Iterator[int]:
    """`citybrain serve` in a process of its own; yields its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "citybrain", "serve", "--project", project, "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_healthy(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def _wait_until_healthy(port: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not answer within {PATIENCE_SECONDS} s")


def selections(project: str, seed: int, visits: int = VISITS) -> list[str]:
    """So many different addresses of the explorer: indicator, area and period type by lot."""
    from citybrain.project import load_project
    from citybrain.query import local_user, open_city
    from citybrain.web.selection import Selection

    city, access, lot = open_city(load_project(Path(project)).paths.snapshots), local_user(), random.Random(seed)
    top = city.areas(access)[0].code
    places = ["", *(area.code for area in city.areas(access, parent=top))]
    codes = [indicator.code for indicator in city.indicators(access)]
    chosen: dict[str, None] = {}
    while len(chosen) < visits:
        period = lot.choice(["day", "week", "month"])
        chosen[Selection(area=lot.choice(places), indicator=lot.choice(codes), period=period).href()] = None
    return list(chosen)


def record(port: int, paths: Sequence[str]) -> list[Asked]:
    """What a browser asks the server for on these pages, without the files of pages that never change."""
    from playwright.sync_api import Request, sync_playwright

    asked: list[Asked] = []

    def keep(request: Request) -> None:
        path = request.url.split(f":{port}", 1)[-1]
        if request.resource_type in ("document", "fetch", "xhr"):
            content_type = request.headers.get("content-type", "")
            asked.append(Asked(request.method, path, request.post_data_buffer or b"", content_type))

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("request", keep)
        for path in paths:
            # On a busy machine the network may be idle before the page has asked for its first numbers.
            with page.expect_response(
                lambda answer: "_dash-update-component" in answer.url, timeout=PATIENCE_SECONDS * 1000
            ):
                page.goto(f"http://127.0.0.1:{port}{path}")
            page.wait_for_load_state("networkidle")
        browser.close()
    return asked


def replay(port: int, asked: Sequence[Asked]) -> dict[str, list[float]]:
    """Seconds from sending to the last byte, by kind of request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    times: dict[str, list[float]] = {}
    for request in asked:
        headers = {"Accept-Encoding": "gzip"} | ({"Content-Type": request.content_type} if request.content_type else {})
        start = time.perf_counter()
        connection.request(request.method, request.path, request.body or None, headers)
        response = connection.getresponse()
        response.read()
        if response.status >= http.HTTPStatus.BAD_REQUEST:
            raise RuntimeError(f"{request.method} {request.path.split('?')[0]}: {response.status}")
        kind = "callbacks" if "_dash-update-component" in request.path else "pages and data"
        times.setdefault(kind, []).append(time.perf_counter() - start)
    return times


def ask_server(project: str, seed: int) -> Task:
    """Records with one server, replays with a fresh one."""
    from citybrain.project import load_project
    from citybrain.warehouse.snapshots import served_file

    if served_file(load_project(Path(project)).paths) is None:
        build_again(project)()

    def task() -> Facts:
        with served(project) as port:
            asked = record(port, selections(project, seed))
        facts: dict[str, float | int | str] = {"requests": len(asked)}
        with served(project) as port:
            passes = {"new": replay(port, asked), "again": replay(port, asked * REPEATS)}
        for name, times in passes.items():
            for kind, seconds in times.items():
                facts[f"{kind}, {name}, p50"] = 1000 * percentile(seconds, 0.5)
                facts[f"{kind}, {name}, p95"] = 1000 * percentile(seconds, 0.95)
        return facts

    return task


def answer(residents: int, seed: int) -> Answer:
    """Median and 95th percentile of callbacks and of the rest, new and again."""
    project = make_demo_county(residents, seed)
    run = run_once(Alternative("benchmarks.serving:ask_server", {"project": str(project), "seed": seed}))
    lines = [
        Line(name, float(value), "ms", target="value < 50" if name.endswith("p95") else "")
        for name, value in run.facts.items()
        if name != "requests"
    ]
    question = f"The server of /explore, {run.facts['requests']} requests of {VISITS} visits, {residents:,} residents"
    return Answer(question, "not used", lines)
