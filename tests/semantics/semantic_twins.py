"""What the semantic types should say, once more in slow, obvious Python: one text at a time."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from decimal import Decimal
from zoneinfo import ZoneInfo

from stdnum.cn import ric, uscc

from citybrain.semantics import Context
from citybrain.semantics.cleaning import NULL_WORDS

C_BLANKS = "\t\n\v\f\r "
BLANKS = set("\t\n\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {chr(c) for c in range(0x2000, 0x200B)}


def invisible(character: str) -> bool:
    """Controls and characters without a glyph, of those we know."""
    known = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff"
    return character in known or unicodedata.category(character) == "Cc"


def tidy(text: str, keep_punctuation: bool = False) -> str:
    """Blanks plain, the invisible gone, full-width halved, edges trimmed."""
    out = ""
    for character in text:
        if character in BLANKS:
            out += " "
        elif invisible(character):
            continue
        elif "\uff01" <= character <= "\uff5e":
            half = chr(ord(character) - 0xFEE0)
            out += character if keep_punctuation and not half.isalnum() else half
        else:
            out += character
    return out.strip(" ")


def cleaned(text: str, null_words: tuple[str, ...] = NULL_WORDS, keep_punctuation: bool = False) -> str | None:
    """Tidied, and None for nothing."""
    tidied = tidy(text, keep_punctuation)
    return None if tidied == "" or tidied in null_words else tidied


def cleaned_identifier(text: str) -> str | None:
    """Cleaned, without blanks and marks, in upper case; words for nothing are seen before and after."""
    if text in NULL_WORDS:
        return None
    bare = re.sub("[ =`\"']", "", tidy(text))
    return None if bare.upper() in ("", *NULL_WORDS) else bare.upper()


def day_of(digits: str) -> dt.date | None:
    """The day of eight digits."""
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def resident_id(text: str, context: Context) -> str | None:
    """GB 11643 by python-stdnum's check digit."""
    if re.fullmatch("[1-9][0-9]{14}", text):
        text = text[:6] + "19" + text[6:]
        text += ric.calc_check_digit(text + "0")
    if not re.fullmatch("[1-9][0-9]{16}[0-9X]", text):
        return None
    born = day_of(text[6:14])
    if born is None or not dt.date(1880, 1, 1) <= born <= context.received_on:
        return None
    return text if ric.calc_check_digit(text) == text[-1] else None


def credit_code(text: str, context: Context) -> str | None:
    """GB 32100 by python-stdnum's check digit."""
    if not re.fullmatch("[0-9A-HJ-NPQRTUWXY]{18}", text):
        return None
    return text if uscc.calc_check_digit(text[:17]) == text[-1] else None


def phone(text: str, context: Context) -> str | None:
    """Mobile, landline with its area code, 400/800."""
    text = re.sub(
        r"^(.*0\d{2,3}[-)]?\d{7,8})(?:转|分机|EXT[.]?|X|#|-)\d{1,6}$", r"\1", text, flags=re.ASCII | re.DOTALL
    )
    digits = re.sub("[-()./—–]", "", text)
    for prefix in ("+86", "0086", "86"):
        if digits.startswith(prefix):
            digits = digits[len(prefix) :]
            break
    if re.fullmatch("1[3-9][0-9]{9}|[48]00[0-9]{7}", digits):
        return digits
    local = re.fullmatch("0?((?:10|2[0-9]|[3-9][0-9]{2})[0-9]{7,8})", digits)
    return "0" + local[1] if local else None


WORDS = "人次 人 名 例 户次 户 个 家 件 张 所 床 次 只 头 间 栋 套 辆 台 份 处 岁 天 位 支 箱 批 条 座 株 村 ℃ °C 度"
COUNTED = WORDS.split()
POWERS = {"万亿": 12, "千万": 7, "百万": 6, "亿": 8, "万": 4, "千": 3, "百": 2}


def number(text: str) -> Decimal | None:
    """Digits, with thousands separated by commas or not at all."""
    if not re.fullmatch(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,30})(?:\.[0-9]*)?|-?\.[0-9]+", text):
        return None
    return Decimal(text.replace(",", ""))


def counted(text: str, powers: dict[str, int]) -> Decimal | None:
    """A number, perhaps with a multiplier, perhaps with a counted unit."""
    for unit in ["", *COUNTED]:
        if text.endswith(unit):
            amount = text.removesuffix(unit)
            amount = amount.removesuffix(" ") if unit else amount
            for word, power in {"": 0, **powers}.items():
                bare = amount.removesuffix(word).removesuffix(" ") if amount.endswith(word) else amount
                value = number(bare) if amount.endswith(word) else None
                if value is not None:
                    return value.scaleb(power)
    return None


def integer(text: str, context: Context) -> int | None:
    """A whole number that fits 64 bits."""
    value = counted(text, POWERS)
    if value is None or text.lstrip("-").startswith(".") or value != value.to_integral_value():
        return None
    return int(value) if -(2**63) <= value < 2**63 else None


OF_YUAN = {
    unit + whole + currency
    for unit in ("", "元", "圆")
    for whole in ("", "整")
    for currency in (
        *(f"({c})" for c in ("人民币", "RMB", "CNY", "rmb")),
        *(c + u + w for c in ("", "人民币", "RMB", "CNY", "rmb") for u in ("", "元", "圆") for w in ("", "整")),
    )
}


def decimal(text: str, context: Context) -> float | None:
    """A number, or an amount of yuan."""
    for before in ("人民币", "RMB", "CNY", "rmb"):
        if text.startswith(before):
            text = text.removeprefix(before)
            break
    text = text[1:] if text[:1] in ("¥", "￥") else text
    text = text.removeprefix(" ")
    found = re.match(r"-?[0-9][0-9,]*(?:\.[0-9]*)?|-?\.[0-9]+", text)
    if found is None or (value := number(found[0])) is None:
        return None
    behind = text[found.end() :].removeprefix(" ")
    bracketed = behind[:1] == "(" and behind[-1:] == ")"
    for rest in [behind, behind[1:-1]] if bracketed else [behind]:
        for word, power in {"": 0, **POWERS, "%": -2, "‰": -3}.items():
            if rest.startswith(word):
                unit = rest.removeprefix(word)
                counted_unit = unit if rest != behind else unit.removeprefix(" ")
                if unit in OF_YUAN or counted_unit in COUNTED:
                    return float(value.scaleb(power))
    return None


def local_to_utc(local: dt.datetime, context: Context) -> dt.datetime:
    """In a repeated hour the later one; in a skipped hour as if the clock had not changed."""
    zone = ZoneInfo(context.timezone)
    early, late = (local.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    repeated = early.astimezone(zone).replace(tzinfo=None) == local
    return (late if repeated else early).replace(tzinfo=None)


def moment(year: str, month: str, day: str, clock: str = "", half: str = "") -> dt.datetime | None:
    """The local moment of texts; None where there is none."""
    hour, minute, second = ([*clock.split(":"), "0", "0", "0"] if clock else ["0", "0", "0"])[:3]
    whole, _, fraction = second.partition(".")
    hours = int(hour)
    if half:
        if not clock or not 1 <= hours <= 12 or fraction:
            return None
        hours = hours % 12 + (12 if half.lower() in ("下午", "pm") else 0)
    try:
        midnight = dt.datetime(int(year), int(month), int(day))
        if hours == 24 and int(minute) == int(whole) == 0 and not half and not int(fraction or 0):
            return midnight + dt.timedelta(days=1)
        return midnight.replace(
            hour=hours, minute=int(minute), second=int(whole), microsecond=int((fraction + "000000")[:6])
        )
    except ValueError:
        return None


def with_year(text: str, context: Context) -> str:
    """1月24日 with the year in which it is at most 31 days after the delivery."""
    found = re.fullmatch("([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号].*", text, re.DOTALL)
    if not found:
        return text
    latest = context.received_on + dt.timedelta(days=31)
    is_this_year = (int(found[1]), int(found[2])) <= (latest.month, latest.day)
    return f"{latest.year if is_this_year else latest.year - 1}年{text}"


def local_moment(text: str, context: Context) -> dt.datetime | None:
    """Any spelling without an offset."""
    if re.fullmatch(r"[2-7][0-9]{4}(\.[0-9]{1,15})?|80000", text):
        return dt.datetime(1899, 12, 30) + dt.timedelta(seconds=math.floor(float(text) * 86400 + 0.5))
    if re.fullmatch("[0-9]{8}|[0-9]{12}|[0-9]{14}", text):
        clock = ":".join(text[i : i + 2] for i in range(8, len(text), 2))
        return moment(text[:4], text[4:6], text[6:8], clock) if not clock.startswith("24") else None
    marked = re.search(" ?(上午|下午|AM|PM|am|pm) ?", text)
    half = marked[1] if marked else ""
    text = (text[: marked.start()] + " " + text[marked.end() :]).strip(" ") if marked else text
    text = re.sub("分 ?([0-9]{1,2}) ?秒$", r":\1", with_year(text, context))
    text = re.sub("[时点] ?([0-9]{1,2}) ?分?", r":\1", text, count=1)
    text = re.sub("[时点]整?$", ":00", text, count=1)
    found = re.fullmatch(
        r"(\d{4})(?:([-/.])(\d{1,2})\2| ?年 ?(\d{1,2}) ?月 ?)(\d{1,2}) ?[日号]?"
        r"(?: ?T?(\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d{1,9})?)?))?",
        text,
        re.ASCII,
    )
    return moment(found[1], found[3] or found[4], found[5], found[6] or "", half) if found else None


def offset_moment(text: str) -> dt.datetime | None:
    """A spelling with an offset, in UTC."""
    found = re.fullmatch(
        r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})[ T](\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d{1,9})?)?) ?"
        r"(?:Z|([+-])(0\d|1[0-4]):?([0-5]\d)?)",
        text,
        re.ASCII,
    )
    if found is None or text.endswith(":") or (stated := moment(found[1], found[3], found[4], found[5])) is None:
        return None
    if found[6] is None:
        return stated
    east = dt.timedelta(hours=int(found[7]), minutes=int(found[8] or 0))
    return stated - east if found[6] == "+" else stated + east


def instant(text: str, context: Context) -> dt.datetime | None:
    """A moment in UTC between 1800 and 2199."""
    found = offset_moment(text)
    if found is None and (local := local_moment(text, context)) is not None:
        found = local_to_utc(local, context)
    return found if found and 1800 <= found.year <= 2199 else None


def date(text: str, context: Context) -> dt.date | None:
    """A local day between 1800 and 2199."""
    text = text.strip(C_BLANKS) if re.fullmatch("[0-9]{4}[-/].{3,5}", text, re.DOTALL) else text
    if (utc := offset_moment(text)) is not None:
        found = utc.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(context.timezone)).date()
    else:
        local = local_moment(text, context)
        found = local.date() if local else None
    return found if found and 1800 <= found.year <= 2199 else None


def person_name(text: str, context: Context) -> str | None:
    """Letters with their signs, at most 50."""
    text = re.sub("[•・‧∙⋅●]", "·", text)
    body = re.sub(r"[*×]{1,4}$", "", text)

    def is_letter(character: str) -> bool:
        return character == "〇" or unicodedata.category(character)[0] == "L" or unicodedata.category(character) == "Co"

    good = all(is_letter(c) or c in "·.' -" or unicodedata.category(c)[0] == "M" for c in body)
    return text if len(text) <= 50 and body and is_letter(body[0]) and good else None
