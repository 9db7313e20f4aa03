"""Whoever may not see small counts sees none of a cell of few people, nor its records; of firms and goods everything."""

from __future__ import annotations

import duckdb
import pytest

from citybrain.query import AccessContext, local_user
from citybrain.query.city import City, open_city
from citybrain.query.reconciliation import Asked
from citybrain.reconciliation import STANDARD_RULES, build_reconciliation, load_rules
from tests.conftest import SmallCity, resident_id

RULE = "fever_clinic_follow_ups"
VIEWER = AccessContext(user="viewer", role="viewer")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """Three people at the clinic from one township, seven from another, none of them on any list but one stranger."""
    small = SmallCity(tmp_path_factory.mktemp("small_counts"))
    small.screening()
    towns = ["城关镇"] * 3 + ["河口镇"] * 7
    lines = [f"{resident_id(n)},张三,2020-02-03 09:00,{town},38.5" for n, town in enumerate(towns, start=1)]
    small.deliver("clinic_1.csv", "证件号,姓名,时间,住址,体温\n" + "\n".join(lines) + "\n")
    small.build()
    with duckdb.connect(str((small.root / "data" / "snapshots" / "current").resolve())) as con:
        con.execute(
            "INSERT INTO shared.follow_ups BY NAME SELECT 1 AS person_key, '379901200' AS area_code,"
            " DATE '2020-02-03' AS screened_on, 1 AS batch, 9 AS source_line"
        )
        build_reconciliation(con, load_rules([STANDARD_RULES]))
    return open_city(small.root / "data" / "snapshots")


def test_few_people_are_hidden_with_all_that_they_follow_from(city: City) -> None:
    shown = {r["area_code"]: r for r in city.reconciliations(VIEWER, Asked(rule=RULE)).iter_rows(named=True)}
    assert {a: r["is_suppressed"] for a, r in shown.items()} == {
        "379901100": True,
        "379901101": False,
        "379901200": True,
    }
    hidden = shown["379901100"]
    assert [hidden[n] for n in ("left_count", "right_count", "matched", "left_only", "right_only", "difference")] == [
        None
    ] * 6
    assert hidden["status"] == "differs"
    assert shown["379901101"]["left_only"] == 7


def test_their_records_are_hidden_too(city: City) -> None:
    day = city.reconciliations(VIEWER, Asked(rule=RULE))["period_on"][0]
    assert city.reconciliation_records(VIEWER, RULE, "379901100", day) == []
    assert len(city.reconciliation_records(VIEWER, RULE, "379901101", day)) == 7
    assert len(city.reconciliation_records(local_user(), RULE, "379901100", day)) == 3


def test_reasons_of_few_people_are_not_counted(city: City) -> None:
    counted = city.reconciliation_reasons(VIEWER, RULE)
    assert {r["side"]: r["records"] for r in counted.iter_rows(named=True)} == {"left": 10, "right": None}
    assert city.reconciliation_reasons(local_user(), RULE)["records"].null_count() == 0


def test_whoever_may_see_small_counts_sees_all(city: City) -> None:
    seen = city.reconciliations(local_user(), Asked(rule=RULE))
    assert not seen["is_suppressed"].any()
    assert seen["left_only"].sum() == 10


def test_only_rules_over_people_hide_anything() -> None:
    hiding = {r.id for r in load_rules([STANDARD_RULES]) if r.counts_persons}
    assert {"fever_clinic_follow_ups", "admissions_beds", "residents_grids", "cases_case_receipts"} <= hiding
    assert not hiding & {"supplies_issued_received", "register_tax", "companies_filing", "resumption_power"}
