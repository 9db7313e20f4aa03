"""Small deliveries of a feed are taken together, and nobody can tell it from what comes out."""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.areas import load_areas
from citybrain.contracts import load_contracts
from citybrain.ingest import Batch, Desk, IngestReport, accept, ingest_new, parcels, places
from citybrain.project import load_project
from citybrain.warehouse import connect_for_checking

HEADER = "乡镇,日期,指标,数值\n"
CONTRACT = """title = "乡镇日报"
record = "observation"
delivery = "append"
[source]
path = "daily/*"
part = 'd([0-9]+)'
[columns]
area = { from = ["乡镇", "乡镇（街道）"], as = "name" }
period_on = "日期"
measure = "指标"
value = "数值"
[expect]
quarantined_pct = { max = 60 }
"""
TOWNS = ("城关镇", "河口镇", "山前乡")


@pytest.fixture
def city(small_city) -> Any:  # type: ignore[no-untyped-def]
    small_city.contract("township.daily", CONTRACT)
    return small_city


def ingest(city: Any) -> IngestReport:
    """Takes what is new, through the production code."""
    project = load_project(city.root)
    project.paths.work.mkdir(parents=True, exist_ok=True)
    con = connect_for_checking(project.paths.work)
    return ingest_new([Desk(project, load_areas(project), con, project.paths.work)], load_contracts(project))


def outcome(city: Any) -> dict[str, list[Any]]:
    """Every row and every commit record, by file."""
    data = city.root / "data"
    return {str(name): rows for name, rows in [*_rows(data), *_records(data)]}


def _rows(data: Path) -> Iterator[tuple[Path, list[Any]]]:
    con = duckdb.connect()
    for file in sorted(data.glob("accepted/*/*/*.parquet")):
        columns = "* EXCLUDE (_line, _first_line), coalesce(_line, _first_line + file_row_number) AS line"
        yield (
            file,
            con.execute(
                f"SELECT {columns} FROM read_parquet('{file}', file_row_number = TRUE) ORDER BY file_row_number"
            ).fetchall(),
        )
    for file in sorted(data.glob("quarantine/*/*/*.parquet")):
        yield file, con.execute(f"FROM '{file}'").fetchall()


def _records(data: Path) -> Iterator[tuple[Path, list[Any]]]:
    for file in sorted(data.glob("batches/*/*/*.json")):
        record = json.loads(file.read_text(encoding="utf-8"))
        del record["ingested_at"]
        yield file, sorted((key, repr(value)) for key, value in record.items())


def forget(city: Any) -> None:
    """Leaves the extracts only."""
    for name in ("archive", "accepted", "quarantine", "batches"):
        shutil.rmtree(city.root / "data" / name)


def received(day: int) -> str:
    return f"2020-02-{day:02d}T08:00:00+00:00"


def deliver_a_mixture(city: Any) -> None:
    """Two layouts, encodings, repeats, a corrected part, damaged rows, wrong values, and files to be refused."""
    line = "城关镇,2020-02-01,fever_reported,1\n"
    city.deliver("daily/d1.csv", HEADER + line + line + "河口镇,2020-02-01,fever_reported,2\n", received(1))
    city.deliver(
        "daily/d2.csv",
        ("通报\n" + HEADER + "山前乡,2月2日,fever_reported,3\n合计,,,3\n").encode("gb18030"),
        received(2),
    )
    city.deliver(
        "daily/d3.csv", "乡镇（街道）,日期,指标,数值\n" + line + "某处,2020-02-30,fever_reported,四\n", received(3)
    )
    city.deliver("daily/d4.csv", HEADER + "城关镇,1月3日,fever_reported,5,6\n" + line, received(4))
    city.deliver("daily/d5.csv", "a,b\n1,2\n", received(5))
    city.deliver("daily/d6.csv", HEADER + '城关镇,"2020-02-01,fever_reported,1\n', received(6))
    city.deliver("daily/d7.csv", HEADER + "不知何处,x,fever_reported,1\n", received(7))
    city.deliver("daily/d1_again.csv", HEADER + line + "河口镇,2020-02-01,fever_reported,9\n", received(8))
    city.deliver("daily/d8.csv", HEADER + "河口镇,2020-02-01,fever_reported,2\n" + line, received(9))
    city.deliver("daily/d9.csv", HEADER, received(10))


@pytest.mark.parametrize("listed", [20_000, 1])
def test_taken_together_or_one_by_one_the_rows_are_the_same(city, monkeypatch, listed: int) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(places, "LISTED_TEXTS", listed)
    deliver_a_mixture(city)
    report = ingest(city)
    assert len(report.errors) == 3
    together = outcome(city)
    forget(city)
    monkeypatch.setattr(parcels, "MOST", 1)
    ingest(city)
    assert together == outcome(city)
    assert sum(b.duplicate for b in report.fresh) == 5


def test_what_stops_the_pass_over_all_stops_no_file_alone(city, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    deliver_a_mixture(city)
    ingest(city)
    together = outcome(city)
    forget(city)

    def stopped(*_: object) -> None:
        raise duckdb.ConversionException("a cell")

    monkeypatch.setattr(accept, "check_together", stopped)
    ingest(city)
    assert together == outcome(city)


def test_a_day_without_a_year_gets_it_from_the_arrival_of_its_own_file(city) -> None:  # type: ignore[no-untyped-def]
    row = HEADER + "城关镇,12月30日,fever_reported,1\n"
    for part, received_at in enumerate(("2020-01-05", "2020-12-25", "2022-06-01")):
        city.deliver(f"daily/d{part}.csv", row, f"{received_at}T08:00:00+00:00")
    ingest(city)
    rows = [rows[0] for name, rows in outcome(city).items() if "accepted" in name]
    days = [value for row in rows for value in row if isinstance(value, dt.date)]
    assert days == [dt.date(2019, 12, 30), dt.date(2020, 12, 30), dt.date(2021, 12, 30)]


@pytest.mark.parametrize("seed", range(3))
def test_repeats_across_files_are_those_that_a_slow_look_finds(city, seed: int) -> None:  # type: ignore[no-untyped-def]
    """Some files come in a second build, and some correct a part: they are compared with what counts when they come."""
    chance = random.Random(seed)
    pool = [f"{town},2020-02-0{day},fever_reported,{n}" for town in TOWNS for day in (1, 2) for n in (1, 2)]
    files = [(f"d{chance.randrange(8)}_{n}.csv", chance.sample(pool, chance.randrange(1, 5))) for n in range(14)]
    for n, (name, rows) in enumerate(files):
        city.deliver(f"daily/{name}", HEADER + "\n".join(rows) + "\n", received(n + 1))
        if n == 6:
            ingest(city)
    ingest(city)
    expected = []
    counting: dict[str, tuple[int, list[str]]] = {}
    for number, (name, rows) in enumerate(files, start=1):
        for place, row in enumerate(rows):
            earlier = sorted(n for n, said in counting.values() if row in said)
            if earlier:
                expected.append((number, place, earlier))
        counting[name.split("_")[0]] = (number, rows)
    aside = city.root / "data/quarantine/township/daily"
    found = duckdb.sql(
        f"SELECT parse_filename(filename)[:6]::INTEGER, row, repeats FROM read_parquet('{aside}/*', filename = TRUE) ORDER BY ALL"
    )
    assert found.fetchall() == expected


def _batch(number: int, feed: str, size: int) -> Batch:
    now = dt.datetime(2020, 2, 1, tzinfo=dt.UTC)
    return Batch(number, feed, "x.csv", "x.csv", "", "0", size, now, now, "0")


class _Contract:
    """As much of a contract as parcels look at."""

    def __init__(self, feed: str) -> None:
        self.feed = feed


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([1, parcels.SMALL, parcels.SMALL + 1])), max_size=40))
def test_parcels_keep_the_order_of_a_feed_and_leave_large_files_alone(deliveries: list[tuple[str, int]]) -> None:
    numbered = [(_Contract(feed), _batch(n, feed, size)) for n, (feed, size) in enumerate(deliveries)]
    made = parcels.parcels(numbered)  # type: ignore[arg-type]
    for feed in "ab":
        taken = [b.batch for parcel in made if parcel.contract.feed == feed for b in parcel.batches]
        assert taken == [n for n, (of, _) in enumerate(deliveries) if of == feed]
    for parcel in made:
        sizes = [b.size for b in parcel.batches]
        assert len(sizes) == 1 or (max(sizes) <= parcels.SMALL and sum(sizes) <= parcels.FULL)
