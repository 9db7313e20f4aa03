"""The epidemic of the demo county: a plausible outbreak, honest truth, and files that come out the same every time."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections import Counter
from pathlib import Path

import fastexcel
import numpy as np
import polars as pl
import pytest

from citybrain.demo.clinic_visits import winter_curve
from citybrain.demo.daily_counts import feverish_visitors
from citybrain.demo.geography import County, lay_out
from citybrain.demo.outbreak import Illness, illness_of, spread
from citybrain.demo.people import people_of
from citybrain.demo.period import day, day_number, local_instant
from citybrain.demo.present_addresses import STYLES, present_addresses
from tests.demo.epidemic_world import World, fall_ill, make_world

DAYS = 56


@pytest.fixture(scope="module")
def county() -> County:
    return lay_out(7, 4)


@pytest.fixture(scope="module")
def ill(county: County) -> Illness:
    return fall_ill(7, county, 60_000, DAYS)[1]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("epidemic"), 7, 4, 30_000, DAYS)


def test_visits_and_cases_are_as_many_as_in_a_county(county: County) -> None:
    people = [people_of(7, county, t, 60_000) for t in range(len(county.townships))]
    counties = [[illness_of(seed, county, t, p, DAYS) for t, p in enumerate(people)] for seed in range(6)]
    visits = [sum(len(i.visits) for i in ill) for ill in counties]
    cases = [sum(len(i.cases) for i in ill) for ill in counties]
    assert all(4_000 <= count <= 8_000 for count in visits)
    # One county may be lucky, since few infect many; six are not.
    assert 100 <= np.mean(cases) <= 300


def test_the_outbreak_comes_before_the_festival_peaks_early_in_february_and_ends(ill: Illness) -> None:
    confirmed = ill.cases["confirmed_day"]
    first_onset = day(int(ill.cases["onset_day"].min()))  # type: ignore[arg-type]
    peak = day(int(confirmed.mean()))  # type: ignore[arg-type]
    last_week = (confirmed >= day_number(dt.date(2020, 2, 24))).sum()
    assert dt.date(2020, 1, 6) <= first_onset < dt.date(2020, 1, 25)
    assert dt.date(2020, 1, 29) <= peak <= dt.date(2020, 2, 9)
    assert last_week <= len(confirmed) / 20


def test_every_case_goes_its_way_in_order(ill: Illness) -> None:
    cases = ill.cases
    assert (cases["onset_day"] <= cases["visit_day"]).all()
    assert (cases["visit_day"] <= cases["confirmed_day"]).all()
    assert (cases["visit_day"] <= cases["reported_day"]).all()
    assert (cases["reported_day"] < DAYS).all()
    assert cases["case_no"].is_unique().all() and cases["person"].is_unique().all()


def test_infections_come_from_a_case_of_the_same_township_or_from_outside(county: County) -> None:
    people = people_of(7, county, 0, 60_000)
    infections = spread(np.random.default_rng(1), people, DAYS)
    when = dict(zip(infections.person.tolist(), infections.onset.tolist(), strict=True))
    assert len(when) == len(infections.person)
    for person, source in zip(infections.person.tolist(), infections.source.tolist(), strict=True):
        assert source == -1 or when[source] < when[person]


def test_households_of_cases_are_hit_more_than_others(county: County) -> None:
    people, ill = fall_ill(7, county, 60_000, DAYS)
    shared = ill.cases.group_by("household").len().filter(pl.col("len") > 1)
    in_a_household = len(people) / people["household"].n_unique() - 1
    by_chance = len(ill.cases) * in_a_household * len(ill.cases) / len(people)
    assert shared["len"].sum() > 5 * by_chance


def test_nobody_visits_twice_a_day_and_every_case_visits(ill: Illness) -> None:
    assert ill.visits.select("person", "day").is_unique().all()
    seen = set(ill.visits.filter("is_case").select("person", "day").iter_rows())
    assert {(p, d) for p, d in ill.cases.select("person", "visit_day").iter_rows()} <= seen
    assert ill.visits["temperature"].is_between(35.5, 41.0).all()


def test_weekdays_differ_and_the_festival_keeps_people_at_home() -> None:
    curve = winter_curve(DAYS)
    mondays, sundays = curve[28::7], curve[34::7]
    assert (mondays > 1.2 * sundays).all()
    festival = day_number(dt.date(2020, 1, 25))
    assert curve[festival] < 0.7 * curve[festival - 4] and curve[festival] < 0.7 * curve[festival + 4]
    assert len(winter_curve(364)) == 364 and (winter_curve(364) > 0).all()


def test_the_same_seed_makes_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    def files(name: str, seed: int) -> dict[str, tuple[str, float]]:
        made = make_world(tmp_path / name, seed, 4, 3_000, 14)
        return {
            p.relative_to(made.root).as_posix(): (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime)
            for p in sorted(made.extracts.rglob("*"))
            if p.is_file()
        }

    once, again, other = files("a", 3), files("b", 3), files("c", 4)
    assert once == again
    assert len(once) > 25
    assert once != other


def test_a_tiny_county_and_a_single_week_can_be_made(tmp_path: Path) -> None:
    made = make_world(tmp_path, 3, 4, 400, 7)
    assert len(list(made.extracts.glob("township/daily_report/*.xlsx"))) == 7
    assert not list(made.extracts.glob("health/cases/*.json")), "a week without cards has no file"


def test_late_missing_and_corrected_files_are_as_planted(world: World) -> None:
    kinds = {(f.file, f.kind) for f in world.faults if f.line == 0}
    missing = [file for file, kind in kinds if kind == "missing_file"]
    assert len(missing) == 2
    assert not any((world.extracts / file).exists() for file in missing)
    late = sorted(file for file, kind in kinds if kind == "late_file" and "clinic" in file)
    assert len(late) == 7
    for file in late:
        on = dt.date.fromisoformat(file[-14:-4])
        received = dt.datetime.fromtimestamp((world.extracts / file).stat().st_mtime, dt.UTC)
        assert received == local_instant(day_number(on) + 3, 8 * 60 + 20)
    for fault in world.faults:
        if fault.kind == "superseded":
            old, new = world.extracts / fault.file, world.extracts / fault.detail
            assert old.stat().st_mtime < new.stat().st_mtime


def test_a_clinic_file_is_quoted_has_a_byte_order_mark_and_one_row_a_visit(world: World) -> None:
    file = world.extracts / "health/fever_clinic/fever_clinic_2020-02-03.csv"
    assert file.read_bytes().startswith(b'\xef\xbb\xbf"\xe7\x99\xbb')
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    repeated = sum(f.kind == "duplicate" and world.extracts / f.file == file for f in world.faults)
    assert len(rows) - repeated == world.visits.filter(pl.col("day") == 28).height
    assert list(rows[0])[:6] == ["登记号", "姓名", "性别", "证件号码", "联系电话", "就诊时间"]


def test_a_card_comes_again_when_it_is_confirmed_and_when_it_is_pushed(world: World) -> None:
    states: dict[str, list[str]] = {}
    pushed: dict[str, list[bool]] = {}
    for file in sorted(world.extracts.glob("health/cases/*.json")):
        for card in json.loads(file.read_text(encoding="utf-8"))["报告"]:
            states.setdefault(card["卡号"], []).append(card["病例分类"])
            pushed.setdefault(card["卡号"], []).append(card["时间"]["推送"] is not None)
            assert (card["时间"]["确诊"] is None) == (card["病例分类"] == "疑似病例")
            assert card["时间"]["发病"].endswith("T16:00:00.000Z"), "the instant at which a day begins in China"
    cards = pl.read_parquet(world.truth / "cards.parquet")
    assert set(states) == set(cards["case_no"]) > set(world.cases["case_no"])
    assert ["疑似病例", "确诊病例"] in states.values()
    end = DAYS * 24 * 60
    later = cards.filter(pl.col("confirmed_at") < end)["case_no"]
    assert all(states[number][-1] == "确诊病例" for number in later)
    assert all(set(states[n]) == {"疑似病例"} for n in cards.filter("is_suspect")["case_no"])
    assert all(pushed[number][-1] for number in cards.filter(pl.col("pushed_at") < end)["case_no"])


def test_townships_hide_their_fevers_and_no_other_zero_is_false(world: World) -> None:
    zeros = world.planted.zeros
    reported = pl.read_parquet(world.truth / "daily_counts.parquet")
    assert zeros.height == reported.filter(pl.col("fevers") == 0).height
    false = zeros.filter("is_false_zero")
    assert false["area_code"].n_unique() == 2
    assert (false["true_value"] > 0).all() and (zeros.filter(~pl.col("is_false_zero"))["true_value"] == 0).all()
    honest = reported.filter(~pl.col("is_hidden") & ~pl.col("is_copied"))
    assert (honest["fevers"] == honest["true_value"]).all()


def test_visitors_with_fever_are_counted_once_a_day_where_they_live(county: County, ill: Illness) -> None:
    persons = {
        (county.villages[village].township, number, person)
        for village, number, person, temperature in ill.visits.select(
            "village", "day", "person", "temperature"
        ).iter_rows()
        if temperature >= 37.3
    }
    slow = Counter((township, number) for township, number, _ in persons)
    fast = feverish_visitors(county, ill.visits, DAYS)
    assert {(t, d): int(fast[t, d]) for t, d in zip(*np.nonzero(fast), strict=True)} == dict(slow)


def test_a_daily_report_has_a_title_a_header_of_two_rows_a_total_and_a_note(world: World) -> None:
    file = world.extracts / "township/daily_report/日报_20200203.xlsx"
    cells = fastexcel.read_excel(file).load_sheet(0, header_row=None, dtypes="string").to_polars().rows()
    assert "日报" in cells[0][0]
    assert cells[2][3] == "疫情防控情况" and cells[3][3:6] == ("发热人数", "排查人数", "居家观察人数")
    assert cells[2][6] == "上报时间" and cells[4][6] is not None and cells[4][6].startswith("2020-02-03 1")
    total = next(row for row in cells if row[0] == "合计")
    figures = [row for row in cells[4:] if row[0] and row[0].isdigit()]
    assert int(total[3]) == sum(int(row[3]) for row in figures if row[3].isdigit())
    assert cells[-1][0].startswith("填表人")


def test_beds_are_long_semicolon_separated_utf_16(world: World) -> None:
    files = sorted(world.extracts.glob("health/beds/*.csv"))
    assert len(files) == 8
    lines = files[0].read_bytes().decode("utf-16").splitlines()
    assert lines[0] == "日期;医疗机构;乡镇;指标;数值"
    assert len(lines) == 1 + 7 * 4 * 3


def test_addresses_name_the_village_in_many_ways_or_say_why_not(county: County) -> None:
    villages = np.random.default_rng(0).integers(0, len(county.villages), 20_000)
    address, kind = present_addresses(np.random.default_rng(1), county, villages)
    stated = pl.DataFrame({"address": address, "kind": kind, "village": villages})
    assert stated.filter(pl.col("kind") == "area_missing")["address"].unique().to_list() == [""]
    shares = stated["kind"].value_counts(normalize=True)
    elsewhere = float(shares.filter(pl.col("kind") == "area_other_county")["proportion"][0])
    assert elsewhere == pytest.approx(STYLES["other_county"], rel=0.4)
    names = pl.Series([v.name for v in county.villages]).gather(villages)
    whole = stated.filter(pl.Series([n in a for n, a in zip(names, address, strict=True)]))
    assert 0.7 < len(whole) / len(stated) < 0.9
