"""The short pass over a large delivery: rows written in the usual way are taken as they stand, the others stay open.

Looking for what might have to be cleaned is half the cost of the pass, and nearly no cell of a good delivery has any of it.
So each column of the first rows is held against the spellings of its semantic type; where nearly all rows keep to one,
the whole delivery is read by these, and what does not keep to them is judged once more, by the long way. Both ways give
the same: a spelling tells only texts whose value the long way finds too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from citybrain.ingest.batches import RowState
from citybrain.ingest.check import (
    CheckPlan,
    can_fail,
    judged_columns,
    mapping_of,
    source_text,
    sql_cells,
    sql_clean_text,
    sql_end,
    sql_source,
    sql_value,
)
from citybrain.readers.table import free_name
from citybrain.semantics import Spelling
from citybrain.sql import literal, quote

WORTH_BYTES = 8 << 20
"""Size of a delivery below which planning one more statement costs more than it saves."""
SAMPLE_ROWS = 4_096
WORTH_SHARE = 0.9
"""Share of the first rows that must be taken by the short pass; each row left open costs more than it would have."""

Spellings = Mapping[str, Spelling]
"""Column -> the spelling it keeps; the others go the long way within the short pass."""


def find_spellings(con: duckdb.DuckDBPyConnection, plan: CheckPlan) -> Spellings | None:
    """The spellings that the columns of a delivery keep; None where a short pass would not pay."""
    raw, contract = plan.raw, plan.contract
    # The contract's own SELECT would run once more for the sample.
    is_whole = not (plan.bound.values or raw.surplus_column or raw.sheet_column or contract.sql)
    if not is_whole or contract.scope or plan.is_joined:
        return None
    con.execute(f"CREATE OR REPLACE TEMP TABLE sampled AS SELECT * FROM {raw.relation} LIMIT {SAMPLE_ROWS}")
    sample = replace(plan, raw=replace(raw, relation="sampled"))
    spellings = _most_common(con, sample)
    row = con.execute(
        f"SELECT avg((_state = {RowState.ACCEPTED:d})::INTEGER) FROM ({sql_short_pass(sample, spellings)})"
    ).fetchone()
    return spellings if row and row[0] is not None and row[0] >= WORTH_SHARE else None


def _most_common(con: duckdb.DuckDBPyConnection, sample: CheckPlan) -> Spellings:
    """For each column with spellings the one that most rows of the sample have."""
    offered = {
        name: kind.spellings
        for name, kind in judged_columns(sample.contract).items()
        if kind.spellings and _keeps_its_texts(sample, name)
    }
    chosen = {name: spellings[0] for name, spellings in offered.items()}
    rivals = [(name, one) for name, spellings in offered.items() if len(spellings) > 1 for one in spellings]
    if rivals:
        counts = con.execute(
            f"SELECT {', '.join(_sql_count(sample, name, one) for name, one in rivals)} FROM sampled"
        ).fetchone()
        most: dict[str, int] = {}
        for (name, one), rows in zip(rivals, counts or (), strict=True):
            if rows > most.get(name, 0):
                most[name], chosen[name] = rows, one
    return chosen


def _keeps_its_texts(plan: CheckPlan, name: str) -> bool:
    """Whether the texts of a column mean by themselves what the type says: no word of it is replaced, no unit stated."""
    mapping = mapping_of(plan.contract, name)
    has_source = source_text(plan, name) != "NULL"
    return has_source and name not in plan.places and name not in plan.contract.replace and mapping.unit == 1.0


def _sql_count(plan: CheckPlan, name: str, spelling: Spelling) -> str:
    text = source_text(plan, name)
    tests = spelling.sql_test(text, spelling.sql_value(text, plan.context), plan.context)
    return f"count(*) FILTER (WHERE {' AND '.join(tests)})"


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
texts AS (SELECT source.*, {texts} FROM source),
normalised AS (SELECT texts.*, {values} FROM texts),
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
        return spellings[name].sql_value(quote("__c_" + name), plan.context)
    return sql_value(plan, name)


def _tests(plan: CheckPlan, spellings: Spellings, name: str) -> list[str]:
    """What must be true of a column for its row to be taken."""
    text, value = quote("__c_" + name), quote("__v_" + name)
    if name in spellings:
        tests = list(spellings[name].sql_test(text, value, plan.context))
    elif name in plan.places or can_fail(plan, name):
        tests = [f"{value} IS NOT NULL"]
    else:
        return []
    if plan.contract.record.columns()[name].required:
        return tests
    return [f"({' AND '.join(tests)} OR {text} IS NULL)"]


def open_rows(plan: CheckPlan, file: Path) -> CheckPlan:
    """The plan of the rows that the short pass left open in its Parquet, each with its line and position."""
    headers = plan.raw.headers
    line = free_name("source_line", headers)
    position = free_name("position", [*headers, line])
    cells = ", ".join(f"_original[{place}] AS {quote(header)}" for place, header in enumerate(headers, start=1))
    relation = (
        f"(SELECT {cells}, coalesce(_line, _first_line + file_row_number) AS {line}, file_row_number AS {position}"
        f" FROM read_parquet({literal(file)}, file_row_number = TRUE) WHERE _state = {RowState.OPEN:d})"
    )
    return replace(plan, raw=replace(plan.raw, relation=relation, line_column=line), position=position)
