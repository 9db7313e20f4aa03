"""A township is merged in the middle of the period: its history stays, the county's totals do not change."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from citybrain.query import City, local_user, open_city

if TYPE_CHECKING:
    from tests.conftest import SmallCity

OLD, NEW, TOWN, VILLAGE = "379901101", "379901200", "379901100", "379901101201"
"""河口镇 is merged into 山前乡 on 1 February; 河东村 goes along."""
FIRST, MERGED = dt.date(2020, 1, 20), dt.date(2020, 2, 1)
DAYS = [FIRST + dt.timedelta(days=n) for n in range(25)]
FORMS = {
    OLD: ("河口镇", "试验县河口镇", OLD), NEW: ("山前乡", "试验县山前乡", NEW), TOWN: ("城关镇", "试验县城关镇", TOWN),
    VILLAGE: ("河东村", "试验县河口镇河东村", VILLAGE),
}  # fmt: skip
"""The ways in which departments write each area; the last one is the code."""
ROWS = """rows = [
  { code = "379901", name = "试验县", level = "county" },
  { code = "379901100", name = "城关镇", level = "township" },
  { code = "379901101", name = "河口镇", level = "township", valid_to = "2020-02-01", successor = "379901200" },
  { code = "379901200", name = "山前乡", level = "township" },
  { code = "379901101201", name = "河东村", level = "village", parent = "379901101" },
]
"""
VILLAGES = '[[levels]]\ncode = "village"\ntitle = "村"\n[[areas]]'
CLINIC = """title = "发热门诊"
record = "screening"
delivery = "append"
[owner]
purposes = ["epidemic_control"]
[source]
path = "clinic.csv"
[columns]
resident_id = "证件号"
person_name = "姓名"
screened_at = "时间"
area = { from = "住址", as = "auto" }
temperature_c = "体温"
"""
REGISTER = """title = "户籍"
record = "resident"
delivery = "full"
[owner]
purposes = ["epidemic_control"]
[source]
path = "register.csv"
[columns]
resident_id = "证件号"
person_name = "姓名"
area = { from = "乡镇", as = "auto" }
"""
SHEET = """title = "乡镇日报"
record = "observation"
delivery = "append"
[owner]
purposes = ["epidemic_control"]
[source]
path = "report_*.csv"
[columns]
area = { from = "乡镇", as = "auto" }
period_on = "日期"
[values]
beds_total = "床位"
fever_reported = "发热"
"""
RATE = """title = { zh = "每千人发热就诊", en = "Fever visits per 1,000" }
definition = { zh = "发热门诊就诊人次除以户籍人口。", en = "Visits with fever by registered residents." }
kind = "ratio"
unit = { zh = "人次/千人", en = "visits per 1,000" }
theme = "screening"
owner = "health"
order = 1
better = "lower"
numerator = "fever_visits"
denominator = "residents"
scale = 1000
"""
SO_FAR = """title = { zh = "累计发热就诊", en = "Fever visits so far" }
definition = { zh = "发热门诊就诊人次累计。", en = "Running total of visits with fever." }
kind = "cumulative"
unit = { zh = "人次", en = "visits" }
theme = "screening"
owner = "health"
order = 2
better = "lower"
of = "fever_visits"
"""
Visit = tuple[str, dt.date]


def place_of(written: str, on: dt.date) -> str:
    """The township that a text means on a day: slow and obvious."""
    code = next(code for code, forms in FORMS.items() if written in forms)
    if code in (OLD, VILLAGE):
        return OLD if on < MERGED else NEW
    return code


@pytest.fixture(scope="module")
def merged(
    tmp_path_factory: pytest.TempPathFactory, make_resident_id: Callable[..., str]
) -> tuple[SmallCity, list[Visit]]:
    """The city after its build, and the visits: where they were written to be, and when."""
    from tests.conftest import SmallCity

    rng = random.Random(3)
    city = SmallCity(tmp_path_factory.mktemp("merged"))
    declared = (city.root / "city.toml").read_text(encoding="utf-8")
    head = declared[: declared.index("[[areas]]")]
    (city.root / "city.toml").write_text(head + VILLAGES + "\n" + ROWS, encoding="utf-8")
    city.contract("health.clinic", CLINIC)
    city.contract("police.register", REGISTER)
    city.contract("township.report", SHEET)
    (city.root / "dictionary").mkdir()
    (city.root / "dictionary" / "fever_visits_per_1000.toml").write_text(RATE, encoding="utf-8")
    (city.root / "dictionary" / "fever_visits_so_far.toml").write_text(SO_FAR, encoding="utf-8")
    visits = [(rng.choice(FORMS[rng.choice(list(FORMS))]), rng.choice(DAYS)) for _ in range(400)]
    lines = [f"{make_resident_id(n)},张三,{on} 09:00:00,{where},37.9" for n, (where, on) in enumerate(visits)]
    city.deliver("clinic.csv", "证件号,姓名,时间,住址,体温\n" + "\n".join(lines) + "\n")
    people = [f"{make_resident_id(n)},张三,{FORMS[(OLD, NEW, TOWN)[n % 3]][n % 2]}" for n in range(300)]
    city.deliver("register.csv", "证件号,姓名,乡镇\n" + "\n".join(people) + "\n")
    for on in DAYS:
        # For five days after the merge both offices still report for themselves; then one speaks for both.
        apart = on < MERGED + dt.timedelta(days=5)
        reports = (
            [("城关镇", 7, 1), ("山前乡", 20, 2), ("河口镇", 10, 3)] if apart else [("城关镇", 7, 1), ("山前乡", 30, 5)]
        )
        text = "".join(f"{name},{on},{beds},{fevers}\n" for name, beds, fevers in reports)
        city.deliver(f"report_{on}.csv", "乡镇,日期,床位,发热\n" + text)
    city.build()
    return city, visits


@pytest.fixture(scope="module")
def asked(merged: tuple[SmallCity, list[Visit]]) -> City:
    """The questions to its snapshot."""
    return open_city(merged[0].root / "data" / "snapshots")


def series(asked: City, indicator: str, area: str) -> dict[dt.date, float | None]:
    """The values of an area by day."""
    frame = asked.series(local_user(), indicator, area, "day", DAYS[0], DAYS[-1])
    return dict(frame.select("period_on", "value").iter_rows())


def test_every_visit_lies_where_it_was_on_its_day(merged: tuple[SmallCity, list[Visit]], asked: City) -> None:
    expected = Counter((place_of(where, on), on) for where, on in merged[1])
    for township in (OLD, NEW, TOWN):
        found = series(asked, "fever_visits", township)
        assert {on: v or 0 for on, v in found.items()} == {on: expected[township, on] for on in DAYS}


def test_running_totals_go_on_in_the_successor(merged: tuple[SmallCity, list[Visit]], asked: City) -> None:
    def true(area: str, until: dt.date) -> int:
        placed = [(where, on, place_of(where, on)) for where, on in merged[1] if on <= until]
        if until < MERGED or area == TOWN:
            return sum(township == area for _, _, township in placed)
        return sum(township in (OLD, NEW) for _, _, township in placed) if area == NEW else 0

    for township in (OLD, NEW, TOWN):
        found = series(asked, "fever_visits_so_far", township)
        assert {on: v or 0 for on, v in found.items()} == {on: true(township, on) for on in DAYS}
    whole = series(asked, "fever_visits_so_far", "379901")
    assert whole == {until: sum(on <= until for _, on in merged[1]) for until in DAYS}


def test_the_county_counts_every_visit_once(merged: tuple[SmallCity, list[Visit]], asked: City) -> None:
    expected = Counter(on for _, on in merged[1])
    assert series(asked, "fever_visits", "379901") == {on: expected[on] for on in DAYS}


def test_a_village_lies_in_the_old_township_before_and_in_the_new_one_after(
    merged: tuple[SmallCity, list[Visit]],
) -> None:
    city, visits = merged
    up = "JOIN shared.area_ancestors AS u USING (area_code) WHERE u.ancestor_depth = 1"
    named = "area_code IN (SELECT area_code FROM shared.areas WHERE area_name = '河东村')"
    rows = city.rows(
        f"SELECT u.ancestor_code, s.screened_on, count(*) FROM shared.screenings AS s {up} AND s.{named} GROUP BY ALL"
    )
    expected = Counter((place_of(where, on), on) for where, on in visits if where in FORMS[VILLAGE])
    assert {(area, on): n for area, on, n in rows} == expected


def test_beds_of_the_county_are_those_of_its_townships_on_every_day(asked: City) -> None:
    assert set(series(asked, "beds_total", "379901").values()) == {37.0}
    new = series(asked, "beds_total", NEW)
    assert {new[on] for on in DAYS if on < MERGED} == {20.0}
    assert {new[on] for on in DAYS if on >= MERGED} == {30.0}
    old = series(asked, "beds_total", OLD)
    assert {old[on] for on in DAYS if on < MERGED} == {10.0}


def test_what_two_offices_report_apart_after_the_merge_is_added_up(asked: City) -> None:
    assert set(series(asked, "fever_reported", "379901").values()) == {6.0}
    new = series(asked, "fever_reported", NEW)
    assert {new[on] for on in DAYS if on >= MERGED} == {5.0}


def test_a_register_without_a_day_stands_in_the_townships_of_today(asked: City) -> None:
    assert series(asked, "residents", NEW)[DAYS[-1]] == 200.0
    assert series(asked, "residents", "379901")[DAYS[-1]] == 300.0


def test_a_list_holds_the_areas_of_its_period(asked: City) -> None:
    def listed(first: dt.date, last: dt.date, kind: str = "day") -> list[str]:
        frame = asked.values(
            local_user(), ["fever_visits"], level="township", period_type=kind, period_from=first, period_to=last
        )
        return frame["area_code"].unique(maintain_order=True).to_list()

    day_before = MERGED - dt.timedelta(days=1)
    assert listed(FIRST, day_before) == [TOWN, OLD, NEW]
    assert listed(MERGED, DAYS[-1]) == [TOWN, NEW]
    assert listed(day_before, MERGED) == [TOWN, OLD, NEW]
    assert [a.code for a in asked.areas(local_user(), "379901")] == [TOWN, NEW]
    assert [a.code for a in asked.areas(local_user(), "379901", period=(FIRST, FIRST))] == [TOWN, OLD, NEW]


def test_the_townships_of_a_period_add_up_to_the_county(merged: tuple[SmallCity, list[Visit]], asked: City) -> None:
    for month in (dt.date(2020, 1, 1), dt.date(2020, 2, 1)):
        ranked = asked.ranking(local_user(), "fever_visits", "month", month, level="township")
        assert ranked["value"].sum() == sum(on.month == month.month for _, on in merged[1])


def test_a_ratio_after_the_merge_has_both_populations_below_it(
    merged: tuple[SmallCity, list[Visit]], asked: City
) -> None:
    expected = Counter((place_of(where, on), on) for where, on in merged[1])
    new = series(asked, "fever_visits_per_1000", NEW)
    assert {on: v for on, v in new.items() if on >= MERGED} == {
        on: pytest.approx(1000 * expected[NEW, on] / 200) for on in DAYS if on >= MERGED
    }
    # The register speaks of today, when the old township has no residents: no rate, and not an endless one.
    assert set(series(asked, "fever_visits_per_1000", OLD).values()) == {None}
