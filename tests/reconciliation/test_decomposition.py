"""left − right = left only − right only in every cell, whatever the rows; pairs as a slow twin finds them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.reconciliation import Rule
from tests.reconciliation.slow_matching import Unit, match
from tests.reconciliation.small_tables import TREE, cells, connect, fill, reconcile, records, write_rule

FIRST = dt.date(2020, 2, 3)
LEFT = 'from = "shared.supply_movements"\nvalue = "sum(quantity)"\nwhere = "direction = \'issued\'"\non = "moved_on"\n'
KEY = 'key = ["document_no"]\n'

# Few keys, areas and days, so that nearly everything collides.
unit = st.builds(
    Unit,
    key=st.sampled_from(["a", "b", "c", None]),
    area=st.sampled_from([*TREE, None]),
    day=st.integers(0, 6).map(lambda n: FIRST + dt.timedelta(days=n)),
    amount=st.sampled_from([Decimal(1), Decimal("2.5"), Decimal("0.125"), Decimal(40)]),
    line=st.just(0),
)
units = st.lists(unit, max_size=14)


def numbered(side: list[Unit]) -> list[Unit]:
    return [Unit(u.key, u.area, u.day, u.amount, line) for line, u in enumerate(side, start=2)]


def movement(side: str, u: Unit) -> dict[str, Any]:
    return {
        "document_no": u.key, "direction": side, "quantity": float(u.amount), "moved_on": u.day, "area_code": u.area,
        "batch": 1 if side == "issued" else 2, "source_line": u.line,
    }  # fmt: skip


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Rule]:
    folder = tmp_path_factory.mktemp("rules")
    right = LEFT.replace("issued", "received")
    return {
        lag: write_rule(
            folder,
            f"lag_{lag}",
            f'period = "day"\nlag_days = {lag}\nsearch_days = 3\nhandover = true',
            LEFT + KEY,
            right + KEY,
        )
        for lag in (0, 2)
    }


@pytest.fixture(scope="module")
def totals(tmp_path_factory: pytest.TempPathFactory) -> Rule:
    folder, right = tmp_path_factory.mktemp("totals"), LEFT.replace("issued", "received")
    return write_rule(folder, "totals", 'period = "week"', LEFT, right)


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """One snapshot for all examples: making its tables takes longer than filling them."""
    with connect({}) as made:
        yield made


def deliver(con: duckdb.DuckDBPyConnection, left: list[Unit], right: list[Unit]) -> None:
    con.execute("DELETE FROM shared.supply_movements")
    fill(con, "supply_movements", [movement("issued", u) for u in left] + [movement("received", u) for u in right])


@settings(max_examples=40, deadline=None)
@given(left=units, right=units, lag=st.sampled_from([0, 2]))
def test_cells_and_pairs_are_those_of_the_slow_twin_and_close_to_zero(
    con: duckdb.DuckDBPyConnection, rules: dict[int, Rule], left: list[Unit], right: list[Unit], lag: int
) -> None:
    left, right = numbered(left), numbered(right)
    deliver(con, left, right)
    reconcile(con, rules[lag])
    found, listed = cells(con, f"lag_{lag}"), records(con, f"lag_{lag}")
    expected = match(left, right, lag, search=3)
    assert set(found) == {(area, str(day)) for area, day in expected.cells}
    for (area, day), cell in expected.cells.items():
        row = found[area, str(day)]
        assert (row["left_count"] or 0, row["right_count"] or 0, row["matched"]) == (
            cell.left,
            cell.right,
            cell.matched,
        )
        assert (row["left_count"] or 0) - (row["right_count"] or 0) == row["left_only"] - row["right_only"]
        assert row["left_only"] >= 0 <= row["right_only"]
        for side in ("left", "right"):
            alone = sum(r["amount"] for r in listed if (r["side"], r["area_code"], r["period_on"]) == (side, area, day))
            assert alone == row[f"{side}_only"] or row["status"] in ("left_missing", "right_missing")
    mistaken = {
        (r["source_line"], r["evidence_line"]): r["reason"]
        for r in listed
        if r["side"] == "left" and r["reason"] in ("date_shift", "wrong_township")
    }
    assert mistaken == expected.mistaken


@settings(max_examples=20, deadline=None)
@given(left=units, right=units)
def test_totals_close_to_zero_too(
    con: duckdb.DuckDBPyConnection, totals: Rule, left: list[Unit], right: list[Unit]
) -> None:
    deliver(con, numbered(left), numbered(right))
    reconcile(con, totals)
    found = cells(con, "totals")
    for side, given_units in (("left", left), ("right", right)):
        assert sum(c[f"{side}_count"] or 0 for c in found.values()) == sum(u.amount for u in given_units)
    for cell in found.values():
        assert (cell["left_count"] or 0) - (cell["right_count"] or 0) == cell["left_only"] - cell["right_only"]
        assert (cell["difference"] is None) == (cell["status"] in ("left_missing", "right_missing"))


def test_a_missing_side_is_not_a_zero(tmp_path: Path) -> None:
    rule = write_rule(tmp_path / "r", "lag", 'period = "day"', LEFT + KEY, LEFT.replace("issued", "received") + KEY)
    days = [FIRST + dt.timedelta(days=n) for n in range(3)]
    issued = [movement("issued", Unit(f"d{n}", "11", day, Decimal(1), n)) for n, day in enumerate(days)]
    received = [movement("received", Unit("d1", "11", days[1], Decimal(1), 9))]
    with connect({"supply_movements": issued + received}) as con:
        reconcile(con, rule)
        found, listed = cells(con, "lag"), records(con, "lag")
    assert [found["11", str(d)]["status"] for d in days] == ["right_missing", "agrees", "right_missing"]
    assert found["11", str(days[0])]["right_count"] is None
    assert found["11", str(days[0])]["difference"] is None
    assert listed == []
