"""Zeros that are not to be believed: those in a row are told as one, with the sums of what speaks against them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest

from citybrain.query import AccessContext, local_user, open_city
from citybrain.query.reports import ZeroRun
from tests.query import tiny_city as tiny

FIRST = dt.date(2020, 2, 3)
# Day, run, seen by others, expected, evidence: three in a row, a number between, two in a row.
STORY = [
    (0, 1, 2.0, 3.0, 1.5),
    (1, 2, 1.0, 3.0, 2.0),
    (2, 3, 4.0, 3.5, 4.0),
    (5, 1, 1.0, 2.0, 1.1),
    (6, 2, 0.0, 2.0, 1.2),
]


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("zeros")
    file = tiny.write_snapshot(folder)
    with duckdb.connect(str(file)) as con:
        con.execute(
            "CREATE TABLE marts.zeros (feed VARCHAR, measure VARCHAR, area_code VARCHAR, period_on DATE, value DOUBLE,"
            " witnessed DOUBLE, expected DOUBLE, probability_zero DOUBLE, evidence DOUBLE, run INTEGER, verdict VARCHAR,"
            " reasons VARCHAR[], batch INTEGER, source_line BIGINT)"
        )
        for area in tiny.TOWNSHIPS[:2]:
            for day, run, seen, expected, evidence in STORY:
                row = ["township.daily", "fever", area, FIRST + dt.timedelta(days=day), 0.0, seen, expected, 0.01, evidence, run,
                       "implausible_zero", ["seen_by_others", *(["run_of_zeros"] if run > 1 else [])], 3, 2]  # fmt: skip
                con.execute("INSERT INTO marts.zeros VALUES (" + ", ".join("?" * 14) + ")", row)
        con.execute(
            "INSERT INTO marts.zeros SELECT * REPLACE ('zero' AS verdict, period_on + 9 AS period_on) FROM marts.zeros"
        )
    return folder


def runs_of(snapshots: Path, access: AccessContext) -> list[ZeroRun]:
    return open_city(snapshots).zero_runs(access)


def test_zeros_in_a_row_are_one_run_with_sums_and_the_strongest_evidence(snapshots: Path) -> None:
    mine = [r for r in runs_of(snapshots, local_user()) if r.area.code == tiny.TOWNSHIPS[0]]
    told = [(r.first_on, r.last_on, r.periods, r.witnessed, r.expected, r.evidence) for r in mine]
    day = dt.timedelta(days=1)
    assert told == [(FIRST, FIRST + 2 * day, 3, 7.0, 9.5, 4.0), (FIRST + 5 * day, FIRST + 6 * day, 2, 1.0, 4.0, 1.2)]
    assert mine[0].reasons == ("seen_by_others", "run_of_zeros")
    assert mine[0].indicator == "reported_fever", "the indicator that counts the measure"


def test_strongest_evidence_comes_first_and_zeros_that_are_believed_are_not_listed(snapshots: Path) -> None:
    runs = runs_of(snapshots, local_user())
    assert [r.evidence for r in runs] == sorted((r.evidence for r in runs), reverse=True)
    assert sum(r.periods for r in runs) == 2 * len(STORY)


def test_without_the_right_to_small_counts_nobody_learns_what_others_saw(snapshots: Path) -> None:
    clerk = AccessContext("clerk", "township", area_root=tiny.TOWNSHIPS[1])
    runs = runs_of(snapshots, clerk)
    assert {r.area.code for r in runs} == {tiny.TOWNSHIPS[1]}
    assert {r.witnessed for r in runs} == {None}


def test_the_page_tells_each_run(snapshots: Path, served: Any) -> None:
    page = served(snapshots).get("/quality?lang=en").text
    assert page.count("other departments saw cases there") == 4
    assert "2020-02-03 – 2020-02-05" in page
    assert f"/explore?area={tiny.TOWNSHIPS[0]}&amp;on=2020-02-05&amp;period=day&amp;indicator=reported_fever" in page
