"""How long is a publish, and does any reader notice it?"""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

from benchmarks.building import build_again
from benchmarks.child import Facts, Task
from benchmarks.county import make_demo_county
from benchmarks.measuring import Alternative, percentile, run_once
from benchmarks.report import Answer, Line
from citybrain.errors import CityBrainError
from citybrain.project import load_project
from citybrain.query import local_user, open_city
from citybrain.warehouse import publish
from citybrain.warehouse.snapshots import served_file

SWAPS, READERS = 6, 4


class Reader(threading.Thread):
    """Asks one question after another until told to stop, and counts answers and failures."""

    def __init__(self, snapshots: Path, over: threading.Event) -> None:
        super().__init__()
        self.city, self.over = open_city(snapshots), over
        self.asked = self.failed = 0

    def run(self) -> None:
        """Asks for the newest value of the first indicator, again and again."""
        access = local_user()
        while not self.over.is_set():
            try:
                code, top = self.city.indicators(access)[0].code, self.city.areas(access)[0]
                last = self.city.latest_period(access, code, "day")
                if last:
                    self.city.series(access, code, top.code, "day", last, last)
            except (CityBrainError, OSError, RuntimeError):
                self.failed += 1
            self.asked += 1


def publish_under_readers(project: str) -> Task:
    """Publishes copies of the served snapshot while threads ask questions without pause."""
    paths = load_project(Path(project)).paths
    if served_file(paths) is None:
        build_again(project)()
    served = served_file(paths)
    if served is None:
        raise RuntimeError("the build published nothing")
    paths.work.mkdir(parents=True, exist_ok=True)
    over = threading.Event()
    readers = [Reader(paths.snapshots, over) for _ in range(READERS)]

    def task() -> Facts:
        for reader in readers:
            reader.start()
        seconds = []
        for swap in range(SWAPS):
            copy = paths.work / f"swap-{swap}.duckdb"
            shutil.copyfile(served, copy)
            before = sum(reader.asked for reader in readers)
            start = time.perf_counter()
            publish(paths, copy, f"{served.stem}-swap{swap}", serve=True)
            seconds.append(time.perf_counter() - start)
            while sum(reader.asked for reader in readers) < before + 10 * READERS:
                time.sleep(0.01)
        over.set()
        for reader in readers:
            reader.join()
        asked, failed = sum(r.asked for r in readers), sum(r.failed for r in readers)
        return {"questions": asked, "failed": failed, "slowest_s": percentile(seconds, 1.0)}

    return task


def answer(residents: int, seed: int) -> Answer:
    """The slowest of several publishes, and the failures of readers meanwhile."""
    project = make_demo_county(residents, seed)
    run = run_once(Alternative("benchmarks.publishing:publish_under_readers", {"project": str(project)}))
    asked = f"{run.facts['questions']:,} questions from {READERS} readers over {SWAPS} swaps"
    return Answer(
        "Publishing while people read",
        "not used",
        [
            Line("slowest publish", float(run.facts["slowest_s"]), "s", target="value ≤ 0.5"),
            Line("questions that failed", float(run.facts["failed"]), "errors", target="value ≤ 0", remark=asked),
        ],
    )
