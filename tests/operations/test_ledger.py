"""An item lives longer than any snapshot: it opens, is explained, goes, and comes back by itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from citybrain.errors import AccessError, BuildError
from citybrain.operations import Found, ItemStatus, Ledger, open_operations

DAY = dt.date(2020, 2, 3)
KEY = ("fevers", "11", "2020-02-03")


def found(left: float, right: float = 0.0, area: str = "11", period: dt.date | None = DAY) -> Found:
    return Found("fevers", area, period, left, right, "health")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(open_operations(f"sqlite:///{tmp_path / 'operations.sqlite'}"))


def status(ledger: Ledger) -> ItemStatus:
    return ledger.item("fevers", "11", DAY).status


def test_a_difference_opens_one_item_owned_by_the_department_of_the_rule(ledger: Ledger) -> None:
    assert ledger.settle("s1", [found(3)], {"fevers"}).counts == {"opened": 1}
    assert ledger.settle("s2", [found(3)], {"fevers"}).counts == {}
    [item] = ledger.items()
    assert (item.key, item.status, item.owner, item.gap) == (KEY, "open", "health", 3.0)
    assert [e.event for e in ledger.history(item)] == ["opened"]


def test_what_was_explained_stays_explained_until_the_difference_grows(ledger: Ledger) -> None:
    ledger.settle("s1", [found(3)], {"fevers"})
    item = ledger.assign(ledger.item("fevers", "11", DAY), "township office", "ann", DAY + dt.timedelta(days=7))
    assert (item.status, item.owner, item.due_on) == ("assigned", "township office", dt.date(2020, 2, 10))
    item = ledger.explain(item, " three live elsewhere ", "bob")
    ledger.close(item, "ann")
    ledger.settle("s2", [found(2)], {"fevers"})
    assert status(ledger) is ItemStatus.CLOSED
    assert ledger.settle("s3", [found(4)], {"fevers"}).counts == {"grew": 1}
    assert status(ledger) is ItemStatus.REOPENED
    assert ledger.item("fevers", "11", DAY).explanation == "three live elsewhere"
    history = ledger.history(item)
    assert [e.event for e in history] == ["opened", "assigned", "explained", "closed", "changed", "grew"]
    assert [e.by for e in history][1:4] == ["ann", "bob", "ann"]
    assert history[-1].snapshot == "s3"


def test_what_is_gone_closes_and_opens_again_when_it_comes_back(ledger: Ledger) -> None:
    ledger.settle("s1", [found(0, 2)], {"fevers"})
    assert ledger.settle("s2", [], {"fevers"}).counts == {"gone": 1}
    assert status(ledger) is ItemStatus.CLOSED
    assert ledger.settle("s3", [found(1)], {"fevers"}).counts == {"came_back": 1}
    assert status(ledger) is ItemStatus.REOPENED


def test_silence_of_a_side_or_of_a_rule_closes_nothing(ledger: Ledger) -> None:
    ledger.settle("s1", [found(3)], {"fevers"})
    assert ledger.settle("s2", [], {"fevers"}, silent={KEY}).counts == {}
    assert ledger.settle("s3", [], {"another rule"}).counts == {}
    assert status(ledger) is ItemStatus.OPEN


def test_a_rule_over_the_whole_time_has_items_without_a_period(ledger: Ledger) -> None:
    ledger.settle("s1", [found(3, period=None), found(1, area="12")], {"fevers"})
    assert ledger.item("fevers", "11", None).period == ""
    assert [i.area_code for i in ledger.items(area_codes={"12"})] == ["12"]


def test_nothing_is_closed_or_explained_without_words(ledger: Ledger) -> None:
    ledger.settle("s1", [found(3)], {"fevers"})
    item = ledger.item("fevers", "11", DAY)
    with pytest.raises(AccessError, match="nobody has explained"):
        ledger.close(item, "ann")
    with pytest.raises(AccessError, match="words"):
        ledger.explain(item, "  ", "ann")
    assert ledger.close(item, "ann", "counted twice").explanation == "counted twice"


def test_an_unknown_item_is_an_error_of_the_asker(ledger: Ledger) -> None:
    with pytest.raises(AccessError, match="no such item"):
        ledger.item("fevers", "99", DAY)


def test_it_survives_closing_the_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'operations.sqlite'}"
    Ledger(open_operations(url)).settle("s1", [found(3)], {"fevers"})
    again = Ledger(open_operations(url))
    assert again.is_settled("s1")
    assert not again.is_settled("s2")
    assert [i.key for i in again.items()] == [KEY]


def test_a_database_that_cannot_be_opened_says_who_must_act(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="cannot be opened"):
        open_operations(f"sqlite:///{tmp_path / 'missing' / 'operations.sqlite'}")


def test_the_tables_are_made_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'operations.sqlite'}"
    open_operations(url)
    open_operations(url)
    assert "findings" in inspect(create_engine(url)).get_table_names()
