"""The forms that department files hold, one line each, and what becomes of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest
from stdnum.cn import ric

from citybrain.errors import ContractError
from citybrain.semantics import REASONS, SEMANTIC_TYPES, Context, guess_semantic, semantic_type
from citybrain.semantics.zones import settled_offset
from tests.semantics.judging import CONTEXT, judge, values

D, T = dt.date, dt.datetime


def hostile(seventeen: str) -> str:
    """Seventeen characters that the engine's cast takes for a number, with the check digit of that number."""
    with duckdb.connect() as con:
        digits = con.execute("SELECT lpad(CAST(CAST(? AS BIGINT) AS VARCHAR), 17, '0')", [seventeen]).fetchall()[0][0]
    return seventeen + str(ric.calc_check_digit(digits + "0"))


ACCEPTED: list[tuple[str, str, Any]] = [
    ("resident_id", "11010519491231002X", "11010519491231002X"),  # the example of GB 11643-1999
    ("resident_id", "11010519491231002x", "11010519491231002X"),
    ("resident_id", "１１０１０５19491231002Ｘ", "11010519491231002X"),
    ("resident_id", "'110105 19491231 002X", "11010519491231002X"),
    ("resident_id", '="11010519491231002X"', "11010519491231002X"),
    ("resident_id", "110105491231002", "11010519491231002X"),
    ("resident_id", "11010519491231002X\t", "11010519491231002X"),
    ("credit_code", "91441900ma511cfg1m", "91441900MA511CFG1M"),
    ("credit_code", "91441900X18061901J", "91441900X18061901J"),
    ("date", "2020-01-24", D(2020, 1, 24)),
    ("date", "2020/1/24", D(2020, 1, 24)),
    ("date", "2020.1.24", D(2020, 1, 24)),
    ("date", "2020年1月24日", D(2020, 1, 24)),
    ("date", "20200124", D(2020, 1, 24)),
    ("date", "1月24日", D(2020, 1, 24)),
    ("date", "3月12日", D(2020, 3, 12)),  # 31 days after the delivery
    ("date", "3月13日", D(2019, 3, 13)),
    ("date", "20200124\t", D(2020, 1, 24)),
    ("date", "2020-1-24\t", D(2020, 1, 24)),
    ("date", "43854", D(2020, 1, 24)),
    ("date", "43854.50", D(2020, 1, 24)),
    ("date", "２０２０－０１－２４", D(2020, 1, 24)),
    ("date", "2020-01-16T16:00:00.000Z", D(2020, 1, 17)),
    ("date", "2020-01-24 08:30", D(2020, 1, 24)),
    ("instant", "2020-01-24 08:30", T(2020, 1, 24, 0, 30)),
    ("instant", "2020-1-24 08:30\t", T(2020, 1, 24, 0, 30)),
    ("instant", "2020-01-24", T(2020, 1, 23, 16)),
    ("instant", "2020年1月24日 下午2时05分", T(2020, 1, 24, 6, 5)),
    ("instant", "2020/1/24 2:05:00 PM", T(2020, 1, 24, 6, 5)),
    ("instant", "2020-01-24T08:30:00+08:00", T(2020, 1, 24, 0, 30)),
    ("instant", "43854.354166667", T(2020, 1, 24, 0, 30)),
    ("instant", "20200124083000", T(2020, 1, 24, 0, 30)),
    ("instant", "1988-07-01 08:00", T(1988, 6, 30, 23)),  # China had summer time from 1986 to 1991
    ("integer", "1,234", 1234),
    ("integer", "1,234\t", 1234),
    ("integer", "１２３", 123),
    ("integer", "1.5万", 15000),
    ("integer", "120人", 120),
    ("integer", "12.0", 12),
    ("decimal", "125.3000(万元人民币)", 1253000.0),
    ("decimal", "138万人民币", 1380000.0),
    ("decimal", "3,000(万元人民币)", 30000000.0),
    ("decimal", "211,702.9915(万元(人民币))", 2117029915.0),
    ("decimal", "150（万元）", 1500000.0),
    ("decimal", "12.5%", 0.125),
    ("decimal", "36.5℃", 36.5),
    ("phone", "+86 138-0013-8000", "13800138000"),
    ("phone", "(0769)22123456", "076922123456"),
    ("phone", "0769-22123456转801", "076922123456"),
    ("phone", "13800138000\t", "13800138000"),
    ("phone", "400-123-4567", "4001234567"),
    ("phone", "8001234567", "8001234567"),
    ("sex", "男", "1"),
    ("sex", "Ｆ", "2"),
    ("sex", "未知", "0"),
    ("sex", "未说明", "9"),
    ("boolean", "无", False),
    ("boolean", "是", True),
    ("person_name", "买买提•吐尔逊", "买买提·吐尔逊"),
    ("person_name", "欧阳　修", "欧阳 修"),
    ("person_name", "谢某", "谢某"),
    ("person_name", "王＊", "王*"),
    ("text", "=1+1", "=1+1"),
    ("text", "无", "无"),
    ("text", " Ａ，ｂ\t（1） ", "A，b （1）"),
    ("area", "城关镇（东）", "城关镇(东)"),
    ("longitude", "113.75°", 113.75),
    ("latitude", "-23.02", -23.02),
]
REFUSED: list[tuple[str, str, str]] = [
    ("resident_id", "3.70123E+17", "destroyed_by_spreadsheet"),
    ("resident_id", "110105194912310020", "checksum"),
    ("resident_id", "11010519490230002X", "birth_date"),
    ("resident_id", "11010520200211002X", "birth_date"),  # tomorrow
    ("resident_id", hostile("1_101019491231002"), "characters"),  # the engine reads 1_1 as 11
    ("resident_id", hostile("1.101051949123e16"), "characters"),  # and this as seventeen digits
    ("resident_id", hostile("+1101019491231002"), "characters"),
    ("resident_id", "1101051949123100", "length"),
    ("resident_id", "11010519491231A02X", "characters"),
    ("resident_id", "110105********002X", "masked"),
    ("credit_code", "441900000012345", "old_registration_number"),
    ("credit_code", "91441900198020532I", "characters"),
    ("credit_code", "914419001980205321", "checksum"),
    ("credit_code", "9144190019802053", "length"),
    ("date", "2020.2.30", "impossible"),
    ("date", "24/1/2020", "day_first"),
    ("date", "20-1-24", "two_digit_year"),
    ("date", "2020年1月", "incomplete"),
    ("date", "9999-12-31", "range"),
    ("date", "昨天", "unreadable"),
    ("instant", "2020-01-24 25:00", "impossible"),
    ("instant", "2020-1-2 8:30 UTC", "impossible"),
    ("integer", "1_2", "unreadable"),
    ("integer", "1e3", "scientific"),
    ("integer", "+12", "unreadable"),
    ("integer", "12.5", "fraction"),
    ("integer", "99999999999999999999", "range"),
    ("decimal", "100万美元", "foreign_currency"),
    ("decimal", "1,464(万香港元)", "foreign_currency"),
    ("decimal", "129(万元(港币))", "foreign_currency"),
    ("decimal", "1_2", "unreadable"),
    ("decimal", "0x1F", "unreadable"),
    ("decimal", "nan5", "unreadable"),
    ("decimal", "12(万元))", "unit"),
    ("decimal", "5平方公里", "unit"),
    ("decimal", "1,23", "grouping"),
    ("decimal", "1.2E+08", "scientific"),
    ("phone", "138****8000", "masked"),
    ("phone", "13800138000/13900139000", "several"),
    ("phone", "22123456", "area_code_missing"),
    ("phone", "+852 12345678", "foreign"),
    ("phone", "12345", "digits"),
    ("phone", "130000000e2", "characters"),  # the engine reads 13000000000
    ("sex", "x", "unknown_word"),
    ("boolean", "也许", "unknown_word"),
    ("person_name", "张3", "characters"),
    ("person_name", "张" * 51, "length"),
    ("longitude", "181", "range"),
    ("latitude", "一", "unreadable"),
]


@pytest.mark.parametrize("name", sorted({name for name, *_ in ACCEPTED}))
def test_the_usual_spellings_are_read(name: str) -> None:
    rows = [(text, value) for kind, text, value in ACCEPTED if kind == name]
    found = values(semantic_type(name), [text for text, _ in rows])
    assert dict(zip([text for text, _ in rows], found, strict=True)) == dict(rows)


@pytest.mark.parametrize("name", sorted({name for name, *_ in REFUSED}))
def test_what_is_refused_has_the_reason_that_helps(name: str) -> None:
    rows = [(text, f"{name}.{reason}") for kind, text, reason in REFUSED if kind == name]
    found = judge(semantic_type(name), [text for text, _ in rows])
    assert {j.text: (j.value, j.reason) for j in found} == {text: (None, reason) for text, reason in rows}


@pytest.mark.parametrize(
    "name", ["resident_id", "date", "instant", "phone", "integer", "decimal", "person_name", "area"]
)
def test_words_for_nothing_are_null_and_no_reason(name: str) -> None:
    nothing = ["无", "—", "/", "不详", "", " ", "\u3000", "N/A", "null", "－", " 无 ", "\u200b", None]
    assert {(j.cleaned, j.value, j.reason) for j in judge(semantic_type(name), nothing)} == {(None, None, None)}


def test_a_number_written_with_zero_is_zero_and_not_nothing() -> None:
    assert values(semantic_type("integer"), ["0", "0.0", "０"]) == [0, 0, 0]


def test_a_code_list_knows_its_codes_and_words_even_when_they_mean_nothing_elsewhere() -> None:
    kind = semantic_type("code", (("A", ("甲", "甲类")), ("Z", ("无",))))
    assert values(kind, ["A", "甲类", "无", "Z", "—"]) == ["A", "A", "Z", "Z", None]
    assert judge(kind, ["丙"])[0].reason == "code.unknown_word"


def test_the_hour_that_a_clock_change_repeats_is_the_later_one_and_summer_time_counts() -> None:
    berlin = Context(D(2021, 1, 1), "Europe/Berlin")
    texts = ["2020-07-01 08:00", "2020-12-01 08:00", "2020-10-25 02:30", "2020-03-29 02:30"]
    expected = [T(2020, 7, 1, 6), T(2020, 12, 1, 7), T(2020, 10, 25, 1, 30), T(2020, 3, 29, 1, 30)]
    assert values(semantic_type("instant"), texts, berlin) == expected


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("Asia/Shanghai", (1992, 28800)), ("Europe/Berlin", None), ("Asia/Kolkata", (1946, 19800)), ("UTC", (1900, 0))],
)
def test_a_zone_is_settled_after_its_last_change(zone: str, expected: tuple[int, int] | None) -> None:
    assert settled_offset(zone) == expected


def test_no_expression_becomes_a_join() -> None:
    # A long IN list would: everything behind it is then computed three times slower.
    with duckdb.connect() as con:
        con.execute("CREATE TABLE source (x VARCHAR)")
        for kind in SEMANTIC_TYPES.values():
            for sql in (kind.sql_clean("x"), kind.sql_normalise("x", CONTEXT), kind.sql_reason("x", CONTEXT)):
                plan = con.execute(f"EXPLAIN SELECT {sql} FROM source").fetchall()[0][1]
                assert "JOIN" not in plan, kind.name


def test_every_type_has_the_value_type_it_states() -> None:
    with duckdb.connect() as con:
        for kind in SEMANTIC_TYPES.values():
            sql = f"SELECT typeof({kind.sql_normalise('x', CONTEXT)}) FROM (SELECT NULL::VARCHAR AS x)"
            assert con.execute(sql).fetchall() == [(kind.sql_type,)], kind.name


def test_every_reason_speaks_both_languages() -> None:
    for code, (chinese, english) in REASONS.items():
        assert any("\u4e00" <= c <= "\u9fff" for c in chinese), code
        assert english and chinese.endswith("。") and english.endswith("."), code


def test_an_unknown_type_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(ContractError, match="resident_id"):
        semantic_type("resident-id")
    with pytest.raises(ContractError, match="code list is missing"):
        semantic_type("code")


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("证件", ["11010519491231002X", "无"], "resident_id"),
        ("代码", ["91441900MA511CFG1M"], "credit_code"),
        ("就诊日期", ["43854", "43855"], "date"),
        ("数量", ["43854", "43855"], "integer"),
        ("登记", ["2020-01-24", "2020/1/25"], "date"),
        ("登记", ["2020-01-24 08:30"], "instant"),
        ("性别", ["1", "2"], "sex"),
        ("甲", ["1", "0"], "integer"),
        ("甲", ["1", "2.5"], "decimal"),
        ("手机", ["13800138000", ""], "phone"),
        ("姓名", ["张三", "李四"], "person_name"),
        ("所属乡镇", ["城关镇"], "area"),
        ("经度", ["113.75"], "longitude"),
        ("备注", ["好", "不好"], "text"),
        ("出生日期", ["", ""], "date"),
        ("甲", [], "text"),
    ],
)
def test_the_preview_guesses_by_values_and_then_by_header(header: str, cells: list[str], expected: str) -> None:
    assert guess_semantic(header, cells) == expected


def test_the_dongguan_register_is_read_or_refused_for_stated_reasons(real_data: Path) -> None:
    register = real_data / "dongguan" / "enterprises" / "dongguan_enterprises.csv"
    with duckdb.connect() as con:
        rows = con.execute(
            'SELECT "注册资金", "统一社会信用代码", "注册日期", "法人代表" FROM read_csv(?, all_varchar = true)',
            [str(register)],
        ).fetchall()
    capital, codes, days, people = ([row[i] for row in rows] for i in range(4))
    refused = [j for j in judge(semantic_type("decimal"), capital) if j.reason]
    assert {j.reason for j in refused} == {"decimal.foreign_currency"}
    assert all("人民币" not in str(j.text) for j in refused) and len(refused) < 0.1 * len(rows)
    assert {j.reason for j in judge(semantic_type("date"), days)} == {None}
    assert {j.reason for j in judge(semantic_type("credit_code"), codes)} <= {None, "credit_code.checksum"}
    assert {j.reason for j in judge(semantic_type("person_name"), people)} <= {None, "person_name.characters"}
