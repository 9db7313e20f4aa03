"""Running whole batches of texts through a semantic type, staged as the ingest does: one query a batch."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import duckdb

from citybrain.semantics import Context, SemanticType, Spelling
from citybrain.semantics.patterns import sql_is_one_of

CONTEXT = Context(dt.date(2020, 2, 10), "Asia/Shanghai")


class Judgement(NamedTuple):
    """What became of one text."""

    text: str | None
    cleaned: str | None
    value: Any
    reason: str | None


def judge(kind: SemanticType, texts: list[str | None], context: Context = CONTEXT) -> list[Judgement]:
    """One judgement a text, in order; the reason only where the check asks for it.

    Holds the spelling of the type against it: where its tests are true, its value must be that of the long way; and a
    text that it takes for nothing must be nothing both ways.
    """
    sql = (
        "WITH raw AS (SELECT unnest(?::VARCHAR[]) AS text, unnest(range(?)) AS place), "
        f"cleaned AS (SELECT place, text, {kind.sql_clean('text')} AS cleaned FROM raw), "
        f"valued AS (SELECT *, {kind.sql_normalise('cleaned', context)} AS value FROM cleaned) "
        "SELECT text, cleaned, value, "
        f"CASE WHEN cleaned IS NOT NULL AND value IS NULL THEN {kind.sql_reason('cleaned', context)} END AS reason"
        f"{f', {_sql_short(kind.spelling, context)}' if kind.spelling else ''} "
        "FROM valued ORDER BY place"
    )
    with duckdb.connect() as con:
        # No result may depend on the time zone of the session.
        con.execute("SET TimeZone = 'America/New_York'")
        rows = con.execute(sql, [texts, len(texts)]).fetchall()
    judged = [Judgement(*row[:4]) for row in rows]
    for one, row in zip(judged, rows, strict=True):
        for short in row[4:]:
            says = short["is_taken"], short["is_nothing"]
            assert says != (True, False) or repr(short["value"]) == repr(one.value) != "None", one.text
            assert not short["is_nothing"] or short["value"] is one.cleaned is None, one.text
    return judged


def _sql_short(spelling: Spelling, context: Context) -> str:
    """The value that the short way gives a text, whether it takes it, and whether for nothing."""
    tests = " AND ".join(spelling.sql_test("text", "short", context))
    is_nothing = sql_is_one_of("text", spelling.nothing) if spelling.nothing else "FALSE"
    value = spelling.sql_value("text", context)
    facts = f"value: short, is_taken: coalesce({tests}, FALSE), is_nothing: coalesce({is_nothing}, FALSE)"
    return f"(SELECT {{{facts}}} FROM (SELECT {value} AS short))"


def values(kind: SemanticType, texts: list[str | None], context: Context = CONTEXT) -> list[Any]:
    """The values alone."""
    return [j.value for j in judge(kind, texts, context)]
