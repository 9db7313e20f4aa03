"""Cadres, pairings, hotline, emergencies and orders: what is planted is found, what is true can be read off them."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from citybrain.demo.governance.appeals import Appeals
from citybrain.demo.governance.cadres import LEAST_STAFF, Cadres
from citybrain.demo.governance.emergencies import Emergencies
from citybrain.demo.governance.orders import Orders
from tests.demo.department_world import Delivered, deliver, expected_reproaches

FEEDS = (
    "organisation.cadres", "organisation.pairings", "hotline.appeals", "emergency.incidents", "emergency.plans",
    "supervision.orders",
)  # fmt: skip
REASONS = {
    "cadres": {"unit_missing": "unit:required.missing", "profession_unknown": "profession:code.unknown_word"},
    "appeals": {"area_unknown": "area:area.unknown_name", "time_impossible": "received_at:instant.impossible"},
    "incidents": {
        "category_unknown": "category:code.unknown_word", "area_unknown": "area:area.unknown_name",
        "time_impossible": "happened_at:instant.impossible",
    },
    "plans": {"date_impossible": "revised_on:date.impossible"},
    "orders": {"area_unknown": "area:area.unknown_name", "time_missing": "due_at:required.missing"},
}  # fmt: skip
"""Series of files -> kind of fault that costs the row -> the reason that the product should give."""
LOST_CELL = "satisfaction_unknown"
"""A kind that costs a cell and not the row."""


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    return deliver(tmp_path_factory.mktemp("governance"), (Cadres, Appeals, Emergencies, Orders), FEEDS, 200_000)


def newest(delivered: Delivered, feed: str, key: str) -> pl.DataFrame:
    """The newest row of each key."""
    return delivered.rows(feed).sort("batch", "line").unique(key, keep="last")


def minutes(instants: pl.Series) -> pl.Series:
    """Minutes since the first day began in China, of instants in UTC."""
    return (instants - dt.datetime(2020, 1, 5, 16)).dt.total_minutes()


def test_every_delivery_is_taken_and_every_row_counted(delivered: Delivered) -> None:
    assert [b.error for b in delivered.batches if b.error] == []
    assert len(delivered.batches) == sum(1 for p in delivered.world.extracts.rglob("*") if p.is_file())
    for batch in delivered.batches:
        assert batch.rows_in == batch.accepted + batch.quarantined + batch.duplicate


def test_quarantine_holds_what_was_planted_and_nothing_else(delivered: Delivered) -> None:
    expected = expected_reproaches(delivered, REASONS, harmless=(LOST_CELL,))
    assert {reason for _, _, reason in expected} == {r for kinds in REASONS.values() for r in kinds.values()}
    assert delivered.quarantined() == expected


def test_cadres_are_deployed_in_the_second_list_only(delivered: Delivered) -> None:
    rows = delivered.rows("organisation.cadres")
    assert set(rows["file"]) == {"organisation/cadres_20200208.xlsx"}
    assert 0.2 < rows["deployed_area"].is_not_null().mean() < 0.5
    mentions = delivered.planted.mentions.with_columns(pl.col("file", "fault").cast(pl.String))
    both = rows.join(mentions, on=["file", "line"]).join(delivered.people, on="person")
    assert both.height == rows.height
    clean = both.filter(pl.col("fault") == "")
    assert (clean["resident_id"] == clean["resident_id_right"]).all()
    planted = delivered.planted.attributes.select("file", "line", "written")
    told = both.join(planted, on=["file", "line"], how="left")
    assert ((told["birth_on"] == told["birth_on_right"]) == told["written"].is_null()).all()
    assert told["written"].count() > 0


def test_pairings_name_firms_of_some_size_and_cadres_of_the_list(delivered: Delivered) -> None:
    rows = delivered.rows("organisation.pairings")
    named = delivered.planted.firm_mentions.with_columns(pl.col("file", "fault").cast(pl.String))
    both = rows.join(named, on=["file", "line"])
    firms = delivered.world.firms
    assert both.height == rows.height == (firms["staff"] >= LEAST_STAFF).sum()
    clean = both.filter(pl.col("fault") == "")
    assert (clean["credit_code"] == firms["credit_code"].gather(clean["firm"])).all()
    assert (rows["demands_solved"] <= rows["demands"]).all()
    # A cadre whose own line is set aside still answers for his firms.
    assert rows["cadre_no"].is_in(delivered.rows("organisation.cadres")["cadre_no"].implode()).mean() > 0.95


def test_open_tickets_come_again_when_they_are_answered(delivered: Delivered) -> None:
    truth = pl.read_parquet(delivered.world.truth / "appeals.parquet")
    both = newest(delivered, "hotline.appeals", "appeal_no").join(truth, on="appeal_no")
    assert (minutes(both["received_at"]) == both["came"]).all()
    known = both.filter(pl.col("answered") < delivered.world.days * 1440)
    assert (minutes(known["answered_at"]) == known["answered"]).all()
    still_open = both.filter(pl.col("answered").is_null() | (pl.col("answered") >= delivered.world.days * 1440))
    assert still_open["answered_at"].null_count() == still_open.height > 0
    assert (both["area"] == both["area_code"]).all()
    assert (both["is_epidemic"] == both["is_epidemic_right"]).all()
    weeks = both.group_by(pl.col("came") // 10080).len().sort("came")["len"]
    assert weeks[4] > 1.5 * weeks[0]


def test_a_value_that_no_word_list_knows_costs_no_ticket(delivered: Delivered) -> None:
    planted = delivered.planted.faults.filter(pl.col("kind") == LOST_CELL).select("file", "line")
    kept = delivered.rows("hotline.appeals").join(planted, on=["file", "line"])
    assert kept.height == planted.height > 0
    assert kept["satisfaction"].null_count() == kept.height


def test_incidents_are_closed_when_they_were_over(delivered: Delivered) -> None:
    truth = pl.read_parquet(delivered.world.truth / "incidents.parquet")
    both = newest(delivered, "emergency.incidents", "incident_no").join(truth, on="incident_no")
    assert (minutes(both["happened_at"]) == both["happened"]).all()
    is_over = (both["closed"] < delivered.world.days * 1440).fill_null(value=False)
    assert (both["closed_at"].is_not_null() == is_over).all()
    assert (both["area"] == both["area_code"]).all()
    assert set(both["category"]) == {"natural_disaster", "accident", "public_health", "social_security"}
    assert both.filter(pl.col("category") == "public_health", pl.col("grade") == "2").height >= 1


def test_plans_say_when_they_were_drilled_or_nothing(delivered: Delivered) -> None:
    rows = delivered.rows("emergency.plans")
    assert 0 < rows["drilled_on"].null_count() < 0.4 * rows.height
    assert (rows["drilled_on"].is_null() == rows["drill_people"].is_null()).all()
    assert (rows["revised_on"] < dt.date(2020, 1, 1)).all()


def test_orders_are_claimed_done_checked_and_overdue_as_the_truth_says(delivered: Delivered) -> None:
    truth = pl.read_parquet(delivered.world.truth / "orders.parquet")
    both = newest(delivered, "supervision.orders", "order_no").join(truth, on="order_no")
    end = delivered.world.days * 1440
    for column in ("feedback", "verified"):
        known = both.filter(pl.col(column) < end)
        assert (minutes(known[f"{column}_at"]) == known[column]).all()
        assert both.filter(pl.col(column).is_null())[f"{column}_at"].count() == 0
    assert (minutes(both["due_at"]) == both["due"]).all()
    assert (both["area"] == both["area_code"]).all()
    claimed_falsely = both.filter(pl.col("is_false_claim"))
    assert claimed_falsely["verified_at"].count() == 0 < claimed_falsely["feedback_at"].count()
    assert 0.05 < (both["feedback_at"] > both["due_at"]).mean() < 0.6
