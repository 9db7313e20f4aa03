"""One door to the numbers: scope, moving snapshots, comparison, ranking, explanation."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest

from citybrain.errors import AccessError, BuildError
from citybrain.query import AccessContext, City, local_user, open_city
from tests.query import tiny_city as tiny

ME = local_user()
WEEK = dt.date(2020, 2, 10)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    folder = tmp_path_factory.mktemp("snapshots")
    tiny.write_snapshot(folder)
    return open_city(folder)


def test_without_a_snapshot_the_error_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"no snapshot is published yet.*citybrain build"):
        open_city(tmp_path).areas(ME)


def test_a_broken_snapshot_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "broken.duckdb").write_bytes(b"not a database")
    (tmp_path / "current").symlink_to("broken.duckdb")
    with pytest.raises(BuildError, match=r"broken\.duckdb: cannot be read"):
        open_city(tmp_path).areas(ME)


def test_a_newly_published_snapshot_is_served_and_the_old_one_let_go(tmp_path: Path) -> None:
    old = tiny.write_snapshot(tmp_path, "a")
    city = open_city(tmp_path)
    before = city.series(ME, "screened", tiny.COUNTY, "day", tiny.FIRST, tiny.FIRST)["value"].item()
    doubled = [{**c, "value": 2 * c["value"]} for c in tiny.cells()]
    tiny.write_snapshot(tmp_path, "b", cell_rows=doubled)
    assert city.snapshot_info(ME).snapshot == "b"
    assert city.series(ME, "screened", tiny.COUNTY, "day", tiny.FIRST, tiny.FIRST)["value"].item() == 2 * before
    held = {Path(f"/proc/self/fd/{fd}").resolve() for fd in _open_files()}
    assert old not in held


def _open_files() -> list[str]:
    return [p.name for p in Path("/proc/self/fd").iterdir()] if Path("/proc/self/fd").is_dir() else []


def test_many_threads_ask_while_snapshots_change_and_none_fails(tmp_path: Path) -> None:
    tiny.write_snapshot(tmp_path, "s0")
    city, errors, asked = open_city(tmp_path), [], []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                city.ranking(ME, "fever_rate", "week", WEEK, level="village")
                asked.append(1)
            except Exception as error:
                errors.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(1, 5):
        tiny.write_snapshot(tmp_path, f"s{n}")
    stop.set()
    for thread in threads:
        thread.join()
    assert not errors
    assert asked


@pytest.mark.parametrize(
    "question",
    [
        lambda c, a: c.area(a, tiny.TOWNSHIPS[1]),
        lambda c, a: c.areas(a, tiny.COUNTY),
        lambda c, a: c.path(a, tiny.VILLAGES[2]),
        lambda c, a: c.levels(a, tiny.COUNTY),
        lambda c, a: c.series(a, "screened", tiny.COUNTY, "day", WEEK, WEEK),
        lambda c, a: c.ranking(a, "screened", "day", WEEK, level="township", within=tiny.COUNTY),
        lambda c, a: c.change(a, ["screened"], [tiny.TOWNSHIPS[0], tiny.TOWNSHIPS[1]], "day", WEEK),
        lambda c, a: c.boundaries(a, tiny.COUNTY),
        lambda c, a: c.extent(a, tiny.COUNTY, "township"),
        lambda c, a: c.explain(a, "screened", tiny.TOWNSHIPS[2], "day", WEEK),
        lambda c, a: c.overlays(AccessContext("x", "clerk", area_root="no such area")),
    ],
)
def test_no_question_reaches_outside_the_subtree(city: City, question) -> None:  # type: ignore[no-untyped-def]
    clerk = AccessContext("clerk", "township", area_root=tiny.TOWNSHIPS[0])
    with pytest.raises(AccessError):
        question(city, clerk)


def test_a_scoped_asker_sees_only_the_own_subtree(city: City) -> None:
    clerk = AccessContext("clerk", "township", area_root=tiny.TOWNSHIPS[0])
    assert [a.code for a in city.areas(clerk)] == [tiny.TOWNSHIPS[0]]
    assert [a.code for a in city.path(clerk, tiny.VILLAGES[0])] == [tiny.TOWNSHIPS[0], tiny.VILLAGES[0]]
    ranked = city.ranking(clerk, "screened", "week", WEEK, level="village")
    assert set(ranked["area_code"]) == set(tiny.VILLAGES[:2])


def test_unknown_names_get_a_hint(city: City) -> None:
    with pytest.raises(AccessError, match="Did you mean 'screened'"):
        city.series(ME, "screend", tiny.COUNTY, "day", WEEK, WEEK)
    with pytest.raises(AccessError, match=f"Its code is {tiny.COUNTY}"):
        city.area(ME, "青溪县")
    with pytest.raises(AccessError, match="expected day, week, month, quarter, year"):
        city.series(ME, "screened", tiny.COUNTY, "decade", WEEK, WEEK)
    with pytest.raises(AccessError, match="too many values"):
        city.values(
            ME, ["screened"], level="village", period_type="day", period_from=dt.date(1, 1, 1), period_to=dt.date.max
        )


def test_ranking_puts_the_largest_first_and_areas_without_data_last(city: City) -> None:
    ranked = city.ranking(ME, "reported_fever", "week", WEEK, level="township", within=tiny.COUNTY)
    assert ranked.select("area_name", "rank", "value", "previous", "difference").rows() == [
        ("城关镇", 1, 21.0, 21.0, 0.0),
        ("柳河乡", 2, 0.0, 0.0, 0.0),
        ("石桥镇", None, None, None, None),
    ]


def test_change_gives_no_percentage_on_a_small_base_nor_for_an_unfinished_period(city: City) -> None:
    full = city.change(ME, ["reported_fever"], [tiny.TOWNSHIPS[0]], "week", WEEK).row(0, named=True)
    assert full["change_pct"] == 0.0
    small = city.change(ME, ["reported_fever"], [tiny.TOWNSHIPS[0]], "day", WEEK).row(0, named=True)
    assert (small["previous"], small["difference"], small["change_pct"]) == (3.0, 0.0, None)
    partial = city.change(ME, ["reported_fever"], [tiny.TOWNSHIPS[0]], "week", tiny.LAST).row(0, named=True)
    assert (partial["value"], partial["previous"], partial["difference"]) == (9.0, 21.0, None)


def test_explanation_counts_the_rows_that_make_the_number_and_names_their_lines(city: City) -> None:
    told = city.explain(ME, "fever_rate", tiny.TOWNSHIPS[0], "week", WEEK, limit=5)
    expected = [
        v
        for v in tiny.screenings()
        if v["area_code"] in tiny.VILLAGES[:2] and WEEK <= v["screened_on"] <= WEEK + dt.timedelta(days=6)
    ]
    fever, visits = told.measures
    assert visits.rows == visits.value == len(expected)
    assert fever.rows == fever.value == sum(v["is_fever"] for v in expected)
    assert [(line.batch, line.source_line) for line in visits.lines] == [
        (v["batch"], v["source_line"]) for v in expected
    ][:5]
    assert told.feeds == ("health.screening",)
    assert {b.file_name for b in visits.batches} <= {"fever_clinic_01.csv", "fever_clinic_02.csv"}


def test_explanation_of_a_table_without_source_lines_still_defines_the_number(city: City) -> None:
    told = city.explain(ME, "residents", tiny.COUNTY, "day", WEEK)
    assert (told.value, told.measures[0].lines) == (2100.0, ())


def test_boundaries_hold_only_areas_that_have_one(city: City) -> None:
    assert city.boundaries(ME, tiny.COUNTY).count('"Feature"') == 2
    assert city.extent(ME, tiny.COUNTY) == (120.0, 30.0, 120.4, 30.2)
    assert city.extent(ME, tiny.TOWNSHIPS[2]) is None
    assert "高新园区" in city.overlays(ME)


def test_latest_period_is_the_last_one_the_sources_reach(city: City) -> None:
    assert city.latest_period(ME, "fever_rate", "week") == dt.date(2020, 2, 17)
    # A register holds at any time: it is shown at the last day of what has days.
    assert city.latest_period(ME, "residents", "month") == dt.date(2020, 2, 1)


def test_feeds_are_late_once_their_due_time_is_past(city: City) -> None:
    states = {f.feed: f.state for f in city.feeds_status(ME)}
    assert states == {"health.screening": "on_time", "township.daily": "late", "police.registry": "unscheduled"}
