"""Addresses that differ only in their digits lie in the same place, unless an area is called by a number."""

from __future__ import annotations

import duckdb
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.areas import AreaTree, place_texts, sql_alike
from citybrain.areas.assembling import assemble_tree
from citybrain.areas.register import Register
from citybrain.areas.rows import AreaRow

LEVELS = ("county", "township", "village")
TOWNS = (
    ("370201", "清河县", "county"),
    ("370201001", "东关街道", "township"),
    ("370201100", "虎山镇", "township"),
    ("370201100200", "河东村民委员会", "village"),
    ("370201100202", "新村村民委员会", "village"),
    ("370201101", "大河镇", "township"),
    ("370201101200", "河东村民委员会", "village"),
)
PIECES = (
    "清河县", "清河", "虎山镇", "虎山", "东关", "大河镇", "大河", "河东村", "河东", "新村", "大道", "路", "东路", "大厦",
    "工业区", "街道", "镇", "村", "座", " ", "/", "北京市", "山东省", "与", "号", "A", *"0123456789", "12", "2019", "①",
    "３", "370201", "100",
)  # fmt: skip


def tree_of(*areas: tuple[str, str, str]) -> AreaTree:
    register = Register(LEVELS)
    register.add_source([AreaRow("list.csv", *area) for area in areas])
    register.link()
    return assemble_tree(register, [], [], "test", LEVELS)


TREE = tree_of(*TOWNS)


def alike(tree: AreaTree, texts: list[str]) -> list[str]:
    with duckdb.connect() as con:
        rows = con.execute(f"SELECT {sql_alike(tree, 'text')} FROM (SELECT unnest(?::VARCHAR[]) AS text)", [texts])
        return [row[0] for row in rows.fetchall()]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join), min_size=1, max_size=60),
    st.sampled_from(["auto", "code", "name", "address"]),
    st.sampled_from([None, "township"]),
)
def test_they_have_the_same_place_and_the_same_reason(texts: list[str], how: str, level: str | None) -> None:
    texts = [text for text in dict.fromkeys(texts) if text.strip()]
    others = alike(TREE, texts)
    with duckdb.connect() as con:
        con.register("given", pl.DataFrame({"text": [*texts, *others]}, schema={"text": pl.String}))
        con.execute("CREATE TEMP TABLE texts AS SELECT DISTINCT text FROM given")
        table = place_texts(con, TREE, "texts", how, level)
        places = {text: place for text, *place in con.execute(f"FROM {table}").fetchall()}
    assert [places[text] for text in texts] == [places[text] for text in others]


def test_digits_are_made_zeros_one_by_one_and_codes_stay_what_they_are() -> None:
    texts = ["虎山镇12号", "虎山镇99号", "370201100", "A1虎山镇", "虎山镇"]
    assert alike(TREE, texts) == ["虎山镇00号", "虎山镇00号", "370201100", "A1虎山镇", "虎山镇"]


def test_where_an_area_is_called_by_a_number_each_text_stands_for_itself() -> None:
    assert alike(tree_of(TOWNS[0], ("370201101", "101团", "township")), ["虎山镇12号"]) == ["虎山镇12号"]
