"""Explaining, assigning and closing a difference on its page: what the ledger then says, and what is refused."""

from __future__ import annotations

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI, Request

from citybrain.operations import Entry, Item, ItemStatus, Ledger, open_operations
from citybrain.query import AccessContext, open_city
from citybrain.web import build_app
from citybrain.web.posts import COOKIE, FIELD, Posts
from citybrain.web.reconciliation.acts import MOST_OF_NAME, MOST_WORDS
from tests.conftest import resident_id
from tests.reporting.report_city import CHENGGUAN, HEKOU
from tests.web.told_city import DAY, RULE
from tests.web.visitor import Visitor

CELL = f"/reconciliation/cell?rule={RULE}&area={CHENGGUAN}&period={DAY}"
TROUBLE = re.compile(r'<p class="bad form-trouble" role="alert" id="said" tabindex="-1">(.*?)</p>')


@dataclass(frozen=True)
class City:
    """A data folder that may be written, and its ledger seen from beside."""

    snapshots: Path

    @property
    def ledger(self) -> Ledger:
        return Ledger(open_operations(f"sqlite:///{self.snapshots.parent / 'operations.sqlite'}"))

    @property
    def item(self) -> Item:
        return self.ledger.items(RULE, [CHENGGUAN])[0]

    @property
    def history(self) -> list[Entry]:
        return self.ledger.history(self.item)

    def app(self, access: AccessContext | None = None) -> FastAPI:
        return build_app(self.snapshots, access)


@pytest.fixture
def city(told_snapshots: Path, tmp_path: Path) -> City:
    shutil.copytree(told_snapshots, tmp_path / "snapshots", symlinks=True)
    return City(tmp_path / "snapshots")


@pytest.fixture
def person(city: City) -> Visitor:
    """Somebody who has opened the page of the difference."""
    visitor = Visitor(city.app())
    visitor.get(CELL + "&lang=en")
    return visitor


def send(visitor: Visitor, act: str, /, **fields: str) -> int:
    """Sends one form of the page and follows where the answer leads; the status of the answer itself."""
    answer = visitor.send(CELL + "&lang=en", {"act": act, **fields})
    if answer.status_code == 303:
        assert visitor.get(answer.headers["location"].partition("#")[0]).status_code == 200
    return answer.status_code


def test_explained_assigned_closed_and_opened_again_by_the_one_who_is_asking(city: City, person: Visitor) -> None:
    assert send(person, "explain", text=" 两人住在邻县。\r\n已转出。 ") == 303
    assert (city.item.status, city.item.explanation) == (ItemStatus.EXPLAINED, "两人住在邻县。\n已转出。")
    assert city.item.accepted_gap == city.item.gap
    assert send(person, "assign", department="health", due="2020-02-28") == 303
    assert (city.item.status, city.item.owner, str(city.item.due_on)) == (ItemStatus.ASSIGNED, "health", "2020-02-28")
    assert send(person, "close") == 303
    assert city.item.status is ItemStatus.CLOSED
    assert 'value="close"' not in person.get(CELL).text
    assert send(person, "assign", department="health", person="防疫科 李科长") == 303
    assert (city.item.status, city.item.owner) == (ItemStatus.ASSIGNED, "防疫科 李科长")
    told = [(e.event, e.by) for e in city.history[1:]]
    assert told == [(event, "local") for event in ("explained", "assigned", "closed", "assigned")]


def test_the_answer_is_an_address_that_shows_what_stands_in_the_ledger_now(person: Visitor) -> None:
    answer = person.send(CELL + "&lang=en", {"act": "explain", "text": "a clerk's <script>alert(1)</script>"})
    assert answer.headers["location"].endswith("&lang=en&done=explain#said")
    assert "script" not in answer.headers["location"], "what was written stands in no address"
    page = person.get(answer.headers["location"].partition("#")[0]).text
    assert "✓ Explained." in page
    assert "<script>alert" not in page
    assert page.count("a clerk&#x27;s &lt;script&gt;alert(1)&lt;/script&gt;") == 2, "as explanation and in the history"
    assert "✓ Explained." not in person.get(CELL + "&lang=en&done=close").text, "only what is the newest is said"


@pytest.mark.parametrize(
    ("act", "fields", "words"),
    [
        ("explain", {"text": " \r\n "}, "explanation is empty"),
        ("explain", {"text": "很" * (MOST_WORDS + 1)}, "2001 characters"),
        ("explain", {"text": f"见 {resident_id(1)} 一行"}, "must not keep"),
        ("explain", {"text": "电话13800138000"}, "must not keep"),
        ("close", {"text": ""}, "Nobody has explained"),
        ("assign", {"department": "", "person": " "}, "Nobody is named"),
        ("assign", {"person": "x" * (MOST_OF_NAME + 1)}, "name is too long"),
        ("assign", {"department": "health", "due": "2020-02-30"}, "not a day"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_form_and_keeps_what_was_typed(
    city: City, person: Visitor, act: str, fields: dict[str, str], words: str
) -> None:
    answer = person.send(CELL + "&lang=en", {"act": act, **fields})
    assert answer.status_code == 400
    form = next(f for f in answer.text.split("<form")[1:] if f'name="act" value="{act}"' in f)
    assert words in (TROUBLE.findall(form) or [""])[0]
    assert len(TROUBLE.findall(answer.text)) == 1
    for typed in (value.strip() for value in fields.values()):
        assert typed in form
    assert [e.event for e in city.history] == ["opened"]


def test_numbers_of_documents_and_enterprises_are_no_numbers_of_people(city: City, person: Visitor) -> None:
    text = "发票 20200203000000012345，企业 91379901MA00000X1L，共 12345678901 元"
    assert send(person, "explain", text=text) == 303
    assert city.item.explanation == text


def test_another_origin_a_missing_ticket_and_a_get_change_nothing(city: City, person: Visitor) -> None:
    said = {"act": "explain", "text": "x"}
    assert person.send(CELL, said, {"Origin": "http://elsewhere"}).status_code == 403
    assert person.send(CELL, {**said, "ticket": ""}).status_code == 403
    assert Visitor(city.app()).send(CELL, {**said, "seen": "1"}).status_code == 403
    assert person.get(f"{CELL}&act=explain&text=x").status_code == 200
    assert [e.event for e in city.history] == ["opened"]


def test_of_two_at_once_one_is_written_and_the_other_is_shown_it_first(city: City) -> None:
    people = [Visitor(city.app()) for _ in range(2)]
    for person in people:
        person.get(CELL + "&lang=en")
    words = ["住在邻县", "日期写错"]

    def explain(n: int) -> int:
        return people[n].send(CELL + "&lang=en", {"act": "explain", "text": words[n]}).status_code

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(explain, range(2)))
    assert sorted(answers) == [303, 409]
    winner, loser = answers.index(303), answers.index(409)
    assert city.item.explanation == words[winner]
    late = people[loser].send(CELL + "&lang=en", {"act": "explain", "text": words[loser]})
    assert "somebody else has written" in late.text
    assert words[winner] in late.text
    assert f"\n{words[loser]}</textarea>" in late.text
    # Whoever has read it and means it still, may say so.
    people[loser].hidden["seen"] = re.findall(r'name="seen" value="(\d+)"', late.text)[0]
    assert people[loser].send(CELL, {"act": "explain", "text": words[loser]}).status_code == 303
    assert [e.note for e in city.history[1:]] == [words[winner], words[loser]]


def test_a_second_click_writes_nothing_twice(city: City, person: Visitor) -> None:
    said = {"act": "explain", "text": "住在邻县"}
    assert [person.send(CELL, said).status_code for _ in range(2)] == [303, 303]
    assert [e.event for e in city.history] == ["opened", "explained"]


@pytest.mark.parametrize(
    ("access", "status"),
    [(AccessContext("reader", "reader"), 403), (AccessContext("clerk", "township", area_root=HEKOU), 404)],
)
def test_who_may_not_write_or_not_see_writes_nothing(city: City, access: AccessContext, status: int) -> None:
    city.app()  # whoever asks first settles the ledger
    open_city(city.snapshots).settle_reconciliations(city.ledger)
    visitor = Visitor(city.app(access))
    assert 'method="post"' not in visitor.get(CELL).text
    ticket = Posts(city.snapshots, access).ticket(Request({"type": "http", "headers": []}))
    visitor.cookies[COOKIE] = ticket.visitor
    answer = visitor.send(CELL, {"act": "explain", "text": "x", "seen": "1", FIELD: ticket.signed})
    assert answer.status_code == status
    assert [e.event for e in city.history] == ["opened"]


def test_a_clerk_writes_under_the_own_name_in_the_own_area(city: City) -> None:
    clerk = Visitor(city.app(AccessContext("chenguan.li", "township", area_root=CHENGGUAN, sees_small_counts=True)))
    assert "chenguan.li" in clerk.get(CELL).text
    assert clerk.send(CELL, {"act": "explain", "text": "住在邻县"}).status_code == 303
    assert city.history[-1].by == "chenguan.li"


def test_an_unknown_act_is_answered_with_a_sentence(person: Visitor) -> None:
    answer = person.send(CELL, {"act": "delete"})
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_a_difference_that_is_gone_has_no_forms(city: City, person: Visitor) -> None:
    city.ledger.settle("next", [], {RULE})
    page = person.get(CELL + "&lang=en").text
    assert "nothing left to explain" in page
    assert 'method="post"' not in page


def test_without_a_key_the_difference_still_shows_and_says_why_nothing_can_be_written(city: City) -> None:
    (city.snapshots.parent / "keys").write_text("")
    answer = Visitor(city.app()).get(CELL)
    assert answer.status_code == 200
    assert "key of the forms" in answer.text
    assert 'method="post"' not in answer.text
