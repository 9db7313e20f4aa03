"""How much dearer is a checked, archived delivery than a bare load of the same file?"""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.child import Facts, Task
from benchmarks.measuring import Alternative, Run, take_turns
from benchmarks.registry import make_registry
from benchmarks.report import Answer, Line, compared

HERE = "benchmarks.loading"


def bare_load(file: str, database: str) -> Task:
    """The floor: every column as text into a table, nothing looked at. `database` is a file or `:memory:`."""
    import duckdb

    if database != ":memory:":
        Path(database).unlink(missing_ok=True)
    con = duckdb.connect(database)

    def task() -> Facts:
        con.execute(f"CREATE TABLE registry AS FROM read_csv('{file}', all_varchar = true)")
        con.execute("CHECKPOINT" if database != ":memory:" else "SELECT 1")
        counted = con.execute("SELECT count(*) FROM registry").fetchone()
        con.close()
        return {"rows": counted[0] if counted else 0}

    return task


def ingest(project: str) -> Task:
    """Archive, hash, read, check and accept everything that the project's folder of extracts holds, from nothing."""
    from citybrain.areas import load_areas
    from citybrain.contracts import load_contracts
    from citybrain.ingest import Desk, ingest_new
    from citybrain.project import load_project
    from citybrain.warehouse import connect_for_checking

    city = load_project(Path(project))
    forget_builds(city.root)
    city.paths.work.mkdir(parents=True)

    def task() -> Facts:
        con = connect_for_checking(city.paths.work)
        report = ingest_new([Desk(city, load_areas(city), con, city.paths.work)], load_contracts(city))
        if report.errors:
            raise RuntimeError("; ".join(error for _, error in report.errors))
        taken = report.fresh
        return {
            name: sum(getattr(b, name) for b in taken) for name in ("rows_in", "accepted", "quarantined", "duplicate")
        }

    return task


def forget_builds(project: Path) -> None:
    """Removes everything CityBrain wrote for a project of the benchmarks, so that it starts from the extracts."""
    for name in ("archive", "accepted", "quarantine", "batches", "snapshots", "vault", "keys", "work"):
        shutil.rmtree(project / "data" / name, ignore_errors=True)


def answer(residents: int, rounds: int) -> Answer:
    """Floors, then both encodings."""
    utf8, gb18030 = make_registry(residents), make_registry(residents, "GB18030")
    runs = take_turns(
        {
            "bare": Alternative(
                f"{HERE}:bare_load", {"file": str(utf8.file), "database": str(utf8.project / "bare.duckdb")}
            ),
            "memory": Alternative(f"{HERE}:bare_load", {"file": str(utf8.file), "database": ":memory:"}),
            "utf8": Alternative(f"{HERE}:ingest", {"project": str(utf8.project)}),
            "gb18030": Alternative(f"{HERE}:ingest", {"project": str(gb18030.project)}),
        },
        rounds,
    )

    def line(name: str, run: Run, target: str = "") -> Line:
        return compared(name, run, runs["bare"], target, f"{utf8.rows / run.seconds / 1e6:.2f} M rows/s")

    return Answer(
        f"Registry of {residents:,} residents: what does taking a delivery cost?",
        "bare DuckDB load of the UTF-8 file into a database file, all text",
        [
            line("bare load, database file", runs["bare"]),
            line("bare load, in memory", runs["memory"]),
            line("CityBrain: archive, hash, read, check, accept (UTF-8)", runs["utf8"], "ratio ≤ 1.2"),
            line("CityBrain: the same in GB18030", runs["gb18030"], "ratio ≤ 1.4"),
        ],
    )
