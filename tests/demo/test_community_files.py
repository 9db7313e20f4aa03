"""Files of townships and communities: what is planted is set aside, and people, grids and places are the true ones."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
import shapely

from citybrain.demo.communities.files import CommunityFiles
from citybrain.demo.communities.premises import CLOSED_COUNTY
from citybrain.demo.mentions import HOMOPHONES
from citybrain.demo.names import TRADITIONAL
from citybrain.demo.people import TODAY
from citybrain.demo.period import day
from tests.demo.department_world import Delivered, deliver, expected_reproaches

FEEDS = ("township.grids", "township.grid_workers", "township.premises", "township.checkpoints")
REASONS = {
    "grids": {"village_unknown": "area:area.unknown_name"},
    "grid_workers": {"grid_missing": "grid_code:required.missing", "village_unknown": "area:area.unknown_name"},
    "premises": {"community_unknown": "area:area.unknown_name", "name_missing": "premises_name:required.missing"},
    "checkpoints": {"town_unknown": "area:area.unknown_name", "opened_missing": "opened_on"},
}
"""Beginning of a file's name -> kind of fault that costs the row -> the reason that the product should give."""
HARMLESS = {"households_vague", "cameras_vague", "point_misplaced"}


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    return deliver(tmp_path_factory.mktemp("communities"), (CommunityFiles,), FEEDS, 120_000)


def test_quarantine_holds_what_was_planted_and_nothing_else(delivered: Delivered) -> None:
    in_order = {name: REASONS[name] for name in ("grid_workers", "grids", "premises", "checkpoints")}
    expected = expected_reproaches(delivered, in_order, sorted(HARMLESS))
    # 待定 is no date, and a blank is none either.
    found = {(f, n, "opened_on" if r.startswith("opened_on:") else r) for f, n, r in delivered.quarantined()}
    assert found == expected
    assert {r for _, _, r in expected} == {r for kinds in REASONS.values() for r in kinds.values()}


def test_rows_in_are_accepted_quarantined_or_duplicates_and_findings_are_planted(delivered: Delivered) -> None:
    repeats = delivered.planted.faults.filter(pl.col("kind") == "duplicate")["file"].value_counts()
    assert {b.feed for b in delivered.batches} == set(FEEDS)
    assert [b.error for b in delivered.batches if b.error] == []
    assert all(b.rows_in == b.accepted + b.quarantined + b.duplicate > 0 for b in delivered.batches)
    assert {b.path: b.duplicate for b in delivered.batches if b.duplicate} == dict(repeats.iter_rows())
    assert all("could not be read" in finding for b in delivered.batches for finding in b.findings)


def workers(delivered: Delivered) -> pl.DataFrame:
    """Accepted lines of grid workers, each with the person who is really meant."""
    mentions = delivered.planted.mentions.with_columns(pl.col("file", "fault").cast(pl.String))
    true = mentions.join(delivered.people.rename(lambda c: c if c == "person" else f"true_{c}"), on="person")
    rows = delivered.rows("township.grid_workers")
    both = rows.join(true, on=["file", "line"])
    assert both.height == rows.height > 400
    return both


def test_every_line_of_grid_workers_means_the_right_person(delivered: Delivered) -> None:
    both = workers(delivered)
    right_id = both.filter(~pl.col("fault").str.starts_with("id_"))
    assert right_id["resident_id"].equals(right_id["true_resident_id"].alias("resident_id"))
    right_name = both.filter(~pl.col("fault").str.starts_with("name_"))
    assert right_name["person_name"].equals(right_name["true_person_name"].alias("person_name"))
    by_ear = str.maketrans(HOMOPHONES)
    for written, true in (
        both.filter(pl.col("fault").str.starts_with("name_")).select("person_name", "true_person_name").rows()
    ):
        assert written == true.translate(TRADITIONAL) or written.translate(by_ear) == true.translate(by_ear)
    assert 0.02 < (both["fault"] != "").mean() < 0.12  # type: ignore[operator]


def test_grid_workers_are_grown_up_and_work_where_they_live(delivered: Delivered) -> None:
    both = workers(delivered)
    age = (TODAY - both["true_birth_on"].to_numpy().astype("M8[D]")).astype(int) / 365.25
    assert age.min() > 24 and age.max() < 58
    villages = [v.code for v in delivered.world.county.villages]
    home = pl.Series(villages).gather(both["true_village"])
    assert both["area"].equals(home.alias("area"))
    assert (both["grid_code"].str.slice(0, 12) == both["area"]).all()
    # An accepted worker may belong to a grid whose own line was set aside.
    grids = set(delivered.rows("township.grids")["grid_code"])
    assert both["grid_code"].is_in(list(grids)).mean() > 0.97  # type: ignore[operator]
    assert both.group_by("person").agg(pl.col("grid_code").n_unique())["grid_code"].max() == 2


def test_grids_count_who_lives_there(delivered: Delivered) -> None:
    """Honest grids against the people themselves, village by village."""
    rows = delivered.rows("township.grids")
    wrong = set(delivered.planted.discrepancies["area_code"])
    lost = {line for file, line, _ in delivered.quarantined() if "grids_" in file}
    villages = [v.code for v in delivered.world.county.villages]
    home = dict(delivered.people.filter(pl.col("village") == pl.col("lives_in")).group_by("village").len().iter_rows())
    counted: dict[str, int] = {}
    for area, residents, migrants in rows.select("area", "residents", "migrants").iter_rows():
        counted[area] = counted.get(area, 0) + (residents or 0) - (migrants or 0)
    honest = [v for v, code in enumerate(villages) if code in counted and code not in wrong]
    off = [abs(counted[villages[v]] - home.get(v, 0)) / max(home.get(v, 0), 50) for v in honest]
    assert np.mean(np.array(off) > 0.05) <= 2 * len(lost) / len(honest)
    assert max(rows["counted_on"].drop_nulls()) < dt.date(2020, 1, 20)


def test_the_obvious_rule_finds_the_villages_whose_count_is_wrong_and_no_others(delivered: Delivered) -> None:
    villages = [v.code for v in delivered.world.county.villages]
    registered = dict(delivered.people.group_by("village").len().iter_rows())
    rows = delivered.rows("township.grids")
    counted = dict(rows.group_by("area").agg(pl.col("residents").sum()).iter_rows())
    gone = len([1 for file, _, _ in delivered.quarantined() if "grids_" in file])
    found = {}
    for village, count in registered.items():
        share = counted.get(villages[village], 0) / count
        if count > 60 and not 0.7 < share < 1.45:
            empty, twice = share < 0.1, share > 1.45
            found[villages[village]] = "sent_not_received" if empty else "duplicate" if twice else "date_shift"
    planted = dict(delivered.planted.discrepancies.select("area_code", "kind").iter_rows())
    assert set(planted.values()) == {"sent_not_received", "duplicate", "date_shift"}
    agree = sum(found.get(area) == kind for area, kind in planted.items())
    assert agree >= len(planted) - gone - 1
    assert len(found.keys() - planted.keys()) <= gone + 1


def test_premises_with_a_case_close_the_day_after_and_no_date_lies_after_the_list(delivered: Delivered) -> None:
    rows = delivered.rows("township.premises")
    codes = [v.code for v in delivered.world.county.villages]
    first = dict(delivered.cases.group_by("village").agg(pl.col("confirmed_day").min()).iter_rows())
    case_of = {codes[v]: d for v, d in first.items()}
    with_case = 0
    for area, begins, ends in rows.select("area", "controlled_from_on", "controlled_until_on").iter_rows():
        if area in case_of:
            with_case += 1
            assert begins <= day(case_of[area] + 1)
        elif begins is not None:
            assert day(CLOSED_COUNTY) <= begins <= day(CLOSED_COUNTY + 3)
        assert ends is None or begins < ends <= day(55)
    assert with_case > 10
    assert 0.5 < rows["controlled_from_on"].is_not_null().mean() < 1  # type: ignore[operator]


def test_a_word_for_no_management_is_no_company(delivered: Delivered) -> None:
    rows = delivered.rows("township.premises")
    companies = set(rows["property_company"].drop_nulls())
    known = delivered.world.firms.filter(pl.col("industry") == "K7020")["enterprise_name"]
    assert companies <= set(known)
    unmanaged = rows.filter(pl.col("property_company").is_null())
    assert 0.15 < unmanaged.height / rows.height < 0.45
    assert not unmanaged["has_access_control"].any()
    assert rows["has_access_control"].null_count() == 0
    communities = {v.code for v in delivered.world.county.villages if v.is_community}
    assert set(rows["area"]) <= communities


def test_checkpoints_stand_near_their_village_and_are_closed_after_they_opened(delivered: Delivered) -> None:
    rows = delivered.rows("township.checkpoints")
    county = delivered.world.county
    shape = {v.code: county.coverage.villages[i] for i, v in enumerate(county.villages)}
    placed = rows.drop_nulls("longitude").filter(pl.col("kind") == "村口")
    far = [
        shape[area].distance(shapely.Point(lon, lat)) for area, lon, lat in placed.select("area", "longitude", "latitude").rows()
    ]  # fmt: skip
    assert max(far) < 0.04
    assert (rows["closed_on"].drop_nulls() > day(40)).all()
    assert (rows["opened_on"] >= dt.date(2020, 1, 25)).all()
    misplaced = (delivered.planted.faults["kind"] == "point_misplaced").sum()
    assert rows["longitude"].null_count() == misplaced > 0
