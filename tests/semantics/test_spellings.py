"""The short way to a value: taken for what departments usually write, silent where it might be wrong.

That it never says otherwise than the long way is held against every text of the other tests (`judging.judge`).
"""

from __future__ import annotations

import datetime as dt
import random

import duckdb
import pytest

from citybrain.semantics import SEMANTIC_TYPES, Context, semantic_type
from tests.semantics.judging import CONTEXT, judge

USUAL = {
    "resident_id": ("11010519491231002X", "440524188001010014"),
    "date": ("2020-01-24", "2020/1/4", "20200124", "2020.1.4", "2020年1月24日", "1月24日", "12月3日"),
    "instant": ("2020-01-24 08:30", "2020-01-24 08:30:15", "2020/1/24 8:30", "2020/1/24 8:30:15", "20200124083015"),
    "phone": ("13812345678", "19912345678"),
    "sex": ("男", "女", "1"),
    "integer": ("0", "12", "123456789012345678", "12人", "3户次"),
    "decimal": ("36.5", "0", "120000.25"),
    "longitude": ("118.5", "180"),
    "latitude": ("36.123456",),
    "boolean": ("是", "否"),
    "person_name": ("王伟", "欧阳小明"),
    "text": ("城关镇 12号", "H000000001", "甲、乙（丙）", "x"),
}
SILENT = {
    "resident_id": ("110105194912310021", "440524188013010014", "1e5", "", "11010519491231002x"),
    "date": ("2020\\1\\4", "2020 1 4", "2020-02-30", "1799-12-31", "2020-1/4", "99999999", "43834"),
    "instant": ("2020-01-24T08:30", "2020-01-24 25:00", "1950-01-24 08:30", "2020-01-24 08:30Z", "24/01/2020 08:30"),
    "phone": ("12812345678", "1.381234e10", "1381234567e", "23812345678", "0531-8888888"),
    "sex": ("X", "不详", ""),
    "integer": ("1_2", "1e3", "+12", "-5", "1.0", "1,234", "1234567890123456789"),
    "decimal": ("1e3", ".5", "1.", "1_0.5", "nan", "-1.5"),
    "longitude": ("180.1", "-118"),
    "latitude": ("90.5",),
    "boolean": ("不详",),
    "person_name": ("王", "王*", "无", "不详", "未来", "王 伟", "Anna"),
    "text": (
        " x",
        "x ",
        "无 ",
        "NULL",
        "n/a",
        "-",
        "/",
        "空",
        "a\tb",
        "１２号",
        "x\u3000y",
        "#N/A",
        "a\u200bb",
        "\ufeffa",
    ),
}


def short_values(name: str, texts: tuple[str, ...]) -> list[bool]:
    """For each text whether the spelling of the type takes it."""
    usual = semantic_type(name).spelling
    assert usual
    tests = usual.sql_test("text", usual.sql_value("text", CONTEXT), CONTEXT)
    with duckdb.connect() as con:
        texts_in_order = "(SELECT unnest(?) AS text, unnest(range(?)) AS place) ORDER BY place"
        sql = f"SELECT ({' AND '.join(tests)}) IS TRUE FROM {texts_in_order}"
        return [row[0] for row in con.execute(sql, [list(texts), len(texts)]).fetchall()]


def test_every_type_with_spellings_has_examples() -> None:
    assert {name for name, kind in SEMANTIC_TYPES.items() if kind.spelling} == set(USUAL) == set(SILENT)


@pytest.mark.parametrize("name", USUAL)
def test_what_departments_usually_write_is_taken(name: str) -> None:
    assert short_values(name, USUAL[name]) == [True] * len(USUAL[name])
    judge(semantic_type(name), list(USUAL[name]))


@pytest.mark.parametrize("name", USUAL)
def test_what_people_put_for_nothing_is_nothing_both_ways(name: str) -> None:
    usual = semantic_type(name).spelling
    assert usual
    assert ("无" in usual.nothing) == (name not in ("boolean", "person_name", "text"))
    assert [one.cleaned for one in judge(semantic_type(name), list(usual.nothing))] == [None] * len(usual.nothing)


SLIPS = [*"0123456789-/.: 年月日时分TZxXeE+_,\\\t人万元℃%—无　０１Ａa", "日24", "月 ", "  ", "2月29日", "00", "\u200b"]


@pytest.mark.parametrize("name", USUAL)
def test_slips_of_the_pen_are_read_as_the_long_way_reads_them(name: str) -> None:
    rng = random.Random(name)
    slipped = []
    for _ in range(2000):
        text = rng.choice(USUAL[name])
        for _ in range(rng.choice((1, 1, 2, 3))):
            place, length = rng.randrange(len(text) + 1), rng.choice((0, 0, 1))
            text = text[:place] + rng.choice(("", rng.choice(SLIPS))) + text[place + length :]
        slipped.append(text)
    judge(semantic_type(name), slipped)


@pytest.mark.parametrize(
    "received_on", [dt.date(2020, 1, 29), dt.date(2020, 1, 30), dt.date(2021, 1, 29), dt.date(2019, 12, 31)]
)
def test_a_day_without_a_year_gets_the_same_year_both_ways(received_on: dt.date) -> None:
    days = [f"{month}月{day}日" for month in range(14) for day in range(33)]
    judged = judge(semantic_type("date"), list(days), Context(received_on, "Asia/Shanghai"))
    assert sum(one.value is not None for one in judged) in (365, 366)


@pytest.mark.parametrize("name", SILENT)
def test_what_needs_a_closer_look_is_left_to_the_long_way(name: str) -> None:
    assert short_values(name, SILENT[name]) == [False] * len(SILENT[name])
    judge(semantic_type(name), list(SILENT[name]))
