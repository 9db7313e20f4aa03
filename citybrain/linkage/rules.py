"""The sure rules: which evidence is enough without weighing, and only where it points to one person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """Evidence that suffices; of several rules that hold for a statement the first one decides."""

    how: str
    score: float
    """Orders rules beside probabilities; from how often each was wrong on populations with a known truth."""
    condition: str
    """SQL over the flags of `sql_evidence`."""


NEAR_ID = (
    Rule("near_id", 0.9999, "same_name AND NOT other_sex AND (NOT other_birth OR same_phone OR same_area)"),
    Rule(
        "near_id", 0.999,
        "NOT other_sex AND NOT other_birth AND (like_name AND (same_birth OR same_phone)"
        " OR no_name AND same_birth AND (same_phone OR same_area) OR same_phone AND same_birth)",
    ),
)  # fmt: skip
"""For pairs whose numbers are one slip apart."""

NAME_AND_BIRTH = (
    Rule(
        "name_birth", 0.9998,
        "same_name AND NOT other_sex AND NOT other_birth"
        " AND (id_most OR id_part AND (same_birth OR same_phone OR same_area))",
    ),
    Rule("name_birth", 0.9998, "same_name AND NOT other_sex AND same_birth AND same_phone"),
    Rule("name_birth", 0.9995, "same_name AND NOT other_sex AND same_birth AND same_area"),
    Rule("name_birth", 0.9995, "same_name AND NOT other_sex AND NOT other_birth AND same_phone"),
)  # fmt: skip
"""For statements without a number that can be read whole."""


def sql_sure(evidence: str, rules: tuple[Rule, ...]) -> str:
    """SELECT mention_key, resident_id, how, score of the pairs that a rule decides.

    The first rule that holds for any pair of a statement decides it, and only if it holds for one pair alone: two
    persons who fit
    equally well are nobody's guess.
    """
    rank = "CASE " + " ".join(f"WHEN {r.condition} THEN {n}" for n, r in enumerate(rules)) + " END"
    how = "CASE rank " + " ".join(f"WHEN {n} THEN '{r.how}'" for n, r in enumerate(rules)) + " END"
    score = "CASE rank " + " ".join(f"WHEN {n} THEN {r.score}" for n, r in enumerate(rules)) + " END"
    return f"""
    SELECT mention_key, resident_id, {how} AS how, {score}::DOUBLE AS score
    FROM (SELECT mention_key, resident_id, {rank} AS rank FROM {evidence}) WHERE rank IS NOT NULL
    QUALIFY rank = min(rank) OVER (PARTITION BY mention_key) AND count(*) OVER (PARTITION BY mention_key, rank) = 1"""
