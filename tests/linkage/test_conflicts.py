"""Agreement and conflicts against a twin in plain Python; no value leaves the table."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citybrain.errors import ContractError
from citybrain.linkage import PERSON, find_conflicts, load_authority

DEPARTMENTS = ("public_security", "health", "township")
AUTHORITY = {"person": {"phone": ["township"], "sex": ["public_security"]}}

stated = st.tuples(
    st.integers(1, 3),
    st.sampled_from(DEPARTMENTS),
    st.sampled_from([None, "13800000001", "13800000002"]),
    st.integers(1, 4),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(stated, max_size=12))
def test_agreement_and_conflicts_are_those_of_a_twin(desk: Any, rows: list[tuple[int, str, str | None, int]]) -> None:
    desk.con.execute("DELETE FROM mentions")
    newest: dict[tuple[int, str], tuple[int, int, str]] = {}
    for person, department, phone, day in rows:
        line = desk._add("t", department, resident_id=desk.make_id(person), phone=phone, seen_on=dt.date(2020, 1, day))
        if phone:
            newest[person, department] = max(newest.get((person, department), (0, 0, "")), (day, line, phone))
    find_conflicts(desk.con, PERSON, "mentions", AUTHORITY)
    of_person: dict[int, dict[str, tuple[int, int, str]]] = defaultdict(dict)
    for (person, department), value in newest.items():
        of_person[person][department] = value
    pairs: dict[tuple[str, str], list[bool]] = defaultdict(list)
    winners = {}
    for person, said in of_person.items():
        for left, right in itertools.combinations(sorted(said), 2):
            pairs[left, right].append(said[left][2] == said[right][2])
        if len({phone for _, _, phone in said.values()}) > 1:
            newest_day = min(said, key=lambda d: (-said[d][0], d))
            winners[desk.key(desk.make_id(person))] = (
                sorted(said), *(("township", "authority") if "township" in said else (newest_day, "recency"))
            )  # fmt: skip
    agreement = desk.rows(
        "SELECT left_department, right_department, pairs, agreeing FROM linkage.attribute_agreement WHERE attribute = 'phone'"
    )
    assert {(left, right): (n, k) for left, right, n, k in agreement} == {p: (len(v), sum(v)) for p, v in pairs.items()}
    conflicts = desk.rows("SELECT person_key, departments, winner, decided_by FROM linkage.attribute_conflicts")
    assert {key: (departments, winner, by) for key, departments, winner, by in conflicts} == winners


def test_variant_names_agree_and_values_stay_behind(desk: Any) -> None:
    number = desk.registered(123, "张伟", phone="13800000001")
    desk.mention(resident_id=number, person_name="張偉", phone="13800000002")
    assert find_conflicts(desk.con, PERSON, "mentions", load_authority()) == 1
    rows = desk.rows("FROM linkage.attribute_conflicts")
    assert not any(secret in repr(rows) for secret in ("13800000001", "张", number))
    assert len(set(desk.rows("SELECT unnest(value_keys) FROM linkage.attribute_conflicts"))) == 2
    assert desk.rows("SELECT agreement_pct FROM linkage.attribute_agreement WHERE attribute = 'person_name'") == [
        (100.0,)
    ]


@pytest.mark.parametrize(
    "text", ["[persons]\n", '[person]\nphones = ["health"]\n', '[person]\nphone = "health"\n', "[person\n"]
)
def test_a_wrong_declaration_of_authority_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "authority.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ContractError, match=r"authority\.toml"):
        load_authority(file)
