"""Feeds side by side: the same ledger as one after the other, and an error that stops them all."""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import Any

import pytest

from citybrain.areas import load_areas
from citybrain.contracts import load_contracts
from citybrain.errors import BuildError
from citybrain.ingest import Batch, Desk, ingest_new
from citybrain.ingest import ingest as ingest_module
from citybrain.project import load_project
from citybrain.warehouse import connect_for_checking

HEADER = "证件号,姓名,时间,住址,体温\n"
FEEDS = ("north", "south", "west")


@pytest.fixture
def city(small_city: Any, make_resident_id: Any) -> Any:
    """Three feeds, of each three files that repeat one another in part."""
    for place, name in enumerate(FEEDS):
        small_city.screening(f"{name}_*.csv", feed=f"health.{name}")
        for day in (1, 2, 3):
            lines = [
                f"{make_resident_id(n)},某人,2020-02-{day if n > 5 else 1:02d} 09:00,城关镇,36.{n % 10}\n"
                for n in range(20 * (place + 1))
            ]
            small_city.deliver(
                f"{name}_{day}.csv", HEADER + "".join(lines) + "12345,x,y,z,w\n", f"2020-02-{day:02d}T08:00Z"
            )
    return small_city


def ingest(city: Any, desks: int) -> tuple[Batch, ...]:
    project = load_project(city.root)
    work = project.paths.work
    work.mkdir(parents=True, exist_ok=True)
    areas = load_areas(project)
    opened = [Desk(project, areas, connect_for_checking(work), work) for _ in range(desks)]
    try:
        return ingest_new(opened, load_contracts(project)).fresh
    finally:
        for desk in opened:
            desk.con.close()


def told(batches: tuple[Batch, ...]) -> list[Any]:
    return [(b.batch, b.feed, b.path, b.rows_in, b.accepted, b.quarantined, b.duplicate, b.error) for b in batches]


def forget(city: Any) -> None:
    for zone in ("accepted", "quarantine", "batches"):
        for file in (city.root / "data" / zone).rglob("*.*"):
            file.unlink()


def test_several_desks_leave_the_ledger_that_one_leaves(city) -> None:  # type: ignore[no-untyped-def]
    alone = told(ingest(city, 1))
    forget(city)
    assert told(ingest(city, 3)) == alone
    assert len(alone) == 9
    assert sum(duplicate for *_, duplicate, _ in alone) == 36


def test_the_deliveries_of_a_feed_stay_in_order_at_one_desk(city, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("citybrain.ingest.parcels.MOST", 1)
    seen: dict[str, list[tuple[str, int]]] = defaultdict(list)
    accept = ingest_module.accept
    # All desks must have begun before one goes on, so that no desk can take every feed.
    begun = threading.Barrier(3, timeout=60)

    def watched(desk: Desk, contract: Any, batches: list[Batch], known: Any) -> list[Batch]:
        if not seen[contract.feed]:
            begun.wait()
        seen[contract.feed] += [(threading.current_thread().name, batch.batch) for batch in batches]
        return accept(desk, contract, batches, known)

    monkeypatch.setattr(ingest_module, "accept", watched)
    ingest(city, 3)
    assert len({thread for feed in seen.values() for thread, _ in feed}) == 3
    for feed in seen.values():
        assert len({thread for thread, _ in feed}) == 1
        assert [batch for _, batch in feed] == sorted(batch for _, batch in feed)
        assert len(feed) == 3


def test_an_error_at_one_desk_stops_the_others_and_is_raised(city, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("citybrain.ingest.parcels.MOST", 1)
    accept, failed = ingest_module.accept, threading.Event()
    after: list[str] = []

    def failing(desk: Desk, contract: Any, batches: list[Batch], known: Any) -> list[Batch]:
        if contract.feed == "health.west":
            failed.set()
            raise BuildError("disk", "the archive cannot be written")
        assert failed.wait(60)
        after.append(contract.feed)
        return accept(desk, contract, batches, known)

    monkeypatch.setattr(ingest_module, "accept", failing)
    with pytest.raises(BuildError, match="archive"):
        ingest(city, 2)
    assert len(after) <= 3
    monkeypatch.setattr(ingest_module, "accept", accept)
    assert {b.feed for b in ingest(city, 2)} >= {"health.west"}
