"""What needs attention: sums of differences, few people hidden, orders as they stood on a day. Numbers: tests/briefing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from citybrain.errors import AccessError
from citybrain.query import AccessContext, City, local_user, open_city
from citybrain.query.attention import (
    difference_reasons,
    differences,
    last_reconciled,
    orders_by_handler,
    owes_reports,
    report_faults,
)
from tests.query import planted_attention as planted
from tests.query import tiny_city as tiny

WEEK = (dt.date(2020, 2, 10), dt.date(2020, 2, 16))
CLERK = AccessContext("clerk", "county")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("attention")
    planted.plant(tiny.write_snapshot(folder))
    return folder


@pytest.fixture(scope="module")
def city(folder: Path) -> City:
    return open_city(folder)


def test_differences_come_least_accidental_first(city: City) -> None:
    found = differences(city, local_user(), tiny.COUNTY, WEEK)
    weights = [d.unmatched / (d.left + d.right) ** 0.5 for d in found]
    assert len(found) == len(planted.RULES)
    assert weights == sorted(weights, reverse=True)
    assert [d.weight for d in found] == pytest.approx(weights)


def test_rules_without_any_comparison_in_the_days_are_left_out(city: City) -> None:
    found = differences(city, local_user(), tiny.COUNTY, (dt.date(2019, 1, 1), dt.date(2019, 1, 7)))
    assert [d.rule.rule for d in found] == ["register_grid"]


def test_whoever_may_not_see_small_counts_is_told_no_sum_of_few_people(city: City) -> None:
    day = (dt.date(2020, 2, 10),) * 2
    seen = {(d.rule.rule, d.area_code): d for d in differences(city, local_user(), tiny.COUNTY, day, by_area=True)}
    told = {(d.rule.rule, d.area_code) for d in differences(city, CLERK, tiny.COUNTY, day, by_area=True)}
    small = {key for key, d in seen.items() if 0 < min(d.left_only or 9, d.right_only or 9) < 5}
    assert small
    assert told == set(seen) - small


def test_a_sum_that_would_tell_the_only_hidden_cell_is_hidden_too(tmp_path: Path) -> None:
    file = tiny.write_snapshot(tmp_path)
    planted.plant(file)
    with duckdb.connect(str(file)) as con:
        con.execute("UPDATE marts.reconciliations SET left_only = 20 WHERE rule = 'clinic_township' AND left_only > 0")
        con.execute("UPDATE marts.reconciliations SET right_only = 30 WHERE rule = 'clinic_township' AND left_only > 0")

    def told() -> bool:
        found = differences(open_city(tmp_path), CLERK, tiny.COUNTY, WEEK)
        return "clinic_township" in {d.rule.rule for d in found}

    assert told()
    one = f"rule = 'clinic_township' AND period_on = DATE '{WEEK[0]}' AND area_code = '{tiny.TOWNSHIPS[1]}'"
    with duckdb.connect(str(file)) as con:
        con.execute(f"UPDATE marts.reconciliations SET left_only = 2, left_count = 10, right_count = 10 WHERE {one}")
    assert not told()


def test_reasons_of_few_people_are_hidden_from_those_without_the_right(city: City) -> None:
    day = (dt.date(2020, 2, 10),) * 2
    assert difference_reasons(city, local_user(), tiny.COUNTY, day)
    assert difference_reasons(city, CLERK, tiny.COUNTY, day) == {}


def test_orders_stand_as_on_the_last_day_that_is_known_of_them(tmp_path: Path) -> None:
    file = tiny.write_snapshot(
        tmp_path,
        indicators=[*tiny.INDICATORS, {**tiny.INDICATORS[3], "indicator": "orders_overdue"}],
        coverage_rows=[{"indicator": "orders_overdue", "depth": 1, "first_on": tiny.FIRST, "last_on": tiny.LAST}],
    )
    planted.plant(file)
    known = open_city(tmp_path)
    at_the_end = orders_by_handler(known, local_user(), tiny.COUNTY, tiny.LAST)
    assert orders_by_handler(known, local_user(), tiny.COUNTY, tiny.LAST + dt.timedelta(days=30)) == at_the_end


def test_only_the_area_asked_for_is_told(city: City) -> None:
    township = tiny.TOWNSHIPS[1]
    assert {r.area.code for r in report_faults(city, local_user(), township, WEEK)} == {township}
    assert {o.area.code for o in orders_by_handler(city, local_user(), township, WEEK[1])} == {township}
    with pytest.raises(AccessError):
        report_faults(city, AccessContext("chief", "township", area_root=tiny.TOWNSHIPS[0]), township, WEEK)


def test_what_others_saw_is_for_those_who_may_see_small_counts(city: City) -> None:
    assert [r.witnessed for r in report_faults(city, CLERK, tiny.TOWNSHIPS[1], WEEK)] == [None]


def test_a_city_without_reports_rules_and_orders_has_nothing_to_attend_to(tmp_path: Path) -> None:
    tiny.write_snapshot(tmp_path)
    city, access = open_city(tmp_path), local_user()
    assert differences(city, access, tiny.COUNTY, WEEK) == []
    assert difference_reasons(city, access, tiny.COUNTY, WEEK) == {}
    assert report_faults(city, access, tiny.COUNTY, WEEK) == []
    assert orders_by_handler(city, access, tiny.COUNTY, WEEK[1]) == []
    assert (last_reconciled(city, access, tiny.COUNTY), owes_reports(city, access)) == (None, False)
