"""Dates and instants as departments write them.

Read: 2020-01-24, 2020/1/24, 2020.1.24, 2020年1月24日, 20200124, 1月24日 (the latest year that is not more than 31 days
after the delivery), spreadsheet serials (20000-80000), each followed by a time if need be: 08:30, 8:30:15.5, 8时30分,
上午/下午 or AM/PM, or an offset (Z, +08:00). Refused, because reading them would be guessing: two-digit years,
day before month and year, months without a day. The usual spellings are told apart by their length, which is ten
times faster than patterns; the patterns see only what is left.
"""

from __future__ import annotations

from citybrain.semantics.cleaning import USUAL_NULLS, sql_clean_text, sql_has_line_break
from citybrain.semantics.patterns import sql_first_reason, sql_matches, sql_rewrite
from citybrain.semantics.semantic_type import Context, SemanticType, Spelling, is_value
from citybrain.semantics.zones import FIRST_YEAR, LAST_YEAR, settled_offset, sql_from_utc, sql_to_utc
from citybrain.sql import literal

_DAY = r"(\d{4})(?:-(\d{1,2})-|/(\d{1,2})/|\.(\d{1,2})\.| ?年 ?(\d{1,2}) ?月 ?)(\d{1,2}) ?[日号]?"
_CLOCK = r"(\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d{1,9})?)?)"
_DAY_CLOCK = rf"{_DAY}(?: ?T?{_CLOCK})?"
_ISO = r"\1-\2\3\4\5-\6 \7"
_WITHOUT_YEAR = r"(\d{1,2}) ?月 ?(\d{1,2}) ?[日号].*"
_HALF_DAY = r" ?(?:上午|下午|AM|PM|am|pm) ?"
_OFFSET = (
    r"(\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2})[ T]"
    r"(\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d{1,9})?)?) ?(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)"
)
_ISO_OFFSET = r"\1 \2\3"
_SERIAL = r"(?:[2-7]\d{4}(?:\.\d{1,15})?|80000)"
_COMPACT = r"\d{12}(?:\d{2})?"

_ENDS = "NOT suffix({0}, ' ')"


def _sql_clean_date(text: str) -> str:
    usual = f"strlen({text}) BETWEEN 8 AND 10 AND {text} >= '1' AND {text} < '3' AND {_ENDS.format(text)}"
    # The cast of separated days takes blanks behind them; eight characters leave no place for any.
    shaped = f"(strlen({text}) = 8 OR contains({text}, '-') OR contains({text}, '/'))"
    return sql_clean_text(text, usual=f"{usual} AND {shaped} AND strlen({text}) = length({text})")


def _sql_clean_instant(text: str) -> str:
    usual = f"strlen({text}) IN (16, 19) AND {text} >= '1' AND {text} < '3' AND {_ENDS.format(text)}"
    ascii_line = f"strlen({text}) = length({text}) AND NOT {sql_has_line_break(text)}"
    return sql_clean_text(text, usual=f"{usual} AND {ascii_line}")


def _sql_plausible(value: str, kind: str) -> str:
    """NULL outside the years we take. Written so that the value is named, and computed, once."""
    low = f"{kind} '{FIRST_YEAR - 1}-12-31'"
    high = f"{kind} '{LAST_YEAR + 1}-01-01'"
    return f"nullif(least(nullif(greatest({value}, {low}), {low}), {high}), {high})"


def _sql_day(text: str) -> str:
    """The usual spellings of a day, by length; NULL for others."""
    separated = f"(contains({text}, '-') OR contains({text}, '/')) AND NOT contains({text}, ' ')"
    ascii_8_to_10 = f"strlen({text}) BETWEEN 8 AND 10 AND strlen({text}) = length({text})"
    return (
        f"WHEN {ascii_8_to_10} AND {separated} THEN TRY_CAST({text} AS DATE) "
        f"WHEN {ascii_8_to_10} AND contains({text}, '.') AND substr({text}, 5, 1) = '.' "
        f"THEN TRY_CAST(replace({text}, '.', '-') AS DATE) "
        f"WHEN strlen({text}) = 8 AND TRY_CAST({text} AS INTEGER) >= 10000000 "
        f"THEN CAST(try_strptime({text}, '%Y%m%d') AS DATE) "
    )


def _sql_with_year(text: str, context: Context) -> str:
    """1月24日 with the latest year in which it is at most 31 days after the delivery."""
    latest = f"({context.sql_received_on} + 31)"
    month, day = (f"TRY_CAST(regexp_extract({text}, {literal(_WITHOUT_YEAR)}, {group}) AS INTEGER)" for group in (1, 2))
    this_year = f"100 * {month} + {day} <= 100 * month({latest}) + day({latest})"
    return (
        f"CASE WHEN NOT {sql_matches(text, _WITHOUT_YEAR)} THEN {text} "
        f"WHEN {this_year} THEN year({latest}) || '年' || {text} ELSE (year({latest}) - 1) || '年' || {text} END"
    )


def _sql_plain_clock(text: str) -> str:
    """8时30分15秒, 8点30分, 8时 → 8:30:15, 8:30, 8:00."""
    seconds = f"regexp_replace({text}, '分 ?(\\d{{1,2}}) ?秒$', ':\\1')"
    minutes = f"regexp_replace({seconds}, '[时点] ?(\\d{{1,2}}) ?分?', ':\\1')"
    return f"regexp_replace({minutes}, '[时点]整?$', ':00')"


def _sql_iso(text: str, context: Context) -> str:
    """`y-m-d h:m:s` of any spelling; a text that is none becomes one that no cast accepts."""
    return f"trim({sql_rewrite(_sql_plain_clock(_sql_with_year(text, context)), _DAY_CLOCK, _ISO)})"


def _sql_local(text: str, context: Context) -> str:
    """The local TIMESTAMP of any text without an offset; NULL if it is none."""
    seconds = f"CAST(round(TRY_CAST({text} AS DOUBLE) * 86400) AS BIGINT)"
    without_half = f"trim(regexp_replace({text}, {literal(_HALF_DAY)}, ' '))"
    afternoon = f"CASE WHEN regexp_matches({text}, '下午|PM|pm') THEN 'PM' ELSE 'AM' END"
    twelve_hours = "['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p']"
    return (
        f"CASE WHEN {sql_matches(text, _SERIAL)} "
        f"THEN TIMESTAMP '1899-12-30' + to_microseconds({seconds} * 1000000) "
        f"WHEN {sql_matches(text, _COMPACT)} "
        f"THEN try_strptime({text}, ['%Y%m%d%H%M%S', '%Y%m%d%H%M']) "
        f"WHEN regexp_matches({text}, {literal(_HALF_DAY)}) "
        f"THEN try_strptime({_sql_iso(without_half, context)} || ' ' || {afternoon}, {twelve_hours}) "
        f"ELSE TRY_CAST({_sql_iso(text, context)} AS TIMESTAMP) END"
    )


def _sql_with_offset(text: str) -> str:
    return f"timezone('UTC', TRY_CAST({sql_rewrite(text, _OFFSET, _ISO_OFFSET)} AS TIMESTAMPTZ))"


def _sql_date(cleaned: str, context: Context) -> str:
    local_day = f"CAST({sql_from_utc(_sql_with_offset(cleaned), context.timezone)} AS DATE)"
    day = (
        f"CASE {_sql_day(cleaned)}"
        f"WHEN {sql_matches(cleaned, _OFFSET)} THEN {local_day} "
        f"ELSE CAST({_sql_local(cleaned, context)} AS DATE) END"
    )
    return _sql_plausible(day, "DATE")


def _sql_usual_instant(text: str, context: Context) -> str:
    """`2020-01-24 08:30` and `2020-01-24 08:30:00` where the offset of the zone is settled; empty elsewhere."""
    settled = settled_offset(context.timezone)
    if settled is None:
        return ""
    first_year, seconds = settled
    shaped = f"({text} LIKE '____-__-__ __:__:__' OR {text} LIKE '____-__-__ __:__')"
    return (
        f"WHEN {text} >= '{first_year}' AND {text} < '{LAST_YEAR + 1}' AND {shaped} "
        f"AND NOT suffix({text}, 'Z') AND strlen({text}) = length({text}) "
        f"THEN TRY_CAST({text} AS TIMESTAMP) - INTERVAL '{seconds} seconds' "
    )


def _sql_instant(cleaned: str, context: Context) -> str:
    midnight = f"CAST(CASE {_sql_day(cleaned)} END AS TIMESTAMP)"
    # A point in the sixth place is that of a serial.
    shaped_as_day = f"strlen({cleaned}) BETWEEN 8 AND 10 AND strlen({cleaned}) = length({cleaned})"
    instant = (
        f"CASE {_sql_usual_instant(cleaned, context)}"
        f"WHEN {sql_matches(cleaned, _OFFSET)} THEN {_sql_with_offset(cleaned)} "
        f"WHEN {shaped_as_day} AND substr({cleaned}, 6, 1) <> '.' THEN {sql_to_utc(midnight, context.timezone)} "
        f"ELSE {sql_to_utc(_sql_local(cleaned, context), context.timezone)} END"
    )
    return _sql_plausible(instant, "TIMESTAMP")


def _sql_plain_day(text: str, context: Context) -> str:
    """2020-01-24, 2020/1/24, 2020.1.24, 20200124, 1月24日, 2020年1月24日; NULL or anything for others.

    Told by length and marks: a cast that fails costs ten times one that does not.
    """
    latest = f"({context.sql_received_on} + 31)"
    this_year, last_year = (
        f"CAST(try_strptime(concat(year({latest}){back}, '年', {text}), '%Y年%m月%d日') AS DATE)"
        for back in ("", " - 1")
    )
    return (
        f"CASE WHEN strlen({text}) BETWEEN 8 AND 10 THEN CASE "
        f"WHEN contains({text}, '-') OR contains({text}, '/') THEN TRY_CAST({text} AS DATE) "
        f"WHEN {text} LIKE '____.%' THEN TRY_CAST(replace({text}, '.', '-') AS DATE) "
        f"WHEN {text} LIKE '%月%日' THEN CASE WHEN {this_year} <= {latest} THEN {this_year} "
        f"WHEN {this_year} IS NOT NULL THEN {last_year} END "
        f"WHEN strlen({text}) = 8 AND TRY_CAST({text} AS INTEGER) >= 10000000 "
        f"THEN CAST(try_strptime({text}, '%Y%m%d') AS DATE) END "
        f"WHEN {text} LIKE '____年%月%日' AND strlen({text}) BETWEEN 15 AND 17 "
        f"THEN CAST(try_strptime({text}, '%Y年%m月%d日') AS DATE) END"
    )


def _is_plausible_day(text: str, value: str, context: Context) -> tuple[str, ...]:
    return (f"{value} BETWEEN DATE '{FIRST_YEAR}-01-01' AND DATE '{LAST_YEAR}-12-31'",)


def _sql_plain_instant(text: str, context: Context) -> str:
    """2020-01-24 08:30, 2020/1/24 8:30, each with seconds too, and 20200124083000, where the offset of the zone is settled."""
    settled = settled_offset(context.timezone)
    if settled is None:
        return "NULL::TIMESTAMP"
    first_year, seconds = settled
    since = f"{text} >= '{first_year}' AND {text} < '{LAST_YEAR + 1}'"
    slashes = r"\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d{2}(?::\d{2})?"
    return (
        f"CASE {_sql_usual_instant(text, context)}"
        f"WHEN {since} AND contains({text}, '/') AND {sql_matches(text, slashes)} "
        f"THEN TRY_CAST({text} AS TIMESTAMP) - INTERVAL '{seconds} seconds' "
        f"WHEN {since} AND strlen({text}) = 14 AND {sql_matches(text, '[0-9]{14}')} "
        f"THEN try_strptime({text}, '%Y%m%d%H%M%S') - INTERVAL '{seconds} seconds' END"
    )


def _sql_reason(name: str, cleaned: str) -> str:
    day_first = r"\d{1,2}[-/.]\d{1,2}[-/.]\d{4}.*"
    short_year = r"\d{2} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2} ?日?"
    no_day = r"\d{4} ?(?:[-/.年] ?\d{1,2} ?月?|年)?|\d{6}"
    far_year = r"(?:0\d{3}|1[0-7]\d\d|2[2-9]\d\d|[3-9]\d{3})(?:[-/.年]|\d{4}$).*"
    shaped = rf"{_DAY}.*|{_WITHOUT_YEAR}|[12]\d{{7}}|{_COMPACT}|{_OFFSET}"
    return sql_first_reason(
        {
            f"{name}.day_first": sql_matches(cleaned, day_first),
            f"{name}.two_digit_year": sql_matches(cleaned, short_year),
            f"{name}.incomplete": sql_matches(cleaned, no_day),
            f"{name}.range": sql_matches(cleaned, far_year),
            f"{name}.impossible": sql_matches(cleaned, shaped),
        },
        otherwise=f"{name}.unreadable",
    )


def _sql_date_reason(cleaned: str, context: Context) -> str:
    return _sql_reason("date", cleaned)


def _sql_instant_reason(cleaned: str, context: Context) -> str:
    return _sql_reason("instant", cleaned)


DATE = SemanticType(
    "date",
    "日期",
    "date",
    "DATE",
    _sql_clean_date,
    _sql_date,
    _sql_date_reason,
    ("日期", "出生", "年月日", "date", "day"),
    Spelling(_sql_plain_day, _is_plausible_day, USUAL_NULLS),
)
"""A local day. A time beside it is read and dropped; an instant with an offset becomes the local day."""

INSTANT = SemanticType(
    "instant",
    "时间",
    "instant",
    "TIMESTAMP",
    _sql_clean_instant,
    _sql_instant,
    _sql_instant_reason,
    ("时间", "时刻", "time"),
    Spelling(_sql_plain_instant, is_value, USUAL_NULLS),
)
"""A moment, in UTC. Without an offset it is local time of the context; a day alone is its local midnight."""
