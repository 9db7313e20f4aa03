"""Rows for the tiny city that need somebody's attention: differences, doubtful reports, orders, and what they are counted of."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from citybrain.query.reconciliation import ReconciliationRule
from tests.query import tiny_city as tiny

DAYS = [tiny.FIRST + dt.timedelta(days=n) for n in range((tiny.LAST - tiny.FIRST).days + 1)]
RULES = [("clinic_township", "day", True), ("issued_received", "week", False), ("register_grid", "all", False)]
SQL_TYPES = {"str": "VARCHAR", "int": "INTEGER", "bool": "BOOLEAN", "float": "DOUBLE"}
STATED: dict[str, Any] = {"str": "某方", "int": 0, "bool": True, "float": 0.0}
AMOUNTS = ("left_count", "right_count", "matched", "left_only", "right_only", "difference")
RENAMED = {
    "screened_fever": "resumed_without_power",
    "residents": "unvisited_in_closed",
    "fever_rate": "masks_cover_days",
}
"""Indicator of the tiny city → code of the standard dictionary that has the same numbers here."""


def indicators() -> list[dict[str, Any]]:
    """The tiny city's, and those of the sections on resources."""
    more = [{**i, "indicator": RENAMED[i["indicator"]]} for i in tiny.INDICATORS if i["indicator"] in RENAMED]
    return [*tiny.INDICATORS, *more]


def renamed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cells or coverage with the same rows again for the renamed indicators."""
    return rows + [{**r, "indicator": RENAMED[r["indicator"]]} for r in rows if r["indicator"] in RENAMED]


def reconciliations() -> list[dict[str, Any]]:
    """Every township and day 10 against 8 of which 7 match, on every seventh day nothing to compare; the register once."""
    rows: list[dict[str, Any]] = []
    for t, township in enumerate(tiny.TOWNSHIPS):
        for n, day in enumerate(DAYS):
            silent = (n + t) % 7 == 0
            amounts = (None,) * 6 if silent else (10.0 + t, 8.0, 7.0, 3.0 + t, 1.0, 2.0 + t)
            status = "right_missing" if silent else "differs" if t else "within_tolerance"
            rows.append(_cell("clinic_township", township, day, amounts, status))
        for monday in DAYS[::7]:
            rows.append(_cell("issued_received", township, monday, (100.5, 100.5, 100.5, 0.0, 0.0, 0.0), "agrees"))
        rows.append(_cell("register_grid", township, None, (900.0, 950.0, 880.0, 20.0, 70.0, -50.0), "differs"))
    return rows


def _cell(rule: str, area: str, day: dt.date | None, amounts: tuple[float | None, ...], status: str) -> dict[str, Any]:
    return {
        "rule": rule,
        "area_code": area,
        "period_on": day,
        **dict(zip(AMOUNTS, amounts, strict=True)),
        "status": status,
    }


def records() -> list[dict[str, Any]]:
    """Records of what stands on one side only: a reason by turns; every third one matched after all (amount 0)."""
    reasons = ("date_shift", "lives_outside", "duplicate", "unknown")
    return [
        {"rule": "clinic_township", "side": "left", "area_code": tiny.TOWNSHIPS[n % 3], "period_on": day, "batch": 1,
         "source_line": n + k, "record_key": "x", "amount": 0.0 if k == 2 else 1.0 + k, "reason": reasons[(n + k) % 4]}
        for n, day in enumerate(DAYS)
        for k in range(3)
    ]  # fmt: skip


def reports() -> list[dict[str, Any]]:
    """Daily reports of two townships: each ninth one late, each tenth one missing."""
    states = {0: "late", 1: "missing"}
    return [
        {"feed": "township.daily", "area_code": t, "period_on": day, "state": states.get((n + 3 * k) % 9, "on_time")}
        for k, t in enumerate(tiny.TOWNSHIPS[:2])
        for n, day in enumerate(DAYS)
    ]


def zeros() -> list[dict[str, Any]]:
    """Stated zeros of the second township, twelve in a row and twelve again: every other one is not to be believed; of some
    days nobody else tells.
    """
    return [
        {"feed": "township.daily", "measure": "fever", "area_code": tiny.TOWNSHIPS[1], "period_on": day,
         "value": 0.0, "expected": 1.5, "evidence": 2.0 + n, "run": n % 12 + 1, "reasons": ["seen_by_others"],
         "witnessed": None if n % 4 == 0 else float(n % 5), "verdict": "implausible_zero" if n % 2 == 0 else "zero"}
        for n, day in enumerate(DAYS)
    ]  # fmt: skip


def orders() -> list[dict[str, Any]]:
    """Orders of three offices: done in time, late, never, or said to be done and not checked."""
    found = []
    for n, day in enumerate(DAYS):
        due = day + dt.timedelta(days=2)
        feedback = None if n % 4 == 0 else due + dt.timedelta(days=n % 5 - 2)
        verified = feedback + dt.timedelta(days=3) if feedback and n % 3 else None
        handler = (None, "城关镇政府", "柳河乡政府")[n % 3]
        found.append({"order_no": str(n), "handler": handler, "area_code": tiny.TOWNSHIPS[n % 3], "issued_on": day,
                      "due_on": due, "feedback_on": feedback, "verified_on": verified})  # fmt: skip
    return found


def plant(file: Path) -> None:
    """Write all of it into the snapshot file."""
    amounts = dict.fromkeys(AMOUNTS, pl.Float64)
    tables = {
        "marts.reconciliations": pl.DataFrame(reconciliations(), schema_overrides=amounts, infer_schema_length=None),
        "marts.reconciliation_records": pl.DataFrame(records()),
        "shared.reports": pl.DataFrame(reports()),
        "marts.zeros": pl.DataFrame(zeros(), schema_overrides={"witnessed": pl.Float64}),
        "shared.orders": pl.DataFrame(orders(), infer_schema_length=None),
    }
    with duckdb.connect(str(file)) as con:
        for name, frame in tables.items():
            con.register("given", frame.to_arrow())
            con.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
            con.unregister("given")
        fields = ReconciliationRule.__annotations__
        columns = ", ".join(f"{name} {SQL_TYPES[kind]}" for name, kind in fields.items())
        con.execute(f"CREATE TABLE marts.reconciliation_rules ({columns})")
        for n, (rule, period, by_record) in enumerate(RULES):
            said = {name: STATED[kind] for name, kind in fields.items()} | {"rule": rule, "sort_order": n}
            said |= {name: "Somebody" for name in fields if name.endswith("_en")}
            said |= {"period_type": period, "by_record": by_record, "level": "township"}
            values = list(said.values())
            con.execute(f"INSERT INTO marts.reconciliation_rules VALUES ({', '.join('?' * len(values))})", values)
