"""What is thought of a report reaches the numbers it carries, at its area and above, through the production build."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from citybrain.query import local_user, open_city
from tests.conftest import SmallCity
from tests.reporting.report_city import CHENGGUAN, HEKOU, SHANQIAN, ReportCity, Row, at

FIRST = dt.date(2020, 2, 1)
DAYS = 28
SILENT = range(12, 20)
ABSENT, UNREAD, JUMP = 5, 8, 24
COUNTY = "379901"


def day(number: int) -> str:
    return (FIRST + dt.timedelta(days=number)).isoformat()


def daily_sheet(number: int) -> list[Row]:
    """Three townships: one silent for eight days, one absent on a day, one unreadable on a day and jumping on another."""
    fevers: dict[str, object] = {CHENGGUAN: 8 + number % 5, HEKOU: 7 + number % 4, SHANQIAN: 9 + number % 3}
    if number in SILENT:
        fevers[HEKOU] = 0
    fevers[SHANQIAN] = {UNREAD: "若干", JUMP: 300}.get(number, fevers[SHANQIAN])
    rows = [(t, day(number), f, 200 + number, f"{day(number)} 17:00") for t, f in fevers.items()]
    rows[2] = (*rows[2][:3], "很多", rows[2][4]) if number == UNREAD else rows[2]
    return [r for r in rows if not (number == ABSENT and r[0] == CHENGGUAN)]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, make_resident_id: Callable[..., str]) -> ReportCity:
    city = ReportCity(SmallCity(tmp_path_factory.mktemp("states")))
    city.feed("daily")
    city.city.screening()
    visits = ["证件号,姓名,时间,住址,体温"]
    for number in range(DAYS):
        city.sheet(daily_sheet(number), at(day(number), "17:30"))
        for person, place in enumerate(["城关镇"] * 8 + ["河口镇"] * 7 + ["山前乡"] * 9):
            visits.append(f"{make_resident_id(person)},某某,{day(number)} 09:00,{place},38.1")
    city.city.deliver("clinic_all.csv", "\n".join(visits) + "\n", at(day(DAYS), "09:00"))
    city.city.build()
    return city


def test_the_silent_township_is_doubted_on_its_days_and_nobody_else(city: ReportCity) -> None:
    rows = city.city.rows("SELECT area_code, period_on::VARCHAR, witnessed, reasons FROM marts.zeros"
                          " WHERE verdict = 'implausible_zero' ORDER BY period_on")  # fmt: skip
    assert [(area, on) for area, on, *_ in rows] == [(HEKOU, day(n)) for n in SILENT]
    assert {witnessed for _, _, witnessed, _ in rows} == {7.0}
    assert all("seen_by_others" in reasons for *_, reasons in rows)


def test_every_report_that_was_owed_has_a_verdict(city: ReportCity) -> None:
    verdicts = dict(city.city.rows("SELECT verdict, count(*) FROM marts.zeros GROUP BY verdict"))
    assert verdicts == {"implausible_zero": len(SILENT), "missing": 2, "stated": 3 * DAYS - len(SILENT) - 2}


def test_states_reach_the_numbers_of_the_township_and_of_the_county(city: ReportCity) -> None:
    found = open_city(city.city.root / "data" / "snapshots").values(
        local_user(), ["fever_reported"], areas=[CHENGGUAN, HEKOU, SHANQIAN, COUNTY], period_type="day",
        period_from=FIRST, period_to=FIRST + dt.timedelta(days=DAYS - 1),
    )  # fmt: skip
    states = {(r["area_code"], (r["period_on"] - FIRST).days): r["state"] for r in found.iter_rows(named=True)}
    assert {n for n in range(DAYS) if states[HEKOU, n] == "implausible_zero"} == set(SILENT)
    assert states[CHENGGUAN, ABSENT] == "late"
    assert states[SHANQIAN, UNREAD] == "quarantined"
    odd = {key for key, state in states.items() if state != "value"}
    # The county has numbers of the others on all days.
    assert odd == {(HEKOU, n) for n in SILENT} | {(CHENGGUAN, ABSENT), (SHANQIAN, UNREAD)}


def test_states_are_told_above_and_for_longer_periods(city: ReportCity) -> None:
    told = city.city.rows(
        "SELECT DISTINCT period_type, area_code FROM marts.value_states WHERE indicator = 'fever_reported'"
        " AND state = 'implausible_zero'"
    )
    assert {(p, a) for p in ("day", "week", "month", "quarter", "year") for a in (HEKOU, COUNTY)} <= set(told)


def test_a_measure_whose_zeros_nobody_judges_is_not_called_implausible(city: ReportCity) -> None:
    states = city.city.rows("SELECT DISTINCT state FROM marts.value_states WHERE indicator = 'people_checked'")
    assert {s for (s,) in states} == {"late", "quarantined"}
