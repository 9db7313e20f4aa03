"""Resident IDs and unified social credit codes: check digits by integer arithmetic on whole columns."""

from __future__ import annotations

from citybrain.semantics.cleaning import sql_clean_identifier
from citybrain.semantics.patterns import sql_first_reason, sql_matches
from citybrain.semantics.semantic_type import Context, SemanticType

EARLIEST_BIRTH = 18800101
CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_DESTROYED = r"[0-9]+\.[0-9]*|[0-9]+(?:\.[0-9]+)?E\+?[0-9]+"


def _sql_clean_resident_id(text: str) -> str:
    digits_first = f"strlen({text}) = 18 AND {text} >= '1' AND {text} < ':'"
    return sql_clean_identifier(text, usual=f"{digits_first} AND NOT suffix({text}, ' ') AND NOT suffix({text}, 'x')")


def _sql_resident_check(number: str) -> str:
    """The check character of 17 digits held in a BIGINT.

    Source: GB 11643-1999, ISO 7064 MOD 11-2. The weight of the digit d_k of 10^k is 2^(k+1). With f_k = number // 10^k,
    d_k = f_k - 10 f_(k+1), so that the sum of 2^k d_k is number - 8 (f_1 + 2 f_2 + 4 f_3 + …): a third of the work of
    seventeen products. `number` is named seventeen times; the engine computes it once only where the expression is
    always evaluated, which is why callers put it into the first condition of a CASE.
    """
    quotients = " + ".join(f"{2 ** (k - 1)} * ({number} // {10**k})" for k in range(1, 17))
    return f"substr('10X98765432', 1 + CAST((2 * ({number} - 8 * ({quotients}))) % 11 AS INTEGER), 1)"


def _sql_is_birth_date(digits: str, number: str, context: Context) -> str:
    """True for a day that exists and lies between 1880 and the delivery; `number` is the digits as an integer.

    Two expressions for one thing, because the bounds name theirs twice and parsing is the dearer one.
    """
    latest = f"CAST(strftime({context.sql_received_on}, '%Y%m%d') AS INTEGER)"
    return f"{number} BETWEEN {EARLIEST_BIRTH} AND {latest} AND try_strptime({digits}, '%Y%m%d') IS NOT NULL"


def _sql_resident_id(cleaned: str, context: Context) -> str:
    number = f"TRY_CAST(left({cleaned}, 17) AS BIGINT)"
    # Seventeen characters that read as a number of seventeen digits are digits, unless an exponent stands among them.
    is_18 = (
        f"suffix({cleaned}, {_sql_resident_check(number)}) AND strlen({cleaned}) = 18 "
        f"AND {number} BETWEEN 10000000000000000 AND 99999999999999999 AND {cleaned} >= '1' "
        f"AND NOT contains({cleaned}, 'E') AND NOT contains({cleaned}, 'e') "
        f"AND {_sql_is_birth_date(f'substr({cleaned}, 7, 8)', f'({number} // 1000) % 100000000', context)}"
    )
    with_century = f"concat(left({cleaned}, 6), '19', substr({cleaned}, 7))"
    birth_digits = f"substr({with_century}, 7, 8)"
    is_15 = (
        f"strlen({cleaned}) = 15 AND {sql_matches(cleaned, '[1-9][0-9]{14}')} "
        f"AND {_sql_is_birth_date(birth_digits, f'TRY_CAST({birth_digits} AS INTEGER)', context)}"
    )
    converted = f"concat({with_century}, {_sql_resident_check(f'TRY_CAST({with_century} AS BIGINT)')})"
    return f"CASE WHEN {is_18} THEN {cleaned} WHEN {is_15} THEN {converted} END"


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
