"""Phones, names, free text, and the types whose values come from a short list of words."""

from __future__ import annotations

from citybrain.semantics.cleaning import (
    NULL_WORDS,
    TECHNICAL_NULLS,
    USUAL_NULLS,
    plain_han_pattern,
    plain_pattern,
    sql_clean_identifier,
    sql_clean_text,
)
from citybrain.semantics.patterns import sql_first_reason, sql_is_one_of, sql_matches, sql_rewrite
from citybrain.semantics.semantic_type import Context, SemanticType, Spelling, is_value
from citybrain.sql import literal

Codes = tuple[tuple[str, tuple[str, ...]], ...]
"""Canonical value and the words that mean it."""

SEX_CODES: Codes = (
    ("1", ("1", "男", "男性", "男士", "M", "m", "male", "Male", "MALE")),
    ("2", ("2", "女", "女性", "女士", "F", "f", "female", "Female", "FEMALE")),
    ("0", ("0", "未知", "未知的性别", "unknown", "Unknown")),
    ("9", ("9", "未说明", "未说明的性别")),
)
"""Source: GB/T 2261.1-2003."""

_TRUE = ("是", "有", "对", "真", "已", "1", "Y", "y", "Yes", "YES", "yes", "T", "true", "True", "TRUE", "√")
_FALSE = ("否", "无", "没有", "未", "假", "0", "N", "n", "No", "NO", "no", "F", "false", "False", "FALSE", "×")

_MOBILE = r"1[3-9]\d{9}"
_AREA_CODE = r"(?:10|2\d|[3-9]\d{2})"
_LOCAL = r"0\d{2,3}[-)]?\d{7,8}"
_EXTENSION = r"(?:转|分机|EXT[.]?|X|#|-)\d{1,6}"
_SEPARATORS = r"[-()./—–]"
_NAME = r"[\p{L}\p{Co}〇][\p{L}\p{M}\p{Co}〇·.' -]*[*×]{0,4}"
_MIDDLE_DOTS = "•・‧∙⋅●"


def _sql_clean_phone(text: str) -> str:
    return sql_clean_identifier(
        text, usual=f"strlen({text}) = 11 AND {text} >= '13' AND {text} < '2' AND NOT suffix({text}, ' ')"
    )


def _sql_of_eleven(text: str, context: Context) -> str:
    return f"CASE WHEN strlen({text}) = 11 THEN {text} END"


def _is_mobile(text: str, value: str, context: Context) -> tuple[str, ...]:
    """Eleven characters that read as eleven digits are digits, unless an exponent stands among them."""
    return (
        f"strlen({text}) = 11",
        f"TRY_CAST({text} AS BIGINT) BETWEEN 13000000000 AND 19999999999",
        f"NOT contains({text}, 'e')",
        f"NOT contains({text}, 'E')",
    )


def _sql_phone(cleaned: str, context: Context) -> str:
    mobile = " AND ".join(_is_mobile(cleaned, cleaned, context))
    without_extension = f"regexp_replace({cleaned}, {literal(rf'^(.*{_LOCAL}){_EXTENSION}$')}, '\\1')"
    digits = f"regexp_replace({without_extension}, {literal(_SEPARATORS)}, '', 'g')"
    national = f"regexp_replace({digits}, '^(?:[+]86|0086|86)', '')"
    # A landline number is told from the others by its place before the colon, and gets its 0 back.
    form = sql_rewrite(national, rf"({_MOBILE}|[48]00\d{{7}})|0?({_AREA_CODE}\d{{7,8}})", r"\2:\1")
    with_zero = f"regexp_replace({form}, '^([0-9]+):', '0\\1')"
    return f"CASE WHEN {mobile} THEN {cleaned} ELSE nullif(ltrim({with_zero}, ':'), '') END"


def _sql_phone_reason(cleaned: str, context: Context) -> str:
    return sql_first_reason(
        {
            "phone.masked": f"contains({cleaned}, '*')",
            "phone.destroyed_by_spreadsheet": sql_matches(cleaned, r"[0-9.]+E[+]?[0-9]+|[0-9]+\.[0-9]*"),
            "phone.several": sql_matches(cleaned, r".*[0-9-]{7,}[^0-9-]+[0-9-]{7,}.*"),
            "phone.foreign": sql_matches(cleaned, "[+](?:[0-79]|8[0-57-9]).*"),
            "phone.characters": f"regexp_matches({cleaned}, '[^-0-9+()./—–]')",
            "phone.area_code_missing": sql_matches(cleaned, "[2-9][0-9]{2,3}-?[0-9]{4}"),
        },
        otherwise="phone.digits",
    )


def _sql_clean_name(text: str) -> str:
    return sql_clean_text(text)


def _sql_person_name(cleaned: str, context: Context) -> str:
    # Nearly every name is this, and the pattern without classes of letters takes two thirds of the time.
    is_usual = sql_matches(cleaned, "[一-龥]{2,4}")
    is_name = f"length({cleaned}) <= 50 AND {sql_matches(cleaned, _NAME)}"
    dotted = f"translate({cleaned}, {literal(_MIDDLE_DOTS)}, {literal('·' * len(_MIDDLE_DOTS))})"
    is_dotted = f"length({cleaned}) <= 50 AND {sql_matches(dotted, _NAME)}"
    return f"CASE WHEN {is_usual} OR ({is_name}) THEN {cleaned} WHEN {is_dotted} THEN {dotted} END"


def _sql_person_name_reason(cleaned: str, context: Context) -> str:
    return f"CASE WHEN length({cleaned}) > 50 THEN 'person_name.length' ELSE 'person_name.characters' END"


def _sql_clean_free_text(text: str) -> str:
    return sql_clean_text(text, null_words=TECHNICAL_NULLS, keep_punctuation=True)


def _sql_as_it_is(cleaned: str, context: Context) -> str:
    return cleaned


def _is_plain_name(text: str, value: str, context: Context) -> tuple[str, ...]:
    return (sql_matches(text, plain_han_pattern(NULL_WORDS, 4)),)


def _is_plain_text(text: str, value: str, context: Context) -> tuple[str, ...]:
    return (sql_matches(text, plain_pattern(TECHNICAL_NULLS, punctuation="、。，；：（）")),)


def _sql_never_asked(cleaned: str, context: Context) -> str:
    return "'value.unreadable'"


def word_list(
    name: str,
    title_zh: str,
    title_en: str,
    codes: Codes,
    *,
    sql_type: str = "VARCHAR",
    header_words: tuple[str, ...] = (),
) -> SemanticType:
    """A type whose values are the canonical codes, each written as any of its words; other words are a reason."""
    known = {word for code, words in codes for word in (code, *words)}
    nothing = tuple(w for w in NULL_WORDS if w not in known)

    def clean(text: str) -> str:
        return sql_clean_text(text, null_words=nothing, usual=sql_is_one_of(text, known))

    def normalise(cleaned: str, context: Context) -> str:
        is_boolean = sql_type == "BOOLEAN"
        branches = [
            f"WHEN {sql_is_one_of(cleaned, words if is_boolean else {code, *words})} "
            f"THEN {code if is_boolean else literal(code)}"
            for code, words in codes
        ]
        return f"CASE {' '.join(branches)} END"

    def reason(cleaned: str, context: Context) -> str:
        return f"'{name}.unknown_word'"

    as_they_are = Spelling(normalise, is_value, tuple(w for w in USUAL_NULLS if w not in known))
    return SemanticType(name, title_zh, title_en, sql_type, clean, normalise, reason, header_words, as_they_are)


PHONE = SemanticType(
    "phone",
    "电话号码",
    "phone number",
    "VARCHAR",
    _sql_clean_phone,
    _sql_phone,
    _sql_phone_reason,
    ("电话", "手机", "联系方式", "phone", "tel", "mobile"),
    Spelling(_sql_of_eleven, _is_mobile, USUAL_NULLS),
)
"""A mainland number as digits: mobile (11), landline with area code and its 0, 400/800; an extension is dropped."""

PERSON_NAME = SemanticType(
    "person_name",
    "姓名",
    "name of a person",
    "VARCHAR",
    _sql_clean_name,
    _sql_person_name,
    _sql_person_name_reason,
    ("姓名", "名字", "法人代表", "法定代表人", "联系人", "负责人", "name"),
    Spelling(_sql_as_it_is, _is_plain_name),
)
"""1-50 letters of any script, with ·, blank, point, hyphen and apostrophe; masked names (谢某, 王*) are names too."""

TEXT = SemanticType(
    "text",
    "文本",
    "text",
    "VARCHAR",
    _sql_clean_free_text,
    _sql_as_it_is,
    _sql_never_asked,
    spelling=Spelling(_sql_as_it_is, _is_plain_text),
)
"""Free text as written. 无 and 不详 are kept, they may be the answer; a leading = or @ is data, exports escape it."""

AREA = SemanticType(
    "area",
    "区域",
    "area",
    "VARCHAR",
    sql_clean_text,
    _sql_as_it_is,
    _sql_never_asked,
    ("区划", "乡镇", "街道", "镇街", "村", "社区", "住址", "地址", "区域", "area"),
)
"""A code, name or address of an area: here only cleaned text, placed in the tree by the areas package."""

SEX = word_list("sex", "性别", "sex", SEX_CODES, header_words=("性别", "sex", "gender"))
"""Sex by GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 not stated."""

BOOLEAN = word_list(
    "boolean",
    "是否",
    "yes or no",
    (("TRUE", _TRUE), ("FALSE", _FALSE)),
    sql_type="BOOLEAN",
    header_words=("是否", "有无"),
)
"""Yes or no. 无 is an answer here."""


def code_list(codes: Codes) -> SemanticType:
    """The type of a column whose record type declares `codes`."""
    return word_list("code", "代码", "code", codes)
