"""Deliveries of one feed that are no large ones, many in one pass.

Planning the check of a file takes a tenth of a second whatever its size, so the files that have the same columns are read
into one table first, each row with its line, its batch and the day it came, and judged together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from citybrain.contracts.contract import Contract
from citybrain.errors import DeliveryError
from citybrain.ingest.batches import Batch, RowState
from citybrain.ingest.check import CheckPlan, sql_check
from citybrain.ingest.checked import Checked, write_parquet
from citybrain.ingest.desk import Desk
from citybrain.ingest.opening import Opened, open_delivery
from citybrain.ingest.places import place_areas
from citybrain.ingest.planning import planned_for
from citybrain.ingest.refusals import NOT_A_TABLE, not_a_table
from citybrain.ingest.short_pass import BYTES_A_ROW, WORTH_BYTES, Spellings, find_spellings, open_rows, sql_short_pass
from citybrain.semantics import Context
from citybrain.sql import quote

LINE, BATCH, RECEIVED_ON = "__line", "__batch", "__received_on"
"""Columns beside the texts of each row."""

Layout = tuple[str, ...]
"""The columns of a file: files of one feed and one layout mean the same by them."""


def check_together(
    desk: Desk, contract: Contract, batches: Sequence[Batch]
) -> tuple[list[Checked], dict[int, DeliveryError]]:
    """Checks deliveries of one feed: one result for each layout, and why a delivery is refused, by its number."""
    layouts: dict[Layout, list[Opened]] = {}
    refused: dict[int, DeliveryError] = {}
    for batch in batches:
        try:
            opened = open_delivery(desk, contract, batch)
            alike = layouts.setdefault(_layout(opened), [])
            _load(desk.con, opened, _table(layouts, opened), is_first=not alike)
            alike.append(opened)
        except DeliveryError as error:
            refused[batch.batch] = error
    filled = {layout: alike for layout, alike in layouts.items() if alike}
    plans = [_plan(desk, contract, alike[0], _table(layouts, alike[0])) for alike in filled.values()]
    placed = place_areas(desk, plans) if plans else []
    return [_check(desk, *parts) for parts in zip(placed, filled.values(), strict=True)], refused


def _layout(opened: Opened) -> Layout:
    return (*opened.raw.headers, opened.raw.surplus_column, opened.raw.sheet_column)


def _table(layouts: dict[Layout, list[Opened]], opened: Opened) -> str:
    return f"texts_{list(layouts).index(_layout(opened))}"


def _load(con: duckdb.DuckDBPyConnection, opened: Opened, table: str, *, is_first: bool) -> None:
    """Adds the rows of a file to the table of its layout.

    Raises:
        DeliveryError: it is not a table from beginning to end.
    """
    raw = opened.raw
    texts = [quote(c) for c in (*raw.headers, raw.surplus_column, raw.sheet_column) if c]
    if is_first:
        columns = ", ".join(f"{text} VARCHAR" for text in texts)
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} ({columns}, {LINE} BIGINT, {BATCH} INTEGER, {RECEIVED_ON} DATE)"
        )
    line = quote(raw.line_column) if raw.line_column else f"{raw.first_line - 1} + row_number() OVER ()"
    try:
        con.execute(
            f"INSERT INTO {table} SELECT {', '.join(texts)}, {line}, {opened.batch.batch}, DATE '{opened.received_on}'"
            f" FROM {raw.relation}"
        )
    except NOT_A_TABLE as error:
        raise not_a_table(opened.batch) from error


def _plan(desk: Desk, contract: Contract, first: Opened, table: str) -> CheckPlan:
    raw = replace(first.raw, relation=table, first_line=0, line_column=LINE)
    return CheckPlan(contract, raw, first.bound, Context(RECEIVED_ON, desk.project.timezone), BATCH)


def _check(desk: Desk, plan: CheckPlan, alike: Sequence[Opened]) -> Checked:
    """The pass; a look-up by a join loses the order of rows, and so does reading some a second time: the line restores it."""
    judged, rows = f"judged_{plan.raw.relation}", f"rows_{plan.raw.relation}"
    (count,) = desk.con.execute(f"SELECT count(*) FROM {plan.raw.relation}").fetchall()[0]
    spellings = find_spellings(desk, plan) if count * BYTES_A_ROW >= WORTH_BYTES else None
    if spellings is None:
        desk.con.execute(f"CREATE OR REPLACE TEMP TABLE {judged} AS {sql_check(plan)}")
    else:
        _check_shortly(desk, plan, spellings, judged)
    desk.con.execute(
        f"CREATE OR REPLACE TEMP TABLE {rows} AS"
        f" SELECT *, row_number() OVER (PARTITION BY _batch ORDER BY _line, rowid) - 1 AS row FROM {judged}"
    )
    for opened in alike:
        ours = f"SELECT * EXCLUDE (row, {RECEIVED_ON}) FROM {rows} WHERE _batch = {opened.batch.batch} ORDER BY row"
        write_parquet(desk, ours, desk.work / opened.batch.rows_name)
    return Checked(plan, tuple(opened.batch for opened in alike), rows)


def _check_shortly(desk: Desk, plan: CheckPlan, spellings: Spellings, judged: str) -> None:
    """The short pass into a table, in which what it left open is then judged once more."""
    con = desk.con
    con.execute(f"CREATE OR REPLACE TEMP TABLE {judged} AS {sql_short_pass(plan, spellings)}")
    beside = {LINE: "_line", BATCH: "_batch", RECEIVED_ON: RECEIVED_ON}
    rows = open_rows(con, plan, judged, beside)
    if rows:
        con.execute(f"DELETE FROM {judged} WHERE _state = {RowState.OPEN:d}")
        with planned_for(con, rows * BYTES_A_ROW):
            con.execute(f"INSERT INTO {judged} {sql_check(replace(plan, raw=replace(plan.raw, relation='open_rows')))}")
