"""The ledger keeps findings of every kind: when they were seen, who was told, and what an older database held."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from citybrain.errors import AccessError
from citybrain.operations import FindingKind, Found, Item, ItemStatus, Ledger, Notice, Way, open_operations

DAY = dt.date(2020, 2, 3)
AT = dt.datetime(2020, 2, 20, 8)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'operations.sqlite'}"


@pytest.fixture
def ledger(url: str) -> Ledger:
    return Ledger(open_operations(url), lambda: AT, FindingKind.VALIDATION)


def found(left: float = 3.0, area: str = "11") -> Found:
    return Found("within", area, DAY, left, 0.0, "health")


def the(ledger: Ledger, area: str = "11") -> Item:
    return ledger.item("within", area, DAY)


def notice(department: str = "health", person: str = "王科长", way: Way = Way.BY_HAND) -> Notice:
    return Notice(AT, "ann", department, person, way, "")


def test_a_finding_says_in_which_snapshots_it_was_seen_first_and_last(ledger: Ledger) -> None:
    for snapshot in ("s1", "s2", "s3"):
        ledger.settle(snapshot, [found()], {"within"})
    ledger.settle("s4", [], {"within"})
    item = the(ledger)
    assert (item.first_seen, item.last_seen, item.is_present, item.status) == ("s1", "s3", False, ItemStatus.CLOSED)
    ledger.settle("s5", [found()], {"within"})
    item = the(ledger)
    assert (item.first_seen, item.last_seen, item.is_present, item.status) == ("s1", "s5", True, ItemStatus.REOPENED)
    assert [(e.event, e.snapshot) for e in ledger.history(item)] == [
        ("opened", "s1"), ("gone", "s4"), ("came_back", "s5")
    ]  # fmt: skip


def test_a_finding_without_any_amount_comes_and_goes_like_any_other(ledger: Ledger) -> None:
    """Equal numbers that must differ, or a zero that nobody may state: there is no gap, and yet something to mend."""
    ledger.settle("s1", [found(0.0)], {"within"})
    ledger.close(the(ledger), "ann", "known")
    assert ledger.settle("s2", [], {"within"}).counts == {"gone": 1}
    assert ledger.settle("s3", [], {"within"}).counts == {}
    assert ledger.settle("s4", [found(0.0)], {"within"}).counts == {"came_back": 1}


def test_what_could_not_be_judged_was_not_seen(ledger: Ledger) -> None:
    ledger.settle("s1", [found(), found(area="12")], {"within"})
    ledger.settle("s2", [found(area="12")], {"within"}, silent={("within", "11", DAY.isoformat())})
    assert (the(ledger).last_seen, the(ledger).is_present) == ("s1", True)
    assert the(ledger, "12").last_seen == "s2"


def test_telling_somebody_is_written_down_each_time_and_undoes_nothing(ledger: Ledger) -> None:
    ledger.settle("s1", [found(), found(area="12")], {"within"})
    ledger.explain(the(ledger, "12"), "counted twice", "bob")
    ledger.tell([the(ledger), the(ledger, "12")], notice(way=Way.WORKBOOK))
    ledger.tell([the(ledger)], notice("", "李四"))
    assert [the(ledger, a).status for a in ("11", "12")] == [ItemStatus.TOLD, ItemStatus.EXPLAINED]
    assert (the(ledger).told_to, the(ledger).told_at) == ("李四", AT)
    assert [(n.department, n.person, n.way) for n in ledger.notices(the(ledger))] == [
        ("health", "王科长", "workbook"), ("", "李四", "by_hand")
    ]  # fmt: skip
    assert [e.event for e in ledger.history(the(ledger))] == ["opened", "told", "told"]
    with pytest.raises(AccessError, match="nobody is named"):
        ledger.tell([the(ledger)], notice("", ""))


def test_what_is_told_and_comes_back_must_be_told_again(ledger: Ledger) -> None:
    ledger.settle("s1", [found()], {"within"})
    ledger.tell([the(ledger)], notice())
    ledger.settle("s2", [], {"within"})
    ledger.settle("s3", [found()], {"within"})
    assert the(ledger).status is ItemStatus.REOPENED
    assert ledger.tell([the(ledger)], notice())[0].status is ItemStatus.TOLD


def test_kinds_do_not_see_each_other(url: str, ledger: Ledger) -> None:
    other = Ledger(open_operations(url))
    ledger.settle("s1", [found()], {"within"})
    assert not other.is_settled("s1")
    assert other.settle("s1", [found(7.0)], {"within"}).counts == {"opened": 1}
    assert (the(ledger).gap, the(other).gap) == (3.0, 7.0)
    other.close(the(other), "ann", "no")
    assert other.settle("s2", [], {"within"}).counts == {"gone": 1}
    assert the(ledger).is_present


def test_a_snapshot_is_settled_once_whoever_asks_second(url: str, ledger: Ledger) -> None:
    again = Ledger(open_operations(url), kind=FindingKind.VALIDATION)
    assert ledger.settle("s1", [found()], {"within"}).counts == {"opened": 1}
    assert again.settle("s1", [found(9.0)], {"within"}).counts == {}
    assert the(again).gap == 3.0


FORMER = """
CREATE TABLE reconciliation_items (rule VARCHAR(100), area_code VARCHAR(30), period VARCHAR(10), status VARCHAR(20),
  owner VARCHAR(100), explanation TEXT, due_on DATE, left_only FLOAT, right_only FLOAT, accepted_gap FLOAT,
  opened_at DATETIME, changed_at DATETIME, PRIMARY KEY (rule, area_code, period));
CREATE TABLE reconciliation_history (entry INTEGER PRIMARY KEY AUTOINCREMENT, rule VARCHAR(100), area_code VARCHAR(30),
  period VARCHAR(10), at DATETIME, "by" VARCHAR(200), event VARCHAR(20), status VARCHAR(20), note TEXT, left_only FLOAT,
  right_only FLOAT, snapshot VARCHAR(100));
CREATE TABLE reconciliation_settled (snapshot VARCHAR(100) PRIMARY KEY, at DATETIME);
INSERT INTO reconciliation_items VALUES
  ('within', '11', '2020-02-03', 'explained', 'health', 'moved', '2020-02-10', 3, 1, 3, '2020-02-04 08:00:00.000000',
   '2020-02-05 08:00:00.000000'),
  ('within', '12', '', 'closed', 'health', '', NULL, 0, 0, 0, '2020-02-04 08:00:00.000000', '2020-02-06 08:00:00.000000');
INSERT INTO reconciliation_history (rule, area_code, period, at, "by", event, status, note, left_only, right_only, snapshot)
  VALUES ('within', '11', '2020-02-03', '2020-02-04 08:00:00.000000', 'citybrain', 'opened', 'open', '', 2, 1, 's1'),
  ('within', '11', '2020-02-03', '2020-02-04 09:00:00.000000', 'citybrain', 'changed', 'open', '', 3, 1, 's2'),
  ('within', '11', '2020-02-03', '2020-02-05 08:00:00.000000', 'bob', 'explained', 'explained', 'moved', 3, 1, '');
INSERT INTO reconciliation_settled VALUES ('s2', '2020-02-04 09:00:00.000000');
"""


def test_the_ledger_of_an_earlier_version_is_taken_over_whole(url: str) -> None:
    with create_engine(url).begin() as con:
        for statement in FORMER.split(";\n"):
            if statement.strip():
                con.execute(text(statement))
    open_operations(url)
    ledger = Ledger(open_operations(url))
    item = the(ledger)
    assert (item.status, item.explanation, item.due_on) == ("explained", "moved", dt.date(2020, 2, 10))
    assert (item.left_only, item.right_only, item.accepted_gap) == (3.0, 1.0, 3.0)
    assert (item.first_seen, item.last_seen, item.is_present) == ("s1", "s2", True)
    assert item.opened_at == dt.datetime(2020, 2, 4, 8)
    assert [e.event for e in ledger.history(item)] == ["opened", "changed", "explained"]
    assert not ledger.item("within", "12", None).is_present
    assert ledger.is_settled("s2") and not ledger.is_settled("s1")
    assert not any(name.startswith("reconciliation") for name in inspect(create_engine(url)).get_table_names())
