"""What does a whole build cost, a build with nothing new, and a build with one changed feed?"""

from __future__ import annotations

import os
import time
from pathlib import Path

from benchmarks.child import Facts, Task
from benchmarks.county import make_demo_county, plain_files
from benchmarks.loading import forget_builds
from benchmarks.measuring import Alternative, run_once, take_turns
from benchmarks.report import Answer, Line, compared

HERE = "benchmarks.building"


def bare_load_all(folder: str, database: str) -> Task:
    """The floor: every file as text into a table of its own, nothing looked at."""
    import duckdb

    Path(database).unlink(missing_ok=True)
    con = duckdb.connect(database)
    files = sorted(Path(folder).glob("*.csv"))

    def task() -> Facts:
        for number, file in enumerate(files):
            con.execute(f"CREATE TABLE file_{number} AS FROM read_csv('{file}', all_varchar = true)")
        con.execute("CHECKPOINT")
        con.close()
        return {"files": len(files)}

    return task


def build_from_nothing(project: str) -> Task:
    """Every file, every model, every indicator, publish."""
    forget_builds(Path(project))
    return build_again(project)


def build_again(project: str) -> Task:
    """A build as the folder stands now."""
    from citybrain.build import build
    from citybrain.project import load_project

    def task() -> Facts:
        report = build(load_project(Path(project)))
        errors = [error for feed in report.feeds for error in feed.errors]
        rows = sum(feed.rows_in for feed in report.feeds)
        stages = {f"{stage}_s": seconds for stage, seconds in report.seconds.items()}
        return {"rows_in": rows, "errors": len(errors), "models": len(report.models_built), **stages}

    return task


def build_after_correction(project: str) -> Task:
    """A build after the newest delivery of one smaller CSV feed came again, one row shorter."""
    file = _smaller_delivery(Path(project))
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]))
    os.utime(file, (time.time(), time.time()))
    return build_again(project)


def _smaller_delivery(project: Path) -> Path:
    """The newest CSV file of the screening feed: events, the second largest."""
    from citybrain.contracts import load_contracts
    from citybrain.project import load_project

    city = load_project(project)
    paths = [c.source.path for c in load_contracts(city) if c.record.name == "screening"]
    files = [
        file for path in paths for file in city.paths.extracts.glob(path) if file.suffix in (".csv", ".txt", ".tsv")
    ]
    return max(files, key=lambda file: (file.stat().st_mtime, file.name))


def answer(residents: int, seed: int, rounds: int) -> Answer:
    """Floors and whole build in turns; then again, then with one changed feed."""
    project = make_demo_county(residents, seed)
    folder = plain_files(project)
    database = str(project / "bare.duckdb")
    registry = max(folder.glob("*.csv"), key=lambda file: file.stat().st_size)
    whole_task = Alternative(f"{HERE}:build_from_nothing", {"project": str(project)})
    runs = take_turns(
        {
            "bare": Alternative(f"{HERE}:bare_load_all", {"folder": str(folder), "database": database}),
            "registry": Alternative("benchmarks.loading:bare_load", {"file": str(registry), "database": database}),
            "whole": whole_task,
        },
        rounds,
    )
    again = run_once(Alternative(f"{HERE}:build_again", {"project": str(project)}))
    changed = run_once(Alternative(f"{HERE}:build_after_correction", {"project": str(project)}))
    floor, whole = runs["bare"], runs["whole"]
    stages = ", ".join(f"{name[:-2]} {value}" for name, value in whole.facts.items() if name.endswith("_s"))
    share = f"{changed.seconds / whole.seconds:.0%} of the whole build"
    return Answer(
        f"The whole build of a demo county of {residents:,} residents",
        "bare DuckDB load of all its files, as plain UTF-8, each into a table of a database file, all text",
        [
            compared("bare load of all files", floor, floor),
            compared("bare load of the household registry", runs["registry"], floor),
            compared("whole build", whole, floor, "ratio ≤ 2.5", stages),
            Line("  its peak memory", whole.peak_mib, "MiB", target="value < 3072"),
            compared("build with nothing new", again, floor, "value < 2"),
            compared("build after one corrected file of one feed", changed, floor, remark=share),
        ],
    )
