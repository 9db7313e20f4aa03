"""One opened snapshot, and the pointer that says which one is served."""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import threading
from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from citybrain.errors import BuildError
from citybrain.query.areas import Area, AreaTree
from citybrain.query.definitions import Dictionary, Indicator
from citybrain.query.memory import Memory
from citybrain.query.places import Places, places_at

REMEMBERED_LEVELS = 512


class OpenSnapshot:
    """A snapshot file, opened read-only; area tree and dictionary in memory; answers remembered as long as it is open.

    The connection closes when the last question that uses it is answered and nobody refers to it any more.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._con = duckdb.connect(str(path), read_only=True)
            # Many ask at once: each question runs in the thread of its asker, and none waits for helpers of its own.
            self._con.execute("SET threads = 1")
            self.info = self.rows("SELECT * FROM meta.snapshot")[0]
            self.tree = AreaTree(_read_areas(self.rows))
            self.dictionary = Dictionary(_read_indicators(self.rows))
            self.told = self._named_in("value_states")
            self.suppressed = self._named_in("suppressed")
            self.cells = self._count_cells()
            self.pairs = sorted({(kind, depth) for _, kind, depth in self.cells})
            """Period types and depths that have cells."""
        except (duckdb.Error, OSError, IndexError) as error:
            raise BuildError(
                f"snapshot {path.name}",
                "cannot be read",
                found=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}",
                remedy="Run `citybrain build` again, or roll back with `citybrain snapshots`",
            ) from error
        self.numbers = pl.DataFrame(
            {"area_code": list(self.tree.by_code)}, schema={"area_code": pl.String}
        ).with_columns(place=pl.int_range(pl.len(), dtype=pl.Int64))
        """One row an area: area_code, and `place`, as in `AreaTree.numbers`."""
        self.memory = Memory()
        self.extents: dict[Hashable, Any] = {}
        """What the boundaries span that were asked for, by how they were chosen."""
        # What is remembered holds the tree, not this object: a cycle would keep old snapshots open.
        self.places_at: Callable[[str, str, tuple[dt.date, dt.date] | None], Places] = lru_cache(REMEMBERED_LEVELS)(
            partial(places_at, self.tree)
        )

    @property
    def name(self) -> str:
        """The snapshot id."""
        return str(self.info["snapshot"])

    def rows(self, sql: str, parameters: list[Any] | None = None) -> list[dict[str, Any]]:
        """Answer rows as dicts, not cached."""
        with self._con.cursor() as cursor:
            answer = cursor.execute(sql, parameters or [])
            names = [d[0] for d in answer.description or []]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def read(self, sql: str) -> pl.DataFrame:
        """The answer as a frame, not remembered."""
        with self._con.cursor() as cursor:
            return cursor.sql(sql).pl()

    def frame(self, sql: str) -> pl.DataFrame:
        """The answer as a frame, remembered."""
        return self.memory.recall(sql, lambda: self.read(sql))

    def _named_in(self, mart: str) -> frozenset[str]:
        """Indicators that a mart says anything of."""
        return frozenset(r["indicator"] for r in self.rows(f"SELECT DISTINCT indicator FROM marts.{mart}"))

    def _count_cells(self) -> dict[tuple[str, str, int], int]:
        """How many cells there are, by indicator, period type and depth."""
        # As a frame: what frames need is loaded here, and not by the first who asks.
        counted = self.read("SELECT indicator, period_type, depth, count(*) AS n FROM marts.cells GROUP BY ALL")
        return {(indicator, kind, depth): n for indicator, kind, depth, n in counted.iter_rows()}


_AREA_COLUMNS = (
    "area_code", "area_name", "level", "depth", "parent_code", "area_km2", "has_boundary", "sort_order", "label_lon",
    "label_lat", "valid_from", "valid_to", "successor_code",
)  # fmt: skip
"""Of `shared.areas` and `shared.boundaries`, in the order of the fields of `Area`."""


def _read_areas(rows: Callable[[str], list[dict[str, Any]]]) -> list[Area]:
    found = rows(
        "SELECT a.*, b.label_lon, b.label_lat FROM shared.areas AS a LEFT JOIN shared.boundaries AS b USING (area_code)"
    )
    # Snapshots of an older version do not say until when an area is there.
    stated: list[list[Any]] = [[r.get(name) for name in _AREA_COLUMNS] for r in found]
    return [Area(*fields) for fields in stated]


_TEXTS = [f.name for f in dataclasses.fields(Indicator) if f.type == "str" and f.name != "code"]


def _read_indicators(rows: Callable[[str], list[dict[str, Any]]]) -> list[Indicator]:
    coverage = {r["indicator"]: r for r in rows("SELECT indicator, depth, first_on, last_on FROM marts.coverage")}
    found = []
    for r in rows("SELECT * FROM marts.indicators ORDER BY sort_order, indicator"):
        stated = {n: r[n] for n in Indicator.__annotations__ if r.get(n) is not None}
        known: dict[str, Any] = dict.fromkeys(_TEXTS, "") | stated
        known |= {"decimals": int(r["decimals"] or 0), "scale": float(r["scale"] or 1.0), "code": r["indicator"]}
        covered = coverage.get(r["indicator"])
        if covered:
            known |= {"covered_depth": covered["depth"], "first_on": covered["first_on"], "last_on": covered["last_on"]}
        found.append(Indicator(**known))
    return found


class ServedSnapshot:
    """Follows `snapshots/current`; opens what it points to, again whenever it moves. Safe to use from many threads."""

    def __init__(self, snapshots: Path) -> None:
        self.pointer = snapshots / "current"
        # As text: every question follows it, and making a path of it takes longer than that.
        self._pointer = str(self.pointer)
        self._lock = threading.Lock()
        # One attribute, so that no thread can see the pointer of one snapshot with the connection of another.
        self._served: tuple[str, OpenSnapshot] | None = None

    def open(self) -> OpenSnapshot:
        """The snapshot that is served now. Raises BuildError where none is published or it cannot be read.

        Whoever asks holds on to what this returns until the answer is complete, so that all its parts agree.
        """
        try:
            target = os.readlink(self._pointer)  # noqa: PTH115
        except OSError:
            raise BuildError(
                str(self.pointer), "no snapshot is published yet", remedy="Run `citybrain build` in the city project"
            ) from None
        served = self._served
        if served is None or served[0] != target:
            with self._lock:
                served = self._served
                if served is None or served[0] != target:
                    served = target, OpenSnapshot((self.pointer.parent / target).resolve())
                    self._served = served
        return served[1]
