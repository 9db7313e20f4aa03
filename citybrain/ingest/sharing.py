"""Feeds shared out among desks: those of one feed stay in their order, different feeds are taken side by side."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

from citybrain.ingest.desk import Desk
from citybrain.ingest.parcels import Parcel

Take = Callable[[Desk, Parcel], None]
Item = TypeVar("Item")


def share_out(desks: Sequence[Desk], parcels: Iterable[Parcel], take: Take) -> None:
    """Has every parcel taken, the feeds with most bytes first, so that no desk is left with a large one at the end.

    Planning is one thread's work and so is much of reading, so two small feeds side by side take half the time; a large one
    has all processors anyway. The first error is raised when the other desks have stopped.
    """
    feeds = _by_feed(parcels)
    if len(desks) == 1 or len(feeds) <= 1:
        _work_off(desks[0], feeds, take)
        return
    begun_or_not = list(feeds)
    with ThreadPoolExecutor(len(desks), "desk") as pool:
        working = [pool.submit(_work_off, desk, feeds, take) for desk in desks]
        try:
            for one in wait(working, return_when=FIRST_EXCEPTION).done:
                one.result()
        except BaseException:
            # What is not begun yet is not begun any more, and what the engines do now is broken off.
            feeds.clear()
            for feed in begun_or_not:
                feed.clear()
            for desk in desks:
                desk.con.interrupt()
            raise


def _by_feed(parcels: Iterable[Parcel]) -> deque[deque[Parcel]]:
    by_feed: dict[str, deque[Parcel]] = {}
    for parcel in parcels:
        by_feed.setdefault(parcel.contract.feed, deque()).append(parcel)
    return deque(sorted(by_feed.values(), key=lambda feed: -sum(b.size for parcel in feed for b in parcel.batches)))


def _work_off(desk: Desk, feeds: deque[deque[Parcel]], take: Take) -> None:
    while feed := _next(feeds):
        while parcel := _next(feed):
            take(desk, parcel)


def _next(queue: deque[Item]) -> Item | None:
    """The first of a queue; another desk, or who stops all, may empty it at any moment."""
    try:
        return queue.popleft()
    except IndexError:
        return None
