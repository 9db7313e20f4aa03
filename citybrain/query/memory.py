"""Answers and cells kept as long as a snapshot is open, up to a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Protocol

import polars as pl

MOST_BYTES = 256 * 2**20
"""Of all that is remembered of a snapshot together: some thousand views of a city of 300 townships."""


class Kept(Protocol):
    """What can be kept: it never changes and knows its size."""

    def estimated_size(self) -> Any:
        """Bytes."""


class Memory:
    """Frames and slices by what was asked, those asked longest ago forgotten first. Safe to use from many threads.

    Whoever asks what another thread is just computing waits for its answer: two hundred people who open the same page
    ask the database once.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._bytes = 0
        self._kept: OrderedDict[Hashable, tuple[Kept, int]] = OrderedDict()
        self._coming: dict[Hashable, Future[pl.DataFrame]] = {}

    def recall(self, asked: Hashable, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """The frame that `make` returned for the same question, or returns now. Errors are raised and not kept."""
        with self._lock:
            known = self._find(asked)
            if isinstance(known, pl.DataFrame):
                return known
            coming = self._coming.get(asked)
            if coming is None:
                mine = self._coming[asked] = Future()
        if coming is not None:
            return coming.result()
        try:
            frame = make()
        except BaseException as error:
            with self._lock:
                del self._coming[asked]
            mine.set_exception(error)
            raise
        self.keep(asked, frame)
        with self._lock:
            del self._coming[asked]
        mine.set_result(frame)
        return frame

    def known(self, asked: Hashable) -> Kept | None:
        """What is kept under this, if anything."""
        with self._lock:
            return self._find(asked)

    def _find(self, asked: Hashable) -> Kept | None:
        found = self._kept.get(asked)
        if found is None:
            return None
        self._kept.move_to_end(asked)
        return found[0]

    def keep(self, asked: Hashable, made: Kept) -> None:
        """Keep this; what was asked longest ago goes for it. What is larger than the whole memory is not kept."""
        # Texts that frames share are counted in each: an overestimate, which is the safe side.
        size = int(made.estimated_size())
        with self._lock:
            if size > self._most_bytes:
                return
            _, freed = self._kept.pop(asked, (None, 0))
            self._kept[asked] = made, size
            self._bytes += size - freed
            while self._bytes > self._most_bytes:
                _, (_, freed) = self._kept.popitem(last=False)
                self._bytes -= freed
