"""Guessing what a column means, for the preview of a file that has no contract yet."""

from __future__ import annotations

import datetime as dt

import duckdb

from citybrain.semantics.catalogue import SEMANTIC_TYPES
from citybrain.semantics.patterns import sql_matches
from citybrain.semantics.semantic_type import Context

_SHARE = 0.8
"""Of the filled cells so many must be acceptable for a type to be considered."""
_TELLING = ("resident_id", "credit_code", "phone", "sex", "boolean", "date", "instant", "integer", "decimal")
"""Types that values alone can show, the most telling first."""
_SELF_EVIDENT_NUMBERS = {"resident_id", "credit_code", "phone", "integer", "decimal"}
"""Of plain numbers only these are believed without a word in the header: 43854 may be a count or a date."""


def guess_semantic(header: str, values: list[str]) -> str:
    """The name of the semantic type that a column most likely has; `text` when nothing speaks for another.

    By the share of values that normalise; a word in the header decides between types that fit.
    """
    shares, all_numbers = _shares(values)
    named = [name for name, t in SEMANTIC_TYPES.items() if any(w in header.lower() for w in t.header_words)]
    if not shares:
        return named[0] if named else "text"
    fitting = [name for name, share in shares.items() if share >= _SHARE]
    for name in named:
        if name in fitting and name not in ("instant", "date"):
            return name
    if {"date", "instant"} & set(fitting) and (not all_numbers or {"date", "instant"} & set(named)):
        return "instant" if any(":" in v or "：" in v or "时" in v or "点" in v for v in values) else "date"
    return next((n for n in _TELLING if n in fitting and (n in _SELF_EVIDENT_NUMBERS or not all_numbers)), "text")


def _shares(values: list[str]) -> tuple[dict[str, float], bool]:
    """Share of acceptable values among the filled ones by type (empty without any), and whether all are numbers."""
    context = Context(dt.date.today(), "Asia/Shanghai")
    cleaned = ", ".join(f"{t.sql_clean('raw')} AS c_{name}" for name, t in SEMANTIC_TYPES.items())
    counts = ", ".join(
        f"count({t.sql_normalise(f'c_{name}', context)}), count(c_{name})" for name, t in SEMANTIC_TYPES.items()
    )
    with duckdb.connect() as con:
        row = con.execute(
            f"WITH raw AS (SELECT unnest(?::VARCHAR[]) AS raw), cleaned AS (SELECT {cleaned} FROM raw) "
            f"SELECT {counts}, bool_and(c_integer IS NULL OR {sql_matches('c_integer', '-?[0-9.]+')}) "
            "FROM cleaned",
            [values],
        ).fetchone()
    assert row is not None
    pairs = dict(zip(SEMANTIC_TYPES, zip(row[0:-1:2], row[1:-1:2], strict=True), strict=True))
    return {name: good / filled for name, (good, filled) in pairs.items() if filled}, bool(row[-1])
