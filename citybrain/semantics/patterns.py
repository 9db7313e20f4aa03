"""Word lists and patterns in SQL: recognising a text, rewriting it by its groups, and choosing a reason.

Patterns are RE2; `.` matches line breaks too, for hostile cells have them.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from citybrain.sql import literal


def sql_is_one_of(text: str, words: Iterable[str]) -> str:
    """True when the text is one of the words.

    Not `IN`: from five constants on the engine makes a join of it, and every expression behind the join is
    computed three times slower. Told apart by length first, most texts are compared with no word at all.
    """
    by_length = groupby(sorted(set(words), key=lambda word: (_bytes(word), word)), key=_bytes)
    branches = " ".join(
        f"WHEN {length} THEN ({' OR '.join(f'{text} = {literal(word)}' for word in group)})"
        for length, group in by_length
    )
    return f"CASE strlen({text}) {branches} ELSE FALSE END"


def _bytes(word: str) -> int:
    return len(word.encode())


def sql_matches(text: str, pattern: str) -> str:
    """True when the whole text has this form."""
    return f"regexp_full_match({text}, {literal('(?s)' + pattern)})"


def sql_rewrite(text: str, pattern: str, replacement: str) -> str:
    """The replacement with the groups of the pattern; groups are empty when the whole text has another form.

    So a text of another form never slips through unchanged to a lenient cast behind.
    """
    return f"regexp_replace({text}, {literal(f'(?s)^(?:{pattern})$|^.*$')}, {literal(replacement)})"


def sql_first_reason(conditions: dict[str, str], otherwise: str) -> str:
    """The code of the first condition that holds, else the last: never NULL."""
    branches = " ".join(f"WHEN {condition} THEN {literal(code)}" for code, condition in conditions.items())
    return f"CASE {branches} ELSE {literal(otherwise)} END"
