"""Rates of reports are DHIS2's, rules and delays are shown, and each asker sees what may be seen."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from citybrain.errors import AccessError
from citybrain.query.access import AccessContext, local_user
from citybrain.query.reporting import (
    AskedReports,
    read_delays,
    read_open_cases,
    read_outliers,
    read_rates,
    read_states,
    read_validation,
    read_validation_rules,
)
from citybrain.query.snapshot import OpenSnapshot
from tests.query import tiny_city
from tests.query.reporting_city import DAYS, write_reporting_snapshot
from tests.query.tiny_city import COUNTY, FIRST, TOWNSHIPS

OF_ONE = AccessContext("b", "township", TOWNSHIPS[0])


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> OpenSnapshot:
    return OpenSnapshot(write_reporting_snapshot(tmp_path_factory.mktemp("reporting")))


def test_rates_are_received_and_on_time_of_expected(snapshot: OpenSnapshot) -> None:
    rates = read_rates(snapshot, local_user(), AskedReports("township.daily"), "township")
    by_area = {r["area_code"]: r for r in rates.iter_rows(named=True)}
    assert list(by_area) == list(TOWNSHIPS)
    # One reports in time, one every second day late, one never.
    assert [by_area[t]["expected"] for t in TOWNSHIPS] == [DAYS] * 3
    assert [by_area[t]["completeness_pct"] for t in TOWNSHIPS] == [100, 100, 0]
    assert [by_area[t]["timeliness_pct"] for t in TOWNSHIPS] == [100, 50, 0]
    assert [by_area[t]["missing"] for t in TOWNSHIPS] == [0, 0, DAYS]
    assert by_area[TOWNSHIPS[1]]["implausible_zeros"] == 3


def test_the_county_s_rates_are_those_of_all_its_reports_and_no_mean_of_rates(snapshot: OpenSnapshot) -> None:
    [county] = read_rates(snapshot, local_user(), AskedReports("township.daily")).iter_rows(named=True)
    assert (county["area_code"], county["expected"], county["received"]) == (COUNTY, 3 * DAYS, 2 * DAYS)
    assert county["completeness_pct"] == pytest.approx(100 * 2 / 3)
    assert county["timeliness_pct"] == pytest.approx(100 * 1.5 / 3)


def test_a_period_narrows_the_reports_down(snapshot: OpenSnapshot) -> None:
    asked = AskedReports(period=(FIRST, FIRST + dt.timedelta(days=1)))
    [county] = read_rates(snapshot, local_user(), asked).iter_rows(named=True)
    assert county["expected"] == 6
    assert set(read_states(snapshot, local_user(), asked)["period_on"]) == set(asked.period or ())


def test_states_are_those_of_the_asker_s_own_areas(snapshot: OpenSnapshot) -> None:
    assert set(read_states(snapshot, OF_ONE, AskedReports())["area_code"]) == {TOWNSHIPS[0]}
    for asked in (AskedReports(area=COUNTY), AskedReports(area=TOWNSHIPS[1])):
        with pytest.raises(AccessError):
            read_states(snapshot, OF_ONE, asked)


def test_a_feed_that_no_area_owes_is_refused_with_the_nearest_name(snapshot: OpenSnapshot) -> None:
    with pytest.raises(AccessError, match=r"township\.dayly.*Did you mean 'township\.daily'"):
        read_rates(snapshot, local_user(), AskedReports("township.dayly"))


def test_broken_rules_are_listed_with_both_values_and_none_cut_off(snapshot: OpenSnapshot) -> None:
    rules = {r["rule"]: r for r in read_validation_rules(snapshot, local_user()).iter_rows(named=True)}
    broken = read_validation(snapshot, local_user(), AskedReports(), "few", ("broken",))
    assert rules["few"]["broken"] == broken.height > 0
    assert (broken["left_value"] > broken["right_value"]).all()
    all_of_it = read_validation(snapshot, local_user(), AskedReports(), "few", ("broken", "holds", "missing"))
    assert all_of_it.height == sum(rules["few"][v] for v in ("holds", "broken", "missing"))
    mine = read_validation(snapshot, OF_ONE, AskedReports(), "few", ("broken", "holds"))
    assert set(mine["area_code"]) == {TOWNSHIPS[0]}


def test_outliers_are_told_with_their_area(snapshot: OpenSnapshot) -> None:
    [found] = read_outliers(snapshot, local_user(), AskedReports("township.daily")).iter_rows(named=True)
    assert (found["area_code"], found["value"], found["area_name"]) == (TOWNSHIPS[0], 300.0, "城关镇")


def test_delays_are_told_by_level_and_by_institution(snapshot: OpenSnapshot) -> None:
    townships = read_delays(snapshot, local_user(), level="township")
    told = {(r["clock"], r["area_code"]): r for r in townships.iter_rows(named=True)}
    assert told["receipt", TOWNSHIPS[0]]["within_pct"] == 75
    hospitals = read_delays(snapshot, local_user(), by_facility=True)
    assert set(hospitals["facility"]) == {"县医院"}
    assert read_delays(snapshot, OF_ONE, by_facility=True).is_empty()


def test_delays_of_few_cases_are_hidden_from_those_without_the_right(snapshot: OpenSnapshot) -> None:
    anybody = AccessContext("a", "reader")
    of_county, of_township = (
        read_delays(snapshot, anybody, level=level).row(0, named=True) for level in (None, "township")
    )
    assert of_county["closed"] == 5
    assert of_township["closed"] is None and of_township["median_hours"] is None


def test_open_cases_are_for_those_who_may_see_single_cases(snapshot: OpenSnapshot) -> None:
    [case] = read_open_cases(snapshot, local_user()).iter_rows(named=True)
    assert (case["case_no"], case["open_hours"]) == ("n5", 50)
    with pytest.raises(AccessError, match="single cases"):
        read_open_cases(snapshot, AccessContext("a", "reader"))


def test_a_snapshot_of_an_older_version_has_nothing_to_tell(tmp_path: Path) -> None:
    file = tiny_city.write_snapshot(tmp_path)
    with duckdb.connect(str(file)) as con:
        con.execute("CHECKPOINT")
    old = OpenSnapshot(file)
    for told in (
        read_delays(old, local_user()),
        read_open_cases(old, local_user()),
        read_validation_rules(old, local_user()),
    ):
        assert told.is_empty()
