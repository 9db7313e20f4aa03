"""Answers kept as long as a snapshot is open, up to a number of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future

import polars as pl

MOST_BYTES = 256 * 2**20
"""Of all remembered frames of a snapshot together: some thousand views of a city of 300 townships."""


class Memory:
    """Frames by what was asked, those asked longest ago forgotten first. Safe to use from many threads.

    Whoever asks what another thread is just computing waits for its answer: two hundred people who open the same page
    ask the database once.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._bytes = 0
        self._frames: OrderedDict[Hashable, tuple[pl.DataFrame, int]] = OrderedDict()
        self._coming: dict[Hashable, Future[pl.DataFrame]] = {}

    def recall(self, asked: Hashable, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """The frame that `make` returned for the same question, or returns now. Errors are raised and not kept."""
        with self._lock:
            known = self._frames.get(asked)
            if known is not None:
                self._frames.move_to_end(asked)
                return known[0]
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
        self._keep(asked, frame)
        mine.set_result(frame)
        return frame

    def _keep(self, asked: Hashable, frame: pl.DataFrame) -> None:
        # Texts that frames share are counted in each: an overestimate, which is the safe side.
        size = int(frame.estimated_size())
        with self._lock:
            del self._coming[asked]
            if size > self._most_bytes:
                return
            self._frames[asked] = frame, size
            self._bytes += size
            while self._bytes > self._most_bytes:
                _, (_, freed) = self._frames.popitem(last=False)
                self._bytes -= freed
