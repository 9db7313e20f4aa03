"""A corrected feed links anew only whom it names, and the snapshot is the one that a build from nothing would make."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from citybrain.build import linking
from citybrain.demo.identifiers import credit_codes
from citybrain.linkage import Decision, record_decision
from citybrain.project import load_project
from tests.conftest import SmallCity

CONTRACT = """title = "{feed}"
record = "{record}"
delivery = "full"
[owner]
purposes = ["epidemic_control"]
[source]
path = "{feed}.csv"
[columns]
{columns}
"""
WHO = 'person_name = "姓名"\nphone = "电话"\narea = { from = "乡镇", as = "name" }\n'
NUMBER = 'resident_id = { from = "证件号", invalid = "blank" }\nid_written = "证件号"\n'
CODE = 'credit_code = { from = "信用代码", invalid = "blank" }\ncode_written = "信用代码"\nenterprise_name = "名称"\n'
FEEDS = {
    "police.register": ("resident", 'resident_id = "证件号"\n' + WHO),
    "health.clinic": ("screening", NUMBER + WHO + 'screened_at = "时间"\n'),
    "market.firms": (
        "enterprise",
        'credit_code = "信用代码"\nenterprise_name = "名称"\narea = { from = "乡镇", as = "name" }\nregistered_on = "日期"\n',
    ),
    "tax.paid": (
        "tax_payment",
        CODE + 'area = { from = "乡镇", as = "name" }\nmonth_on = "月份"\ntax_yuan = "税额"\n',
    ),
}
REGISTER, CLINIC, FIRMS, PAID = (
    "证件号,姓名,电话,乡镇\n", "证件号,姓名,电话,乡镇,时间\n", "信用代码,名称,乡镇,日期\n", "信用代码,名称,乡镇,月份,税额\n",
)  # fmt: skip
NAMES = ("王建国", "李秀英", "张伟民", "刘桂兰", "陈志强")
CODES = credit_codes(pl.Series(["91"] * 2), "379901", np.arange(2)).to_list()
ALL = {linking.PERSONS, linking.ENTERPRISES, linking.PERSON_VALUES, linking.ENTERPRISE_VALUES}
OF_PEOPLE = {linking.PERSONS, linking.PERSON_VALUES}
TABLES = ("person_links", "person_map", "review", "enterprise_links", "attribute_agreement", "attribute_conflicts")


class LinkedCity:
    """Two departments that name people, two that name enterprises; some identifiers are wrong, some values differ."""

    def __init__(self, root: Path, make_id: Callable[..., str]) -> None:
        self.city, self.received = SmallCity(root), 10
        self.ids = [make_id(n) for n in range(1, 6)]

    def deliver_all(self) -> None:
        """Contracts and the first file of every feed."""
        for feed, (record, columns) in FEEDS.items():
            text = CONTRACT.format(feed=feed, record=record, columns=columns)
            self.city.contract(feed, text)
        self.deliver(
            "police.register", REGISTER, [f"{i},{NAMES[n]},1380000000{n},城关镇" for n, i in enumerate(self.ids)]
        )
        self.clinic(0, 1)
        self.firms("鑫源商贸")
        self.paid("鑫源商行")

    def deliver(self, feed: str, header: str, rows: list[str]) -> None:
        """A feed's file in place of the one before, a day later."""
        self.received += 1
        content = header + "".join(f"{row}\n" for row in rows)
        self.city.deliver(f"{feed}.csv", content, f"2020-02-{self.received}T08:00:00+00:00")

    def clinic(self, right: int, wrong: int) -> None:
        """Visits: one under a right number with another phone, one under a number with a wrong digit, one without any."""
        slip = self.ids[wrong][:9] + str((int(self.ids[wrong][9]) + 1) % 10) + self.ids[wrong][10:]
        at = "2020-02-03 09:00"
        self.deliver("health.clinic", CLINIC, [
            f"{self.ids[right]},{NAMES[right]},13900000000,河口镇,{at}", f"{slip},{NAMES[wrong]},1380000000{wrong},城关镇,{at}",
            f",路人甲,13700000000,河口镇,{at}",
        ])  # fmt: skip

    def firms(self, name: str) -> None:
        """The register of the market supervision."""
        rows = [f"{CODES[0]},{name},河口镇,2019-03-05", f"{CODES[1]},瑞丰木业,城关镇,2019-03-05"]
        self.deliver("market.firms", FIRMS, rows)

    def paid(self, name: str) -> None:
        """Tax of two firms, the second under a code with a wrong character."""
        slip = CODES[1][:10] + ("3" if CODES[1][10] != "3" else "4") + CODES[1][11:]
        rows = [f"{CODES[0]},{name},河口镇,2020-01-01,100", f"{slip},瑞丰木业,城关镇,2020-01-01,100"]
        self.deliver("tax.paid", PAID, rows)

    def build(self) -> set[str]:
        """The parts of the linkage that the build made."""
        return set(self.city.build().models_built) & ALL

    def linked(self) -> dict[str, list[tuple[Any, ...]]]:
        """The tables of the linkage, and those made of them."""
        asked = [f"linkage.{t}" for t in TABLES] + ["shared.screenings", "shared.tax_payments"]
        return {table: self.city.rows(f"FROM {table} ORDER BY ALL") for table in asked}

    def from_nothing(self) -> dict[str, list[tuple[Any, ...]]]:
        """The same of a build that has no snapshot to start from."""
        (self.city.root / "data/snapshots/current").unlink()
        assert self.build() == ALL
        return self.linked()


@pytest.fixture(scope="module")
def first_build(tmp_path_factory: pytest.TempPathFactory, make_resident_id: Callable[..., str]) -> Path:
    """The folder of a city whose people and enterprises are linked; to be copied."""
    folder = tmp_path_factory.mktemp("linked")
    city = LinkedCity(folder, make_resident_id)
    city.deliver_all()
    assert city.build() == ALL
    return folder


@pytest.fixture
def linked_city(first_build: Path, tmp_path: Path, make_resident_id: Callable[..., str]) -> LinkedCity:
    """A city of one's own after its first build."""
    city = LinkedCity(tmp_path, make_resident_id)
    shutil.copytree(first_build, tmp_path, symlinks=True, dirs_exist_ok=True)
    city.received = 20
    return city


def refuse(*_: object) -> None:
    """In place of a step that must not run."""
    raise AssertionError("this was linked already")


def test_every_table_of_the_linkage_has_something_to_take_over(linked_city: LinkedCity) -> None:
    linked = linked_city.linked()
    assert {how for *_, how, _ in linked["linkage.person_links"]} >= {"near_id", "unlinked"}
    assert [how for *_, how, _ in linked["linkage.enterprise_links"]] == ["near_code"]
    conflicts = {(kind, attribute) for kind, _, _, attribute, *_ in linked["linkage.attribute_conflicts"]}
    assert {("person", "phone"), ("person", "area"), ("enterprise", "enterprise_name")} <= conflicts
    assert linked_city.build() == set()


def test_a_feed_that_names_only_enterprises_leaves_the_persons(
    linked_city: LinkedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = linked_city.linked()
    monkeypatch.setattr(linking, "link_people", refuse)
    linked_city.paid("鑫源商贸")
    assert linked_city.build() == ALL - OF_PEOPLE
    after = linked_city.linked()
    assert after["linkage.person_links"] == before["linkage.person_links"]
    assert after["linkage.attribute_conflicts"] != before["linkage.attribute_conflicts"]
    monkeypatch.undo()
    assert linked_city.from_nothing() == after


def test_a_feed_that_names_only_persons_leaves_the_enterprises(
    linked_city: LinkedCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = linked_city.linked()
    monkeypatch.setattr(linking, "link_enterprises", refuse)
    linked_city.clinic(2, 3)
    assert linked_city.build() == OF_PEOPLE
    after = linked_city.linked()
    assert after["linkage.enterprise_links"] == before["linkage.enterprise_links"]
    assert after["linkage.person_links"] != before["linkage.person_links"]
    monkeypatch.undo()
    assert linked_city.from_nothing() == after


def test_a_decision_about_a_person_compares_no_values_again(linked_city: LinkedCity) -> None:
    before = linked_city.linked()
    stranger = next(key for *_, key, how, _ in before["linkage.person_links"] if how == "unlinked")
    known = next(key for *_, key, how, _ in before["linkage.person_links"] if how == "near_id")
    file = linking.decisions_file(load_project(linked_city.city.root))
    record_decision(file, Decision(stranger, known, "same", "clerk", "2020-02-20T08:00:00"))
    assert linked_city.build() == {linking.PERSONS}
    after = linked_city.linked()
    assert after["linkage.attribute_conflicts"] == before["linkage.attribute_conflicts"]
    assert [how for *_, how, _ in after["linkage.person_links"]].count("decision") == 1
    assert linked_city.from_nothing() == after


def test_another_word_that_counts_links_nobody_again(linked_city: LinkedCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linking, "load_authority", lambda: {"person": {"phone": ["health"]}, "enterprise": {}})
    linked_city.build()
    monkeypatch.setattr(linking, "load_authority", lambda: {"person": {"phone": ["police"]}, "enterprise": {}})
    assert linked_city.build() == {linking.PERSON_VALUES}
    conflicts = linked_city.city.rows("SELECT winner FROM linkage.attribute_conflicts WHERE attribute = 'phone'")
    assert set(conflicts) == {("police",)}


def test_a_past_view_takes_nothing_over(linked_city: LinkedCity) -> None:
    as_of = dt.datetime(2020, 2, 28, tzinfo=dt.UTC)
    assert set(linked_city.city.build(as_of).models_built) >= ALL
