"""Shared tables in memory, filled with given rows and nothing else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from citybrain.indicators.binding import create_empty_sources
from citybrain.indicators.sources import SOURCES
from tests.indicators import naive_cube
from tests.indicators.naive_cube import TREE, Row


def connect(world: dict[str, list[Row]]) -> duckdb.DuckDBPyConnection:
    """A snapshot of the shared tables with these rows."""
    con = duckdb.connect(":memory:", config={"threads": 1})
    create_empty_sources(con)
    pairs = [(a, up, TREE[up][1]) for a in TREE for up in naive_cube.above(a)]
    con.execute("CREATE TABLE shared.area_ancestors (area_code VARCHAR, ancestor_code VARCHAR, ancestor_depth INTEGER)")
    con.executemany("INSERT INTO shared.area_ancestors VALUES (?, ?, ?)", pairs)
    for table, content in world.items():
        if content:
            types = {n: c.sql_type for n, c in SOURCES[f"shared.{table}"].columns().items()}
            names = list(content[0])
            frame = pl.DataFrame(
                [[r[n] for n in names] for r in content],
                schema={n: POLARS[types[n]] for n in names},
                orient="row",
                strict=False,
            )
            con.register("content", frame.to_arrow())
            con.execute(f"INSERT INTO shared.{table} BY NAME SELECT * FROM content")
    return con


POLARS = {"VARCHAR": pl.String, "BIGINT": pl.Int64, "INTEGER": pl.Int32, "DOUBLE": pl.Float64, "DATE": pl.Date}
POLARS |= {"BOOLEAN": pl.Boolean}


def read_cells(con: duckdb.DuckDBPyConnection) -> dict[str, naive_cube.Cells]:
    """Cells by indicator; fails on a cell stated twice or at a wrong depth."""
    found: dict[str, naive_cube.Cells] = {}
    for name, period, area, depth, day, value in con.execute("FROM marts.cells").fetchall():
        assert depth == TREE[area][1]
        assert (period, area, day) not in found.setdefault(name, {})
        found[name][period, area, day] = value
    return found


def write_indicator(folder: Path, name: str, kind: str, body: str) -> Path:
    """A dictionary file with the least that every indicator must say."""
    words = '{ zh = "名", en = "name" }'
    head = f'title = {words}\ndefinition = {words}\nunit = {words}\ntheme = "t"\nowner = "o"\nkind = "{kind}"\n'
    file = folder / f"{name}.toml"
    file.write_text(head + body, encoding="utf-8")
    return file
