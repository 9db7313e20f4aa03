"""The dictionary: the standard files load, and mistakes are told in the words of whoever wrote them."""

from __future__ import annotations

from pathlib import Path

import pytest

from citybrain.errors import ContractError
from citybrain.indicators import STANDARD_DICTIONARY, Carry, Kind, load_dictionary
from citybrain.indicators.indicator import Absent
from tests.indicators.tiny_snapshot import write_indicator

CASES = 'from = "shared.cases"\nvalue = "count(*)"\non = "confirmed_on"\n'
REPORTS = 'from = "shared.observations"\nvalue = "sum(value)"\non = "period_on"\n'


def refused(folder: Path, kind: str, body: str, name: str = "it") -> str:
    """The message with which a file is refused."""
    write_indicator(folder, name, kind, body)
    with pytest.raises(ContractError) as caught:
        load_dictionary([folder])
    return str(caught.value)


def test_standard_dictionary_loads_in_order() -> None:
    indicators = load_dictionary([STANDARD_DICTIONARY])
    assert [i.order for i in indicators] == sorted(i.order for i in indicators)
    assert len({i.order for i in indicators}) == len(indicators), "no two share a place"
    names = {i.id for i in indicators}
    assert {"residents", "population_density", "enterprises", "confirmed_per_100k", "fever_reported"} <= names
    assert {i.kind for i in indicators} == set(Kind)


def test_register_means_zero_and_report_means_no_data_where_rows_are_missing(tmp_path: Path) -> None:
    write_indicator(tmp_path, "counted", "flow", f"[measure]\n{CASES}")
    write_indicator(tmp_path, "reported", "flow", f"[measure]\n{REPORTS}")
    write_indicator(tmp_path, "listed", "stock", '[measure]\nfrom = "shared.residents"\nvalue = "count(*)"\n')
    found = {i.id: (i.absent, i.carry) for i in load_dictionary([tmp_path])}
    assert found["counted"] == (Absent.ZERO, Carry.NONE)
    assert found["reported"] == (Absent.NO_DATA, Carry.NONE)
    assert found["listed"] == (Absent.ZERO, Carry.BOTH)


def test_folder_of_the_city_takes_precedence(tmp_path: Path) -> None:
    write_indicator(tmp_path, "residents", "stock", f'[measure]\n{REPORTS}carry = "both"\n')
    both = load_dictionary([STANDARD_DICTIONARY, tmp_path, tmp_path / "absent"])
    residents = [i for i in both if i.id == "residents"]
    assert [i.file for i in residents] == [tmp_path / "residents.toml"]
    assert len(both) == len(load_dictionary([STANDARD_DICTIONARY]))


def test_unknown_key_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    message = refused(tmp_path, "flow", f"decimal = 1\n[measure]\n{CASES}")
    assert "unknown key `decimal`" in message
    assert "Did you mean 'decimals'?" in message
    assert "it.toml" in message


@pytest.mark.parametrize(
    ("kind", "body", "words"),
    [
        ("flow", f"scale = 2\n[measure]\n{CASES}", "unknown key `scale`"),
        ("flow", f'[measure]\n{CASES}carry = "both"\n', "unknown key `carry`"),
        ("flow", "", "`measure` is missing"),
        ("flows", f"[measure]\n{CASES}", "Did you mean 'flow'?"),
        ("flow", f'better = "more"\n[measure]\n{CASES}', "expected higher, lower, neutral"),
        ("flow", f"decimals = -1\n[measure]\n{CASES}", "a whole number of at least 0"),
        ("flow", f"minimum_cell = true\n[measure]\n{CASES}", "a whole number of at least 0"),
        ("flow", CASES.replace("cases", "case").join(["[measure]\n", ""]), "Did you mean 'shared.cases'?"),
        ("flow", '[measure]\nfrom = "shared.cases"\nvalue = "count(*)"\n', "a flow happens on a day"),
        (
            "flow",
            f"[measure]\n{CASES.replace('confirmed_on', 'case_no')}",
            "onset_on, visited_on, confirmed_on, reported_on, pushed_on",
        ),
        ("flow", f'[measure]\n{CASES}where = "onset > confirmed_on"\n', "Did you mean 'onset_on'?"),
        ("flow", f'[measure]\n{CASES}where = "cases.onset_on IS NULL"\n', "has no column cases.onset_on"),
        ("flow", f"[measure]\n{CASES}where = \"case_no ~ '^A'\"\n", "does not mean the same on every engine"),
        ("flow", f'[measure]\n{CASES}where = "case_no IN (SELECT 1)"\n', "does not mean the same on every engine"),
        ("flow", f'[measure]\n{CASES}where = "batch / 2 > 1"\n', "does not mean the same on every engine"),
        ("flow", f'[measure]\n{CASES}where = "true; DROP TABLE x"\n', "one SQL expression is wanted"),
        ("flow", f'[measure]\n{CASES}where = "onset_on >"\n', "this SQL cannot be read"),
        ("flow", f'[measure]\n{CASES}where = "batch + 1"\n', "Found INTEGER, expected true or false"),
        ("flow", f"[measure]\n{CASES.replace('count(*)', 'avg(batch)')}", "this is not a measure"),
        ("flow", f"[measure]\n{CASES.replace('count(*)', 'sum(batch) + 1')}", "this is not a measure"),
        ("flow", f"[measure]\n{CASES.replace('count(*)', 'sum(DISTINCT batch)')}", "this is not a measure"),
        ("flow", f"[measure]\n{CASES.replace('count(*)', 'sum(case_no)')}", "the measure does not fit shared.cases"),
        ("flow", f"[measure]\n{CASES.replace('count(*)', 'sum(count(batch))')}", "does not mean the same"),
        ("flow", f"[measure]\n{CASES.replace('count(*)', 'count(DISTINCT batch)')}", "a flow cannot be measured so"),
        ("distinct", f"[measure]\n{CASES}", "a distinct cannot be measured so"),
        ("flow", f"[measure]\n{REPORTS.replace('sum(value)', 'count(*)')}", "are totals already"),
        (
            "stock",
            '[measure]\nfrom = "shared.residents"\nvalue = "count(*)"\ncarry = "forward"\n',
            "holds for the whole time",
        ),
        ("cumulative", 'of = "nothing"\n', "`of` names no indicator"),
        ("cumulative", 'of = "it"\n', "only a flow can be cumulated"),
        ("ratio", 'numerator = "it"\ndenominator = "it"\n', "a ratio of ratios does not add up"),
        ("ratio", 'numerator = "a"\ndenominator = "b"\nscale = 0\n', "a number above 0"),
    ],
)
def test_mistakes_are_refused(tmp_path: Path, kind: str, body: str, words: str) -> None:
    assert words in refused(tmp_path, kind, body)


def test_id_must_be_a_plain_word(tmp_path: Path) -> None:
    assert "the file name is the id" in refused(tmp_path, "flow", f"[measure]\n{CASES}", name="New-Cases")


def test_both_languages_are_wanted(tmp_path: Path) -> None:
    file = write_indicator(tmp_path, "it", "flow", f"[measure]\n{CASES}")
    file.write_text(file.read_text(encoding="utf-8").replace(', en = "name"', "", 1), encoding="utf-8")
    with pytest.raises(ContractError, match="title: `en` is missing"):
        load_dictionary([tmp_path])


def test_broken_toml_is_a_contract_error(tmp_path: Path) -> None:
    (tmp_path / "it.toml").write_text("title = ", encoding="utf-8")
    with pytest.raises(ContractError, match="this is not TOML"):
        load_dictionary([tmp_path])


def test_comments_in_sql_do_not_reach_the_engine(tmp_path: Path) -> None:
    write_indicator(tmp_path, "it", "flow", f'[measure]\n{CASES}where = "onset_on IS NOT NULL -- or not"\n')
    (indicator,) = load_dictionary([tmp_path])
    assert indicator.measure is not None
    assert indicator.measure.where == "NOT onset_on IS NULL"
