"""Running whole batches of texts through a semantic type, staged as the ingest does: one query a batch."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import duckdb

from citybrain.semantics import Context, SemanticType, Spelling

CONTEXT = Context(dt.date(2020, 2, 10), "Asia/Shanghai")


class Judgement(NamedTuple):
    """What became of one text."""

    text: str | None
    cleaned: str | None
    value: Any
    reason: str | None


def judge(kind: SemanticType, texts: list[str | None], context: Context = CONTEXT) -> list[Judgement]:
    """One judgement a text, in order; the reason only where the check asks for it.

    Holds every spelling of the type against it: where its tests are true, its value must be that of the long way.
    """
    sql = (
        "WITH raw AS (SELECT unnest(?::VARCHAR[]) AS text, unnest(range(?)) AS place), "
        f"cleaned AS (SELECT place, text, {kind.sql_clean('text')} AS cleaned FROM raw), "
        f"valued AS (SELECT *, {kind.sql_normalise('cleaned', context)} AS value FROM cleaned) "
        "SELECT text, cleaned, value, "
        f"CASE WHEN cleaned IS NOT NULL AND value IS NULL THEN {kind.sql_reason('cleaned', context)} END AS reason"
        f"{''.join(f', {_sql_short(spelling, context)}' for spelling in kind.spellings)} "
        "FROM valued ORDER BY place"
    )
    with duckdb.connect() as con:
        # No result may depend on the time zone of the session.
        con.execute("SET TimeZone = 'America/New_York'")
        rows = con.execute(sql, [texts, len(texts)]).fetchall()
    judged = [Judgement(*row[:4]) for row in rows]
    for one, row in zip(judged, rows, strict=True):
        for short in row[4:]:
            assert short is None or (short["value"] is not None and repr(short["value"]) == repr(one.value)), one.text
    return judged


def _sql_short(spelling: Spelling, context: Context) -> str:
    """The value that the short way gives a text; NULL where it says nothing."""
    tests = " AND ".join(spelling.sql_test("text", "short", context))
    value = spelling.sql_value("text", context)
    return f"(SELECT CASE WHEN {tests} THEN {{value: short}} END FROM (SELECT {value} AS short))"


def values(kind: SemanticType, texts: list[str | None], context: Context = CONTEXT) -> list[Any]:
    """The values alone."""
    return [j.value for j in judge(kind, texts, context)]
