"""Steps of a build side by side: each begins as soon as what it needs is done, on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from graphlib import TopologicalSorter

import duckdb


@dataclass(frozen=True)
class Step:
    """Something that is made of other things."""

    name: str
    make: Callable[[duckdb.DuckDBPyConnection], None]
    needs: frozenset[str] = frozenset()
    """Names of steps that come before; names that are no step stand for what is there already."""


def make_side_by_side(
    connections: Sequence[duckdb.DuckDBPyConnection], steps: Sequence[Step], begin: Callable[[str], None]
) -> None:
    """Makes every step, as many at a time as there are connections; of those that can begin, the first named begins first.

    `begin` hears the name of each step as it begins, in this thread. The first error is raised when what else was being made
    has been broken off.
    """
    by_name = {step.name: step for step in steps}
    rank = {name: place for place, name in enumerate(by_name)}
    order = TopologicalSorter({step.name: step.needs & by_name.keys() for step in steps})
    order.prepare()
    free = list(connections)
    ready: list[str] = []
    making: dict[Future[None], tuple[str, duckdb.DuckDBPyConnection]] = {}
    with ThreadPoolExecutor(len(connections), "step") as pool:
        try:
            while order.is_active():
                ready = sorted([*ready, *order.get_ready()], key=rank.__getitem__)
                while ready and free:
                    name, con = ready.pop(0), free.pop()
                    begin(name)
                    making[pool.submit(by_name[name].make, con)] = name, con
                for done in wait(making, return_when=FIRST_COMPLETED).done:
                    name, con = making.pop(done)
                    done.result()
                    order.done(name)
                    free.append(con)
        except BaseException:
            for _, con in making.values():
                con.interrupt()
            raise
