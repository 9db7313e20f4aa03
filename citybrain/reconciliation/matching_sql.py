"""SQL that matches the units of two sides one to one: what is exactly the same first, the rest by what is nearest.

Units are temporary tables `reconcile_left` and `reconcile_right`; a unit is named by its `rowid`. Pairs go into
`reconcile_pairs` (left_id, right_id, closeness).
"""

from __future__ import annotations

from enum import IntEnum

from citybrain.reconciliation.rule import Period, Rule
from citybrain.reconciliation.units_sql import key_columns


class Closeness(IntEnum):
    """How well two units of one key fit, best first; the first two are the same thing, the others say why it is not."""

    EXACT = 0
    """Same area, same day."""
    WITHIN_LAG = 1
    """Same area or an area that nobody states, and at most the allowed lag later."""
    OTHER_AREA = 2
    OTHER_DAY = 3
    OTHER_AREA_AND_DAY = 4


MATCHED = (Closeness.EXACT, Closeness.WITHIN_LAG)

CREATE_PAIRS = "CREATE OR REPLACE TEMP TABLE reconcile_pairs (left_id BIGINT, right_id BIGINT, closeness TINYINT)"

TAKE_BEST = """INSERT INTO reconcile_pairs
SELECT c.left_id, c.right_id, c.closeness FROM reconcile_candidates AS c
JOIN (SELECT left_id, min(place) AS place FROM reconcile_candidates GROUP BY left_id) AS l USING (left_id, place)
JOIN (SELECT right_id, min(place) AS place FROM reconcile_candidates GROUP BY right_id) AS r USING (right_id, place)"""
"""Takes every pair that is the best for both its sides. Repeated until none is left it is the same as taking the best of
all, then the best of the rest, and so on; a few rounds do."""

FORGET_TAKEN = """CREATE OR REPLACE TEMP TABLE reconcile_candidates AS
SELECT * FROM reconcile_candidates
WHERE left_id NOT IN (SELECT left_id FROM reconcile_pairs) AND right_id NOT IN (SELECT right_id FROM reconcile_pairs)"""


def sql_exact(rule: Rule) -> str:
    """Insert the exact pairs: the n-th unit of a key, area and day with the n-th one of the other side.

    What one side or the rule does not state (area, day) is not compared.
    """
    same = [*key_columns(rule.left), *_compared(rule)]
    columns = ", ".join(same)

    def numbered(this: str, other: str) -> str:
        keys = ", ".join(key_columns(rule.left))
        # Most units of the larger side have no partner at all: they are left out before anything is sorted.
        return (
            f"SELECT {columns}, id, row_number() OVER (PARTITION BY {columns} ORDER BY batch, source_line, id) AS n\n"
            f"  FROM (SELECT rowid AS id, * FROM reconcile_{this} WHERE ({keys}) IN (SELECT ({keys}) FROM reconcile_{other}))"
        )

    return (
        f"INSERT INTO reconcile_pairs\nSELECT l.id, r.id, {Closeness.EXACT:d}\n"
        f"FROM ({numbered('left', 'right')}) AS l\nJOIN ({numbered('right', 'left')}) AS r USING ({columns}, n)"
    )


def sql_candidates(rule: Rule) -> list[str]:
    """Statements that make `reconcile_candidates`: all pairs of the rest that may be the same, `place` 1 the best.

    Two units of a key are candidates if they lie at most `search_days` apart or within the lag.
    """
    keys = ", ".join(key_columns(rule.left))
    statements = [
        f"CREATE OR REPLACE TEMP TABLE reconcile_rest_{side} AS SELECT rowid AS id, * FROM reconcile_{side}\n"
        f"WHERE rowid NOT IN (SELECT {side}_id FROM reconcile_pairs)"
        for side in ("left", "right")
    ]
    later = "date_diff('day', l.day, r.day)" if rule.period is not Period.ALL else "0"
    # An area that one side does not state is no other area.
    elsewhere = "coalesce(l.area_code <> r.area_code, FALSE)"
    in_lag = f"later BETWEEN 0 AND {rule.lag_days}"
    closeness = (
        f"CASE WHEN {in_lag} THEN CASE WHEN elsewhere THEN {Closeness.OTHER_AREA:d} ELSE {Closeness.WITHIN_LAG:d} END\n"
        f"  WHEN elsewhere THEN {Closeness.OTHER_AREA_AND_DAY:d} ELSE {Closeness.OTHER_DAY:d} END"
    )
    statements.append(f"""CREATE OR REPLACE TEMP TABLE reconcile_candidates AS
SELECT left_id, right_id, closeness, row_number() OVER (
  ORDER BY closeness, abs(later), left_batch, left_line, left_id, right_batch, right_line, right_id
) AS place
FROM (
  SELECT *, {closeness} AS closeness FROM (
    SELECT l.id AS left_id, r.id AS right_id, l.batch AS left_batch, l.source_line AS left_line,
      r.batch AS right_batch, r.source_line AS right_line, {later} AS later, {elsewhere} AS elsewhere
    FROM reconcile_rest_left AS l JOIN reconcile_rest_right AS r USING ({keys})
  ) WHERE {in_lag} OR abs(later) <= {rule.search_days}
)""")
    return statements


def _compared(rule: Rule) -> list[str]:
    """Area and day, where both sides state them."""
    areas = ["area_code"] if rule.left.area and rule.right.area else []
    return areas if rule.period is Period.ALL else [*areas, "day"]
