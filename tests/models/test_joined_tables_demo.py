"""The shared tables that join departments, on a built demo county, against what is true of it.

Each test walks over the truth row by row. What the product cannot know (a line lost to a planted fault, a person whose number
was blanked) must account for every difference, or the share that may differ is stated.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

if TYPE_CHECKING:
    from tests.demo_county import DemoCity

FIRST_DAY = dt.date(2020, 1, 6)
TOWNSHIP_DIGITS = 9
Rows = list[dict[str, Any]]


def township(code: str | None) -> str:
    """The township of a village code; empty for nowhere."""
    return (code or "")[:TOWNSHIP_DIGITS]


def rows_of(city: DemoCity, table: str) -> Rows:
    """The rows of a shared table, each with the `file` of its line and the `person` who is meant there."""
    return city.people_of(city.ask(f"SELECT * FROM shared.{table}")).to_dicts()


def lines_with_faults(city: DemoCity) -> set[tuple[str, int]]:
    """Lines into which anything was planted."""
    faults = city.truth("faults").select("file", "line").iter_rows()
    mentions = city.truth("mentions").filter(pl.col("fault") != "").select("file", "line").iter_rows()
    return {*faults, *mentions}


def delivered(city: DemoCity, files: str) -> list[tuple[str, int, int]]:
    """File, line and person of every line of the files that count now."""
    current = set(city.ask("SELECT batch FROM shared.batches WHERE is_current")["batch"])
    paths = {path for batch, path in city.files.iter_rows() if batch in current and path.startswith(files)}
    listed = city.truth("mentions").select("file", "line", "person").iter_rows()
    return [line for line in listed if line[0] in paths]


def registered_home(city: DemoCity) -> dict[int, str]:
    """Where each resident who moved away is registered."""
    return dict(city.truth("moved").select("person", "registered_area").iter_rows())


def test_fever_patients_are_counted_where_they_live(demo_city: DemoCity) -> None:
    """Fever-clinic patients by residence township."""
    visits: dict[tuple[int, dt.date], Rows] = {}
    for visit in demo_city.truth("visits").to_dicts():
        visits.setdefault((visit["person"], FIRST_DAY + dt.timedelta(days=visit["day"])), []).append(visit)
    lost = lines_with_faults(demo_city)
    expected: Counter[str] = Counter()
    for file, line, who in delivered(demo_city, "health/fever_clinic/"):
        on = dt.date(*map(int, re.findall(r"\d+", file)[:3]))
        (visit, *_) = visits[who, on]
        if visit["temperature"] >= 37.3 and (file, line) not in lost:
            expected[township(visit["area_code"])] += 1
    found = [r for r in rows_of(demo_city, "fever_visits") if (r["file"], r["source_line"]) not in lost]
    counted = Counter(township(r["area_code"]) for r in found)
    assert expected.total() > 200
    # An address in free text may name no place that anybody could be sure of; such a row is set aside, not placed.
    assert 0.99 * expected.total() <= counted.total() <= expected.total()
    assert (counted - expected).total() <= 0.01 * expected.total()


def test_fever_patients_stand_beside_their_registered_home(demo_city: DemoCity) -> None:
    lives_in = {v["person"]: v["area_code"] for v in demo_city.truth("visits").to_dicts()}
    moved = registered_home(demo_city)
    found = [r for r in rows_of(demo_city, "fever_visits") if r["registered_area_code"]]
    right = [
        r
        for r in found
        if township(r["registered_area_code"]) == township(moved.get(r["person"], lives_in[r["person"]]))
    ]
    assert len(found) > 0.9 * demo_city.ask("SELECT * FROM shared.fever_visits").height
    assert len(right) >= 0.99 * len(found)
    assert any(r["registered_area_code"] != r["area_code"] for r in found)


def test_returnees_from_a_named_place_are_those_who_came_back_from_there(demo_city: DemoCity) -> None:
    """Out-migrants returned from a named place."""
    true = {
        (d["person"], d["returned_on"])
        for d in demo_city.truth("departures").to_dicts()
        if d["returned_on"] and "湖北省" in d["destination"]
    }
    rows = [r for r in rows_of(demo_city, "returnees") if "湖北省" in r["destination"]]
    found = [(r["person"], r["returned_on"]) for r in rows]
    assert len(true) > 15
    assert len(found) == len(set(found))
    assert set(found) <= true
    faulty = lines_with_faults(demo_city)
    spoilt = {who for file, line, who in delivered(demo_city, "human_resources/out_migrants") if (file, line) in faulty}
    assert {who for who, _ in true - set(found)} <= spoilt


def test_returnees_who_fell_ill_are_those_of_the_outbreak(demo_city: DemoCity) -> None:
    confirmed = {
        c["person"]: c["confirmed_at"] for c in demo_city.truth("cards").to_dicts() if c["confirmed_at"] is not None
    }
    end = FIRST_DAY + dt.timedelta(days=55)
    wrong = told = 0
    for row in rows_of(demo_city, "returnees"):
        minute = confirmed.get(row["person"])
        on = FIRST_DAY + dt.timedelta(minutes=minute) if minute is not None else None
        is_case = on is not None and on <= end and 0 <= (on - row["returned_on"]).days <= 14
        told += is_case
        wrong += is_case != row["became_case"]
    assert told >= 3
    assert wrong <= max(1, 0.2 * told)


def test_firms_that_claim_to_work_and_use_no_power_are_those_who_lie(demo_city: DemoCity) -> None:
    """Enterprises that resumed but use no electricity."""
    lies = demo_city.truth("discrepancies").filter(rule="resumption_power", kind="sent_not_received")
    true = set(lies.select("left_ref", "period_on").iter_rows())
    activity = {(code, week): share for code, week, share in demo_city.truth("firm_activity").iter_rows()}
    table = demo_city.ask("SELECT * FROM shared.resumptions WHERE says_resumed AND NOT uses_power")
    found = set(table.select("credit_code", "week_on").iter_rows())
    assert len(true) >= 4
    assert true <= found
    # The others worked, but so little (or for so few days of the week) that the meter says the same.
    assert all(activity[key] < 0.4 for key in found)


def test_a_firm_at_work_uses_power(demo_city: DemoCity) -> None:
    activity = {(code, week): share for code, week, share in demo_city.truth("firm_activity").iter_rows()}
    table = demo_city.ask(
        "SELECT credit_code, week_on, uses_power FROM shared.resumptions WHERE uses_power IS NOT NULL"
    )
    judged = [(activity[code, week], says) for code, week, says in table.iter_rows() if (code, week) in activity]
    sure = [(share, says) for share, says in judged if share > 0.6 or share == 0]
    assert len(sure) > 100
    assert sum((share > 0) == says for share, says in sure) >= 0.97 * len(sure)


def test_grid_workers_of_a_grid_are_those_on_its_list(demo_city: DemoCity) -> None:
    """Residents per grid worker."""
    workers = demo_city.people_of(demo_city.ask("SELECT grid_code, batch, source_line FROM shared.grid_workers"))
    listed: dict[str, set[int]] = {}
    for grid, who in workers.select("grid_code", "person").iter_rows():
        listed.setdefault(grid, set()).add(who)
    loads = demo_city.ask("SELECT * FROM shared.grid_loads").to_dicts()
    assert len(loads) > 200
    agree = [len(listed.get(load["grid_code"], ())) == load["workers"] for load in loads]
    assert sum(agree) >= 0.99 * len(agree)


def test_residents_of_the_grids_are_the_people_who_live_there(demo_city: DemoCity) -> None:
    living = dict(demo_city.truth("residents").select("code", "residents").iter_rows())
    for _, registered, lives_in in (
        demo_city.truth("moved").select("person", "registered_area", "lives_in_area").iter_rows()
    ):
        living[registered] -= 1
        living[lives_in] = living.get(lives_in, 0) + 1
    planted = set(demo_city.truth("discrepancies").filter(rule="residents_grids")["area_code"])
    counted: Counter[str] = Counter()
    for load in demo_city.ask("SELECT area_code, residents FROM shared.grid_loads").to_dicts():
        counted[load["area_code"]] += load["residents"] or 0
    honest = [(counted[code], people) for code, people in living.items() if code in counted and code not in planted]
    assert len(honest) > 150
    # People from other counties are counted too.
    assert sum(n for n, _ in honest) == pytest.approx(sum(n for _, n in honest), rel=0.1)


def test_each_step_of_a_case_is_when_it_happened(demo_city: DemoCity) -> None:
    """From the first symptom to the township's answer."""
    cards = {c["case_no"]: c for c in demo_city.truth("cards").to_dicts()}
    begin = dt.datetime.combine(FIRST_DAY, dt.time()) - dt.timedelta(hours=8)
    rows = demo_city.ask("SELECT * FROM shared.case_ways").to_dicts()
    assert len(rows) > 20
    hours = 0
    for row in rows:
        card = cards[row["case_no"]]
        if row["confirmed_at"] and row["reported_at"]:
            true = (card["reported_at"] - card["confirmed_at"]) / 60
            assert row["hours_to_report"] == pytest.approx(true, abs=0.05)
            assert row["reported_at"] == begin + dt.timedelta(minutes=card["reported_at"])
            hours += 1
    assert hours > 10


def test_cases_stand_with_their_household_and_their_employer(demo_city: DemoCity) -> None:
    """Cases by household and workplace."""
    homes = dict(demo_city.truth("cases").select("person", "household").iter_rows())
    codes = dict(demo_city.truth("firms").select("firm", "credit_code").iter_rows())
    jobs: dict[int, set[str]] = {}
    for job in demo_city.truth("employments").to_dicts():
        jobs.setdefault(job["person"], set()).add(codes[job["firm"]])
    rows = [r for r in rows_of(demo_city, "case_households") if r["household_key"]]
    assert len(rows) > 15
    together: dict[int, set[int]] = {}
    for row in rows:
        if row["person"] in homes:
            together.setdefault(row["household_key"], set()).add(homes[row["person"]])
        assert row["credit_code"] is None or row["credit_code"] in jobs[row["person"]]
    assert all(len(true) == 1 for true in together.values())
    counted = Counter(r["household_key"] for r in rows)
    assert all(r["household_cases"] == counted[r["household_key"]] for r in rows)


def test_unvisited_people_in_closed_communities_have_nobody_named(demo_city: DemoCity) -> None:
    """Vulnerable people in controlled premises without a named visitor."""
    closed = set(
        demo_city.ask("SELECT area_code FROM shared.premises WHERE controlled_from_on IS NOT NULL")["area_code"]
    )
    care = demo_city.truth("care").to_dicts()
    visited = {c["person"] for c in care if c["has_visitor"]}
    true = {
        (c["person"], c["need"])
        for c in care
        if not c["has_visitor"] and c["area_code"] in closed and c["person"] not in visited
    }
    rows = [r for r in rows_of(demo_city, "unvisited_vulnerable") if "care_list" in r["file"]]
    found = {(r["person"], r["need"]) for r in rows}
    assert len(true) >= 3
    faulty = lines_with_faults(demo_city)
    spoilt = {who for file, line, who in delivered(demo_city, "civil_affairs/") if (file, line) in faulty}
    assert {who for who, _ in found ^ true} <= spoilt


def test_premises_to_act_on_lie_where_cases_live(demo_city: DemoCity) -> None:
    """Premises without property management or access control where cases occurred."""
    end = 56 * 24 * 60
    cards = demo_city.truth("cards").to_dicts()
    homes = Counter(c["area_code"] for c in cards if c["confirmed_at"] is not None and c["confirmed_at"] < end)
    rows = demo_city.ask("SELECT * FROM shared.case_premises").to_dicts()
    assert rows
    assert all(not (r["has_property_company"] and r["has_access_control"]) for r in rows)
    assert all(0 < r["community_cases"] <= homes[r["area_code"]] for r in rows)
    open_ones = demo_city.ask(
        "SELECT area_code FROM shared.premises WHERE property_company IS NULL OR has_access_control = FALSE"
    )
    assert {r["area_code"] for r in rows} >= {a for a in open_ones["area_code"] if homes[a] > 2}


def test_workers_away_are_those_who_left_and_did_not_return(demo_city: DemoCity) -> None:
    """The running total of a state."""
    last = dt.date(2020, 2, 16)
    departures = demo_city.truth("departures").to_dicts()
    true = sum(d["left_on"] <= last and (d["returned_on"] is None or d["returned_on"] > last) for d in departures)
    (found,) = demo_city.ask(
        f"SELECT sum(change) AS n FROM shared.state_changes WHERE state = 'worker_away' AND changed_on <= DATE '{last}'"
    )["n"]
    assert found == pytest.approx(true, rel=0.03)


def test_every_good_lasts_as_long_as_stock_and_use_say(demo_city: DemoCity) -> None:
    """Supplies: days of cover by facility."""
    stocks = demo_city.ask("SELECT * FROM shared.supply_stocks").to_dicts()
    series: dict[tuple[str, str], Rows] = {}
    for stock in sorted(stocks, key=lambda s: s["stock_on"]):
        series.setdefault((stock["facility"], stock["item"]), []).append(stock)
    cover = demo_city.ask("SELECT * FROM shared.supply_cover").to_dicts()
    assert len(cover) == len(stocks)
    for row in cover:
        known = [s for s in series[row["facility"], row["item"]] if s["stock_on"] <= row["stock_on"]][-7:]
        used = [s["used"] for s in known if s["used"] is not None]
        mean = sum(used) / len(used) if used else 0
        assert row["cover_days"] == (pytest.approx(row["quantity"] / mean) if mean else None)


def test_every_sample_and_every_result_stands_once(demo_city: DemoCity) -> None:
    numbers = {
        t: demo_city.ask(f"SELECT sample_no FROM shared.{t}")["sample_no"] for t in ("test_samples", "test_results")
    }
    tests = demo_city.ask("SELECT sample_no FROM shared.tests")["sample_no"]
    assert set(tests) == set(numbers["test_samples"]) | set(numbers["test_results"])
    assert len(tests) == len(set(tests)) > 100
