"""How long does the query layer take for what one view of the explorer asks?"""

from __future__ import annotations

import random
import time
from pathlib import Path

from benchmarks.building import build_again
from benchmarks.child import Facts, Task
from benchmarks.county import make_demo_county
from benchmarks.measuring import Alternative, percentile, run_once
from benchmarks.report import Answer, Line

VIEWS = 200


def ask_as_explorer(project: str, seed: int) -> Task:
    """Map, ranking, trend and change of many views: indicator, area, day and period type by lot."""
    from citybrain.project import load_project
    from citybrain.query import local_user, open_city
    from citybrain.warehouse.snapshots import served_file

    paths = load_project(Path(project)).paths
    if served_file(paths) is None:
        build_again(project)()
    city, access, lot = open_city(paths.snapshots), local_user(), random.Random(seed)
    top = city.areas(access)[0]
    places = [top, *city.areas(access, parent=top.code)]
    codes = [indicator.code for indicator in city.indicators(access)]

    def task() -> Facts:
        times: dict[str, list[float]] = {"map": [], "trend": [], "ranking": []}
        for _ in range(VIEWS):
            code, place, period_type = lot.choice(codes), lot.choice(places), lot.choice(["day", "week", "month"])
            first, _ = city.covered(access, code)
            last = city.latest_period(access, code, period_type)
            levels = city.levels(access, place.code)
            if first is None or last is None or not levels:
                continue
            level = levels[0]
            start = time.perf_counter()
            city.values(
                access,
                [code],
                level=level,
                within=place.code,
                period_type=period_type,
                period_from=last,
                period_to=last,
            )
            times["map"].append(time.perf_counter() - start)
            start = time.perf_counter()
            city.series(access, code, place.code, period_type, first, last)
            times["trend"].append(time.perf_counter() - start)
            start = time.perf_counter()
            city.ranking(access, code, period_type, last, level=level, within=place.code)
            times["ranking"].append(time.perf_counter() - start)
        return {
            f"{name} {label}": 1000 * percentile(of_name, share)
            for name, of_name in times.items()
            for label, share in (("p50", 0.5), ("p95", 0.95))
        }

    return task


def answer(residents: int, seed: int) -> Answer:
    """Median and 95th percentile of each question."""
    project = make_demo_county(residents, seed)
    run = run_once(Alternative("benchmarks.answering:ask_as_explorer", {"project": str(project), "seed": seed}))
    lines = [
        Line(name, float(value), "ms", target="value < 10" if name.endswith("p95") else "")
        for name, value in run.facts.items()
    ]
    return Answer(f"The query layer, {VIEWS} views, {residents:,} residents", "not used", lines)
