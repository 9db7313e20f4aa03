"""The benchmarks measure what they say: peers do the same checks, and a target is met exactly when it is."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from benchmarks import registry
from benchmarks.loading import ingest
from benchmarks.measuring import Alternative, TaskFailed, percentile, run_once
from benchmarks.peers import pandera_on_pandas, polars_to_duckdb
from benchmarks.report import Line

RESIDENTS = 4_000


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> registry.Registry:
    monkeypatch.setattr(registry, "WORK", tmp_path)
    return registry.make_registry(RESIDENTS)


def test_citybrain_and_both_peers_set_aside_the_same_rows(made: registry.Registry, tmp_path: Path) -> None:
    taken = ingest(str(made.project))()
    by_polars = polars_to_duckdb(str(made.file), str(tmp_path))()
    by_pandera = pandera_on_pandas(str(made.file))()
    assert taken["rows_in"] == by_polars["rows"] == by_pandera["rows"] == made.rows
    assert taken["accepted"] == by_polars["accepted"] == by_pandera["accepted"]
    assert taken["quarantined"] == by_polars["quarantined"] == by_pandera["quarantined"]
    assert 0 < int(taken["quarantined"]) < RESIDENTS * 0.02


def test_the_same_rows_come_out_of_gb18030(made: registry.Registry) -> None:
    encoded = registry.make_registry(RESIDENTS, "GB18030")
    assert encoded.file.read_bytes().decode("gb18030") == made.file.read_text(encoding="utf-8")
    assert ingest(str(encoded.project))() == ingest(str(made.project))()


def test_only_the_stated_share_of_residents_stands_there_twice(made: registry.Registry) -> None:
    rows = Counter(made.file.read_text(encoding="utf-8").splitlines()[1:])
    assert Counter(rows.values()) == {1: RESIDENTS - RESIDENTS // 1000, 2: RESIDENTS // 1000}


@pytest.mark.parametrize(
    ("line", "met"),
    [
        (Line("floor", 1.0, "s", 1.0), None),
        (Line("at the bound", 1.2, "s", 1.2, target="ratio ≤ 1.2"), True),
        (Line("over the bound", 1.3, "s", 1.21, target="ratio ≤ 1.2"), False),
        (Line("not below", 2.0, "s", target="value < 2"), False),
        (Line("slow enough peer", 9.0, "s", 10.0, target="ratio ≥ 10"), True),
    ],
)
def test_a_target_is_met_exactly_when_it_is(line: Line, met: bool | None) -> None:
    assert line.met is met


def test_the_percentile_is_a_time_that_was_measured() -> None:
    assert percentile([5.0, 1.0, 3.0], 0.5) == 3.0
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 95.0
    assert percentile([7.0], 0.95) == 7.0


def test_a_task_runs_in_a_process_of_its_own_and_says_why_it_failed(made: registry.Registry) -> None:
    run = run_once(Alternative("benchmarks.loading:bare_load", {"file": str(made.file), "database": ":memory:"}))
    assert run.facts == {"rows": made.rows}
    assert run.peak_mib > 10
    with pytest.raises(TaskFailed, match="loading:bare_load"):
        run_once(Alternative("benchmarks.loading:bare_load", {"file": "absent.csv", "database": ":memory:"}))
