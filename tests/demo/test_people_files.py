"""Permits, hotels, people in need, jobs and out-migrants: what the product sets aside is what was planted, no more."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from citybrain.demo.mentions import CAREFUL, FIRST_OUTSIDER, USUAL, MentionRates, outsiders, written_people
from citybrain.demo.people_files.assistance import Assistance
from citybrain.demo.people_files.employment import Employment
from citybrain.demo.people_files.lodgings import Lodgings
from citybrain.demo.people_files.out_migrants import SOURCE_CITY, OutMigrants
from citybrain.demo.people_files.residence_permits import ResidencePermits
from citybrain.demo.randomness import stream
from tests.demo.department_world import Delivered, deliver, expected_reproaches

FEEDS = (
    "public_security.residence_permits", "public_security.lodgings", "civil_affairs.low_income", "civil_affairs.care_list",
    "human_resources.employment", "human_resources.out_migrants",
)  # fmt: skip
REASONS = {
    "residence_permits": {
        "date_impossible": "issued_on:date.impossible", "permit_missing": "permit_no:required.missing",
        "area_other_province": "area:area.outside", "area_other_county": "area:area.no_place_in_address",
        "area_missing": "area:required.missing",
    },
    "lodgings": {
        "time_impossible": "checked_in_at:instant.impossible", "area_unknown": "area:area.unknown_name",
        "area_missing": "area:required.missing",
    },
    "low_income": {"area_unknown": "area:area.unknown_name", "category_unknown": "need:code.unknown_word"},
    "care_list": {"need_unknown": "need:code.unknown_word", "need_missing": "need:required.missing"},
    "employment": {"date_impossible": "started_on:date.impossible"},
    "out_migrants": {
        "area_unknown": "area:area.unknown_name", "destination_missing": "destination:required.missing",
        "date_impossible": "left_on:date.impossible",
    },
}  # fmt: skip
"""Series of files -> kind of fault that costs the row -> the reason that the product should give."""


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    departments = (ResidencePermits, Lodgings, Assistance, Employment, OutMigrants)
    return deliver(tmp_path_factory.mktemp("people"), departments, FEEDS, 40_000)


def test_every_delivery_is_taken_and_every_row_counted(delivered: Delivered) -> None:
    assert [b.error for b in delivered.batches if b.error] == []
    assert len(delivered.batches) == sum(1 for p in delivered.world.extracts.rglob("*") if p.is_file())
    for batch in delivered.batches:
        assert batch.rows_in == batch.accepted + batch.quarantined + batch.duplicate > 0


def test_quarantine_holds_what_was_planted_and_nothing_else(delivered: Delivered) -> None:
    expected = expected_reproaches(delivered, REASONS)
    assert {reason for _, _, reason in expected} == {r for kinds in REASONS.values() for r in kinds.values()}
    assert delivered.quarantined() == expected


def test_planted_repeats_are_the_duplicates(delivered: Delivered) -> None:
    planted = delivered.planted.faults.filter(pl.col("kind") == "duplicate")["file"].value_counts()
    found = {b.path: b.duplicate for b in delivered.batches if b.duplicate}
    assert dict(planted.iter_rows()) == found


@pytest.mark.parametrize("feed", FEEDS)
def test_lines_of_the_truth_point_at_the_right_people(delivered: Delivered, feed: str) -> None:
    rows = delivered.rows(feed).select("file", "line", "resident_id", "person_name")
    mentions = delivered.planted.mentions.with_columns(pl.col("file", "fault").cast(pl.String))
    both = rows.join(mentions, on=["file", "line"], how="left")
    assert both["person"].null_count() == 0
    assert both.height == rows.height
    inside = both.join(delivered.people.select("person", right_id="resident_id", right_name="person_name"), on="person")
    clean = inside.filter(pl.col("fault") == "")
    assert (clean["resident_id"] == clean["right_id"]).all()
    assert (clean["person_name"] == clean["right_name"]).all()
    healed = inside.filter(pl.col("fault").is_in(["id_15", "id_lower_case", "id_full_width"]))
    assert (healed["resident_id"] == healed["right_id"]).all()
    lost = inside.filter(
        pl.col("fault").is_in(["id_substitution", "id_transposition", "id_missing", "id_float", "id_truncated"])
    )
    assert lost["resident_id"].null_count() == lost.height
    if feed == "public_security.residence_permits":
        assert (both["person"] >= FIRST_OUTSIDER).all()
    else:
        assert clean.height > 0.9 * inside.height > 0


def test_birth_dates_disagree_with_the_number_where_that_was_planted(delivered: Delivered) -> None:
    planted = delivered.planted.attributes
    assert set(planted["attribute"]) == {"birth_on"}
    rows = pl.concat([delivered.rows(f).select("file", "line", "birth_on", "resident_id") for f in FEEDS[2:4]])
    both = rows.join(planted, on=["file", "line"], how="left").filter(pl.col("resident_id").is_not_null())
    of_number = both["resident_id"].str.slice(6, 8).str.to_date("%Y%m%d")
    assert ((both["birth_on"] != of_number) == both["attribute"].is_not_null()).all()
    assert 0 < both["attribute"].count() < 0.05 * both.height


def test_the_care_list_names_visitors_as_the_truth_says(delivered: Delivered) -> None:
    truth = pl.read_parquet(delivered.world.truth / "care.parquet")
    rows = delivered.rows("civil_affairs.care_list")
    assert (rows["visitor"].is_not_null() == rows["has_visitor"]).all()
    mentions = delivered.planted.mentions.with_columns(pl.col("file").cast(pl.String))
    both = rows.join(mentions, on=["file", "line"]).join(truth, on=["person", "need"])
    assert both.height == rows.height > 500
    assert (both["has_visitor"] == both["has_visitor_right"]).all()
    assert both.select((pl.col("area_code").str.starts_with(pl.col("area"))).mean()).item() > 0.99
    assert set(rows["need"]) == {"elderly_alone", "disabled", "left_behind_child", "orphan", "chronic_patient"}


def test_people_in_need_live_where_they_live_and_not_where_they_are_registered(delivered: Delivered) -> None:
    rows = delivered.rows("civil_affairs.low_income").select("file", "line", "area")
    mentions = delivered.planted.mentions.with_columns(pl.col("file").cast(pl.String))
    codes = pl.Series([v.code for v in delivered.world.county.villages])
    people = delivered.people.with_columns(now=codes.gather(delivered.people["lives_in"]))
    both = rows.join(mentions, on=["file", "line"]).join(people, on="person")
    assert (both["area"] == both["now"]).all()
    assert 0.01 < (both["village"] != both["lives_in"]).mean() < 0.10


def test_imported_cases_came_back_from_the_source_city_before_they_fell_ill(delivered: Delivered) -> None:
    truth = pl.read_parquet(delivered.world.truth / "departures.parquet").filter(pl.col("returned_on").is_not_null())
    imported = delivered.cases.filter(pl.col("is_imported")).join(truth, on="person")
    assert imported.height >= 0.5 * delivered.cases["is_imported"].sum() > 0
    assert set(imported["destination"]) == {SOURCE_CITY}
    onset = imported.select(pl.lit(dt.date(2020, 1, 6)) + pl.duration(days="onset_day")).to_series()
    visit = imported.select(pl.lit(dt.date(2020, 1, 6)) + pl.duration(days="visit_day")).to_series()
    assert (imported["returned_on"] <= pl.Series([max(o, dt.date(2020, 1, 6)) for o in onset])).all()
    assert (imported["returned_on"] <= visit).all()


def test_a_return_comes_as_the_same_departure_again(delivered: Delivered) -> None:
    rows = delivered.rows("human_resources.out_migrants")
    key = ["id_written", "person_name", "left_on"]
    newest = rows.sort("batch", "line").unique(key, keep="last")
    mentions = delivered.planted.mentions.with_columns(pl.col("file").cast(pl.String))
    truth = pl.read_parquet(delivered.world.truth / "departures.parquet")
    both = newest.join(mentions, on=["file", "line"]).join(truth, on=["person", "left_on"])
    assert both.height == newest.height
    known = both["returned_on"].is_not_null()
    assert known.sum() > 0.5 * both.height
    assert (both.filter(known)["returned_on"] == both.filter(known)["returned_on_right"]).all()


def test_employers_are_the_firms_of_the_truth(delivered: Delivered) -> None:
    rows = delivered.rows("human_resources.employment")
    named = delivered.planted.firm_mentions.with_columns(pl.col("file", "fault").cast(pl.String))
    both = rows.join(named, on=["file", "line"])
    assert both.height == rows.height
    right = delivered.world.firms["credit_code"].gather(both["firm"])
    is_clean = both["fault"].is_in(["", "code_lower_case"])
    assert (both["credit_code"].filter(is_clean) == right.filter(is_clean)).all()
    assert both["credit_code"].filter(~is_clean).null_count() == (~is_clean).sum() > 0


@pytest.mark.parametrize("rates", [USUAL, CAREFUL])
def test_mentions_bear_faults_at_the_stated_rates(delivered: Delivered, rates: MentionRates) -> None:
    written = written_people(stream(1, "mentions"), delivered.people, rates)
    counts = dict(written["mention_fault"].value_counts().iter_rows())
    for kind in ("id_substitution", "id_transposition", "id_missing", "id_full_width", "id_truncated"):
        expected = getattr(rates, kind) * written.height
        assert abs(counts.get(kind, 0) - expected) <= 5 * expected**0.5
    differs = (written["id_written"] != written["resident_id"]) | (written["name_written"] != written["person_name"])
    differs |= written["phone_written"] != written["phone"]
    assert (differs == (written["mention_fault"] != "")).all()


def test_outsiders_have_numbers_of_their_own() -> None:
    one = outsiders(stream(1, "a"), 0, 20_000)
    two = outsiders(stream(1, "b"), 20_000, 20_000)
    both = pl.concat([one, two])
    assert both["resident_id"].n_unique() == both["person"].n_unique() == 40_000
    assert (both["resident_id"].str.slice(6, 8) == both["birth_on"].dt.strftime("%Y%m%d")).all()
    assert not both["resident_id"].str.starts_with("3799").any()
    with pytest.raises(ValueError, match="at most"):
        outsiders(stream(1, "c"), 8_981_000, 2_000)


def test_the_same_seed_writes_the_same_files(delivered: Delivered, tmp_path: Path) -> None:
    again = deliver(tmp_path, (Lodgings, OutMigrants), (), 40_000)
    for file in again.world.extracts.rglob("*.*"):
        name = file.relative_to(again.world.extracts)
        assert file.read_bytes() == (delivered.world.extracts / name).read_bytes(), name
