"""The rows of a delivery that are not plainly accepted, each with every reason and its cells as read."""

from __future__ import annotations

import duckdb

from citybrain.ingest.check import MISSING, CheckPlan, judged_columns
from citybrain.ingest.checked import Checked
from citybrain.ingest.looking_up import sql_listed
from citybrain.sql import literal, quote


def sql_set_aside(con: duckdb.DuckDBPyConnection, checked: Checked) -> str:
    """SELECT of the rows of checked deliveries that are not plainly accepted: one row each.

    Columns: `batch`, `row` (position in its Parquet), `source_line`, `sheet`, `state` (RowState; accepted where only a
    value was left empty), `reasons` (`column:reason`), `original` (cells as read), `repeats` (for a duplicate of
    earlier batches: their numbers; it counts again if all of them are superseded).

    Reads the temp table `repeats`.
    """
    return f"""
  SELECT r._batch AS batch, r.row AS row, coalesce(r._line, r._first_line + r.row) AS source_line, r._sheet AS sheet,
    coalesce(s.state, r._state)::UTINYINT AS state, coalesce(s.reasons, {_sql_reasons(con, checked)}) AS reasons,
    r._original AS original, s.repeats AS repeats
  FROM {checked.rows} AS r LEFT JOIN repeats AS s ON s.batch = r._batch AND s.row = r.row
  WHERE r._unread IS NOT NULL OR s.row IS NOT NULL"""


def _sql_reasons(con: duckdb.DuckDBPyConnection, checked: Checked) -> str:
    """The reasons of a row, in the order of the columns; only of columns that have any, most deliveries have few."""
    plan = checked.plan
    reasons = [
        _sql_reason(plan, name, f"r._unread[{place}]") for name, place in _columns_with_unread(con, checked).items()
    ]
    if plan.raw.surplus_column:
        surplus = f"r._original[{len(plan.raw.headers) + 1}]"
        reasons.append(f"CASE WHEN {surplus} IS NOT NULL THEN 'row:row.structure' END")
    found = f"list_filter([{', '.join(reasons)}]::VARCHAR[], lambda reason: reason IS NOT NULL)"
    return f"CASE WHEN r._unread IS NOT NULL THEN {found} END"


def _columns_with_unread(con: duckdb.DuckDBPyConnection, checked: Checked) -> dict[str, int]:
    """The columns in which some cell gave no value, with their place in `_unread` (from 1)."""
    places = {name: place for place, name in enumerate(judged_columns(checked.plan.contract), start=1)}
    counts = ", ".join(f"count(_unread[{place}])" for place in places.values())
    unread = con.execute(f"SELECT {counts} FROM {checked.rows} WHERE _unread IS NOT NULL").fetchone()
    return {name: place for (name, place), cells in zip(places.items(), unread or (), strict=True) if cells}


def _sql_reason(plan: CheckPlan, name: str, unread: str) -> str:
    """The `column:reason` of one unread text; NULL where the column has its value."""
    if name in plan.places:
        why = _sql_place_reason(plan, name, unread)
    else:
        why = judged_columns(plan.contract)[name].sql_reason(unread, plan.context)
    return (
        f"CASE WHEN {unread} = {literal(MISSING)} THEN {literal(f'{name}:required.missing')}"
        f" WHEN {unread} IS NOT NULL THEN {literal(name + ':')} || {why} END"
    )


def _sql_place_reason(plan: CheckPlan, name: str, unread: str) -> str:
    places = plan.places[name]
    if places.is_listed:
        return f"coalesce({sql_listed(places, 'reasons', unread)}, 'area.unknown_code')"
    return f"(SELECT reason FROM {places.relation} AS {quote('__p_' + name)} WHERE text = {places.alike(unread)})"
