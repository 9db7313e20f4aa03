"""Which unified social credit codes may be meant by one that its own check character proves wrong.

Source: GB 32100-2015: 31 characters, weights 3^(i-1) mod 31. As 31 is prime, the check leaves one character for each
place.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
CODE = f"[{ALPHABET}]{{18}}"
MISREAD = ("OIZSV", "0125U")
"""Letters that no code has, and what they were read from."""


def sql_near_codes(source: str) -> str:
    """SELECT key, code: every valid code one wrong character or one swap of neighbours away from `code_text` of
    `source`.

    The code itself is among them when only misread letters made it wrong.
    """
    values = ", ".join(f"strpos('{ALPHABET}', substr(code_text, {i}, 1)) - 1" for i in range(1, 19))
    total = " + ".join(f"{w} * v[{i + 1}]" for i, w in enumerate((*WEIGHTS, 1)))
    inverses = [pow(w, -1, 31) for w in (*WEIGHTS, 1)]
    return f"""
    WITH written AS (SELECT DISTINCT key, code_text FROM {source} WHERE regexp_full_match(code_text, '{CODE}')),
    valued AS (SELECT *, [{values}] AS v FROM written),
    -- A valid code adds up to a multiple of 31, its check character counted once.
    summed AS (SELECT *, (31 - ({total}) % 31) % 31 AS missing FROM valued),
    placed AS (
      SELECT *, v[place] AS value, v[place + 1] AS follower, list_extract({[*WEIGHTS, 1]}, place) AS weight,
        list_extract({[*WEIGHTS[1:], 1, 0]}, place) AS next_weight, list_extract({inverses}, place) AS inverse
      FROM (SELECT *, unnest(range(1, 19)) AS place FROM summed)
    )
    SELECT key, code_text AS code FROM summed WHERE missing = 0
    UNION
    SELECT key, left(code_text, (place - 1)::BIGINT) || substr('{ALPHABET}', 1 + ((value + missing * inverse) %
    31)::BIGINT, 1)
      || substr(code_text, place + 1) FROM placed WHERE missing <> 0
    UNION
    SELECT key, left(code_text, (place - 1)::BIGINT) || substr(code_text, place + 1, 1) || substr(code_text, place, 1)
      || substr(code_text, place + 2)
    FROM placed WHERE place <= 17 AND value <> follower AND missing <> 0
      AND ((weight - next_weight) * (follower - value) % 31 + 31) % 31 = missing"""
