"""Words: both languages complete, no digit in a message, directions and units that fit the number."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import citybrain.briefing
from citybrain.briefing import plain_text
from citybrain.briefing.compose import chinese_numeral
from citybrain.briefing.content import texts_in
from citybrain.briefing.measure import Measure
from citybrain.briefing.words import LOCALES, words
from citybrain.query.definitions import Indicator

PACKAGE = Path(citybrain.briefing.__file__).parent


def messages() -> set[str]:
    found = extract_from_dir(str(PACKAGE), [("**.py", "python")], keywords={"_": None}, comment_tags=())
    return {m[2] for m in found if isinstance(m[2], str)}


def catalogue() -> dict[str, str]:
    with (LOCALES / "zh_CN" / "LC_MESSAGES" / "briefing.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def test_every_message_is_translated_and_none_is_left_over() -> None:
    assert len(messages()) > 60
    assert set(catalogue()) == messages()
    assert all(catalogue().values())


def test_translations_use_the_same_values_and_no_digit() -> None:
    def names(text: str) -> set[str]:
        return {field for _, field, _, _ in Formatter().parse(text) if field}

    assert [m for m, said in catalogue().items() if names(m) != names(said)] == []
    assert [m for m, said in catalogue().items() if re.search(r"\d", m + said)] == []


def test_the_chinese_briefing_holds_no_english_word(compose) -> None:
    plain = [run for run in texts_in(compose("zh")) if isinstance(run, str)]
    assert {w for run in plain for w in re.findall("[A-Za-z]{2,}", run)} == {"CityBrain"}


def test_the_english_briefing_holds_no_chinese_word(compose) -> None:
    plain = [run for run in texts_in(compose("en")) if isinstance(run, str)]
    assert [run for run in plain if re.search("[\u4e00-\u9fff]", run)] == []


CASES = Indicator(
    code="confirmed_new", kind="flow", title_zh="新增确诊", title_en="New confirmed cases", definition_zh="",
    definition_en="", unit_zh="例", unit_en="cases", decimals=0, scale=1.0, better="lower", owner="", numerator="",
    denominator="", carry="none", absent="zero", theme="", sql="", source_table="",
)  # fmt: skip
RATE = dataclasses.replace(
    CASES, code="fever_rate", unit_zh="%", unit_en="%", decimals=1, numerator="a", denominator="b"
)
BEDS = dataclasses.replace(CASES, code="free_beds", unit_zh="张", unit_en="beds", better="higher")


def measure(language: str = "zh", indicator: Indicator = CASES, **more: object) -> Measure:
    said = {
        "value": 12.0, "is_partial": False, "difference": 3.0, "change_pct": None, "year_difference": None,
        "year_change_pct": None, "is_timeless": False, "is_running_total": False, **more,
    }  # fmt: skip
    return Measure(indicator, "1", "青溪县", dt.date(2020, 2, 3), words=words(language), **said)


@pytest.mark.parametrize(
    ("told", "zh", "en"),
    [
        ({}, "环比上升3例", "up 3 cases on the week before"),
        ({"difference": -3.0}, "环比下降3例", "down 3 cases on the week before"),
        ({"difference": 0.0}, "环比持平", "unchanged on the week before"),
        ({"difference": None}, "环比无可比数据", "not comparable with the week before"),
        ({"difference": 30.0, "change_pct": 41.26}, "环比上升41.3%", "up 41.3% on the week before"),
        ({"difference": 3.0, "change_pct": 0.02}, "环比上升3例", "up 3 cases on the week before"),
        ({"indicator": RATE, "difference": 1.24, "change_pct": 50.0}, "环比上升1.2个百分点",
         "up 1.2 percentage points on the week before"),
        ({"indicator": RATE, "difference": 0.04}, "环比持平", "unchanged on the week before"),
        ({"indicator": BEDS, "difference": -1234.0}, "环比下降1,234张", "down 1,234 beds on the week before"),
    ],
)  # fmt: skip
def test_changes_are_said_with_direction_and_unit(told: dict[str, object], zh: str, en: str) -> None:
    assert plain_text(measure("zh", **told).change_words) == zh
    assert plain_text(measure("en", **told).change_words) == en


@pytest.mark.parametrize(
    ("told", "zh"),
    [({}, "12例"), ({"value": None}, "无数据"), ({"value": 0.0}, "0例"), ({"is_partial": True}, "12例（本周未满）"),
     ({"value": 12345.0}, "12,345例")],
)  # fmt: skip
def test_no_data_and_zero_and_part_of_a_week_are_three_things(told: dict[str, object], zh: str) -> None:
    assert plain_text(measure(**told).value_text) == zh


@pytest.mark.parametrize(
    ("told", "worse"),
    [({}, 3.0), ({"difference": -3.0}, 0.0), ({"indicator": BEDS}, 0.0), ({"indicator": BEDS, "difference": -3.0}, 3.0),
     ({"is_running_total": True}, 0.0), ({"difference": None}, 0.0),
     ({"indicator": dataclasses.replace(CASES, better="neutral")}, 0.0)],
)  # fmt: skip
def test_worse_is_what_moves_against_its_direction(told: dict[str, object], worse: float) -> None:
    assert measure(**told).worsening == worse


@pytest.mark.parametrize(("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_headings_are_counted_in_chinese(number: int, said: str) -> None:
    assert chinese_numeral(number) == said
