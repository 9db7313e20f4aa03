"""Snapshots appear whole, are served by one link, are kept for a while and can be rolled back to."""

from __future__ import annotations

from pathlib import Path

import pytest

from citybrain.errors import AccessError
from citybrain.project import Paths, load_project
from citybrain.warehouse import connect, list_snapshots, publish, roll_back, served_file
from citybrain.warehouse.snapshots import KEPT


@pytest.fixture
def city(tmp_path: Path):  # type: ignore[no-untyped-def]
    (tmp_path / "city.toml").write_text(
        'name = "试验县"\ntimezone = "Asia/Shanghai"\n[[levels]]\ncode = "county"\ntitle = "县"\n', encoding="utf-8"
    )
    return load_project(tmp_path)


def publish_one(paths: Paths, snapshot: str, *, serve: bool = True) -> Path:
    paths.work.mkdir(parents=True, exist_ok=True)
    file = paths.work / "made.duckdb"
    con = connect(file)
    con.execute("CREATE SCHEMA meta; CREATE TABLE meta.snapshot (built_at TIMESTAMP, as_of TIMESTAMP)")
    con.execute("INSERT INTO meta.snapshot VALUES (TIMESTAMP '2020-02-03', NULL)")
    con.close()
    return publish(paths, file, snapshot, serve=serve)


def test_the_newest_published_snapshot_is_served(city) -> None:  # type: ignore[no-untyped-def]
    assert served_file(city.paths) is None
    publish_one(city.paths, "20200203T000000-a")
    second = publish_one(city.paths, "20200204T000000-b")
    assert served_file(city.paths) == second.resolve()


def test_a_snapshot_of_the_past_is_kept_but_not_served(city) -> None:  # type: ignore[no-untyped-def]
    first = publish_one(city.paths, "20200203T000000-a")
    publish_one(city.paths, "20200204T000000-b", serve=False)
    assert served_file(city.paths) == first.resolve()
    assert len(list_snapshots(city)) == 2


def test_rolling_back_serves_a_kept_snapshot(city) -> None:  # type: ignore[no-untyped-def]
    first = publish_one(city.paths, "20200203T000000-a")
    publish_one(city.paths, "20200204T000000-b")
    assert roll_back(city, "20200203T000000-a").is_served
    assert served_file(city.paths) == first.resolve()


def test_rolling_back_to_an_unknown_snapshot_names_the_nearest(city) -> None:  # type: ignore[no-untyped-def]
    publish_one(city.paths, "20200203T000000-a")
    with pytest.raises(AccessError, match="20200203T000000-a"):
        roll_back(city, "20200203T000000-b")


def test_old_snapshots_are_removed_but_never_the_served_one(city) -> None:  # type: ignore[no-untyped-def]
    publish_one(city.paths, "20200101T000000-served")
    for day in range(2, 2 + KEPT + 3):
        publish_one(city.paths, f"202001{day:02d}T000000-x", serve=False)
    names = [s.snapshot for s in list_snapshots(city)]
    assert "20200101T000000-served" in names
    assert len(names) == KEPT + 1


def test_views_of_the_past_do_not_push_out_newer_snapshots(city) -> None:  # type: ignore[no-untyped-def]
    for day in range(1, KEPT + 2):
        publish_one(city.paths, f"asof-202001{day:02d}T000000-x", serve=False)
    publish_one(city.paths, "20200203T000000-a")
    publish_one(city.paths, "20200204T000000-b")
    names = [s.snapshot for s in list_snapshots(city)]
    assert names[:2] == ["20200204T000000-b", "20200203T000000-a"]
    assert len(names) == KEPT


def test_a_reader_keeps_the_file_it_opened_when_another_is_published(city) -> None:  # type: ignore[no-untyped-def]
    first = publish_one(city.paths, "20200203T000000-a")
    reader = connect(first, read_only=True)
    publish_one(city.paths, "20200204T000000-b")
    assert reader.execute("SELECT count(*) FROM meta.snapshot").fetchone() == (1,)
