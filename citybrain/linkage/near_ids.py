"""Which resident IDs may be meant by a number that its own check character proves wrong.

Any single wrong digit and any swap of neighbours breaks the check, and the check then leaves at most one digit for each
place: some thirty numbers in all, which are looked up by equality. So are those with one character dropped or doubled.
Source: GB 11643-1999, ISO 7064 MOD 11-2.
"""

from __future__ import annotations

from citybrain.linkage.statements import ID_17, ID_18, ID_19

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
_INVERSES = tuple(pow(w, -1, 11) for w in WEIGHTS)


def sql_near_ids(source: str) -> str:
    """SELECT mention_key, id17: the first 17 digits of every valid number one slip away from `id_text` of `source`.

    Slips: one wrong character, two neighbours swapped, one character left out or one too many.
    """
    return f"""
    WITH written AS (SELECT DISTINCT mention_key, id_text FROM {source} WHERE strlen(id_text) BETWEEN 17 AND 19),
    whole AS (
      SELECT mention_key, id_text, left(id_text, 17)::BIGINT AS number, strpos('{CHECKS}', right(id_text, 1)) - 1 AS
      stated
      FROM written WHERE regexp_full_match(id_text, '{ID_18}')
    ),
    summed AS (SELECT *, {_sql_sum("number")} % 11 AS total FROM whole),
    placed AS (
      SELECT *, (stated - total + 11) % 11 AS missing, (number // power) % 10 AS digit, (number // (power // 10)) % 10
      AS follower
      FROM (
        SELECT *, list_extract({list(WEIGHTS)}, place) AS weight, list_extract({list(_INVERSES)}, place) AS inverse,
          list_extract({[*WEIGHTS[1:], 0]}, place) AS next_weight,
          list_extract({[10 ** (17 - place) for place in range(1, 18)]}, place) AS power
        FROM (SELECT *, unnest(range(1, 18)) AS place FROM summed)
      )
    ),
    {_CANDIDATES}
    SELECT DISTINCT mention_key, id17 FROM (
      SELECT mention_key, id17 FROM substituted UNION ALL SELECT mention_key, id17 FROM swapped
      UNION ALL SELECT mention_key, number FROM whole
      UNION ALL SELECT mention_key, id17 FROM swapped_with_check
      UNION ALL SELECT mention_key, number FROM numbered
      WHERE number >= 10000000000000000 AND stated = {sql_check("number")}
      UNION ALL SELECT mention_key, id_text::BIGINT FROM written WHERE regexp_full_match(id_text, '[0-9]{{17}}')
    ) WHERE id17 BETWEEN 10000000000000000 AND 99999999999999999
      AND (id17 // 100000) % 100 BETWEEN 1 AND 12 AND (id17 // 1000) % 100 BETWEEN 1 AND 31"""


def sql_check(number: str) -> str:
    """SQL of the check character of 17 digits held in a BIGINT."""
    return f"substr('{CHECKS}', 1 + CAST({_sql_sum(number)} % 11 AS INTEGER), 1)"


def _sql_sum(number: str) -> str:
    return "(" + " + ".join(f"{w} * (({number} // {10 ** (16 - i)}) % 10)" for i, w in enumerate(WEIGHTS)) + ")"


_CANDIDATES = f"""substituted AS (
      SELECT mention_key, number + ((digit + missing * inverse) % 11 - digit) * power AS id17 FROM placed
      WHERE (digit + missing * inverse) % 11 BETWEEN 0 AND 9 AND missing <> 0
    ),
    swapped AS (
      SELECT mention_key, number + (follower - digit) * power - (follower - digit) * (power // 10) AS id17 FROM placed
      WHERE place <= 16 AND digit <> follower
        AND ((weight - next_weight) * (follower - digit) % 11 + 11) % 11 = missing
    ),
    swapped_with_check AS (
      SELECT mention_key, number - number % 10 + TRY_CAST(right(id_text, 1) AS BIGINT) AS id17 FROM summed
      WHERE right(id_text, 1) <> 'X' AND substr('{CHECKS}', 1 + CAST(
        (total + {WEIGHTS[16]} * (TRY_CAST(right(id_text, 1) AS BIGINT) - number % 10) + 22) % 11 AS INTEGER), 1)
        = (number % 10)::VARCHAR
    ),
    respelled AS (
      SELECT mention_key, left(id_text, (place - 1)::BIGINT) || digit || substr(id_text, place) AS id
      FROM (SELECT *, unnest(range(1, 18)) AS place FROM written WHERE regexp_full_match(id_text, '{ID_17}')),
        (SELECT unnest(range(0, 10))::VARCHAR AS digit)
      UNION ALL
      SELECT mention_key, left(id_text, (place - 1)::BIGINT) || substr(id_text, place + 1) AS id
      FROM (SELECT *, unnest(range(1, 20)) AS place FROM written WHERE regexp_full_match(id_text, '{ID_19}'))
    ),
    -- Materialised, or the check would read each number from its text seventeen times.
    numbered AS MATERIALIZED (SELECT mention_key, left(id, 17)::BIGINT AS number, right(id, 1) AS stated FROM respelled)"""
