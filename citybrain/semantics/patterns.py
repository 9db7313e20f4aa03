"""Patterns in SQL: matching a whole text, rewriting it by its groups, and choosing a reason.

Patterns are RE2; `.` matches line breaks too, for hostile cells have them.
"""

from __future__ import annotations

from citybrain.sql import literal


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
