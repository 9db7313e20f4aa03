"""Which person a row speaks of: each kind of damage, and above all when nobody must be chosen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from citybrain.errors import ContractError
from citybrain.linkage import Decision, record_decision

BORN = dt.date(1980, 1, 1)


def swapped(number: str) -> str:
    return number[:15] + number[16] + number[15] + number[17:]


def wrong(number: str, at: int = 4) -> str:
    return number[:at] + str((int(number[at]) + 3) % 10) + number[at + 1 :]


SLIPS: dict[str, Callable[[str], str]] = {
    "swapped": swapped,
    "substituted": wrong,
    "in the birth date": lambda n: wrong(n, 8),
    "check": lambda n: n[:17] + ("1" if n[17] != "1" else "2"),
    "dropped": lambda n: n[:9] + n[10:],
    "doubled": lambda n: n[:6] + n[5:],
    "cut": lambda n: n[:17],
    "letter for digit": lambda n: n.replace("0", "O"),
    "blanks": lambda n: " " + wrong(n) + " ",
    "wide": lambda n: wrong(n).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_number_one_slip_away_is_found_when_the_name_agrees(desk: Any, slip: str) -> None:
    number = desk.registered(123, "李国强")
    desk.registered(125, "王芳")
    line = desk.mention(id_written=SLIPS[slip](number), person_name="李國强")
    desk.link()
    assert desk.links()[line] == (desk.key(number), "near_id")


def test_a_near_number_of_somebody_of_another_name_is_not_taken(desk: Any) -> None:
    number = desk.registered(123, "李国强")
    line = desk.mention(id_written=wrong(number), person_name="赵敏")
    desk.link()
    assert desk.links()[line][1] == "unlinked"
    assert desk.links()[line][0] != desk.key(number)


def test_two_near_numbers_of_one_name_are_nobodys_guess(desk: Any) -> None:
    number = desk.registered(121, "李国强")
    other = wrong(number, 16)[:17]
    # The other one's number is one digit off too, so what is written may be either's.
    twin = next(
        n for s in range(120, 130) if (n := desk.make_id(s))[:16] == number[:16] and n[16] not in number[16] + other[16]
    )
    desk.registered(int(twin[14:17]), "李国强")
    written = next(
        number[:16] + d + c for d in "0123456789" for c in "0123456789X"
        if _near(number[:16] + d + c, number) and _near(number[:16] + d + c, twin)
    )  # fmt: skip
    line = desk.mention(id_written=written, person_name="李国强")
    desk.link()
    assert desk.links()[line][1] == "unlinked"


def _near(written: str, number: str) -> bool:
    return sum(a != b for a, b in zip(written, number, strict=True)) == 1


def test_sex_speaks_against_a_near_number(desk: Any) -> None:
    number = desk.registered(123, "李国强")
    line = desk.mention(id_written=swapped(number), person_name="李国强", sex="2")
    desk.link()
    assert desk.links()[line][1] == "unlinked"


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ({"birth_on": BORN, "phone": "13800000001"}, True),
        ({"birth_on": BORN, "area": "379901100"}, True),
        ({"phone": "13800000001"}, True),
        ({"phone": "13800000001", "age": 40}, True),
        ({"phone": "13800000001", "age": 20}, False),
        ({"birth_on": dt.date(1999, 5, 5), "phone": "13800000001"}, False),
        ({"birth_on": BORN, "phone": "13800000001", "sex": "2"}, False),
        ({"area": "379901101"}, False),
        ({}, False),
    ],
)
def test_without_a_number_the_name_needs_birth_date_phone_or_place_beside_it(
    desk: Any, stated: dict[str, Any], found: bool
) -> None:
    number = desk.registered(123, "李国强", phone="13800000001", area="379901100")
    for serial in range(201, 240, 2):
        desk.registered(serial, "王伟", phone=f"1390000{serial}0", area="379901100")
    line = desk.mention(person_name="李国强", seen_on=dt.date(2020, 2, 1), **stated)
    desk.link()
    assert (desk.links().get(line) == (desk.key(number), "name_birth")) is found


def test_namesakes_of_one_day_are_told_apart_by_the_phone_or_not_at_all(desk: Any) -> None:
    one = desk.registered(123, "王伟", phone="13800000001", area="379901100")
    desk.registered(125, "王伟", phone="13800000002", area="379901100")
    known = desk.mention(person_name="王伟", birth_on=BORN, phone="13800000001")
    either = desk.mention(person_name="王伟", birth_on=BORN, area="379901100")
    desk.link()
    assert desk.links()[known] == (desk.key(one), "name_birth")
    assert desk.links()[either][1] == "unlinked"
    pairs = desk.rows(f"SELECT score FROM linkage.review WHERE source_line = {either}")
    assert [round(score, 2) for (score,) in pairs] == [0.5, 0.5]


@pytest.mark.parametrize(
    "written",
    ["3.79901E+17", "379901198001010000", "379901********{tail}", "37990119800101"],
    ids=["float", "zeros", "masked", "cut"],
)
def test_what_can_be_read_of_a_destroyed_number_helps(desk: Any, written: str) -> None:
    number = desk.registered(7, "欧阳娜娜", born="19800101", area="379901100")
    desk.registered(9, "欧阳静")
    line = desk.mention(
        id_written=written.format(tail=number[14:]), person_name="欧阳娜娜", area="379901100", birth_on=BORN
    )
    desk.link()
    assert desk.links()[line][0] == desk.key(number)


def test_an_area_agrees_with_the_one_it_lies_in_but_not_because_of_the_root(desk: Any) -> None:
    number = desk.registered(123, "李国强", area="379901100201")
    desk.con.execute(
        """CREATE TABLE ancestors AS FROM (VALUES ('379901100201', '379901100201', 2), ('379901100201', '379901100', 1),
        ('379901100201', '379901', 0), ('379901100', '379901100', 1), ('379901100', '379901', 0), ('379901', '379901', 0))
        AS t(area_code, ancestor_code, ancestor_depth)"""
    )
    township = desk.mention(person_name="李国强", birth_on=BORN, area="379901100")
    county = desk.mention(person_name="李国强", birth_on=BORN, area="379901")
    desk.link(ancestors="ancestors")
    assert desk.links()[township] == (desk.key(number), "name_birth")
    assert desk.links()[county][1] != "name_birth"


def test_who_is_in_no_registry_is_known_by_a_row_with_a_right_number(desk: Any) -> None:
    number = desk.make_id(321, area="429901")
    desk.mention(resident_id=number, person_name="周杰", phone="13700000009")
    line = desk.mention(person_name="周杰", phone="13700000009")
    desk.link()
    assert desk.links()[line] == (desk.key(number), "name_birth")


def test_only_rows_whose_person_differs_from_their_number_have_a_link(desk: Any) -> None:
    number = desk.registered(123, "李国强")
    desk.mention(resident_id=number, id_written=number, person_name="李国强")
    nobody = desk.mention(person_name="李国强")
    assert desk.link().rows == {}
    assert nobody not in desk.links()


def test_unlinked_rows_that_state_the_same_are_one_person_and_others_are_not(desk: Any) -> None:
    desk.registered(123, "李国强")
    first, second = (desk.mention(person_name="周 杰", phone="13700000009", age=a) for a in (30, 31))
    third = desk.mention(person_name="周杰", phone="13700000008")
    desk.link()
    links = desk.links()
    assert links[first] == links[second]
    assert links[third][0] != links[first][0]


def test_an_invalid_number_never_names_its_person_by_itself(desk: Any) -> None:
    number = desk.registered(123, "李国强")
    line = desk.mention(id_written=wrong(number))
    desk.link()
    assert line not in desk.links()


def test_decisions_come_first(desk: Any) -> None:
    number, other = desk.registered(123, "李国强"), desk.registered(125, "王芳")
    near = desk.mention(id_written=wrong(number), person_name="李国强")
    open_row = desk.mention(person_name="赵敏", phone="13700000009")
    desk.link()
    keys = dict(desk.rows("SELECT how, mention_key FROM linkage.person_map"))
    file = desk.folder / "linkage.jsonl"
    record_decision(file, Decision(keys["near_id"], desk.key(number), "different", "li", "2020-02-01T08:00:00"))
    record_decision(file, Decision(keys["unlinked"], desk.key(other), "same", "li", "2020-02-01T08:00:00"))
    desk.link()
    assert desk.links()[near][1] == "unlinked"
    assert desk.links()[open_row] == (desk.key(other), "decision")
    record_decision(file, Decision(keys["unlinked"], desk.key(other), "different", "li", "2020-02-02T08:00:00"))
    desk.link()
    assert desk.links()[open_row][1] == "unlinked"


def test_a_person_with_two_valid_numbers_becomes_one_by_decision(desk: Any) -> None:
    old, new = desk.registered(123, "李国强"), desk.registered(127, "李国强", born="19810101")
    damaged = desk.mention(id_written=wrong(old), person_name="李国强")
    record_decision(desk.folder / "linkage.jsonl", Decision(desk.key(old), desk.key(new), "same", "li", "2020-02-01"))
    desk.link()
    links = desk.links()
    assert links[2] == (desk.key(new), "decision")
    assert 3 not in links
    assert links[damaged] == (desk.key(new), "decision")


@pytest.mark.parametrize(
    "line",
    ["no json", "{}", '{"mention_key": 1, "person_key": 2, "verdict": "samee", "by": "a", "at": "b"}',
     '{"mention_key": "李国强", "person_key": 2, "verdict": "same", "by": "a", "at": "b"}'],
)  # fmt: skip
def test_a_damaged_file_of_decisions_stops_the_build_and_quotes_nobody(desk: Any, line: str) -> None:
    (desk.folder / "linkage.jsonl").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ContractError, match=r"linkage\.jsonl:1") as raised:
        desk.link()
    assert "李国强" not in str(raised.value)


def test_merges_and_splits_against_the_build_before_are_recorded(desk: Any, tmp_path: Path) -> None:
    line = desk.mention(person_name="李国强", phone="13800000001")
    desk.link()
    own = desk.links()[line][0]
    first = tmp_path / "first.parquet"
    desk.con.execute(f"COPY linkage.person_map TO '{first}' (FORMAT parquet)")
    number = desk.registered(123, "李国强", phone="13800000001")
    report = desk.link(previous=first)
    assert report.events == {"merged": 1}
    assert desk.rows("SELECT event, previous_key, person_key, known_at FROM linkage.person_events") == [
        ("merged", own, desk.key(number), dt.datetime(2020, 2, 1))
    ]
    # A snapshot as the previous one: its events stay in front, and what is the same again is no event.
    second = tmp_path / "second.duckdb"
    desk.con.execute(f"ATTACH '{second}' AS kept")
    desk.con.execute("CREATE SCHEMA kept.linkage")
    for table in ("person_map", "person_events"):
        desk.con.execute(f"CREATE TABLE kept.linkage.{table} AS FROM linkage.{table}")
    desk.con.execute("DETACH kept")
    assert desk.link(previous=second).events == {}
    desk.con.execute("DELETE FROM mentions WHERE table_name = 'residents'")
    assert desk.link(previous=second).events == {"split": 1}
    assert [event for (event,) in desk.rows("SELECT event FROM linkage.person_events")] == ["merged", "split"]
    assert desk.links()[line] == (own, "unlinked")


def test_nothing_written_names_anybody_and_nothing_temporary_stays(desk: Any) -> None:
    number = desk.registered(123, "李国强", phone="13800000001", area="379901100")
    desk.registered(125, "李国强", phone="13800000002", area="379901100")
    desk.mention(id_written=wrong(number), person_name="李国强", phone="13800000001")
    desk.mention(person_name="李国强", birth_on=BORN, area="379901100")
    desk.link()
    tables = [t for (t,) in desk.rows("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'linkage'")]
    assert sorted(tables) == ["person_events", "person_links", "person_map", "review"]
    text = repr([desk.rows(f"FROM linkage.{t}") for t in tables])
    for secret in ("李国强", number, wrong(number), "13800000001"):
        assert secret not in text
    assert desk.rows("SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'link%'") == []
