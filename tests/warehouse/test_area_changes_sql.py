"""Rows are put where they lie on their own day, and totals of merged areas are added up: SQL against a naive twin."""

from __future__ import annotations

import datetime as dt
from typing import Any

import duckdb
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.areas.succession import area_changes
from citybrain.schema.columns import RecordType
from citybrain.schema.records import RECORD_TYPES
from citybrain.schema.served import served_columns
from citybrain.sql import quote
from citybrain.warehouse.area_changes import sql_with_changes, take_changes

Row = dict[str, Any]
DAY = dt.date(2020, 2, 1)
AREAS = {
    "old": (None, DAY, "town"),
    "town": (None, None, None),
    "before": (None, DAY, "renamed"),
    "renamed": (DAY, None, None),
    "split": (None, DAY, None),
}
"""Code -> first day, end, successor: `old` was merged into `town`, `before` is called `renamed` now, `split` has no successor."""
days = st.sampled_from([DAY + dt.timedelta(days=n) for n in (-2, -1, 0, 1, 2)])
codes = st.sampled_from([*AREAS, None])


def twin_place(area: str | None, on: dt.date | None) -> str | None:
    """Where a row lies: slow and obvious."""
    is_after = on is None or on >= DAY
    if area == "old":
        return "town" if is_after else "old"
    if area in ("before", "renamed"):
        return "renamed" if is_after else "before"
    return area


def placed(record: type[RecordType], rows: list[Row]) -> list[Row]:
    """The rows after the product's SQL."""
    columns = {name: column.sql_type for name, column in served_columns(record).items()}
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA shared")
        schema = {"area_code": pl.String, "area_name": pl.String, "valid_from": pl.Date, "valid_to": pl.Date}
        told = [(code, code, *rest) for code, rest in AREAS.items()]
        changes = area_changes(pl.DataFrame(told, schema={**schema, "successor_code": pl.String}, orient="row"))
        con.register("changes", changes.to_arrow())
        con.execute("CREATE TABLE shared.area_changes AS FROM changes")
        con.execute("ATTACH ':memory:' AS records")
        assert take_changes(con)
        con.execute(f"CREATE TABLE given ({', '.join(f'{quote(n)} {t}' for n, t in columns.items())})")
        if rows:
            marks = ", ".join("?" for _ in columns)
            con.executemany(f"INSERT INTO given VALUES ({marks})", [[row.get(n) for n in columns] for row in rows])
        found = con.execute(sql_with_changes(record, ["FROM given"]))
        names = [column[0] for column in found.description]
        assert names == list(columns)
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(codes, days | st.none()), max_size=12))
def test_every_row_is_kept_once_and_lies_where_it_did_on_its_day(told: list[tuple[str | None, dt.date | None]]) -> None:
    rows = [{"case_no": str(n), "area": a, "confirmed_on": on, "source_line": n} for n, (a, on) in enumerate(told)]
    found = {row["case_no"]: row["area"] for row in placed(RECORD_TYPES["case"], rows)}
    assert found == {str(n): twin_place(area, on) for n, (area, on) in enumerate(told)}
    assert len(placed(RECORD_TYPES["case"], rows)) == len(rows)


@settings(max_examples=20, deadline=None)
@given(st.lists(codes, max_size=6))
def test_a_register_stands_in_the_areas_of_today_in_every_column(told: list[str | None]) -> None:
    rows = [{"cadre_no": str(n), "area": a, "deployed_area": a} for n, a in enumerate(told)]
    for row in placed(RECORD_TYPES["cadre"], rows):
        assert row["area"] == row["deployed_area"] == twin_place(told[int(row["cadre_no"])], None)


def twin_totals(rows: list[Row]) -> dict[tuple[str | None, dt.date], int]:
    """One total an area and day: offices of merged areas add up, of a renamed area the last word counts."""
    words: dict[tuple[str | None, dt.date], dict[str | None, Row]] = {}
    for row in sorted(rows, key=lambda r: r["source_line"]):
        key = (twin_place(row["area"], row["period_on"]), row["period_on"])
        office = "one" if key[0] in ("before", "renamed") else row["area"]
        words.setdefault(key, {})[office] = row
    totals = {key: sum(row["value"] for row in said.values()) for key, said in words.items()}
    spoken = [on for area, on in totals if area == "town" and on >= DAY and any(r["area"] for r in rows)]
    if spoken and ("old", True) in {(area, on < DAY) for area, on in totals}:
        totals["old", min(spoken)] = 0
    renamed = [on for area, on in totals if area == "renamed"]
    if renamed and any(area == "before" for area, _ in totals):
        totals["before", min(renamed)] = 0
    return totals


keys = st.tuples(st.sampled_from(list(AREAS)), days)


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(keys, st.integers(0, 50), max_size=14), st.randoms(use_true_random=False))
def test_totals_of_merged_areas_add_up_and_those_of_the_ended_one_end(told: dict[Any, int], rng: Any) -> None:
    lines = list(range(len(told)))
    rng.shuffle(lines)
    rows = [
        {"area": area, "measure": "beds", "period_on": on, "value": value, "batch": 1, "source_line": line}
        for ((area, on), value), line in zip(told.items(), lines, strict=True)
    ]
    found = placed(RECORD_TYPES["observation"], rows)
    assert len({(row["area"], row["period_on"]) for row in found}) == len(found)
    assert {(row["area"], row["period_on"]): row["value"] for row in found} == twin_totals(rows)


def test_without_successors_nothing_is_taken() -> None:
    with duckdb.connect() as con:
        assert not take_changes(con)
        con.execute("CREATE SCHEMA shared")
        con.execute("CREATE TABLE shared.area_changes (stated_code VARCHAR)")
        assert not take_changes(con)
