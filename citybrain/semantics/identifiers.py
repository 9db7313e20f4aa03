"""Resident IDs and unified social credit codes: check digits by integer arithmetic on whole columns."""

from __future__ import annotations

from citybrain.semantics.cleaning import USUAL_NULLS, sql_clean_identifier
from citybrain.semantics.patterns import sql_first_reason, sql_matches
from citybrain.semantics.semantic_type import Context, SemanticType, Spelling, is_value

EARLIEST_BIRTH = 18800101
CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_DESTROYED = r"[0-9]+\.[0-9]*|[0-9]+(?:\.[0-9]+)?E\+?[0-9]+"


def _sql_clean_resident_id(text: str) -> str:
    digits_first = f"strlen({text}) = 18 AND {text} >= '1' AND {text} < ':'"
    return sql_clean_identifier(text, usual=f"{digits_first} AND NOT suffix({text}, ' ') AND NOT suffix({text}, 'x')")


def _sql_nibbles(text: str) -> str:
    """Characters 2 to 17 as the digits of a hexadecimal UBIGINT: sixteen decimal digits, four bits each."""
    return f"TRY_CAST(concat('0x', substr({text}, 2, 16)) AS UBIGINT)"


def _sql_resident_check(text: str) -> str:
    """The check character of the first 17 digits of a text.

    Source: GB 11643-1999, ISO 7064 MOD 11-2. The weight of a digit is 2^k, k = 1 for the 17th. So neighbouring digits are
    folded into one with 2, then pairs with 4, fours with 16, eights with 256, all of them at once in one number: a dozen
    operations instead of fifty. Parts are named many times; the engine computes each once only where the expression is
    always evaluated, which is why callers put it into the first condition of a CASE.
    """
    total = _sql_nibbles(text)
    for bits, mask in ((4, 0x0F0F0F0F0F0F0F0F), (8, 0x00FF00FF00FF00FF), (16, 0x0000FFFF0000FFFF), (32, 0xFFFFFFFF)):
        total = f"(({total} & {mask}::UBIGINT) + {1 << bits // 4} * (({total} >> {bits}) & {mask}::UBIGINT))"
    first = f"TRY_CAST(ascii({text}) - 48 AS UBIGINT)"
    return f"substr('10X98765432', 1 + CAST((2 * ({total} + 65536 * {first})) % 11 AS INTEGER), 1)"


def _sql_are_digits(text: str) -> str:
    """True when characters 1 to 17 are digits and the first is no zero; to be asked of 18 characters.

    No nibble is above nine; and what has sixteen of them leaves no place for a blank or a mark that casts skip.
    """
    nibbles = _sql_nibbles(text)
    above_nine = f"({nibbles} >> 3) & (({nibbles} >> 2) | ({nibbles} >> 1)) & {0x1111111111111111}::UBIGINT"
    sixteen = f"({nibbles} >= {1 << 60}::UBIGINT OR {sql_matches(f'left({text}, 17)', '[0-9]{17}')})"
    return f"{above_nine} = 0 AND {sixteen} AND {text} >= '1' AND {text} < ':'"


def _sql_is_birth_date(digits: str, number: str, context: Context) -> str:
    """True for a day that exists and lies between 1880 and the delivery; `number` is the digits as an integer.

    Two expressions for one thing, because the bounds name theirs twice and parsing is the dearer one.
    """
    latest = f"CAST(strftime({context.sql_received_on}, '%Y%m%d') AS INTEGER)"
    return f"{number} BETWEEN {EARLIEST_BIRTH} AND {latest} AND try_strptime({digits}, '%Y%m%d') IS NOT NULL"


def _sql_was_born(text: str, context: Context) -> str:
    """The same of characters 7 to 14 of eighteen, as nibbles; days that every month has need no calendar."""
    born = f"(({_sql_nibbles(text)} >> 12) & {0xFFFFFFFF}::UBIGINT)"
    latest = f"TRY_CAST(concat('0x', strftime({context.sql_received_on}, '%Y%m%d')) AS UBIGINT)"
    in_every_month = f"{born} & 255 BETWEEN 1 AND {0x28} AND ({born} >> 8) & 255 BETWEEN 1 AND {0x12}"
    return (
        f"{born} BETWEEN {int(str(EARLIEST_BIRTH), 16)} AND {latest} "
        f"AND ({in_every_month} OR try_strptime(substr({text}, 7, 8), '%Y%m%d') IS NOT NULL)"
    )


def _sql_is_18(text: str, context: Context) -> str:
    """True for a good number of eighteen characters; the first condition must stay the first (see the check)."""
    return (
        f"suffix({text}, {_sql_resident_check(text)}) AND strlen({text}) = 18 "
        f"AND {_sql_are_digits(text)} AND {_sql_was_born(text, context)}"
    )


def _sql_resident_id(cleaned: str, context: Context) -> str:
    with_century = f"concat(left({cleaned}, 6), '19', substr({cleaned}, 7))"
    birth_digits = f"substr({with_century}, 7, 8)"
    is_15 = (
        f"strlen({cleaned}) = 15 AND {sql_matches(cleaned, '[1-9][0-9]{14}')} "
        f"AND {_sql_is_birth_date(birth_digits, f'TRY_CAST({birth_digits} AS INTEGER)', context)}"
    )
    converted = f"concat({with_century}, {_sql_resident_check(with_century)})"
    return f"CASE WHEN {_sql_is_18(cleaned, context)} THEN {cleaned} WHEN {is_15} THEN {converted} END"


def _sql_plain_resident_id(text: str, context: Context) -> str:
    return f"CASE WHEN {_sql_is_18(text, context)} THEN {text} END"


def _sql_resident_id_reason(cleaned: str, context: Context) -> str:
    birth_digits = (
        f"CASE strlen({cleaned}) WHEN 15 THEN '19' || substr({cleaned}, 7, 6) ELSE substr({cleaned}, 7, 8) END"
    )
    is_number = sql_matches(cleaned, "[0-9]{15}|[0-9]{17}[0-9X]")
    return sql_first_reason(
        {
            "resident_id.destroyed_by_spreadsheet": sql_matches(cleaned, _DESTROYED),
            "resident_id.masked": f"contains({cleaned}, '*')",
            "resident_id.characters": f"NOT {sql_matches(cleaned, '[0-9]*[0-9X]')}",
            "resident_id.length": f"NOT {is_number}",
            "resident_id.checksum": _sql_is_birth_date(birth_digits, f"TRY_CAST({birth_digits} AS INTEGER)", context),
        },
        otherwise="resident_id.birth_date",
    )


def _sql_clean_credit_code(text: str) -> str:
    alphanumeric_first = f"strlen({text}) = 18 AND {text} >= '0' AND {text} < '['"
    is_upper = f"NOT suffix({text}, ' ') AND {text} = upper({text})"
    return sql_clean_identifier(text, usual=f"{alphanumeric_first} AND {is_upper}")


def _sql_credit_code(cleaned: str, context: Context) -> str:
    """Source: GB 32100-2015: weights 3^(i-1) mod 31, check = (31 - sum mod 31) mod 31."""
    positions = [f"strpos('{CREDIT_CODE_ALPHABET}', substr({cleaned}, {i}, 1))" for i in range(1, 18)]
    total = " + ".join(f"{pow(3, i, 31)} * ({p} - 1)" for i, p in enumerate(positions))
    check = f"substr('{CREDIT_CODE_ALPHABET}', 1 + CAST((31 - ({total}) % 31) % 31 AS INTEGER), 1)"
    return (
        f"CASE WHEN suffix({cleaned}, {check}) AND least({', '.join(positions)}) > 0 AND strlen({cleaned}) = 18 "
        f"THEN {cleaned} END"
    )


def _sql_credit_code_reason(cleaned: str, context: Context) -> str:
    return sql_first_reason(
        {
            "credit_code.destroyed_by_spreadsheet": sql_matches(cleaned, _DESTROYED),
            "credit_code.old_registration_number": sql_matches(cleaned, "[0-9]{15}"),
            "credit_code.masked": f"contains({cleaned}, '*')",
            "credit_code.characters": f"NOT {sql_matches(cleaned, f'[{CREDIT_CODE_ALPHABET}]*')}",
            "credit_code.length": f"strlen({cleaned}) <> 18",
        },
        otherwise="credit_code.checksum",
    )


RESIDENT_ID = SemanticType(
    "resident_id",
    "公民身份号码",
    "resident ID",
    "VARCHAR",
    _sql_clean_resident_id,
    _sql_resident_id,
    _sql_resident_id_reason,
    ("身份证", "公民身份号码", "证件号", "证件号码", "resident_id"),
    Spelling(_sql_plain_resident_id, is_value, USUAL_NULLS),
)
"""Citizen identification number (GB 11643-1999), 18 characters; old numbers of 15 digits are converted."""

CREDIT_CODE = SemanticType(
    "credit_code",
    "统一社会信用代码",
    "unified social credit code",
    "VARCHAR",
    _sql_clean_credit_code,
    _sql_credit_code,
    _sql_credit_code_reason,
    ("信用代码", "credit_code"),
)
"""Unified social credit code (GB 32100-2015), 18 characters."""
