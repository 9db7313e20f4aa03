"""Texts are placed where they surely lie, and nowhere else."""

from __future__ import annotations

import datetime as dt
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.areas import REASONS, AreaTree, place_texts
from citybrain.areas.assembling import assemble_tree
from citybrain.areas.register import Register
from citybrain.areas.rows import AreaRow
from citybrain.errors import ContractError

LEVELS = ("county", "township", "village")
AREAS = [
    ("370201", "清河县", "county", ()),
    ("370201001", "东关街道", "township", ("城关镇",)),
    ("370201001001", "东关社区居民委员会", "village", ()),
    ("370201001002", "新村社区居民委员会", "village", ()),
    ("370201100", "虎山镇", "township", ()),
    ("370201100200", "河东村民委员会", "village", ()),
    ("370201100201", "河西村民委员会", "village", ()),
    ("370201100202", "新村村民委员会", "village", ()),
    ("370201101", "大河镇", "township", ()),
    ("370201101200", "河东村民委员会", "village", ()),
    ("370201101201", "虎山村民委员会", "village", ()),
    ("370201200", "清河乡", "township", ()),
    ("370201401", "松湖", "township", ()),
]


@pytest.fixture(scope="module")
def tree() -> AreaTree:
    register = Register(LEVELS)
    register.add_source([AreaRow("list.csv", code, name, level, aliases=more) for code, name, level, more in AREAS])
    register.link()
    return assemble_tree(register, [], [], "test", LEVELS)


Place = Callable[..., tuple[str | None, str | None]]


def place_all(
    tree: AreaTree, texts: list[str], how: str, level: str | None = None
) -> dict[str, tuple[str | None, str | None]]:
    con = duckdb.connect()
    con.register("given", pl.DataFrame({"text": texts}, schema={"text": pl.String}))
    con.execute("CREATE TEMP TABLE texts AS SELECT DISTINCT text FROM given")
    table = place_texts(con, tree, "texts", how, level)
    return {text: (code, reason) for text, code, reason in con.sql(f'SELECT * FROM "{table}"').fetchall()}


@pytest.fixture(scope="module")
def place(tree: AreaTree) -> Place:
    return lambda text, how="address", level=None: place_all(tree, [text], how, level)[text]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("370201", "370201"),
        ("370201000000", "370201"),
        ("370201100", "370201100"),
        ("370201100000", "370201100"),
        ("370201100200", "370201100200"),
        ("３７０２０１１００", "370201100"),
        ("370201401005", "370201401"),  # the tree ends at this township; its code says where the village lies
        ("370201100200017", "370201100200"),  # a grid: village code and serial
    ],
)
def test_codes_in_any_spelling(place: Place, text: str, code: str) -> None:
    assert place(text, "code") == (code, None)


@pytest.mark.parametrize("text", ["370201100.0", "3.70201E+08", "370201100999", "37020110", "虎山镇", "370299"])
def test_what_is_no_known_code_is_not_rounded_to_one(place: Place, text: str) -> None:
    assert place(text, "code") == (None, "area.unknown_code")


def test_a_code_of_another_province_lies_outside(place: Place) -> None:
    assert place("420106001", "code") == (None, "area.outside")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("虎山镇", "370201100"),
        ("虎山", "370201100"),
        ("虎山鎮", "370201100"),
        ("虎山乡", "370201100"),
        ("城关镇", "370201001"),
        ("东关街道办事处", "370201001"),
        ("清河县", "370201"),
        ("清河乡", "370201200"),
        ("松湖", "370201401"),
        ("河西村", "370201100201"),
        ("清河县虎山镇", "370201100"),
        ("清河县虎山镇河西村民委员会", "370201100201"),
        ("虎山镇/河东村", "370201100200"),
        ("大河镇/河东村委会", "370201101200"),
        ("清河县/虎山/河东", "370201100200"),
        ("山东省/清河县/虎山镇", "370201100"),
        ("大河镇/虎山", "370201101201"),
        ("虎山镇//", "370201100"),
        ("虎山镇/虎山镇", "370201100"),
        ("虎山镇/虎山镇河东村民委员会", "370201100200"),
    ],
)
def test_names_alone_and_nested(place: Place, text: str, code: str) -> None:
    assert place(text, "name") == (code, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("河东村", "area.ambiguous_name"),
        ("清河", "area.ambiguous_name"),  # the county or its township
        ("火星镇", "area.unknown_name"),
        ("虎山镇/火星村", "area.unknown_name"),
        ("火星镇/河东村", "area.unknown_name"),
        ("虎山县", "area.unknown_name"),
        ("河东村/虎山镇", "area.ambiguous_name"),
        ("湖北省/武汉市", "area.outside"),
        ("湖北省武汉市", "area.outside"),
    ],
)
def test_names_that_are_not_sure(place: Place, text: str, reason: str) -> None:
    assert place(text, "name") == (None, reason)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("清河县虎山镇工业路12号", "370201100"),
        ("清河县虎山工业区", "370201100"),
        ("山东省清河县虎山镇河西村3组", "370201100201"),
        ("清河县虎山镇河东3号", "370201100200"),
        ("清河县虎山镇河东大街3号", "370201100"),  # a street named after the village
        ("清河县虎山镇河东村与河西村之间", "370201100"),  # two villages; the town is sure
        ("清河县虎山镇大河路5号", "370201100"),
        ("清河县虎山镇大河商行", "370201100"),  # a full name comes before a stem
        ("清河县东关区解放路", "370201001"),
        ("清河县城关镇老街", "370201001"),
        ("清河县大河镇虎山村", "370201101201"),
        ("清河县松湖北岸", "370201401"),
        ("清河县清河乡政府", "370201200"),
    ],
)
def test_addresses_that_name_one_place(place: Place, text: str, code: str) -> None:
    assert place(text) == (code, None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("清河县解放路12号", "area.no_place_in_address"),
        ("清河县", "area.no_place_in_address"),
        ("清河3号", "area.no_place_in_address"),
        ("清河县虎山大道3号", "area.no_place_in_address"),
        ("清河县虎山大厦", "area.no_place_in_address"),
        ("清河县河西村3组", "area.no_place_in_address"),  # villages do not stand alone
        ("清河县虎山镇与大河镇交界处", "area.several_places_in_address"),
        ("清河县虎山大河交界", "area.several_places_in_address"),
        ("湖北省武汉市虎山镇", "area.outside"),
        ("湖北武汉市江汉路", "area.outside"),
        ("烟台市福山区虎山镇", "area.no_place_in_address"),
        ("N/A", "area.no_place_in_address"),
    ],
)
def test_addresses_that_are_not_sure(place: Place, text: str, reason: str) -> None:
    assert place(text) == (None, reason)


def test_streets_named_after_provinces_are_not_outside(place: Place) -> None:
    assert place("湖北路3号") == (None, "area.no_place_in_address")
    assert place("清河县虎山镇湖北路3号") == ("370201100", None)


@pytest.mark.parametrize(
    ("text", "how", "level", "code"),
    [
        ("370201100200", "code", "township", "370201100"),
        ("虎山镇/河东村", "name", "township", "370201100"),
        ("清河县虎山镇河西村", "address", "township", "370201100"),
        ("清河县虎山镇河西村", "address", "county", "370201"),
        ("清河县解放路", "address", "county", "370201"),
        ("清河县虎山镇", "address", "village", "370201100"),
    ],
)
def test_the_level_bounds_how_deep_a_text_is_placed(place: Place, text: str, how: str, level: str, code: str) -> None:
    assert place(text, how, level) == (code, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("370201100000", ("370201100", None)),
        ("379999", (None, "area.unknown_code")),
        ("虎山", ("370201100", None)),
        ("清河县虎山镇河西村3组", ("370201100201", None)),
        ("河东村", (None, "area.ambiguous_name")),
        ("火星镇", (None, "area.unknown_name")),
        ("清河县解放路与人民路交叉口东北角12号", (None, "area.no_place_in_address")),
    ],
)
def test_auto_takes_codes_then_names_then_addresses(
    place: Place, text: str, expected: tuple[str | None, str | None]
) -> None:
    assert place(text, "auto") == expected


def test_a_former_area_is_meant_only_where_no_current_one_is(tree: AreaTree) -> None:
    register = Register(LEVELS)
    rows = [AreaRow("list.csv", code, name, level, aliases=more) for code, name, level, more in AREAS]
    gone = dt.date(2015, 1, 1)
    rows += [
        AreaRow("list.csv", "370201102", "虎山乡", "township", valid_to=gone),
        AreaRow("list.csv", "370201103", "南岭乡", "township", valid_to=gone),
    ]
    register.add_source(rows)
    register.link()
    changed = assemble_tree(register, [], [], "test", LEVELS)
    placed = place_all(changed, ["虎山乡", "南岭乡"], "name")
    assert placed == {"虎山乡": ("370201100", None), "南岭乡": ("370201103", None)}


def test_every_text_has_one_row_and_an_empty_one_neither_code_nor_reason(tree: AreaTree) -> None:
    texts = ["虎山镇", "", "　", "清河县解放路"]
    placed = place_all(tree, texts, "address")
    assert set(placed) == set(texts)
    assert placed[""] == placed["　"] == (None, None)
    assert place_all(tree, [], "auto") == {}


def test_unknown_ways_and_levels_are_refused(tree: AreaTree) -> None:
    with pytest.raises(ContractError, match="Did you mean 'address'"):
        place_all(tree, ["x"], "adress")
    with pytest.raises(ContractError, match="Did you mean 'township'"):
        place_all(tree, ["x"], "address", "townships")


def twin_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("placing_twin", Path(__file__).with_name("placing_twin.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PIECES = [
    *(
        "清河县",
        "清河",
        "虎山镇",
        "虎山",
        "虎山村",
        "大河镇",
        "大河",
        "东关区",
        "东关",
        "城关镇",
        "松湖",
        "清河乡",
        "河东",
    ),
    *(
        "河东村",
        "河西",
        "新村",
        "新村社区",
        "大道",
        "路",
        "东路",
        "大厦",
        "3号",
        "工业区",
        "街道",
        "镇",
        "村",
        "A座",
        " ",
        "與",
    ),
]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join), min_size=1, max_size=60))
def test_addresses_are_placed_as_the_slow_twin_places_them(tree: AreaTree, texts: list[str]) -> None:
    texts = [text for text in dict.fromkeys(texts) if text.strip()]
    twin = twin_module().Twin(tree)
    assert place_all(tree, texts, "address") == {text: twin.place(text) for text in texts}


@given(st.lists(st.text(max_size=20), max_size=30, unique=True), st.sampled_from(["auto", "code", "name", "address"]))
@settings(max_examples=25, deadline=None)
def test_any_text_gets_a_known_code_or_a_known_reason(tree: AreaTree, texts: list[str], how: str) -> None:
    known = set(tree.areas["area_code"])
    texts = [text for text in texts if "\x00" not in text]
    for code, reason in place_all(tree, texts, how).values():
        assert code in known or code is None
        assert reason in REASONS or reason is None
        assert not (code and reason)
