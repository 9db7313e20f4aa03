"""Areas that end: what a code means on which day, and how the tree holds it."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.areas.assembling import assemble_tree
from citybrain.areas.register import Register
from citybrain.areas.rows import BY_PREFIX, AreaRow
from citybrain.areas.succession import area_changes
from citybrain.areas.tree import AreaTree
from citybrain.errors import ContractError

LEVELS = ("county", "township", "village")
MERGED = dt.date(2020, 2, 1)
OLD = "379901101"
"""The township that most of these tests end."""


def area(
    code: str,
    name: str,
    first: dt.date | None = None,
    until: dt.date | None = None,
    then: tuple[str, ...] = (),
    parent: str = BY_PREFIX,
) -> AreaRow:
    """One row of a list; the level by the length of the code."""
    level = {6: "county", 9: "township", 12: "village"}[len(code)]
    return AreaRow("list.csv", code, name, level, parent, valid_from=first, valid_to=until, successors=then)


COUNTY = area("379901", "试验县")
TOWN = area("379901100", "城关镇")


def tree_of(*rows: AreaRow) -> AreaTree:
    """The tree of some rows."""
    register = Register(LEVELS)
    register.add_source([COUNTY, TOWN, *rows])
    register.link()
    return assemble_tree(register, [], [], "test", LEVELS)


def meant(tree: AreaTree, code: str, on: dt.date) -> str:
    """What the table of changes says that a code means on a day: read row by row."""
    rows = tree.changes.filter(pl.col("stated_code") == code).iter_rows(named=True)
    found = [row["area_code"] for row in rows if row["from_on"] <= on < row["until_on"]]
    assert len(found) <= 1
    return found[0] if found else code


def test_without_successors_no_code_means_anything_else() -> None:
    assert tree_of(area(OLD, "河口镇", until=MERGED)).changes.is_empty()


def test_a_merged_area_means_itself_before_the_day_and_its_successor_from_then_on() -> None:
    tree = tree_of(area(OLD, "河口镇", until=MERGED, then=("379901100",)))
    assert meant(tree, OLD, MERGED - dt.timedelta(days=1)) == OLD
    assert meant(tree, OLD, MERGED) == "379901100"
    assert meant(tree, "379901100", dt.date(2019, 1, 1)) == "379901100"


def test_the_code_of_a_renamed_area_means_the_old_one_before_the_day() -> None:
    tree = tree_of(area(OLD, "河口乡", until=MERGED, then=("379901102",)), area("379901102", "河口镇", first=MERGED))
    assert meant(tree, "379901102", dt.date(2020, 1, 31)) == OLD
    assert meant(tree, "379901102", MERGED) == "379901102"


def test_which_of_several_predecessors_was_meant_is_not_guessed_unless_one_has_the_name() -> None:
    old = (
        area(OLD, "河口镇", until=MERGED, then=("379901105",)),
        area("379901102", "山前乡", until=MERGED, then=("379901105",)),
    )
    other = tree_of(*old, area("379901105", "河山镇", first=MERGED))
    assert meant(other, "379901105", dt.date(2020, 1, 1)) == "379901105"
    same = tree_of(*old, area("379901105", "河口镇", first=MERGED))
    assert meant(same, "379901105", dt.date(2020, 1, 1)) == OLD


def test_a_split_area_stays_and_a_finding_says_where_it_counts() -> None:
    tree = tree_of(
        area(OLD, "河口镇", until=MERGED, then=("379901102", "379901103")),
        area("379901102", "河东镇", first=MERGED),
        area("379901103", "河西镇", first=MERGED),
    )
    assert tree.changes.is_empty()
    (finding,) = [f for f in tree.findings if OLD in f]
    assert "was split (379901102, 379901103)" in finding
    assert "in 试验县" in finding


def test_a_village_goes_along_with_its_merged_township_and_keeps_its_past_there() -> None:
    tree = tree_of(area(OLD, "河口镇", until=MERGED, then=("379901100",)), area(f"{OLD}201", "河东村"))
    parents = dict(tree.areas.select("area_code", "parent_code").iter_rows())
    former = meant(tree, f"{OLD}201", dt.date(2020, 1, 31))
    assert (parents[former], parents[f"{OLD}201"]) == (OLD, "379901100")
    assert meant(tree, f"{OLD}201", MERGED) == f"{OLD}201"


def test_a_village_stated_below_two_parents_in_turn_is_in_each_in_its_time() -> None:
    village = "379901101201"
    tree = tree_of(
        area(OLD, "河口镇"),
        area(village, "河东村", until=MERGED, parent=OLD),
        area(village, "河东村", first=MERGED, parent="379901100"),
    )
    former = meant(tree, village, dt.date(2020, 1, 31))
    parents = dict(tree.areas.select("area_code", "parent_code").iter_rows())
    assert (parents[former], parents[village]) == (OLD, "379901100")


def test_nothing_is_there_below_an_area_that_was_given_up() -> None:
    tree = tree_of(area(OLD, "河口镇", until=MERGED), area(f"{OLD}201", "河东村"))
    ends = dict(tree.areas.select("area_code", "valid_to").iter_rows())
    assert ends[f"{OLD}201"] == MERGED
    assert len([f for f in tree.findings if "ended on" in f]) == 1


def test_the_surface_of_an_area_that_is_no_more_does_not_count_twice() -> None:
    rows = [
        AreaRow("x", "379901101", "河口镇", "township", valid_to=MERGED, successors=("379901102",), area_km2=40.0),
        AreaRow("x", "379901102", "河山镇", "township", valid_from=MERGED, area_km2=100.0),
    ]
    surfaces = dict(tree_of(*rows).areas.select("area_code", "area_km2").iter_rows())
    assert surfaces["379901"] == 100.0


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (area(OLD, "河口镇", then=("379901100",)), "a successor and no end"),
        (area(OLD, "河口镇", until=MERGED, then=("379901199",)), "not another known area"),
        (area(OLD, "河口镇", until=MERGED, then=(OLD,)), "not another known area"),
        (area(OLD, "河口镇", until=MERGED, then=("379901100001",)), "narrower successor"),
    ],
)
def test_what_cannot_be_is_refused(row: AreaRow, words: str) -> None:
    with pytest.raises(ContractError, match=words):
        tree_of(row, area("379901100001", "东关社区"))


def test_areas_that_succeed_one_another_in_a_circle_are_refused() -> None:
    with pytest.raises(ContractError, match="its own successor"):
        tree_of(
            area(OLD, "甲镇", until=MERGED, then=("379901102",)),
            area("379901102", "乙镇", until=MERGED, then=(OLD,)),
        )


def naive_meaning(periods: dict[str, tuple[int, int, str | None]], code: str, on: int) -> str:
    """The area a code means on a day, by walking along the chain one day at a time."""
    meaning = code
    for day in range(on + 1):
        _, until, then = periods[meaning]
        while then is not None and day >= until:
            meaning, (_, until, then) = then, periods[then]
    return meaning


@given(st.lists(st.integers(1, 20), min_size=1, max_size=5, unique=True), st.integers(0, 25))
def test_a_chain_of_successors_is_followed_by_day(ends: list[int], on: int) -> None:
    """a0 → a1 → …: each ends on its day and goes on in the next, which was there all along."""
    ends = sorted(ends)
    codes = [f"a{n}" for n in range(len(ends) + 1)]
    first = dt.date(2020, 1, 1)
    until = [first + dt.timedelta(days=d) for d in ends]
    rows = [(c, c, None, u, s) for c, u, s in zip(codes, [*until, None], [*codes[1:], None], strict=True)]
    columns = {"area_code": pl.String, "area_name": pl.String, "valid_from": pl.Date, "valid_to": pl.Date}
    frame = pl.DataFrame(rows, schema={**columns, "successor_code": pl.String}, orient="row")
    changes = area_changes(frame)
    periods = {c: (0, u, s) for c, u, s in zip(codes, [*ends, 99], [*codes[1:], None], strict=True)}
    for code in codes:
        day = first + dt.timedelta(days=on)
        found = changes.filter(pl.col("stated_code") == code, pl.col("from_on") <= day, pl.col("until_on") > day)[
            "area_code"
        ].to_list()
        assert (found or [code]) == [naive_meaning(periods, code, on)]


def test_only_what_was_merged_on_the_way_adds_up() -> None:
    renamed = dt.date(2020, 3, 1)
    tree = tree_of(
        area(OLD, "河口镇", until=MERGED, then=("379901102",)),
        area("379901102", "山前乡", until=renamed, then=("379901103",)),
        area("379901103", "山前镇", first=renamed),
    )
    later = tree.changes.filter(pl.col("area_code") == "379901103", "is_over")
    assert dict(later.select("stated_code", "adds_up").iter_rows()) == {OLD: True, "379901102": False}
