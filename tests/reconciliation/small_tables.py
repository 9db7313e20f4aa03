"""Shared tables in memory with given rows, and rules written as a person would write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from citybrain.indicators.sources import SOURCES
from citybrain.reconciliation import Rule, build_reconciliation, load_rules
from citybrain.sql import quote

TREE = {
    "1": (None, "county"), "11": ("1", "township"), "12": ("1", "township"), "13": ("1", "township"),
    "111": ("11", "village"), "112": ("11", "village"), "121": ("12", "village"),
}  # fmt: skip
"""Area -> parent, level."""
DEPTHS = {"county": 0, "township": 1, "village": 2}
Row = dict[str, Any]


def above(area: str) -> list[str]:
    """The area and those above it."""
    found: list[str] = []
    step: str | None = area
    while step:
        found.append(step)
        step = TREE[step][0]
    return found


def connect(tables: dict[str, list[Row]]) -> duckdb.DuckDBPyConnection:
    """A snapshot with these rows; rows without a place in a file get batch 1 and their number as line."""
    con = duckdb.connect(":memory:", config={"threads": 2})
    con.execute("CREATE SCHEMA shared")
    for name, table in SOURCES.items():
        columns = {n: c.sql_type for n, c in table.columns().items()}
        con.execute(f"CREATE TABLE {name} ({', '.join(f'{quote(n)} {t}' for n, t in columns.items())})")
    con.execute("CREATE TABLE shared.area_ancestors (area_code VARCHAR, ancestor_code VARCHAR, ancestor_depth INTEGER)")
    for area, (_, level) in TREE.items():
        con.execute("INSERT INTO shared.areas (area_code, level, depth) VALUES (?, ?, ?)", [area, level, DEPTHS[level]])
        for up in above(area):
            con.execute("INSERT INTO shared.area_ancestors VALUES (?, ?, ?)", [area, up, DEPTHS[TREE[up][1]]])
    for name, rows in tables.items():
        fill(con, name, rows)
    return con


def fill(con: duckdb.DuckDBPyConnection, name: str, rows: list[Row]) -> None:
    """Puts rows into a shared table."""
    if not rows:
        return
    placed = [{"batch": 1, "source_line": n, **row} for n, row in enumerate(rows, start=2)]
    names = list(dict.fromkeys(n for row in placed for n in row))
    frame = pl.DataFrame(
        [[r.get(n) for n in names] for r in placed], schema=names, orient="row", infer_schema_length=None
    )
    con.register("given", frame.to_arrow())
    con.execute(f"INSERT INTO shared.{name} BY NAME SELECT * FROM given")
    con.unregister("given")


def write_rule(folder: Path, name: str, head: str, left: str, right: str) -> Rule:
    """Writes a rule file with the least that every rule must say, and reads it."""
    words = '{ zh = "名", en = "name" }'
    side = f'title = {words}\ndepartment = "d"\n'
    text = (
        f'title = {words}\nquestion = {words}\nowner = "o"\nlevel = "township"\n{head}\n'
        f"[left]\n{side}{left}\n[right]\n{side}{right}\n"
    )
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return next(r for r in load_rules([folder]) if r.id == name)


def cells(con: duckdb.DuckDBPyConnection, rule: str) -> dict[tuple[str, str | None], dict[str, Any]]:
    """Cells of a rule by area and period."""
    found = con.execute("FROM marts.reconciliations WHERE rule = ?", [rule])
    names = [d[0] for d in found.description or []]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    keyed = {(r["area_code"], r["period_on"] and str(r["period_on"])): r for r in rows}
    assert len(keyed) == len(rows)
    return keyed


def records(con: duckdb.DuckDBPyConnection, rule: str) -> list[dict[str, Any]]:
    """Records of a rule, by side and place."""
    order = "ORDER BY side, batch, source_line, reason"
    found = con.execute(f"FROM marts.reconciliation_records WHERE rule = ? {order}", [rule])
    names = [d[0] for d in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def reconcile(con: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Runs one rule."""
    build_reconciliation(con, [rule])
