"""A rule is read strictly: what is wrong in it is said before any row is read, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from citybrain.errors import ContractError
from citybrain.reconciliation import STANDARD_RULES, Period, Reason, Status, load_rules, reconciliation_parts
from citybrain.reconciliation.words import REASON_WORDS, STATUS_WORDS, reason_words
from tests.reconciliation.small_tables import write_rule

CASES = 'from = "shared.cases"\nvalue = "count(*)"\non = "reported_on"\n'
KEYED = CASES + 'key = ["case_no"]\n'
DAILY = 'period = "day"'


def test_every_standard_rule_loads_and_binds() -> None:
    rules = load_rules([STANDARD_RULES])
    assert len(rules) >= 8
    assert [r.order for r in rules] == sorted(r.order for r in rules)
    assert all(r.title.zh and r.title.en and r.question.zh and r.question.en for r in rules)


@pytest.mark.parametrize(
    ("head", "left", "right", "message"),
    [
        (DAILY + "\nlag_day = 1", CASES, CASES, "Did you mean 'lag_days'"),
        ('period = "fortnight"', CASES, CASES, "`period` is none of its words"),
        (DAILY, CASES.replace("shared.cases", "shared.case"), CASES, "Did you mean 'shared.cases'"),
        (DAILY, CASES + 'key = ["case_number"]\n', KEYED, "`key` is no column of shared.cases"),
        (DAILY, CASES.replace("reported_on", "reported"), CASES, "`on` is no DATE column"),
        (DAILY, KEYED, CASES, "do not pair"),
        (DAILY, KEYED, CASES + 'key = ["person_key"]\n', "different types"),
        (DAILY, CASES.replace('on = "reported_on"\n', ""), CASES, "needs a day"),
        ('period = "all"', CASES, CASES, "has no day"),
        (DAILY + "\nlag_days = 1", CASES, CASES, "look at records"),
        (DAILY, KEYED + 'where = "case_no + 1 > 2"\n', KEYED, "does not fit shared.cases"),
        (DAILY, KEYED + 'wider = "age"\n', KEYED, "not a condition"),
        (DAILY, CASES + "running = true\n", CASES, "only a sum can run on"),
        (DAILY, KEYED.replace("count(*)", "sum(age)"), KEYED, "cannot be compared with amounts"),
        (DAILY, KEYED.replace("count(*)", "count(DISTINCT person_key)"), KEYED, "what is counted distinct is the key"),
        (DAILY + "\nlocals_only = true", KEYED, KEYED.replace("shared.cases", "shared.observations"), "totals already"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(tmp_path: Path, head: str, left: str, right: str, message: str) -> None:
    with pytest.raises(ContractError) as refused:
        write_rule(tmp_path / "r", "rule", head, left, right)
    assert message in refused.value.sentence()


def test_a_city_takes_the_place_of_a_standard_rule_by_its_name(tmp_path: Path) -> None:
    own = write_rule(tmp_path / "r", "cases_case_receipts", 'period = "week"', CASES, CASES)
    rules = {r.id: r for r in load_rules([STANDARD_RULES, tmp_path / "r", tmp_path / "absent"])}
    assert rules["cases_case_receipts"] == own
    assert rules["cases_case_receipts"].period is Period.WEEK
    assert len(rules) == len(load_rules([STANDARD_RULES]))


def test_a_part_is_stale_when_its_tables_or_its_rule_change_and_only_then(tmp_path: Path) -> None:
    rule = write_rule(tmp_path / "r", "rule", DAILY, KEYED, KEYED)
    tables = {"shared.cases": "1", "shared.areas": "1", "shared.tests": "1"}
    [(name, first)] = reconciliation_parts([rule], tables).items()
    assert name == "reconciliation rule"
    assert reconciliation_parts([rule], {**tables, "shared.tests": "2"})[name] == first
    assert reconciliation_parts([rule], {**tables, "shared.cases": "2"})[name] != first
    moved = write_rule(tmp_path / "elsewhere", "rule", DAILY, KEYED, KEYED)
    assert reconciliation_parts([moved], tables)[name] == first
    other = write_rule(tmp_path / "r", "rule", DAILY + "\nlag_days = 1", KEYED, KEYED)
    assert reconciliation_parts([other], tables)[name] != first


def test_every_reason_and_state_has_words_in_both_languages() -> None:
    assert set(REASON_WORDS) == set(Reason)
    assert set(STATUS_WORDS) == set(Status)
    assert reason_words("duplicate", "en") == "the same record was filed twice"
    assert reason_words("something new", "zh") == "something new"
