"""One opened snapshot, and the pointer that says which one is served."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from citybrain.errors import BuildError
from citybrain.query.areas import Area, AreaTree
from citybrain.query.definitions import Dictionary, Indicator

CACHED_FRAMES = 2048


class OpenSnapshot:
    """A snapshot file, opened read-only; area tree and dictionary in memory; answers cached as long as it is open.

    The connection closes when the last question that uses it is answered and nobody refers to it any more.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._con = duckdb.connect(str(path), read_only=True)
            self.info = self.rows("SELECT * FROM meta.snapshot")[0]
            self.tree = AreaTree(_read_areas(self.rows))
            self.dictionary = Dictionary(_read_indicators(self.rows))
        except (duckdb.Error, OSError, IndexError) as error:
            raise BuildError(
                f"snapshot {path.name}",
                "cannot be read",
                found=f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}",
                remedy="Run `citybrain build` again, or roll back with `citybrain snapshots`",
            ) from error
        # The cached function holds the connection, not this object: a cycle would keep old snapshots open.
        self.frame: Callable[[str], pl.DataFrame] = lru_cache(CACHED_FRAMES)(partial(_frame, self._con))

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


def _frame(con: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    with con.cursor() as cursor:
        return cursor.sql(sql).pl()


def _read_areas(rows: Callable[[str], list[dict[str, Any]]]) -> list[Area]:
    found = rows(
        "SELECT a.area_code, a.area_name, a.level, a.depth, a.parent_code, a.area_km2, a.has_boundary, a.sort_order,"
        " b.label_lon, b.label_lat FROM shared.areas AS a LEFT JOIN shared.boundaries AS b USING (area_code)"
    )
    return [Area(*(r[name] for name in r)) for r in found]


def _read_indicators(rows: Callable[[str], list[dict[str, Any]]]) -> list[Indicator]:
    coverage = {r["indicator"]: r for r in rows("SELECT indicator, depth, first_on, last_on FROM marts.coverage")}
    found = []
    for r in rows("SELECT * FROM marts.indicators ORDER BY sort_order, indicator"):
        known: dict[str, Any] = {n: r.get(n) or "" for n in Indicator.__annotations__ if n in r}
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
        self._lock = threading.Lock()
        # One attribute, so that no thread can see the pointer of one snapshot with the connection of another.
        self._served: tuple[str, OpenSnapshot] | None = None

    def open(self) -> OpenSnapshot:
        """The snapshot that is served now. Raises BuildError where none is published or it cannot be read.

        Whoever asks holds on to what this returns until the answer is complete, so that all its parts agree.
        """
        try:
            target = str(self.pointer.readlink())
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
