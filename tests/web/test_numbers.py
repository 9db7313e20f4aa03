"""Numbers as people read them."""

from __future__ import annotations

import datetime as dt

import pytest

from citybrain.web.numbers import (
    change_text,
    instant_text,
    number_text,
    period_text,
    short_change_text,
    signed_text,
    value_text,
)
from citybrain.web.texts import texts

ZH, EN = texts("zh"), texts("en")


def test_no_data_is_words_and_zero_is_a_number() -> None:
    assert value_text(None, 0, ZH) == "无数据"
    assert value_text(0.0, 0, ZH) == "0"


@pytest.mark.parametrize(("value", "decimals", "text"), [(12345.6, 0, "12,346"), (-3.25, 1, "−3.2"), (0.0, 2, "0.00")])
def test_thousands_decimals_and_a_true_minus(value: float, decimals: int, text: str) -> None:
    assert number_text(value, decimals) == text


@pytest.mark.parametrize(("value", "text"), [(3.0, "+3"), (-3.0, "−3"), (0.0, "0"), (-0.2, "0")])
def test_signs(value: float, text: str) -> None:
    assert signed_text(value, 0) == text


def test_a_change_is_said_in_words_or_signs_not_in_colour_alone() -> None:
    assert change_text(None, None, 0, ZH) == "无可比数据"
    assert change_text(0.0, 0.0, 0, ZH) == "持平"
    assert change_text(5.0, 12.5, 0, ZH) == "▲ +5 (+12.5%)"
    assert change_text(-5.0, None, 0, ZH) == "▼ −5"
    assert [short_change_text(*c, 0) for c in ((None, None), (0.0, None), (-5.0, -10.0))] == ["", "±0", "▼ −10.0%"]


def test_periods_and_instants_are_local() -> None:
    assert period_text("week", dt.date(2020, 2, 20), ZH) == "2020 年第 8 周（02-17 至 02-23）"
    assert period_text("month", dt.date(2020, 2, 20), EN) == "2/2020"
    assert instant_text(dt.datetime(2020, 2, 19, 17, 0), "Asia/Shanghai") == "2020-02-20 01:00"
