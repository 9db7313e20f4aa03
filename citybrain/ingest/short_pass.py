"""The short pass over a large delivery: rows written in the usual way are taken as they stand, the others stay open.

Looking for what might have to be cleaned is half the cost of the pass, and nearly no cell of a good delivery has any of it.
So the first rows are held against the usual spellings of their columns' semantic types; where nearly all keep to them, the
whole delivery is read by these, and what does not keep to them is judged once more, by the long way. Both ways give the
same: a spelling tells only texts whose value the long way finds too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import duckdb

from citybrain.ingest.batches import RowState
from citybrain.ingest.check import (
    CheckPlan,
    can_fail,
    context_of,
    judged_columns,
    mapping_of,
    source_text,
    sql_cells,
    sql_clean_text,
    sql_end,
    sql_place_joins,
    sql_source,
    sql_value,
)
from citybrain.ingest.desk import Desk
from citybrain.semantics import Spelling
from citybrain.semantics.patterns import sql_is_one_of
from citybrain.sql import quote

WORTH_BYTES = 4 << 20
"""Size of what is passed at once, below which planning one more statement costs more than it saves."""
BYTES_A_ROW = 128
"""Of a delivery, about."""
SAMPLE_ROWS = 4_096
WORTH_SHARE = 0.9
"""Share of the first rows that must be taken by the short pass; each row left open costs more than it would have."""

Spellings = Mapping[str, Spelling]
"""Column -> how its texts are usually written; the others go the long way within the short pass."""


def find_spellings(desk: Desk, plan: CheckPlan) -> Spellings | None:
    """The spellings that the columns of a delivery keep; None where a short pass would not pay."""
    raw, contract = plan.raw, plan.contract
    # The contract's own SELECT would run once more for the sample.
    is_whole = not (plan.bound.values or raw.surplus_column or raw.sheet_column or contract.sql)
    if not is_whole or contract.scope:
        return None
    spellings = _spellings_of(plan)
    like_it = (contract.feed, *raw.headers)
    if like_it not in desk.usual and _share_taken(desk.con, plan, spellings) >= WORTH_SHARE:
        desk.usual.add(like_it)
    return spellings if like_it in desk.usual else None


def _share_taken(con: duckdb.DuckDBPyConnection, plan: CheckPlan, spellings: Spellings) -> float:
    """Of the first rows, what the short pass takes."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE sampled AS SELECT * FROM {plan.raw.relation} LIMIT {SAMPLE_ROWS}")
    sample = replace(plan, raw=replace(plan.raw, relation="sampled"))
    is_taken = f"(_state = {RowState.ACCEPTED:d})::INTEGER"
    (share,) = con.execute(f"SELECT avg({is_taken}) FROM ({sql_short_pass(sample, spellings)})").fetchall()[0]
    return share or 0.0


def _spellings_of(plan: CheckPlan) -> Spellings:
    """The spelling of each column that has one and whose texts mean by themselves what its type says."""
    kinds = judged_columns(plan.contract)
    return {name: kind.spelling for name, kind in kinds.items() if kind.spelling and _keeps_its_texts(plan, name)}


def _keeps_its_texts(plan: CheckPlan, name: str) -> bool:
    """Whether no word of a column is replaced, and no unit stated."""
    mapping = mapping_of(plan.contract, name)
    has_source = source_text(plan, name) != "NULL"
    return has_source and name not in plan.places and name not in plan.contract.replace and mapping.unit == 1.0


def sql_short_pass(plan: CheckPlan, spellings: Spellings) -> str:
    """The SELECT that takes the rows written in the usual way: rows and columns as of `sql_check`; the state of all others
    is OPEN, and of them only `_original` is told.
    """
    columns = judged_columns(plan.contract)
    texts = ", ".join(f"{_sql_text(plan, spellings, name)} AS {quote('__c_' + name)}" for name in columns)
    values = ", ".join(f"{_sql_value(plan, spellings, name)} AS {quote('__v_' + name)}" for name in columns)
    tests = [test for name in columns for test in _tests(plan, spellings, name)]
    taken = ", ".join(f"{quote('__v_' + name)} AS {quote(name)}" for name in columns)
    return f"""
WITH source AS ({sql_source(plan)}),
cleaned AS (SELECT source.*, {texts} FROM source),
normalised AS (SELECT cleaned.*, {values} FROM cleaned{sql_place_joins(plan)}),
judged AS (
  SELECT *, CASE WHEN {" AND ".join(tests) or "TRUE"} THEN {RowState.ACCEPTED:d} ELSE {RowState.OPEN:d} END AS __state
  FROM normalised
)
SELECT {taken}, __state::UTINYINT AS _state, NULL::VARCHAR[] AS _unread,
  CASE WHEN __state = {RowState.OPEN:d} THEN [{sql_cells(plan.raw)}] END AS _original, {sql_end(plan)}
FROM judged"""


def _is_listed(plan: CheckPlan, name: str) -> bool:
    """Whether the texts of an area column can be looked up as they stand: outside of the list they cost no more."""
    return name in plan.places and plan.places[name].is_sieved and name not in plan.contract.replace


def _sql_text(plan: CheckPlan, spellings: Spellings, name: str) -> str:
    is_plain = name in spellings or _is_listed(plan, name)
    return source_text(plan, name) if is_plain else sql_clean_text(plan, name)


def _sql_value(plan: CheckPlan, spellings: Spellings, name: str) -> str:
    if name in spellings:
        return spellings[name].sql_value(quote("__c_" + name), context_of(plan, name))
    return sql_value(plan, name)


def _tests(plan: CheckPlan, spellings: Spellings, name: str) -> list[str]:
    """What must be true of a column for its row to be taken."""
    text, value = quote("__c_" + name), quote("__v_" + name)
    if name in spellings:
        tests = list(spellings[name].sql_test(text, value, context_of(plan, name)))
    elif name in plan.places or can_fail(plan, name):
        tests = [f"{value} IS NOT NULL"]
    else:
        return []
    if plan.contract.record.columns()[name].required:
        return tests
    nothing = spellings[name].nothing if name in spellings else ()
    is_nothing = f" OR {sql_is_one_of(text, nothing)}" if nothing else ""
    return [f"({' AND '.join(tests)} OR {text} IS NULL{is_nothing})"]


def open_rows(con: duckdb.DuckDBPyConnection, plan: CheckPlan, passed: str, beside: Mapping[str, str]) -> int:
    """Makes the temp table `open_rows` of the rows that the short pass left open, and says how many they are.

    Its columns are the cells as read, and `beside`: column -> SQL of it in `passed`, the FROM item of what was passed.

    They are put together in a table: strewn among the others as they lie, each two thousand rows of a delivery would cost
    as much as if all of them were open.
    """
    cells = [f"_original[{place}] AS {quote(header)}" for place, header in enumerate(plan.raw.headers, start=1)]
    told = [f"{sql} AS {quote(column)}" for column, sql in beside.items()]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE open_rows AS SELECT {', '.join([*cells, *told])} FROM {passed}"
        f" WHERE _state = {RowState.OPEN:d}"
    )
    (rows,) = con.execute("SELECT count(*) FROM open_rows").fetchall()[0]
    return int(rows)
