"""How long do two hundred people wait who look at the explorer at the same time?

A browser opens one view, and what it sends is written down. Then two hundred people, each with a connection of their own,
ask for views as that browser did and look at each for a while. First all look at the same few views, which the server
has answered before; then everybody at views that nobody has asked for yet.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.building import build_again
from benchmarks.child import Facts, Task
from benchmarks.county import make_demo_county
from benchmarks.measuring import Alternative, percentile, run_once
from benchmarks.report import Answer, Line
from benchmarks.serving import Asked, record, replay, selections, served

PEOPLE, VIEWS_EACH, SHARED_VIEWS = 200, 3, 10
LOOK_SECONDS = 10
"""On average somebody looks at a view so long before asking for the next: twenty views a second in all."""


def view_requests(recorded: Sequence[Asked], recorded_path: str, path: str) -> list[Asked]:
    """What the browser would have sent for another view: the same with its address instead of the recorded one."""
    old, new = urlsplit(recorded_path).query, urlsplit(path).query
    return [
        Asked(
            asked.method,
            asked.path.replace(old, new),
            asked.body.replace(old.encode(), new.encode()),
            asked.content_type,
        )
        for asked in recorded
        if old in asked.path or old.encode() in asked.body
    ]


def visit(port: int, views: Sequence[Sequence[Asked]], lot: random.Random) -> dict[str, list[float]]:
    """One person's seconds, by kind of request; looks at nothing for a moment first, so that not all begin at once."""
    waited: dict[str, list[float]] = {}
    pause = threading.Event()
    for requests in views:
        pause.wait(lot.uniform(0, 2 * LOOK_SECONDS))
        for kind, seconds in replay(port, requests).items():
            waited.setdefault(kind, []).extend(seconds)
    return waited


def let_in(port: int, views: Sequence[Sequence[Sequence[Asked]]], seed: int) -> dict[str, list[float]]:
    """Seconds of all people, each with the views that are given."""
    with ThreadPoolExecutor(len(views)) as people:
        visits = [people.submit(visit, port, own, random.Random(seed + n)) for n, own in enumerate(views)]
        waited: dict[str, list[float]] = {}
        for done in visits:
            for kind, seconds in done.result().items():
                waited.setdefault(kind, []).extend(seconds)
    return waited


def crowd_of(project: str, seed: int) -> Task:
    """Records one view, then lets the crowd in."""
    from citybrain.project import load_project
    from citybrain.warehouse.snapshots import served_file

    if served_file(load_project(Path(project)).paths) is None:
        build_again(project)()
    paths = selections(project, seed, 1 + SHARED_VIEWS + PEOPLE * VIEWS_EACH)
    lot = random.Random(seed)

    def task() -> Facts:
        facts: dict[str, float | int | str] = {}
        with served(project) as port:
            recorded = record(port, paths[:1])
            views = [view_requests(recorded, paths[0], path) for path in paths[1:]]
            shared, own = views[:SHARED_VIEWS], views[SHARED_VIEWS:]
            for requests in shared:
                replay(port, requests)
            crowds = {
                "seen": [[lot.choice(shared) for _ in range(VIEWS_EACH)] for _ in range(PEOPLE)],
                "new": [own[n * VIEWS_EACH : (n + 1) * VIEWS_EACH] for n in range(PEOPLE)],
            }
            for name, of_people in crowds.items():
                began = time.perf_counter()
                waited = let_in(port, of_people, seed)
                facts[f"requests a second, {name}"] = sum(map(len, waited.values())) / (time.perf_counter() - began)
                for kind, seconds in waited.items():
                    facts[f"{kind}, {name}, p50"] = 1000 * percentile(seconds, 0.5)
                    facts[f"{kind}, {name}, p95"] = 1000 * percentile(seconds, 0.95)
        return facts

    return task


def answer(residents: int, seed: int) -> Answer:
    """Median and 95th percentile, of views that were seen before and of new ones."""
    project = make_demo_county(residents, seed)
    run = run_once(Alternative("benchmarks.crowd:crowd_of", {"project": str(project), "seed": seed}))
    targets = {"seen, p95": "value < 300", "new, p95": "value < 600"}
    lines = [
        Line(
            name,
            float(value),
            "ms" if name.endswith(("p50", "p95")) else "",
            target=targets.get(name.split(", ", 1)[-1], ""),
        )
        for name, value in run.facts.items()
    ]
    question = f"{PEOPLE} people at the explorer, a view every {LOOK_SECONDS} s each, {residents:,} residents"
    return Answer(question, "not used", lines)
