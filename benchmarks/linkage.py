"""How well, and how fast, are persons found whose number is damaged or missing, beside exact joining and Splink alone?"""

from __future__ import annotations

import time
from pathlib import Path

import duckdb

from benchmarks.child import Facts, Task
from benchmarks.linkage_people import make_mentions
from benchmarks.linkage_published import DATA_SETS, data_folder
from benchmarks.linkage_score import score
from benchmarks.measuring import Alternative, Run, run_once
from benchmarks.report import Answer, Line

HERE = "benchmarks.linkage"
KEY = "00"
"""Of the pseudonyms; nobody real is behind them."""


def _opened(mentions: str) -> duckdb.DuckDBPyConnection:
    from citybrain.warehouse import connect

    con = connect()
    con.execute("SET VARIABLE citybrain_pseudonym_key = $key", {"key": KEY})
    con.execute(f"CREATE VIEW mentions AS FROM read_parquet('{mentions}')")
    return con


def _scores(con: duckdb.DuckDBPyConnection, links: str) -> dict[str, float | int | str]:
    return {
        f"{name} {rate}": getattr(value, rate)
        for name, value in score(con, "mentions", links).items()
        for rate in ("precision", "recall")
    }


def exact(mentions: str) -> Task:
    """Joining by the valid number alone: every other row is nobody's."""
    con = _opened(mentions)

    def task() -> Facts:
        con.execute("CREATE TABLE none (table_name VARCHAR, batch INTEGER, source_line BIGINT, person_key BIGINT)")
        con.execute("SELECT count(DISTINCT resident_id) FROM mentions").fetchall()
        return {}

    return _timed(task, con, "none")


def citybrain(mentions: str) -> Task:
    """The product: sure rules, then Splink for what they leave."""
    from citybrain.linkage import Linkage, link_people

    con = _opened(mentions)

    def task() -> Facts:
        report = link_people(con, "mentions", Linkage(Path("/nonexistent/decisions.jsonl")))
        return {f"rows {how}": rows for how, rows in report.rows.items()} | {"review": report.review}

    return _timed(task, con, "linkage.person_links")


def splink_alone(mentions: str) -> Task:
    """Splink as its documentation uses it, on every row without a valid number against everybody with one."""
    from benchmarks.linkage_splink import link_all

    con = _opened(mentions)

    def task() -> Facts:
        link_all(con)
        return {}

    return _timed(task, con, "splink_links")


def _timed(task: Task, con: duckdb.DuckDBPyConnection, links: str) -> Task:
    """The task and then its scores, whose time is taken off by telling how long the task itself took."""

    def measured() -> Facts:
        began = time.perf_counter()
        facts = dict(task())
        facts["seconds"] = time.perf_counter() - began
        return facts | _scores(con, links)

    return measured


def published(name: str, folder: str) -> Task:
    """F1 on a public data set, of Splink by its tutorial and of the sure rules with Splink."""
    from benchmarks.linkage_published import compare

    return lambda: compare(name, Path(folder))


def _lines(name: str, run: Run, targets: dict[str, str]) -> list[Line]:
    seconds = float(run.facts["seconds"])
    rates = [f"{rows} {rate}" for rows in ("all", "faulty") for rate in ("precision", "recall")]
    return [
        Line(f"{name}: time", seconds, "s", peak_mib=run.peak_mib),
        *(Line(f"{name}: {rate}", float(run.facts[rate]), "", target=targets.get(rate, "")) for rate in rates),
    ]


TARGETS = {
    "all precision": "value ≥ 0.9995", "all recall": "value ≥ 0.998", "faulty precision": "value ≥ 0.999",
    "faulty recall": "value ≥ 0.99",
}  # fmt: skip


def answer(residents: int, seed: int) -> Answer:
    """Three ways on the same mentions, then the public data sets where this machine has them."""
    made = make_mentions(residents, residents // 5, seed)
    arguments = {"mentions": str(made.mentions)}
    lines = []
    for name, target, wanted in (
        ("exact number", "exact", {}), ("Splink alone", "splink_alone", {}), ("CityBrain", "citybrain", TARGETS),
    ):  # fmt: skip
        lines += _lines(name, run_once(Alternative(f"{HERE}:{target}", arguments)), wanted)
    if (folder := data_folder()) is not None:
        for data_set in DATA_SETS:
            facts = run_once(Alternative(f"{HERE}:published", {"name": data_set, "folder": str(folder)})).facts
            tutorial, ours = float(facts["tutorial"]), float(facts["ours"])
            lines.append(Line(f"{data_set}: F1, Splink's tutorial", tutorial, ""))
            lines.append(Line(f"{data_set}: F1, sure rules and Splink", ours, "", ours / tutorial, target="ratio ≥ 1"))
    return Answer(
        f"Whose row is it? {residents:,} residents, {residents // 5:,} rows of others, 5 % damaged and 1 % missing numbers",
        "Splink by its own tutorial, on the same data set",
        lines,
    )
