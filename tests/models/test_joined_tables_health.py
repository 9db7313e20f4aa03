"""The shared tables that join departments, on random worlds, against a slow and obvious twin: health."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from tests.models.joined_world import (
    SEEDS,
    Row,
    World,
    assert_same_rows,
    hours_between,
    newest,
    person,
    run_model,
    some_day,
    some_instant,
    sourced,
)

AREAS = ("a", "b", "c")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_test_is_a_sample_with_its_result_or_either_alone(seed: int) -> None:
    rng = random.Random(seed)
    numbers = [f"T{n}" for n in range(12)]
    samples = [
        {"sample_no": n, "person_key": person(rng), "area_code": rng.choice(AREAS), "sampled_at": at, "sampled_on": at.date()}
        for n in rng.sample(numbers, 8)
        if (at := some_instant(rng))
    ]  # fmt: skip
    results = [
        {"sample_no": n, "result": rng.choice(("negative", "positive")), "resulted_at": at, "resulted_on": at.date()}
        for n in rng.sample(numbers, 7)
        if (at := some_instant(rng))
    ]
    world = {"test_samples": sourced(rng, samples), "test_results": sourced(rng, results)}
    by_sample = {s["sample_no"]: s for s in world["test_samples"]}
    by_result = {r["sample_no"]: r for r in world["test_results"]}
    expected = []
    for number in by_sample.keys() | by_result.keys():
        sample, result = by_sample.get(number, {}), by_result.get(number, {})
        expected.append({
            "sample_no": number, "person_key": sample.get("person_key"), "area_code": sample.get("area_code"),
            "sampled_on": sample.get("sampled_on"), "resulted_on": result.get("resulted_on"),
            "result": result.get("result"),
            "hours_to_result": hours_between(sample.get("sampled_at"), result.get("resulted_at")),
            "batch": (sample or result)["batch"], "source_line": (sample or result)["source_line"],
        })  # fmt: skip
    assert_same_rows(run_model("tests", world), expected, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_of_several_receipts_of_a_case_the_first_of_each_step_counts(seed: int) -> None:
    rng = random.Random(seed)
    carried = ("confirmed_at", "reported_at", "pushed_at")
    cases = [
        {"case_no": f"C{n}", "person_key": person(rng), "area_code": rng.choice(AREAS), "facility": "医院",
         "onset_on": some_day(rng, empty=0.3), "visited_on": some_day(rng, empty=0.3), "confirmed_on": some_day(rng),
         "reported_on": some_day(rng), **{step: some_instant(rng, 0.2) for step in carried}}
        for n in range(6)
    ]  # fmt: skip
    steps = ("received_at", "contacted_at", "feedback_at")
    receipts = [{"case_no": f"C{rng.randrange(8)}", **{s: some_instant(rng, 0.3) for s in steps}} for _ in range(9)]
    world = {"cases": sourced(rng, cases), "case_receipts": sourced(rng, receipts)}
    expected = []
    for case in world["cases"]:
        mine = [r for r in world["case_receipts"] if r["case_no"] == case["case_no"]]
        first = {s: min((r[s] for r in mine if r[s] is not None), default=None) for s in steps}
        expected.append({
            **case, **first,
            "hours_to_report": hours_between(case["confirmed_at"], case["reported_at"]),
            "hours_to_receipt": hours_between(case["pushed_at"], first["received_at"]),
        })  # fmt: skip
    assert_same_rows(run_model("case_ways", world), expected, seed)


def people_and_jobs(rng: random.Random) -> World:
    """Cases, people who may be registered twice or not at all, and jobs that may overlap."""
    residents = [{"person_key": person(rng), "household_key": rng.choice((None, 10, 20, 30))} for _ in range(9)]
    cases = [
        {"case_no": f"C{n}", "person_key": person(rng), "area_code": rng.choice(AREAS),
         "confirmed_on": some_day(rng, empty=0.3), "reported_on": some_day(rng)}
        for n in range(7)
    ]  # fmt: skip
    jobs = [
        {"person_key": person(rng), "credit_code": rng.choice((None, "X", "Y", "Z")), "started_on": some_day(rng),
         "ended_on": some_day(rng, empty=0.5)}
        for _ in range(12)
    ]  # fmt: skip
    return {"residents": sourced(rng, residents), "cases": sourced(rng, cases), "employments": sourced(rng, jobs)}


def home_of(world: World, key: int | None) -> Row:
    """The newest registry row of a person; empty for nobody."""
    return newest(r for r in world["residents"] if key is not None and r["person_key"] == key) or {}


def employer_of(world: World, case: Row) -> str | None:
    """Where the person worked when the case was confirmed, or reported; of several jobs the one begun last."""
    on: dt.date = case["confirmed_on"] or case["reported_on"]
    held = [
        e for e in world["employments"]
        if case["person_key"] is not None and e["person_key"] == case["person_key"] and e["credit_code"]
        and e["started_on"] <= on and (e["ended_on"] is None or e["ended_on"] >= on)
    ]  # fmt: skip
    last = max(held, key=lambda e: (e["started_on"], e["batch"], e["source_line"]), default=None)
    return last["credit_code"] if last else None


@pytest.mark.parametrize("seed", SEEDS)
def test_each_case_stands_once_with_its_household_and_its_employer(seed: int) -> None:
    rng = random.Random(seed)
    world = people_and_jobs(rng)
    homes = {c["case_no"]: home_of(world, c["person_key"]).get("household_key") for c in world["cases"]}
    employers = {c["case_no"]: employer_of(world, c) for c in world["cases"]}
    expected = []
    for case in world["cases"]:
        home, employer = homes[case["case_no"]], employers[case["case_no"]]
        members = [r["person_key"] for r in world["residents"] if r["household_key"] == home]
        known = {m for m in members if m is not None}
        expected.append({
            **{k: v for k, v in case.items() if k != "reported_on"},
            "household_key": home,
            "household_cases": list(homes.values()).count(home) if home else None,
            "household_members": len(known) + members.count(None) if home else None,
            "credit_code": employer,
            "workplace_cases": list(employers.values()).count(employer) if employer else None,
        })  # fmt: skip
    assert_same_rows(run_model("case_households", world), expected, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_fever_visit_stands_once_with_the_registered_home_and_the_follow_up(seed: int) -> None:
    rng = random.Random(seed)
    residents = [{"person_key": person(rng), "area_code": rng.choice(AREAS)} for _ in range(9)]
    screenings = [
        {"person_key": person(rng), "area_code": rng.choice(AREAS), "screened_on": some_day(rng), "facility": "门诊",
         "is_fever": rng.choice((True, True, False, None))}
        for _ in range(14)
    ]  # fmt: skip
    follow_ups = [{"person_key": person(rng), "screened_on": some_day(rng)} for _ in range(14)]
    world = {"residents": sourced(rng, residents), "screenings": sourced(rng, screenings),
             "follow_ups": sourced(rng, follow_ups)}  # fmt: skip
    expected = []
    for visit in world["screenings"]:
        if visit["is_fever"] is not True:
            continue
        days = {visit["screened_on"] + dt.timedelta(days=n) for n in range(3)}
        followed = [
            f for f in world["follow_ups"] if f["person_key"] == visit["person_key"] and f["screened_on"] in days
        ]
        expected.append({
            **{k: v for k, v in visit.items() if k != "is_fever"},
            "registered_area_code": home_of(world, visit["person_key"]).get("area_code"),
            "is_followed_up": visit["person_key"] is not None and bool(followed),
        })  # fmt: skip
    assert_same_rows(run_model("fever_visits", world), expected, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_returnee_is_watched_for_fourteen_days(seed: int) -> None:
    rng = random.Random(seed)
    departures = [
        {"person_key": person(rng), "area_code": rng.choice(AREAS), "destination": rng.choice(("湖北省武汉市", "北京市")),
         "returned_on": some_day(rng, empty=0.3)}
        for _ in range(10)
    ]  # fmt: skip
    visits = [
        {"person_key": person(rng), "screened_on": some_day(rng, 40), "is_fever": rng.choice((True, False, None))}
        for _ in range(16)
    ]
    cases = [{"case_no": f"C{n}", "person_key": person(rng), "confirmed_on": some_day(rng, 40, 0.2)} for n in range(6)]
    world = {"departures": sourced(rng, departures), "screenings": sourced(rng, visits), "cases": sourced(rng, cases)}
    expected = []
    for back in world["departures"]:
        if back["returned_on"] is None:
            continue
        days = {back["returned_on"] + dt.timedelta(days=n) for n in range(15)}
        who = back["person_key"]
        fevers = [
            v for v in world["screenings"] if v["person_key"] == who and v["is_fever"] and v["screened_on"] in days
        ]
        ill = [c for c in world["cases"] if c["person_key"] == who and c["confirmed_on"] in days]
        told = who is not None
        expected.append({**back, "had_fever": told and bool(fevers), "became_case": told and bool(ill)})
    assert_same_rows(run_model("returnees", world), expected, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_cover_is_stock_over_the_mean_use_of_the_last_seven_days_stated(seed: int) -> None:
    rng = random.Random(seed)
    holders = [(f"医院{n}", item) for n in range(3) for item in ("mask", "gown")]
    stocks = [
        {"facility": facility, "area_code": "a", "item": item, "stock_on": on, "quantity": float(rng.randrange(500)),
         "used": rng.choice((None, 0.0, float(rng.randrange(60))))}
        for facility, item in holders
        for on in sorted({some_day(rng, 20) for _ in range(12)} - {None})
    ]  # fmt: skip
    world = {"supply_stocks": sourced(rng, stocks)}
    expected = []
    for row in world["supply_stocks"]:
        series = [r for r in world["supply_stocks"] if (r["facility"], r["item"]) == (row["facility"], row["item"])]
        until = sorted((r for r in series if r["stock_on"] <= row["stock_on"]), key=lambda r: r["stock_on"])[-7:]
        used = [r["used"] for r in until if r["used"] is not None]
        mean = sum(used) / len(used) if used else None
        expected.append({
            **{k: v for k, v in row.items() if k != "used"},
            "used_7d": mean, "cover_days": row["quantity"] / mean if mean else None,
        })  # fmt: skip
    assert_same_rows(run_model("supply_cover", world), expected, seed)
