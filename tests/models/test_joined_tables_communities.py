"""The shared tables that join departments, on random worlds, against a slow and obvious twin: communities and firms."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest

from tests.models.joined_world import (
    FIRST_DAY,
    SEEDS,
    Row,
    World,
    assert_same_rows,
    newest,
    person,
    run_model,
    some_day,
    sourced,
)

AREAS = ("a", "b", "c")
ONE_DAY = dt.timedelta(days=1)


def monday(on: dt.date) -> dt.date:
    """First day of the week."""
    return on - dt.timedelta(days=on.weekday())


def firms_at_work(rng: random.Random) -> World:
    """Enterprises, several meters each, and reports; some firms are in one list only."""
    codes = [f"F{n}" for n in range(5)]
    power = [
        {"meter_no": f"M{n}", "credit_code": rng.choice([*codes, None]), "area_code": rng.choice(AREAS),
         "period_on": FIRST_DAY + dt.timedelta(days=rng.choice((0, 3, 7, 14))),
         "used_kwh": rng.choice((0.0, 0.0, 30.0, 90.0, 100.0, 300.0))}
        for n in range(16)
    ]  # fmt: skip
    reports = [
        {"credit_code": rng.choice([*codes, None]), "area_code": rng.choice(AREAS), "reported_on": some_day(rng),
         "resumed_on": some_day(rng, empty=0.4), "staff_present": rng.randrange(50)}
        for _ in range(16)
    ]  # fmt: skip
    register = [{"credit_code": code, "area_code": rng.choice(AREAS)} for code in rng.sample(codes, 3)]
    return {"power_use": sourced(rng, power), "resumption_reports": sourced(rng, reports),
            "enterprises": sourced(rng, register)}  # fmt: skip


def last_of(rows: list[Row], day: str) -> Row:
    """The row of the latest day, of these the one that came last; empty where there is none."""
    latest = max((r[day] for r in rows), default=None)
    return newest(r for r in rows if r[day] == latest) or {}


def firm_week(world: World, code: str, week: dt.date) -> Row | None:
    """What is known of one firm and week, if anything is."""
    meters = [m for m in world["power_use"] if m["credit_code"] == code]
    read = [m for m in meters if monday(m["period_on"]) == week]
    told = [r for r in world["resumption_reports"] if r["credit_code"] == code and monday(r["reported_on"]) == week]
    if not read and not told:
        return None
    report, meter = last_of(told, "reported_on"), last_of(read, "period_on")
    used = sum(m["used_kwh"] for m in read) if read else None
    weeks = {monday(m["period_on"]) for m in meters}
    usual = max((sum(m["used_kwh"] for m in meters if monday(m["period_on"]) == w) for w in weeks), default=None)
    registered = {e["credit_code"]: e["area_code"] for e in world["enterprises"]}
    since = report.get("resumed_on")
    return {
        "credit_code": code, "area_code": registered.get(code) or (report or meter)["area_code"], "week_on": week,
        "says_resumed": (since is not None and since <= report["reported_on"]) if report else None,
        "staff_present": report.get("staff_present"), "used_kwh": used, "usual_kwh": usual,
        "uses_power": None if used is None or usual is None else used > 0 and used >= 0.3 * usual,
        "batch": (report or meter)["batch"], "source_line": (report or meter)["source_line"],
    }  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_a_firm_and_week_holds_the_last_report_and_all_its_meters(seed: int) -> None:
    world = firms_at_work(random.Random(seed))
    weeks = [monday(FIRST_DAY) + dt.timedelta(weeks=n) for n in range(4)]
    rows = [firm_week(world, f"F{n}", week) for n in range(5) for week in weeks]
    assert_same_rows(run_model("resumptions", world), [row for row in rows if row], seed)


def test_a_firm_whose_meter_never_moved_does_not_use_power() -> None:
    meter = {"meter_no": "M", "credit_code": "F", "period_on": FIRST_DAY, "used_kwh": 0.0, "batch": 1, "source_line": 2}
    assert [r["uses_power"] for r in run_model("resumptions", {"power_use": [meter]})] == [False]


@pytest.mark.parametrize("seed", SEEDS)
def test_unvisited_are_those_whom_no_list_gives_a_visitor(seed: int) -> None:
    rng = random.Random(seed)
    premises = [
        {"premises_code": f"P{n}", "area_code": rng.choice(AREAS), "controlled_from_on": some_day(rng, empty=0.4),
         "controlled_until_on": some_day(rng, empty=0.4)}
        for n in range(5)
    ]  # fmt: skip
    needs = [
        {"person_key": person(rng), "area_code": rng.choice([*AREAS, None]), "need": rng.choice(("disabled", "orphan")),
         "has_visitor": rng.choice((True, False, False, False, None))}
        for _ in range(14)
    ]  # fmt: skip
    world = {"premises": sourced(rng, premises), "assistance": sourced(rng, needs)}
    visited = {a["person_key"] for a in world["assistance"] if a["has_visitor"]} - {None}
    kept: dict[Any, Row] = {}
    for row in sorted(world["assistance"], key=lambda a: (a["batch"], a["source_line"])):
        if not row["has_visitor"] and row["person_key"] not in visited:
            key = (row["person_key"], row["need"]) if row["person_key"] else row["source_line"]
            kept[key] = row
    expected = []
    for row in kept.values():
        closed = [p for p in world["premises"] if p["controlled_from_on"] and p["area_code"] == row["area_code"]]
        if not closed:
            continue
        ends = [p["controlled_until_on"] for p in closed]
        expected.append({
            **{k: v for k, v in row.items() if k != "has_visitor"},
            "controlled_from_on": min(p["controlled_from_on"] for p in closed),
            "controlled_until_on": None if None in ends else max(ends),
        })  # fmt: skip
    assert_same_rows(run_model("unvisited_vulnerable", world), expected, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_grid_counts_its_workers_once_each(seed: int) -> None:
    rng = random.Random(seed)
    grids = [
        {"grid_code": f"G{n}", "area_code": rng.choice(AREAS), "residents": rng.randrange(900), "households": rng.randrange(300)}
        for n in range(4)
    ]  # fmt: skip
    workers = [
        {
            "grid_code": f"G{rng.randrange(6)}",
            "person_key": person(rng),
            "is_full_time": rng.choice((True, False, None)),
        }
        for _ in range(14)
    ]
    world = {"grids": sourced(rng, grids), "grid_workers": sourced(rng, workers)}
    expected = []
    for grid in world["grids"]:
        here = [w for w in world["grid_workers"] if w["grid_code"] == grid["grid_code"]]
        full = [w["person_key"] for w in here if w["is_full_time"]]
        everybody = [w["person_key"] for w in here]
        expected.append({
            **grid,
            "workers": len(set(everybody) - {None}) + everybody.count(None),
            "full_time_workers": len(set(full) - {None}) + full.count(None),
        })  # fmt: skip
    assert_same_rows(run_model("grid_loads", world), expected, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_open_premises_are_listed_where_cases_were_confirmed(seed: int) -> None:
    rng = random.Random(seed)
    premises = [
        {"premises_code": f"P{n}", "premises_name": f"小区{n}", "area_code": rng.choice(AREAS), "households": n,
         "property_company": rng.choice((None, "物业")), "has_access_control": rng.choice((True, False, None))}
        for n in range(9)
    ]  # fmt: skip
    cases = [
        {"case_no": f"C{n}", "area_code": rng.choice((*AREAS, "d")), "confirmed_on": some_day(rng, empty=0.4)}
        for n in range(4)
    ]
    world = {"premises": sourced(rng, premises), "cases": sourced(rng, cases)}
    expected = []
    for row in world["premises"]:
        cases_here = [c for c in world["cases"] if c["area_code"] == row["area_code"] and c["confirmed_on"]]
        is_managed = row["property_company"] is not None
        if cases_here and (not is_managed or row["has_access_control"] is False):
            kept = {k: v for k, v in row.items() if k != "property_company"}
            expected.append({**kept, "has_property_company": is_managed, "community_cases": len(cases_here)})
    assert_same_rows(run_model("case_premises", world), expected, seed)


STATES: dict[str, tuple[str, str, str, bool]] = {
    "order_open": ("orders", "issued_on", "verified_on", False),
    "appeal_open": ("appeals", "received_on", "answered_on", False),
    "bed_taken": ("admissions", "admitted_on", "discharged_on", False),
    "in_quarantine": ("contacts", "quarantined_on", "released_on", True),
    "checkpoint_open": ("checkpoints", "opened_on", "closed_on", True),
    "worker_away": ("departures", "left_on", "returned_on", False),
    "premises_controlled": ("premises", "controlled_from_on", "controlled_until_on", True),
}
"""State -> table, first day, last day, and whether the last day is still in the state."""
HAPPENED = {
    "orders": ("issued_on", "feedback_on", "verified_on"), "appeals": ("received_on", "answered_on"),
    "admissions": ("admitted_on", "discharged_on"), "contacts": ("quarantined_on",), "checkpoints": ("opened_on",),
    "departures": ("left_on", "returned_on"), "premises": ("controlled_from_on",),
}  # fmt: skip
"""Days on which something has happened, by table; other days may be plans."""


def changes_of(row: Row, state: str, begin: dt.date | None, end: dt.date | None) -> list[Row]:
    """Into the state and, if it ends, out of it."""
    if begin is None:
        return []
    where = {"state": state, "area_code": row["area_code"], "batch": row["batch"], "source_line": row["source_line"]}
    changes = [where | {"changed_on": begin, "change": 1}]
    return changes if end is None else [*changes, where | {"changed_on": end, "change": -1}]


def overdue(order: Row) -> list[Row]:
    """Overdue from the day after the deadline to the feedback, or the check if nobody fed back."""
    answered = order["feedback_on"] or order["verified_on"]
    if order["due_on"] is None or (answered and answered <= order["due_on"]):
        return []
    return changes_of(order, "order_overdue", order["due_on"] + ONE_DAY, answered)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_state_begins_and_ends_and_plans_are_no_changes(seed: int) -> None:
    rng = random.Random(seed)
    world: World = {}
    for table, begin, end, _ in STATES.values():
        days = {begin, end, *HAPPENED[table], *({"due_on"} if table == "orders" else ())}
        rows = [{"area_code": rng.choice(AREAS)} | {d: some_day(rng, 30, 0.3) for d in sorted(days)} for _ in range(5)]
        world[table] = sourced(rng, rows)
    expected = []
    for state, (table, begin, end, is_last_in) in STATES.items():
        for row in world[table]:
            ends = row[end] + ONE_DAY if row[end] and is_last_in else row[end]
            expected += changes_of(row, state, row[begin], ends)
    for order in world["orders"]:
        expected += overdue(order)
    known = max(r[d] for table, days in HAPPENED.items() for r in world[table] for d in days if r[d])
    assert_same_rows(run_model("state_changes", world), [c for c in expected if c["changed_on"] <= known], seed)
