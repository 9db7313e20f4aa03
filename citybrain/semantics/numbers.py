"""Whole numbers, decimals, amounts of money and coordinates.

The engine's own casts take `1_2`, `1e3`, `+12` and `0x1F`, which no department means: plain digits are recognised
first, cheaply; everything else must match a written form. 万, 亿, 千, 百 multiply, `%` divides by 100, as a
spreadsheet does, so that a table gives the same values as CSV and as XLSX. Multipliers are applied as decimal
exponents of the text (`211702.9915万` = `211702.9915e4`), so no rounding error enters.
"""

from __future__ import annotations

import re

from citybrain.semantics.cleaning import USUAL_NULLS, sql_clean_text, sql_has_line_break
from citybrain.semantics.patterns import sql_first_reason, sql_matches, sql_rewrite
from citybrain.semantics.semantic_type import Context, SemanticType, Spelling, is_value
from citybrain.sql import literal

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,30})"
_COUNTED = "人次|人|名|例|户次|户|个|家|件|张|所|床|次|只|头|间|栋|套|辆|台|份|处|岁|天|位|支|箱|批|条|座|株|村|℃|°C|度"
_POWERS = {"万亿": 12, "千万": 7, "百万": 6, "亿": 8, "万": 4, "千": 3, "百": 2, "%": -2, "‰": -3}
_MULTIPLIER = "|".join(_POWERS)
_COUNT = rf"(-?{_DIGITS}(?:\.\d{{0,8}}0*)?) ?(万亿|千万|百万|亿|万|千|百)? ?(?:{_COUNTED})?"
_YUAN = "人民币|RMB|CNY|rmb"
_OF_YUAN = rf"(?:元|圆)?整?(?:[(](?:{_YUAN})[)]|(?:{_YUAN})?(?:元|圆)?整?)"
_AMOUNT = (
    rf"(?:{_YUAN})?[¥￥]? ?(-?{_DIGITS}(?:\.\d*)?|-?\.\d+)"
    rf" ?(?:({_MULTIPLIER})?{_OF_YUAN}|[(]({_MULTIPLIER})?{_OF_YUAN}[)]"
    rf"|({_MULTIPLIER})? ?(?:{_COUNTED})|[(]({_MULTIPLIER})?(?:{_COUNTED})[)])"
)
_FOREIGN = (
    "美元|美金|港元|港币|香港元|港幣|澳门元|日元|日圆|欧元|英镑|澳元|加元|加拿大元|新加坡元|台币|韩元|韩币|卢布|法郎|泰铢"
    "|[$€£]|USD|HKD|JPY|EUR|GBP"
)
_PLAIN_DECIMAL = r"[0-9]{1,15}(?:\.[0-9]{1,12})?"
_SCIENTIFIC = r"[-+]?[0-9.]+[eE][-+]?[0-9]+"
_UNITS_BEHIND = rf" ?(?:万亿|千万|百万|亿|万|千|百)? ?(?:{_COUNTED})?"


def sql_clean_number(text: str) -> str:
    """Cleaned number; what begins with a digit and is plain ASCII is left as it is."""
    usual = f"{text} >= '0' AND {text} < ':' AND strlen({text}) = length({text}) AND NOT suffix({text}, ' ')"
    # Systems put a tab behind numbers to keep spreadsheets from touching them.
    return sql_clean_text(text, usual=f"{usual} AND NOT {sql_has_line_break(text)}")


def _sql_plain(text: str, *, dot: bool) -> str:
    """True for digits (with `dot` a decimal point too), and for texts that the casts refuse anyway."""
    first = f"{text} >= {literal('0' if dot else '1')} AND {text} < ':' AND strlen({text}) <= 30"
    refused = "eE_" if dot else "eE_."
    plain = " AND ".join([first, *(f"NOT contains({text}, '{c}')" for c in refused)])
    return f"{plain} AND NOT suffix({text}, '.')" if dot else f"({plain} OR {text} = '0')"


def _sql_scientific(text: str, pattern: str) -> str:
    """Number and multiplier of a text of this form as `12.5e4`; a text of another form becomes empty."""
    multiplier = "".join(rf"\{group}" for group in range(2, re.compile(pattern).groups + 1))
    parts = sql_rewrite(text, pattern, rf"\1e{multiplier}")
    for word, power in _POWERS.items():
        parts = f"replace({parts}, 'e{word}', 'e{power}')"
    return f"rtrim(replace({parts}, ',', ''), 'e')"


def _sql_integer(cleaned: str, context: Context) -> str:
    # A cast of 12.5 to BIGINT would round: the fraction is cut off as text, and what still has a point fails.
    exact = f"CAST(TRY_CAST({_sql_scientific(cleaned, _COUNT)} AS DECIMAL(38, 8)) AS VARCHAR)"
    whole = f"replace(replace({exact}, '.00000000', ''), '.', '?')"
    plain = _sql_plain(cleaned, dot=False)
    return f"coalesce(CASE WHEN {plain} THEN TRY_CAST({cleaned} AS BIGINT) END, TRY_CAST({whole} AS BIGINT))"


def _sql_integer_reason(cleaned: str, context: Context) -> str:
    return sql_first_reason(
        {
            "integer.scientific": sql_matches(cleaned, _SCIENTIFIC),
            "integer.range": sql_matches(cleaned, rf"-?{_DIGITS}(?:\.0*)?{_UNITS_BEHIND}"),
            "integer.fraction": sql_matches(cleaned, rf"-?{_DIGITS}?\.\d+{_UNITS_BEHIND}"),
        },
        otherwise="integer.unreadable",
    )


def _sql_double(text: str, otherwise: str) -> str:
    """The plain number, or what the rewritten text gives; the second is only computed where the first gives nothing."""
    plain = _sql_plain(text, dot=True)
    return f"coalesce(CASE WHEN {plain} THEN TRY_CAST({text} AS DOUBLE) END, TRY_CAST({otherwise} AS DOUBLE))"


def _sql_decimal(cleaned: str, context: Context) -> str:
    return _sql_double(cleaned, _sql_scientific(cleaned, _AMOUNT))


def _sql_decimal_reason(cleaned: str, context: Context) -> str:
    return sql_first_reason(
        {
            "decimal.scientific": sql_matches(cleaned, _SCIENTIFIC),
            "decimal.foreign_currency": f"regexp_matches({cleaned}, {literal(_FOREIGN)})",
            "decimal.grouping": sql_matches(cleaned, r"-?[0-9][0-9.]*,[0-9.,]*"),
            "decimal.unit": sql_matches(cleaned, rf"-?{_DIGITS}(?:\.\d*)?[^0-9.,]+"),
        },
        otherwise="decimal.unreadable",
    )


def _sql_counted(text: str, context: Context) -> str:
    """12, and 12人: a whole number with or without what it counts."""
    count = f"regexp_extract({text}, '^[0-9]+')"
    return (
        f"CASE WHEN {sql_matches(text, '[0-9]{1,18}')} THEN TRY_CAST({text} AS BIGINT) "
        f"WHEN {sql_matches(text, f'[0-9]{{1,18}}(?:{_COUNTED})')} THEN TRY_CAST({count} AS BIGINT) END"
    )


def _sql_as_double(text: str, context: Context) -> str:
    return f"CASE WHEN {sql_matches(text, _PLAIN_DECIMAL)} THEN TRY_CAST({text} AS DOUBLE) END"


def _coordinate(name: str, title_zh: str, limit: int, header_words: tuple[str, ...]) -> SemanticType:
    """Degrees as a DOUBLE within ±`limit`; which datum they are in is stated by the contract."""

    def normalise(cleaned: str, context: Context) -> str:
        signed = sql_rewrite(cleaned, r"(-?\d{1,3}(?:\.\d+)?) ?°?", r"\1")
        value = _sql_double(cleaned, signed)
        return f"CASE WHEN {value} BETWEEN {-limit} AND {limit} THEN {value} END"

    def reason(cleaned: str, context: Context) -> str:
        is_number = sql_matches(cleaned, r"-?\d+(?:\.\d*)? ?°?")
        return sql_first_reason({f"{name}.range": is_number}, otherwise=f"{name}.unreadable")

    def is_degrees(text: str, value: str, context: Context) -> tuple[str, ...]:
        return (f"{value} BETWEEN {-limit} AND {limit}",)

    degrees = Spelling(_sql_as_double, is_degrees, USUAL_NULLS)
    return SemanticType(name, title_zh, name, "DOUBLE", sql_clean_number, normalise, reason, header_words, degrees)


INTEGER = SemanticType(
    "integer",
    "整数",
    "whole number",
    "BIGINT",
    sql_clean_number,
    _sql_integer,
    _sql_integer_reason,
    ("人数", "数量", "个数", "户数", "例数", "年龄", "count", "number"),
    Spelling(_sql_counted, is_value, USUAL_NULLS),
)
"""A whole number; `12.0`, `1,234`, `1.5万` and a counted unit behind it are read, fractions refused."""

DECIMAL = SemanticType(
    "decimal",
    "数值",
    "number",
    "DOUBLE",
    sql_clean_number,
    _sql_decimal,
    _sql_decimal_reason,
    ("金额", "资金", "资本", "体温", "面积", "率", "amount", "value"),
    Spelling(_sql_as_double, is_value, USUAL_NULLS),
)
"""A number. Amounts are yuan: `125.3(万元人民币)` is 1253000; another currency is a reason, never converted."""

LONGITUDE = _coordinate("longitude", "经度", 180, ("经度", "longitude", "lng", "lon"))
LATITUDE = _coordinate("latitude", "纬度", 90, ("纬度", "latitude", "lat"))
