"""The feeds of health and townships: what is planted between two lists is there, and all lists tell of one world."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import fastexcel
import numpy as np
import polars as pl
import pytest

from citybrain.areas.datum import wgs84_from_gcj02
from citybrain.demo.departments import World as DemoWorld
from citybrain.demo.facilities import health_centre, slow_hospital
from citybrain.demo.firms import firms_of
from citybrain.demo.geography import lay_out
from citybrain.demo.health.admissions import Stays
from citybrain.demo.health.gcj02 import gcj02
from citybrain.demo.health.institutions import hospitals, institutions
from citybrain.demo.health.supplies import simulate
from citybrain.demo.mentions import FIRST_OUTSIDER
from citybrain.demo.period import day_number
from tests.demo.epidemic_world import World, make_world

DAYS, TOWNSHIPS = 49, 8
LISTS = "fever_clinic_follow_ups"
HARMLESS = {"id_spaced", "id_masked", "id_passport", "time_slashes", "temperature_unit", "phone_short"}
"""Slips of the clinics that hide neither the fever nor the place."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("health"), 5, TOWNSHIPS, 40_000, DAYS)


def lines_of(world: World, file: str, encoding: str) -> list[list[str]]:
    """The cells of a text file, line by line."""
    return list(csv.reader((world.extracts / file).read_bytes().decode(encoding).splitlines()))


def discrepancies(world: World, rule: str) -> Iterator[dict[str, str | dt.date]]:
    yield from world.planted.discrepancies.filter(pl.col("rule") == rule).iter_rows(named=True)


def cell(world: World, ref: str, header: str) -> str:
    """What stands below a header on a line of a list, given as file:line."""
    file, line = str(ref).rsplit(":", 1)
    rows = lines_of(world, file, "utf-8-sig" if "fever_clinic/" in file else "gb18030")
    return rows[int(line) - 1][rows[0].index(header)]


def test_every_feed_has_a_file_and_every_file_a_feed(world: World) -> None:
    folders = {p.parent.relative_to(world.extracts).as_posix() for p in world.extracts.rglob("*") if p.is_file()}
    assert folders == {
        *(f"health/{f}" for f in (
            "fever_clinic", "cases", "beds", "consultations", "contacts", "exposure_sites", "test_samples",
            "test_results", "facilities", "admissions", "supply_stock", "supplies_received",
        )),
        *(f"emergency/{f}" for f in ("supplies_issued", "reserves", "facilities")),
        *(f"township/{f}" for f in ("daily_report", "case_receipts", "fever_follow_ups")),
    }  # fmt: skip


def test_mentions_without_a_fault_hold_the_number_and_name_of_the_person(world: World) -> None:
    people = {
        p: (number, name) for p, number, name in world.people.select("person", "resident_id", "person_name").rows()
    }
    files = {
        "health/consultations/": ("gb18030", "|", "身份证号码"),
        "township/fever_follow_ups/": ("gb18030", ",", "身份证号"),
        "health/test_samples/": ("utf-8-sig", ",", "证件号码"),
    }
    for folder, (encoding, separator, header) in files.items():
        file = sorted((world.extracts / folder).iterdir())[-2]
        text = file.read_bytes().decode(encoding).splitlines()
        rows = list(csv.DictReader(text, delimiter=separator))
        name = file.relative_to(world.extracts).as_posix()
        meant = world.planted.mentions.filter(pl.col("file") == name)
        assert meant["line"].sort().to_list() == list(range(2, len(rows) + 2)), "one person a line"
        known = meant.filter(pl.col("person") < FIRST_OUTSIDER)
        for line, person, fault in known.select("line", "person", "fault").iter_rows():
            written = (rows[line - 2][header], rows[line - 2]["姓名"])
            if fault in ("", "phone_changed"):
                assert written == people[person]
            else:
                assert written != people[person], fault
        assert 0.02 < (meant["fault"] != "").mean() < 0.12  # type: ignore[operator]


def test_mentions_in_workbooks_and_json_point_at_the_right_rows(world: World) -> None:
    people = dict(world.people.select("person", "resident_id").rows())
    book = sorted(world.extracts.glob("health/contacts/*.xlsx"))[1]
    cells = fastexcel.read_excel(book).load_sheet("台账", header_row=None, dtypes="string").to_polars().rows()
    cards = sorted(world.extracts.glob("health/cases/*.json"))[-1]
    listed = json.loads(cards.read_text(encoding="utf-8"))["报告"]
    places = {
        book: {line: row[2] for line, row in enumerate(cells, start=1)},
        cards: {line: card["患者"]["证件号"] for line, card in enumerate(listed, start=1)},
    }
    for file, numbers in places.items():
        name = file.relative_to(world.extracts).as_posix()
        meant = world.planted.mentions.filter(
            (pl.col("file") == name) & (pl.col("fault") == "") & (pl.col("person") < FIRST_OUTSIDER)
        )
        assert len(meant) > 5
        assert all(numbers[line] == people[person] for line, person in meant.select("line", "person").iter_rows())


def test_the_seven_kinds_of_discrepancy_are_planted_between_clinics_and_townships(world: World) -> None:
    kinds = Counter(str(d["kind"]) for d in discrepancies(world, LISTS))
    assert kinds.keys() == {
        "lives_outside", "wrong_township", "duplicate", "date_shift", "definition", "sent_not_received",
        "received_not_sent",
    }  # fmt: skip
    assert min(kinds.values()) >= 5


def test_references_of_discrepancies_lead_to_lines_that_show_them(world: World) -> None:
    names = {t.code: t.name for t in world.county.townships}
    for found in discrepancies(world, LISTS):
        kind, left, right = str(found["kind"]), str(found["left_ref"]), str(found["right_ref"])
        assert (left == "") == (kind == "received_not_sent")
        assert (right == "") == (kind in ("sent_not_received", "lives_outside"))
        if not left or not right:
            continue
        clock = cell(world, left, "就诊时间").split()[0].replace("/", "-")
        seen = dt.date(*map(int, clock.split("-")))
        year, month, day = map(int, cell(world, right, "就诊日期").split("."))
        township = names[str(found["area_code"])]
        assert seen == found["period_on"]
        assert (dt.date(year, month, day) != found["period_on"]) == (kind == "date_shift")
        assert (not cell(world, right, "所在村居").startswith(township)) == (kind == "wrong_township")


def test_whoever_is_on_both_lists_without_a_planted_reason_agrees(world: World) -> None:
    """The naive twin: matched by person, what is left over is what was planted, and nothing else."""
    lists = world.planted.mentions.with_columns(pl.col("file").cast(pl.String))
    planted = list(discrepancies(world, LISTS))
    # The first copy of a duplicate is matched by the line of the clinic.
    explained = {str(d["left_ref"]) for d in planted if d["kind"] != "duplicate"} | {
        str(d["right_ref"]) for d in planted
    }
    spoilt = {(f.file, f.line) for f in world.faults if f.kind not in HARMLESS}
    replaced = {f.file for f in world.faults if f.kind == "superseded"}
    visits = world.visits.filter((pl.col("temperature") >= 37.3) & (pl.col("day") >= 14))
    feverish = set(visits.select("person", "day").iter_rows())
    left: Counter[int] = Counter()
    right: Counter[int] = Counter()
    for file, line, person in lists.select("file", "line", "person").iter_rows():
        if f"{file}:{line}" in explained or file in replaced:
            continue
        if "fever_follow_ups" in file:
            right[person] += 1
        if "fever_clinic" in file and (file, line) not in spoilt:
            on = dt.date.fromisoformat(file.split("fever_clinic_")[1][:10])
            left[person] += (person, day_number(on)) in feverish
    assert +left == +right
    assert sum(left.values()) > 1_000


def test_a_closed_only_median_of_the_slow_township_is_shorter_than_the_true_one(world: World) -> None:
    delays = pl.read_parquet(world.truth / "delays.parquet")
    slow = world.county.townships[slow_hospital(world.county)].code
    hours = (pl.col("ended_at") - pl.col("started_at")).dt.total_minutes() / 60
    answers = delays.filter((pl.col("stage") == "contacted_to_feedback") & (pl.col("area_code") == slow))
    answers = answers.with_columns(hours=hours)
    assert answers["is_open"].sum() >= 3
    assert answers.filter(~pl.col("is_open"))["hours"].median() < 0.8 * answers["hours"].median()  # type: ignore[operator]
    others = delays.filter(pl.col("stage") == "confirmed_to_reported").with_columns(hours=hours)
    centre = health_centre(world.county, slow_hospital(world.county))
    by_centre = others.filter(pl.col("facility") == centre)["hours"].median()
    assert by_centre > 24 > others.filter(pl.col("facility") != centre)["hours"].median()  # type: ignore[operator]


def test_receipts_state_the_true_instants_unless_a_shift_was_planted(world: World) -> None:
    cards = {r["case_no"]: r for r in pl.read_parquet(world.truth / "cards.parquet").iter_rows(named=True)}
    shifted = {d["left_ref"] for d in discrepancies(world, "cases_case_receipts") if d["kind"] == "date_shift"}
    seen = 0
    for book in sorted(world.extracts.glob("township/case_receipts/*.xlsx")):
        cells = fastexcel.read_excel(book).load_sheet("台账", header_row=None, dtypes="string").to_polars().rows()
        for row in cells[3:]:
            if row[1] not in cards:
                continue
            written = row[4].replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-")
            month, day = written.split()[0].split("-")[-2:]
            true = dt.date(2020, 1, 6) + dt.timedelta(days=cards[row[1]]["received_at"] // 1440)
            assert ((int(month), int(day)) != (true.month, true.day)) == (row[1] in shifted)
            seen += 1
    assert seen > 40


def test_stock_is_what_was_there_and_came_less_what_was_used(world: World) -> None:
    beds = np.array([40, 12, 8])
    made = simulate(demo_world(world), beds)
    came = np.zeros(made.stock.shape)
    known = made.lines.filter(pl.col("received").is_not_null() & (pl.col("arrives") < DAYS))
    for receiver, item, day, quantity in known.select("receiver", "item", "arrives", "received").iter_rows():
        came[receiver, item, day] += quantity
    assert (np.diff(made.stock, axis=2) == came[:, :, 1:] - made.used[:, :, 1:]).all()
    assert (made.stock >= 0).all() and made.lines["lost"].n_unique() == 6


def test_occupied_beds_are_the_stays_open_at_midnight() -> None:
    hours = [(0, -30, 5), (0, 0, 24), (0, 1, 23), (1, 20, 100), (1, 47, 49)]
    rows = pl.DataFrame(
        [(h, 60 * a, 60 * b) for h, a, b in hours], schema=["hospital", "admitted_at", "discharged_at"], orient="row"
    )
    slow = [[sum(h == at and a < 24 * (d + 1) <= b for h, a, b in hours) for d in range(5)] for at in range(2)]
    assert Stays(rows).open_at_end_of(5, 2).tolist() == slow


def test_coordinates_of_a_map_service_are_shifted_as_the_product_shifts_them_back(world: World) -> None:
    table = institutions(demo_world(world))
    shifted = np.stack(gcj02(table["longitude"].to_numpy(), table["latitude"].to_numpy()), axis=1)
    back = wgs84_from_gcj02(shifted)
    assert np.abs(back - table.select("longitude", "latitude").to_numpy()).max() < 1e-5
    assert np.abs(shifted - back).max() > 1e-3


def test_every_township_has_one_hospital_and_every_village_a_clinic(world: World) -> None:
    table = institutions(demo_world(world))
    assert table["facility_code"].is_unique().all() and table["facility_name"].is_unique().all()
    assert len(hospitals(table)) == TOWNSHIPS + 2
    assert (table["kind"] == "村卫生室").sum() == len(world.county.villages)


def test_most_results_follow_a_sample_and_the_others_are_planted(world: World) -> None:
    samples, results = set(), set()
    for file in sorted(world.extracts.glob("health/test_samples/*")):
        samples |= {row[0] for row in lines_of(world, file.relative_to(world.extracts).as_posix(), "utf-8-sig")[1:]}
    for file in sorted(world.extracts.glob("health/test_results/*")):
        results |= {line.split("\t")[0] for line in file.read_bytes().decode("utf-16").splitlines()[1:]}
    planted = list(discrepancies(world, "test_samples_test_results"))
    assert results - samples == {d["right_ref"] for d in planted if d["right_ref"]}
    lost = {d["left_ref"] for d in planted if d["left_ref"]}
    assert lost <= samples - results
    waiting = samples - results - lost
    assert len(waiting) < 0.1 * len(samples), "only the tubes of the last days wait"


def demo_world(world: World) -> DemoWorld:
    firms = firms_of(5, world.county, 1_000)
    return DemoWorld(5, world.county, 40_000, DAYS, Path("nowhere"), Path("nowhere"), firms)


def test_a_week_without_anything_to_tell_has_no_file(tmp_path: Path) -> None:
    made = make_world(tmp_path, 3, 4, 400, 7)
    assert not list(made.extracts.glob("township/fever_follow_ups/*"))
    assert lay_out(3, 4).townships == made.county.townships
