"""Small random worlds of shared tables, and the models run on them: no delivery, no build, only the SQL."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from typing import Any

import duckdb

from citybrain.models import load_models
from citybrain.schema.shared import SHARED_TABLES
from citybrain.sql import quote

Row = dict[str, Any]
World = dict[str, list[Row]]
"""Rows of each shared table, by its name; what a row leaves out is empty."""

FIRST_DAY = dt.date(2020, 1, 27)
SEEDS = range(12)
_MODELS = {model.name.removeprefix("shared."): model for model in load_models()}


def run_model(name: str, world: World) -> list[Row]:
    """What the model makes of a world: its rows by column, in no order."""
    model = _MODELS[name]
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA shared")
        for relation in sorted(model.reads):
            table = relation.removeprefix("shared.")
            columns = {column: c.sql_type for column, c in SHARED_TABLES[table].columns().items()}
            con.execute(f"CREATE TABLE {relation} ({', '.join(f'{quote(c)} {t}' for c, t in columns.items())})")
            rows = world.get(table, [])
            unknown = {column for row in rows for column in row} - columns.keys()
            assert not unknown, f"{table} has no {unknown}"
            if rows:
                marks = ", ".join("?" for _ in columns)
                values = [[row.get(column) for column in columns] for row in rows]
                con.executemany(f"INSERT INTO {relation} VALUES ({marks})", values)
        found = con.execute(model.sql)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def sourced(rng: random.Random, rows: Iterable[Row]) -> list[Row]:
    """The rows with a batch and a line each, no two alike, in the order of no column."""
    listed = list(rows)
    lines = rng.sample(range(1, 10 * len(listed) + 2), len(listed))
    return [row | {"batch": rng.randint(1, 3), "source_line": line} for row, line in zip(listed, lines, strict=True)]


def some_day(rng: random.Random, days: int = 20, empty: float = 0.0) -> dt.date | None:
    """A day of the period, or none."""
    return None if rng.random() < empty else FIRST_DAY + dt.timedelta(days=rng.randrange(days))


def some_instant(rng: random.Random, empty: float = 0.0) -> dt.datetime | None:
    """An instant of the period to the second, or none."""
    if rng.random() < empty:
        return None
    return dt.datetime.combine(FIRST_DAY, dt.time()) + dt.timedelta(seconds=rng.randrange(20 * 86_400))


def person(rng: random.Random, empty: float = 0.15) -> int | None:
    """One of a few people, or nobody who could be told."""
    return None if rng.random() < empty else rng.randint(1, 8)


def newest(rows: Iterable[Row]) -> Row | None:
    """The row that came last."""
    return max(rows, key=lambda r: (r["batch"], r["source_line"]), default=None)


def hours_between(begin: dt.datetime | None, end: dt.datetime | None) -> float | None:
    """Hours from one instant to another, if both are known."""
    return None if begin is None or end is None else (end - begin).total_seconds() / 3600


def assert_same_rows(found: list[Row], expected: list[Row], seed: int) -> None:
    """Fails on the first row that only one of two tables has; numbers may differ in the last digits."""
    assert sorted(map(_comparable, found)) == sorted(map(_comparable, expected)), f"world {seed}"


def _comparable(row: Row) -> tuple[tuple[str, str], ...]:
    return tuple((k, f"{v:.9f}" if isinstance(v, float) else repr(v)) for k, v in sorted(row.items()))
