"""Former versions in dictionary files: how they are read, what is refused, and what inherits them."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from citybrain.errors import ContractError
from citybrain.indicators import Indicator, load_dictionary, silent_changes
from tests.indicators.tiny_snapshot import write_indicator

MEASURE = 'from = "shared.cases"\nvalue = "count(*)"\non = "confirmed_on"\n'
WORDS = '{ zh = "改", en = "changed" }'


def present(number: int, day: str) -> str:
    """`[version]` of the present definition."""
    return f"[version]\nnumber = {number}\nvalid_from = {day}\nchanged = {WORDS}\n"


def former(number: int, day: str = "", more: str = "", measure: str = MEASURE) -> str:
    """One `[[former]]` table."""
    since = f"valid_from = {day}\nchanged = {WORDS}\n" if day else ""
    said = f"[[former]]\nnumber = {number}\ndefinition = {WORDS}\n{since}{more}"
    return said + (f"[former.measure]\n{measure}" if measure else "")


FEB, MAR = "2020-02-12", "2020-03-01"
COUNTED = f'{present(2, FEB)}[measure]\n{MEASURE}where = "onset_on IS NOT NULL"\n{former(1)}'


def load(folder: Path) -> dict[str, Indicator]:
    return {i.id: i for i in load_dictionary([folder])}


def refused(folder: Path, kind: str, body: str) -> str:
    write_indicator(folder, "it", kind, body)
    with pytest.raises(ContractError) as caught:
        load_dictionary([folder])
    return str(caught.value)


def test_former_versions_are_entries_of_their_own_and_not_listed(tmp_path: Path) -> None:
    write_indicator(tmp_path, "it", "flow", COUNTED)
    found = load(tmp_path)
    assert list(found) == ["it", "it__v1"]
    now, before = found["it"], found["it__v1"]
    assert (now.name, now.version_of, now.is_listed, now.version.number) == ("it", "", True, 2)
    assert (before.name, before.version_of, before.is_listed, before.version.number) == ("it", "it", False, 1)
    assert before.measure is not None and now.measure is not None
    assert (before.measure.where, now.measure.where) == ("", "NOT onset_on IS NULL")
    assert before.unit == now.unit


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (f"[measure]\n{MEASURE}{former(1)}", "former versions want a present one"),
        (f"{present(3, MAR)}[measure]\n{MEASURE}{former(1)}", "the versions do not follow one another"),
        (f"{present(1, MAR)}[measure]\n{MEASURE}{former(1)}", "Found 1, then 1, expected 1, then 2"),
        (f"{present(3, FEB)}[measure]\n{MEASURE}{former(2, MAR)}", "begins before the one that it follows"),
        (f"{present(3, MAR)}[measure]\n{MEASURE}{former(1)}{former(2)}", "[[former]] 2: `valid_from` is missing"),
        (f"{present(2, MAR)}[measure]\n{MEASURE}{former(1, measure='')}", "`measure` is missing"),
        (f"{present(2, MAR)}[measure]\n{MEASURE}{former(1, more=f'unit = {WORDS}' + chr(10))}", "unknown key `unit`"),
        (
            f"{present(2, MAR)}[measure]\n{MEASURE}{former(1, more='defintion = 1' + chr(10))}",
            "Did you mean 'definition'?",
        ),
        (
            f"{present(2, MAR)}[measure]\n{MEASURE}{former(1, measure=MEASURE + 'where = true')}",
            "`where` has the wrong form",
        ),
        (
            f"{present(2, MAR)}[measure]\n{MEASURE}{former(1, measure=MEASURE.replace('count(*)', 'count(DISTINCT batch)'))}",
            "a flow cannot be measured so",
        ),
        (f"{present(2, MAR)}former = 1\n[measure]\n{MEASURE}", "unknown key `former`"),
    ],
)
def test_mistakes_in_former_versions_are_refused(tmp_path: Path, body: str, words: str) -> None:
    assert words in refused(tmp_path, "flow", body)


def test_former_must_be_tables(tmp_path: Path) -> None:
    assert "tables [[former]]" in refused(tmp_path, "flow", f"former = 1\n[measure]\n{MEASURE}")


def test_sql_of_a_former_version_must_fit_the_shared_schema(tmp_path: Path) -> None:
    wrong = MEASURE.replace("count(*)", "sum(case_no)")
    message = refused(tmp_path, "flow", f"{present(2, MAR)}[measure]\n{MEASURE}{former(1, measure=wrong)}")
    assert "the measure does not fit shared.cases" in message


def test_no_file_may_be_called_like_a_former_version(tmp_path: Path) -> None:
    write_indicator(tmp_path, "it__v1", "flow", f"[measure]\n{MEASURE}")
    with pytest.raises(ContractError, match="so the former versions of other files are called"):
        load_dictionary([tmp_path])


def test_ratio_and_running_total_inherit_the_versions_of_their_parts(tmp_path: Path) -> None:
    write_indicator(tmp_path, "cases", "flow", COUNTED)
    others = f'{present(2, MAR)}[measure]\n{MEASURE}where = "batch > 1"\n{former(1)}'
    write_indicator(tmp_path, "others", "flow", others)
    write_indicator(tmp_path, "share", "ratio", 'numerator = "cases"\ndenominator = "others"\n')
    write_indicator(tmp_path, "so_far", "cumulative", 'of = "cases"\n')
    found = load(tmp_path)
    parts = {i.id: (i.version.number, i.numerator, i.denominator) for i in found.values() if i.name == "share"}
    assert parts == {
        "share__v1": (1, "cases__v1", "others__v1"), "share__v2": (2, "cases", "others__v1"), "share": (3, "cases", "others"),
    }  # fmt: skip
    assert [found[f"share{n}"].version.valid_from for n in ("__v1", "__v2", "")] == [
        None, dt.date(2020, 2, 12), dt.date(2020, 3, 1),
    ]  # fmt: skip
    assert (found["so_far__v1"].of, found["so_far"].of) == ("cases__v1", "cases")


def test_stated_versions_of_a_ratio_must_follow_those_of_its_parts(tmp_path: Path) -> None:
    write_indicator(tmp_path, "cases", "flow", COUNTED)
    write_indicator(tmp_path, "plain", "flow", f"[measure]\n{MEASURE}")
    parts = 'numerator = "cases"\ndenominator = "plain"\n'
    message = refused(tmp_path, "ratio", parts + present(2, MAR) + former(1, more=parts, measure=""))
    assert "version 1 holds on both sides of 2020-02-12, from which on its numerator `cases`" in message
    fitting = parts + present(2, FEB) + former(1, more=parts.replace("plain", "cases"), measure="")
    write_indicator(tmp_path, "it", "ratio", fitting)
    found = load(tmp_path)
    assert (found["it"].numerator, found["it__v1"].numerator) == ("cases", "cases__v1")
    assert found["it__v1"].denominator == "cases__v1"


def test_what_a_version_counts_may_neither_change_nor_go_unseen() -> None:
    before = {("a", 1): "x", ("a", 2): "y", ("gone", 1): "z"}
    assert silent_changes(before, {("a", 1): "x", ("a", 2): "y"}) == []
    assert silent_changes(before, {("a", 1): "x", ("a", 2): "y", ("a", 3): "w", ("new", 1): "v"}) == []
    [told] = silent_changes(before, {("a", 1): "x", ("a", 2): "other"})
    assert "indicator a: its definition changed and its version is still 2" in told
    [told] = silent_changes(before, {("a", 1): "other", ("a", 2): "y"})
    assert "what its former version 1 counts changed" in told
    [told] = silent_changes(before, {("a", 2): "y"})
    assert "version 1 was not kept" in told
    assert silent_changes({("a", 1): "x"}, {("a", 2): "x"}) == [], "the same count under a new number rewrites nothing"


def test_the_example_of_the_guide_loads(tmp_path: Path) -> None:
    guide = Path(__file__).resolve().parents[2] / "docs" / "add-an-indicator.md"
    plain, changed = re.findall(r"```toml\n(.*?)```", guide.read_text(encoding="utf-8"), flags=re.DOTALL)
    head, _measure = plain.split("[measure]")
    (tmp_path / "confirmed_new.toml").write_text(head + changed, encoding="utf-8")
    assert list(load(tmp_path)) == ["confirmed_new", "confirmed_new__v1"]
