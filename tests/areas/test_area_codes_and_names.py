"""Spellings of codes and forms of names."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.areas.codes import code_key, spellings
from citybrain.areas.names import VARIANTS, fold, fold_expression, forms_of


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("370201", "370201"),
        ("370201000000", "370201"),
        ("370201001", "370201001"),
        ("370201001000", "370201001"),
        ("370201100", "370201100"),
        ("370201001200", "370201001200"),
        ("441900", "4419"),
        ("330000", "33"),
        ("330000000000", "33"),
        ("331000", "3310"),
        ("330203-aac359", "330203-aac359"),
        ("06037", "06037"),
    ],
)
def test_padding_is_not_part_of_a_code(code: str, key: str) -> None:
    assert code_key(code) == key


@given(st.from_regex(r"[1-6][0-9]{5}([0-9]{3}([0-9]{3})?)?", fullmatch=True))
def test_every_spelling_has_the_same_key(code: str) -> None:
    assert {code_key(form) for form in spellings(code_key(code))} == {code_key(code)}


@pytest.mark.parametrize("dirty", ["虎門鎮", "虎门\u200b镇", " 虎 门 镇 ", "\ufeff虎门镇"])
def test_folding_removes_how_a_name_is_written(dirty: str) -> None:
    assert fold(dirty) == "虎门镇"


def test_folding_makes_full_width_half() -> None:
    assert fold("工业路１２号（Ａ座）") == "工业路12号(A座)"


@given(st.text(alphabet=st.sampled_from("镇鎮１2Ａb　 \u200b\ufeff·/村龍"), max_size=12))
def test_folding_in_columns_equals_folding_one_by_one(text: str) -> None:
    assert pl.select(fold_expression(pl.lit(text))).item() == fold(text)


def test_no_variant_leads_to_another_variant() -> None:
    assert not set(VARIANTS) & set(VARIANTS.values())


def texts(name: str, aliases: tuple[str, ...] = ()) -> dict[str, bool]:
    return {form.text: form.is_strong for form in forms_of(name, aliases)}


def test_a_town_is_known_by_its_stem_and_the_endings_of_towns() -> None:
    forms = texts("东城街道")
    assert forms["东城街道"] and forms["东城区"] and forms["东城办事处"]
    assert forms["东城"] is False


def test_a_village_is_known_by_the_endings_of_villages() -> None:
    forms = texts("岗贝社区居民委员会")
    assert forms["岗贝社区"] and forms["岗贝村"] and forms["岗贝居委会"]
    assert forms["岗贝"] is False


def test_a_county_is_not_known_by_another_ending() -> None:
    assert set(texts("金华市")) == {"金华市", "金华"}


def test_a_stem_of_one_character_is_none() -> None:
    assert set(texts("鄞县")) == {"鄞县"}


def test_a_zone_has_no_stem_but_says_what_it_is() -> None:
    assert texts("高新区") == {"高新区": True}


def test_a_name_without_ending_is_weak() -> None:
    assert texts("松山湖") == {"松山湖": False}


def test_aliases_are_forms() -> None:
    assert texts("莞城街道", ("莞城区", "Guancheng"))["莞城区"] is True
