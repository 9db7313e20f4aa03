"""What must hold between two numbers is judged where both speak, and says so where one is silent."""

from __future__ import annotations

import datetime as dt
import operator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from citybrain.errors import ContractError
from citybrain.indicators import STANDARD_DICTIONARY, load_dictionary
from citybrain.indicators.indicator import Words
from citybrain.indicators.marts import create_marts
from citybrain.query import local_user, open_city
from citybrain.reporting.validation import build_validation
from citybrain.reporting.validation_rules import (
    STANDARD_VALIDATION,
    Missing,
    Operator,
    RulePeriod,
    ValidationRule,
    ValidationSide,
    load_validation_rules,
    read_validation_rule,
)
from tests.query import tiny_city

FIRST = dt.date(2020, 2, 3)
PYTHON = {"=": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


def make_rule(
    left: str, sign: str, right: str, missing: tuple[str, str] = ("skip", "skip"), **changed: Any
) -> ValidationRule:
    """A rule by day and township, unless changed."""
    sides = [ValidationSide(name, Missing(m)) for name, m in zip((left, right), missing, strict=True)]
    told = {"level": "township", "period": RulePeriod.DAY} | changed
    return ValidationRule(
        "r", Words("规则", "Rule"), "health", left=sides[0], operator=Operator(sign), right=sides[1], **told
    )


def judge(rules: list[ValidationRule], left: list[float | None], right: list[float | None]) -> list[tuple[Any, ...]]:
    """Rows of marts.validation for two stated numbers `l` and `r` of one township, one pair a day."""
    with duckdb.connect() as con:
        create_marts(con, anew=True)
        con.execute(
            "CREATE SCHEMA shared; CREATE TABLE shared.areas AS SELECT 'a' AS area_code, 'township' AS level, 1 AS depth"
        )
        for name, values in (("l", left), ("r", right)):
            con.execute("INSERT INTO marts.indicators (indicator, carry, absent) VALUES (?, 'none', 'no_data')", [name])
            last = FIRST + dt.timedelta(days=len(values) - 1)
            con.execute("INSERT INTO marts.coverage VALUES (?, 1, ?, ?)", [name, FIRST, last])
            cells = [(name, FIRST + dt.timedelta(days=n), v) for n, v in enumerate(values) if v is not None]
            if cells:
                con.executemany("INSERT INTO marts.cells VALUES (?, 'day', 'a', 1, ?, ?)", cells)
        build_validation(con, rules)
        return con.execute(
            "SELECT period_on, left_value, right_value, verdict FROM marts.validation ORDER BY 1"
        ).fetchall()


@pytest.mark.parametrize("sign", list(PYTHON))
def test_the_six_comparisons_are_those_of_arithmetic(sign: str) -> None:
    pairs = [(2.0, 3.0), (3.0, 3.0), (4.0, 3.0), (0.0, 0.0), (0.1 + 0.2, 0.3)]
    rows = judge([make_rule("l", sign, "r")], [p[0] for p in pairs], [p[1] for p in pairs])
    # Sums of the same numbers in another order are equal.
    expected = ["holds" if PYTHON[sign](round(a, 9), round(b, 9)) else "broken" for a, b in pairs]
    assert [verdict for *_, verdict in rows] == expected


@pytest.mark.parametrize(
    ("sign", "verdicts"),
    [("both_or_neither", ["holds", "broken", "broken"]), ("one_or_the_other", ["broken", "holds", "holds"])],
)
def test_the_two_pairs_ask_who_speaks_and_not_how_much(sign: str, verdicts: list[str]) -> None:
    rows = judge([make_rule("l", sign, "r")], [0.0, 5.0, None, None], [7.0, None, 0.0, None])
    assert [verdict for *_, verdict in rows] == verdicts


@pytest.mark.parametrize(
    ("missing", "verdicts"),
    [
        # Day one: only the right side speaks; day two: only the left; day three: nobody.
        (("skip", "skip"), {}),
        (("zero", "skip"), {0: "holds"}),
        (("skip", "zero"), {1: "broken"}),
        (("fail", "skip"), {0: "missing"}),
        (("skip", "fail"), {1: "missing"}),
        (("zero", "fail"), {0: "holds", 1: "missing"}),
    ],
)
def test_a_silent_side_does_what_the_rule_says_of_it(missing: tuple[str, str], verdicts: dict[int, str]) -> None:
    rows = judge([make_rule("l", "<=", "r", missing)], [None, 4.0, None, 1.0], [3.0, None, None, 1.0])
    found = {(on - FIRST).days: (left, right, verdict) for on, left, right, verdict in rows}
    assert found.pop(3) == (1.0, 1.0, "holds")
    assert {day: verdict for day, (*_, verdict) in found.items()} == verdicts
    # What is not said is not written down as zero.
    assert all(found[day][0 if day == 0 else 1] is None for day in found)


def test_nothing_is_cut_off() -> None:
    days = 1200
    rows = judge([make_rule("l", "<", "r")], [2.0] * days, [1.0] * days)
    assert len(rows) == days and {verdict for *_, verdict in rows} == {"broken"}


def test_a_rule_whose_sides_nobody_delivers_says_nothing() -> None:
    assert judge([make_rule("l", "<", "nowhere")], [2.0], [1.0]) == []


@pytest.mark.parametrize(
    ("left", "right", "level", "period"),
    [
        ("screened_fever", "screened", "village", "day"),
        ("screened_fever", "reported_fever", "township", "week"),
        ("fever_rate", "residents", "township", "day"),
        ("residents", "screened", "county", "month"),
    ],
)
def test_both_sides_are_what_the_query_layer_says(
    tmp_path: Path, left: str, right: str, level: str, period: str
) -> None:
    file = tiny_city.write_snapshot(tmp_path)
    rule = make_rule(left, "<=", right, ("fail", "fail"), level=level, period=RulePeriod(period))
    with duckdb.connect(str(file)) as con:
        build_validation(con, [rule])
        rows = con.execute("SELECT area_code, period_on, left_value, right_value FROM marts.validation").fetchall()
    assert rows
    shown = open_city(tmp_path).values(
        local_user(),
        [left, right],
        level=level,
        period_type=period,
        period_from=tiny_city.FIRST,
        period_to=tiny_city.LAST,
    )
    expected: dict[tuple[str, dt.date], dict[str, float | None]] = {}
    for row in shown.iter_rows(named=True):
        expected.setdefault((row["area_code"], row["period_on"]), {})[row["indicator"]] = row["value"]
    spoken = {key: both for key, both in expected.items() if any(v is not None for v in both.values())}
    found = {(area, on): {left: a, right: b} for area, on, a, b in rows}
    assert found.keys() == spoken.keys()
    for key, both in found.items():
        assert both == {name: pytest.approx(value) for name, value in spoken[key].items()}


GOOD = """title = { zh = "规则", en = "Rule" }
owner = "health"
level = "township"
period = "day"
operator = "<="
[left]
indicator = "beds_occupied"
[right]
indicator = "beds_total"
missing = "fail"
"""


def test_a_rule_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "beds.toml"
    file.write_text(GOOD, encoding="utf-8")
    rule = read_validation_rule(file, ["beds_occupied", "beds_total"])
    assert rule == make_rule("beds_occupied", "<=", "beds_total", ("skip", "fail")).__class__(
        "beds", Words("规则", "Rule"), "health", "township", RulePeriod.DAY, ValidationSide("beds_occupied"), Operator.AT_MOST,
        ValidationSide("beds_total", Missing.FAIL), 1000,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("beds_total", "beds_totl", "no such indicator.*beds_totl.*Did you mean 'beds_total'"),
        ('"<="', '"=<"', "none of its words.*'=<'.*both_or_neither"),
        ('"<="', '"both_or_neither"', "`missing` says nothing"),
        ('"fail"', '"fale"', "none of its words.*'fale'.*Did you mean 'fail'"),
        ('owner = "health"\n', "", "`owner` is missing"),
        ('owner = "health"', 'ownr = "health"', "unknown key `ownr`.*Did you mean 'owner'"),
        ("[left]", "[left", "not TOML"),
    ],
)
def test_a_wrong_rule_says_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    file = tmp_path / "beds.toml"
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ContractError, match=f"(?s){said}"):
        read_validation_rule(file, ["beds_occupied", "beds_total"])


def test_a_city_overrules_a_rule_by_its_name(tmp_path: Path) -> None:
    ids = {i.id for i in load_dictionary([STANDARD_DICTIONARY])}
    standard = load_validation_rules([STANDARD_VALIDATION, tmp_path / "none"], ids)
    assert len(standard) >= 6 and [r.order for r in standard] == sorted(r.order for r in standard)
    (tmp_path / f"{standard[0].id}.toml").write_text(
        GOOD.replace('"<="', '"<"').replace("day", "week"), encoding="utf-8"
    )
    both = {r.id: r for r in load_validation_rules([STANDARD_VALIDATION, tmp_path], ids)}
    assert len(both) == len(standard) and both[standard[0].id].operator is Operator.LESS
