"""Every type against its slow twin, on valid, nearly valid and hostile texts, a batch of them a query."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from citybrain.semantics import REASONS, SEMANTIC_TYPES, Context, semantic_type
from tests.semantics import semantic_twins as twins
from tests.semantics.judging import CONTEXT, judge, values

# A batch names its one failing text, so shrinking the batch is not worth its minutes.
BATCHES = settings(
    deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
BERLIN = Context(dt.date(2021, 12, 20), "Europe/Berlin")
DAY_SPELLINGS = """{0:%Y}-{0:%m}-{0:%d} | {0.year}-{0.month}-{0.day} | {0.year}/{0.month}/{0.day} | {0.year}.{0.month}.{0.day}
| {0.year}年{0.month}月{0.day}日 | {0.month}月{0.day}日 | {0.year:04}{0.month:02}{0.day:02} | {0.day}/{0.month}/{0.year}
| {0.year} 年 {0.month} 月 {0.day} 号 | {0.year}-{0.month}/{0.day} | {0.year}-{0.day}-{0.month}
| {0.year}年{0.month}月"""
CLOCK_SPELLINGS = """{0:%H}:{0:%M} | {0:%H}:{0:%M}:{0:%S} | {0.hour}:{0.minute} | {0.hour}时{0.minute}分 | {0.hour}时
| 24:00 | 25:00
| {0.hour}点{0.minute}分{0.second}秒 | 上午{0.hour}:{0.minute} | 下午 {0.hour}:{0.minute:02}:{0.second:02}
| {0.hour}:{0.minute} PM | {0:%H}:{0:%M}:{0:%S}.123Z | {0:%H}:{0:%M}+08:00 | {0:%H}:{0:%M}:{0:%S}-0330
| {0:%H}:{0:%M}:{0:%S}.{0.microsecond:06} | {0:%H}{0:%M}{0:%S}"""
UNITS = (
    "|||万|亿|万亿|千|%|‰|人| 人次|元|万元|(万元人民币)|万人民币|(万元(人民币))|（万元）|万美元|(万香港元)|℃|平方公里"
    "|万元整|(万)|万人|))|千万|百万元"
)
DIRT = st.sampled_from(
    ["", "", "", " ", "\t", "\u3000", "\u200b", "\ufeff", "\xa0", "'", "\x00", "\n", "\xad", "*", "x"]
)
DAYS = st.dates(dt.date(1795, 1, 1), dt.date(2205, 12, 31)) | st.dates(dt.date(1950, 1, 1), dt.date(2021, 12, 31))
CLOCKS = st.times() | st.times(dt.time(1), dt.time(3))


def digits(count: int) -> st.SearchStrategy[str]:
    """Texts of so many digits."""
    return st.text("0123456789", min_size=count, max_size=count)


def widened(text: str) -> str:
    """The text in full-width characters."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@st.composite
def spoiled(draw: st.DrawFn, valid: st.SearchStrategy[str], near: str) -> str:
    """A valid text, often with a character changed, dropped, added, doubled or dirt beside it."""
    text = draw(valid)
    place = draw(st.integers(0, max(len(text) - 1, 0)))
    replacement = draw(st.sampled_from(near))
    damage = draw(st.sampled_from(["none", "none", "edge", "inside", "swap", "drop", "add", "wide", "lower"]))
    dirt = draw(DIRT)
    return {
        "none": text,
        "edge": dirt + text + draw(DIRT),
        "inside": text[:place] + dirt + text[place:],
        "swap": text[:place] + replacement + text[place + 1 :],
        "drop": text[:place] + text[place + 1 :],
        "add": text[:place] + replacement + text[place:],
        "wide": widened(text),
        "lower": text.lower(),
    }[damage]


def resident_ids() -> st.SearchStrategy[str]:
    """Numbers of 18 with the right check digit, and old ones of 15."""

    def with_check(head: str, born: dt.date, serial: str) -> str:
        number = head + born.strftime("%Y%m%d").rjust(8, "0") + serial
        return number + ric.calc_check_digit(number + "0")

    heads = st.sampled_from(["110105", "441900", "370123", "810000", "010105"])
    new = st.builds(with_check, heads, st.dates(dt.date(1870, 1, 1), dt.date(2021, 1, 1)), digits(3))
    return new | st.builds(lambda head, rest: head + rest, heads, digits(9)) | new.map(lambda t: t[:6] + t[8:17])


def credit_codes() -> st.SearchStrategy[str]:
    """Codes with the right check character."""
    bodies = st.text(twins.uscc._alphabet, min_size=17, max_size=17) | digits(17)
    return bodies.map(lambda body: body + uscc.calc_check_digit(body))


def days() -> st.SearchStrategy[str]:
    """Days in every spelling."""
    serials = (
        st.integers(19000, 81000).map(str)
        | st.floats(19000, 81000).map(lambda f: f"{f:.9f}")
        | st.floats(19000, 81000).map(lambda f: f"{f:.2f}")
    )
    return st.builds(lambda s, d: s.strip().format(d), st.sampled_from(DAY_SPELLINGS.split("|")), DAYS) | serials


def moments() -> st.SearchStrategy[str]:
    """Days with a clock in every spelling."""
    clock = st.builds(lambda s, t: s.strip().format(t), st.sampled_from(CLOCK_SPELLINGS.split("|")), CLOCKS)
    joined = st.builds(lambda d, j, c: d + j + c, days(), st.sampled_from([" ", "T", "", "  "]), clock)
    canonical = st.builds(lambda d, t: f"{d} {t:%H:%M:%S}", DAYS, CLOCKS)
    return joined | canonical | days()


def numbers() -> st.SearchStrategy[str]:
    """Numbers in every spelling."""
    plain = (
        st.integers(-(10**19), 10**20).map(str)
        | st.integers(0, 10**6).map(str)
        | st.integers(0, 10**9).map(lambda i: f"{i:,}")
        | st.decimals(0, 10**6, places=4).map(str)
        | st.sampled_from(
            [
                "1_2",
                "1e3",
                "+12",
                "0x1F",
                "1.",
                ".5",
                "-.5",
                "1,23",
                "007",
                "12.0",
                "inf",
                "NaN",
                "1.2.3",
                "12.000000000",
            ]
        )
    )
    behind = st.sampled_from(UNITS.split("|"))
    before = st.sampled_from(["", "", "", "¥", "￥", "人民币", "RMB "])
    return st.builds(lambda b, n, t: b + n + t, before, plain, behind)


def phones() -> st.SearchStrategy[str]:
    """Phone numbers in every spelling."""
    mobile = st.builds(lambda a, b: "1" + a + b, st.sampled_from("23589"), digits(9))
    landline = st.builds(
        lambda a, j, b, e: a + j + b + e,
        st.sampled_from(["0769", "010", "(0769)", "769", "020", "852"]),
        st.sampled_from(["", "-", " "]),
        digits(8) | digits(7),
        st.sampled_from(["", "", "-801", "转801", "ext12"]),
    )
    service = digits(7).map(lambda d: f"400-{d[:3]}-{d[3:]}")
    return st.builds(lambda p, n: p + n, st.sampled_from(["", "", "+86 ", "86-", "0086"]), mobile | landline | service)


def names() -> st.SearchStrategy[str]:
    """Names, masked names and what stands in name columns."""
    letters = st.text("王李欧阳修张𠮷〇某éÀabZ\ue000", min_size=1, max_size=4)
    return st.builds(
        lambda a, b, c: a + b + c,
        letters,
        st.sampled_from(["", "", "·吐尔逊", "•买", " Lee", "O'N", "-x"]),
        st.sampled_from(["", "*", "**", "×", "1", "(女)"]),
    ) | st.text("张", min_size=45, max_size=55)


Case = tuple[str, st.SearchStrategy[str], str, Callable[[str, Context], Any], Context]
HOSTILE = "0123456789.eE+-_xX,万Tt:/ "
CASES: list[Case] = [
    ("resident_id", resident_ids(), "0123456789XeE.+-_ x*", twins.resident_id, CONTEXT),
    ("credit_code", credit_codes(), "0123456789ABIOZ一*", twins.credit_code, CONTEXT),
    ("date", days() | moments(), HOSTILE + "年月日", twins.date, CONTEXT),
    ("date", moments(), HOSTILE + "年月日", twins.date, BERLIN),
    ("instant", moments(), HOSTILE + "时分秒Z", twins.instant, CONTEXT),
    ("instant", moments(), HOSTILE + "时分秒Z", twins.instant, BERLIN),
    ("integer", numbers(), HOSTILE, twins.integer, CONTEXT),
    ("decimal", numbers(), HOSTILE, twins.decimal, CONTEXT),
    ("phone", phones(), HOSTILE + "()转", twins.phone, CONTEXT),
    ("person_name", names(), "1(?。·*", twins.person_name, CONTEXT),
]


def same(found: Any, expected: Any) -> bool:
    """Equal; floats may differ in the last bits (the engine reads decimals, the twin rounds a Decimal)."""
    if isinstance(found, float) and isinstance(expected, float):
        return math.isclose(found, expected, rel_tol=1e-15)
    return bool(found == expected)


@pytest.mark.parametrize(
    ("name", "valid", "near", "twin", "context"), CASES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_type_says_what_its_slow_twin_says(
    name: str, valid: st.SearchStrategy[str], near: str, twin: Callable[[str, Context], Any], context: Context
) -> None:
    kind = semantic_type(name)

    @settings(BATCHES, max_examples=8)
    @given(st.lists(spoiled(valid, near) | st.text(near, max_size=22), min_size=60, max_size=160))
    def compare(texts: list[str]) -> None:
        for judgement in judge(kind, list(texts), context):
            expected = twin(judgement.cleaned, context) if judgement.cleaned is not None else None
            assert same(judgement.value, expected), judgement

    compare()


@pytest.mark.parametrize("name", sorted(SEMANTIC_TYPES))
def test_whatever_the_text_there_is_a_value_or_a_known_reason_and_values_normalise_to_themselves(name: str) -> None:
    kind = semantic_type(name)
    anything = spoiled(
        resident_ids() | credit_codes() | moments() | numbers() | phones() | names() | st.text(max_size=30), HOSTILE
    )

    @settings(BATCHES, max_examples=4)
    @given(st.lists(anything, min_size=60, max_size=160))
    def check(texts: list[str]) -> None:
        found = judge(kind, list(texts))
        for judgement in found:
            if judgement.cleaned is None:
                assert judgement.value is None, judgement
            elif judgement.value is None:
                assert judgement.reason in REASONS, judgement
        kept = [j.value for j in found if j.value is not None and not is_beyond_plain_digits(j.value)]
        again = values(kind, [written(value) for value in kept])
        assert [(a, b) for a, b in zip(again, kept, strict=True) if not same(a, b)] == []

    check()


def written(value: Any) -> str:
    """The value as plain text, as an extract of our own would hold it."""
    if isinstance(value, dt.datetime):
        return value.isoformat(" ") + "Z"
    return format(Decimal(repr(value)), "f") if isinstance(value, float) else str(value)


def is_beyond_plain_digits(value: Any) -> bool:
    """Numbers that only a multiplier can write."""
    return isinstance(value, float) and abs(value) >= 1e30
