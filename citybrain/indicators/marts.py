"""The three mart tables of the cube, and the dictionary as readers of a snapshot see it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import duckdb
import polars as pl

from citybrain.indicators.indicator import Absent, Carry, Indicator, Kind
from citybrain.indicators.plan import source_table
from citybrain.schema.columns import SharedTable, TableColumn
from citybrain.sql import literals, quote

NAME = TableColumn("VARCHAR", "Id of the indicator.")


class Cells(SharedTable):
    """One value of one indicator for one area and period; sparse, and without ratios.

    Carried indicators hold day rows at their change points only.
    """

    name = table = "cells"
    key = ("indicator", "period_type", "area_code", "period_on")
    indicator = NAME
    period_type = TableColumn("VARCHAR", "day, week (ISO, from Monday), month, quarter or year.")
    area_code = TableColumn("VARCHAR", "The area.")
    depth = TableColumn("INTEGER", "Depth of the area in the tree, 0 for the root.")
    period_on = TableColumn("DATE", "First day of the period.")
    value = TableColumn("DOUBLE", "The value in the unit of the indicator.")


class Coverage(SharedTable):
    """How deep and how long the source of one indicator speaks; no row if it never does."""

    name = table = "coverage"
    key = ("indicator",)
    indicator = NAME
    depth = TableColumn("INTEGER", "Deepest depth at which at least half of the rows are placed, or below.")
    first_on = TableColumn("DATE", "First day with a row.")
    last_on = TableColumn("DATE", "Last day with a row.")


class Indicators(SharedTable):
    """One dictionary entry as the snapshot was built with it."""

    name = table = "indicators"
    key = ("indicator",)
    indicator = NAME
    sort_order = TableColumn("INTEGER", "Place in lists, from 0.")
    kind = TableColumn("VARCHAR", "flow, stock, distinct, duration, cumulative or ratio.")
    title_zh = TableColumn("VARCHAR", "Title in Chinese.")
    title_en = TableColumn("VARCHAR", "Title in English.")
    definition_zh = TableColumn("VARCHAR", "Definition in Chinese.")
    definition_en = TableColumn("VARCHAR", "Definition in English.")
    unit_zh = TableColumn("VARCHAR", "Unit in Chinese.")
    unit_en = TableColumn("VARCHAR", "Unit in English.")
    decimals = TableColumn("INTEGER", "Decimals to show.")
    scale = TableColumn("DOUBLE", "Factor of a ratio.")
    better = TableColumn("VARCHAR", "higher, lower or neutral.")
    owner = TableColumn("VARCHAR", "Department that answers for the definition.")
    numerator = TableColumn("VARCHAR", "Indicator above the line of a ratio.")
    denominator = TableColumn("VARCHAR", "Indicator below the line of a ratio.")
    carry = TableColumn("VARCHAR", "none, forward or both.")
    absent = TableColumn("VARCHAR", "zero or no_data; carried ones have their zeros as cells.")
    theme = TableColumn("VARCHAR", "Theme it is listed under.")
    sql = TableColumn("VARCHAR", "The definition as SQL for people to read.")
    source_table = TableColumn("VARCHAR", "Table whose rows make the cells.")
    measure_on = TableColumn("VARCHAR", "Date column of the table; empty if the rows hold for the whole time.")
    measure_where = TableColumn("VARCHAR", "Condition on the rows; empty if all count.")
    minimum_cell = TableColumn("INTEGER", "Smallest count of people that everyone may see; 0 if all may.")
    is_listed = TableColumn("BOOLEAN", "Whether it is offered where indicators are chosen.")
    legal_basis = TableColumn("VARCHAR", "Law or standard that the definition follows; empty if none is named.")
    warn_at = TableColumn("DOUBLE", "From here on the number asks for attention.")
    alarm_at = TableColumn("DOUBLE", "From here on it is grave.")
    target = TableColumn("DOUBLE", "What the county wants to reach.")
    version = TableColumn("INTEGER", "Number of the definition, from 1.")
    version_of = TableColumn("VARCHAR", "The indicator that this is a former version of; empty for the present one.")
    valid_from = TableColumn(
        "DATE", "First day of which the end of a period makes it the definition; empty: from the beginning."
    )
    changed_zh = TableColumn("VARCHAR", "What it changed, in Chinese.")
    changed_en = TableColumn("VARCHAR", "What it changed, in English.")
    fingerprint = TableColumn("VARCHAR", "Of everything that decides the number: equal ones mean the same definition.")


class ValueStates(SharedTable):
    """What other evidence says of one value: late, quarantined or an implausible zero; no row where it says nothing."""

    name = table = "value_states"
    key = ("indicator", "period_type", "area_code", "period_on")
    indicator = NAME
    period_type = Cells.period_type
    area_code = Cells.area_code
    period_on = Cells.period_on
    state = TableColumn("VARCHAR", "late, quarantined or implausible_zero (citybrain.schema.value_state).")


MARTS = (Cells, Coverage, Indicators)
"""The tables of schema `marts` that the cube fills."""


def create_marts(con: duckdb.DuckDBPyConnection, anew: bool) -> None:
    """Create the mart tables; empty if `anew`, else only those that are not there."""
    con.execute("CREATE SCHEMA IF NOT EXISTS marts")
    create = "CREATE OR REPLACE TABLE" if anew else "CREATE TABLE IF NOT EXISTS"
    for mart in MARTS:
        columns = ", ".join(f"{quote(n)} {c.sql_type}" for n, c in mart.columns().items())
        con.execute(f"{create} marts.{mart.table} ({columns})")
    # Told by whoever watches the reports; here only made, so that every snapshot has it.
    columns = ", ".join(f"{quote(n)} {c.sql_type}" for n, c in ValueStates.columns().items())
    con.execute(f"CREATE TABLE IF NOT EXISTS marts.value_states ({columns})")


def forget(con: duckdb.DuckDBPyConnection, indicators: Sequence[Indicator], absent_sources: Sequence[str]) -> None:
    """Remove cells and coverage that have no indicator in the dictionary, or no source table, any more."""
    by_id = {i.id: i for i in indicators}
    kept = [i.id for i in indicators if source_table(i, by_id) not in absent_sources]
    for mart in (Cells, Coverage):
        con.execute(f"DELETE FROM marts.{mart.table} WHERE indicator NOT IN {literals(['', *kept])}")


def write_indicators(con: duckdb.DuckDBPyConnection, indicators: Sequence[Indicator]) -> None:
    """Write `marts.indicators` anew, in the order given."""
    by_id = {i.id: i for i in indicators}
    rows = [_row(i, n, by_id) for n, i in enumerate(indicators)]
    frame = pl.DataFrame(rows, schema=list(Indicators.columns()), infer_schema_length=None, orient="row")
    con.execute("DELETE FROM marts.indicators")
    con.register("cube_dictionary", frame.to_arrow())
    con.execute("INSERT INTO marts.indicators SELECT * FROM cube_dictionary")
    con.unregister("cube_dictionary")


def sql_definition(indicator: Indicator, by_id: dict[str, Indicator]) -> str:
    """The definition as SQL for people to read; parts of a ratio or cumulative follow as comments of their own."""
    if indicator.numerator:
        n, d = by_id[indicator.numerator], by_id[indicator.denominator]
        return (
            f"{indicator.scale:g} * {n.name} / {d.name}\n\n-- {n.name}\n{sql_definition(n, by_id)}"
            f"\n\n-- {d.name}\n{sql_definition(d, by_id)}"
        )
    if indicator.of:
        flow = by_id[indicator.of]
        running = f"sum({flow.name}) OVER (PARTITION BY area_code ORDER BY day)"
        return f"{running}\n\n-- {flow.name}\n{sql_definition(flow, by_id)}"
    assert indicator.measure
    measure = indicator.measure
    day = f", {measure.on} AS day" if measure.on else ""
    lines = [f"SELECT area_code{day}, {measure.value} AS value", f"FROM {measure.source}"]
    lines += [f"WHERE {measure.where}"] if measure.where else []
    return "\n".join([*lines, f"GROUP BY area_code{', day' if day else ''}"])


def _row(indicator: Indicator, place: int, by_id: dict[str, Indicator]) -> tuple[object, ...]:
    base = by_id[indicator.of] if indicator.kind is Kind.CUMULATIVE else indicator
    words = (indicator.title, indicator.definition, indicator.unit)
    # Where a carried number has no cell, nothing is known: its zeros are cells already.
    absent = indicator.absent if indicator.carry is Carry.NONE else Absent.NO_DATA
    return (
        *(indicator.id, place, indicator.kind.value),
        *(text for w in words for text in (w.zh, w.en)),
        *(indicator.decimals, indicator.scale, indicator.better.value, indicator.owner),
        *(indicator.numerator or None, indicator.denominator or None, indicator.carry.value, absent.value),
        *(indicator.theme, sql_definition(indicator, by_id), source_table(indicator, by_id) or None),
        base.measure.on or None if base.measure else None,
        base.measure.where or None if base.measure else None,
        *(indicator.minimum_cell, indicator.is_listed, indicator.legal_basis or None),
        *((indicator.thresholds.warn, indicator.thresholds.alarm) if indicator.thresholds else (None, None)),
        *(indicator.target, indicator.version.number, indicator.version_of or None, indicator.version.valid_from),
        *((indicator.version.changed.zh, indicator.version.changed.en) if indicator.version.changed else (None, None)),
        fingerprint(indicator, by_id),
    )


def fingerprint(indicator: Indicator, by_id: dict[str, Indicator]) -> str:
    """Of everything that decides the number: its SQL, and what no row means; a version keeps it when it becomes a former one."""
    text = f"{sql_definition(indicator, by_id)}|{indicator.kind}|{indicator.carry}|{indicator.absent}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
