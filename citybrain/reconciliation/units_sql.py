"""SQL of the units of one side: what is matched one to one, each with its area, day and place in a file."""

from __future__ import annotations

from citybrain.indicators.indicator import Function
from citybrain.indicators.rollup_sql import sql_first_day
from citybrain.reconciliation.rule import Expects, Period, Rule, Side
from citybrain.sql import literal, quote

AMOUNT = "DECIMAL(18, 3)"
"""Amounts are exact, so that what is left over is exactly what is missing."""
TOTAL = "DECIMAL(38, 3)"


def sql_cells(level: str) -> str:
    """SELECT area_code, cell, is_below of every area: the area of the level that it lies in.

    An area above the level is its own cell: its rows are not lost, and stand where they were placed. `is_below` says that the
    row is placed well enough to be compared.
    """
    return f"""SELECT own.area_code, coalesce(up.area_code, own.area_code) AS cell, up.area_code IS NOT NULL AS is_below
FROM shared.areas AS own
LEFT JOIN (
  SELECT a.area_code, t.area_code AS low FROM shared.area_ancestors AS t
  JOIN shared.areas AS a ON a.area_code = t.ancestor_code WHERE a.level = {literal(level)}
) AS up ON up.low = own.area_code"""


def sql_root() -> str:
    """SELECT of the area that holds what nobody placed."""
    return "SELECT area_code FROM shared.areas ORDER BY depth, area_code LIMIT 1"


def key_columns(side: Side) -> list[str]:
    """Names of the key in the units: `key_0`, `key_1`, …"""
    return [f"key_{n}" for n in range(len(side.key))]


def sql_period(period: Period, day: str) -> str:
    """First day of the period that a day lies in; null for the whole time."""
    return "CAST(NULL AS DATE)" if period is Period.ALL else sql_first_day(period.value, day)


def sql_units(rule: Rule, side: Side, own_where: str = "") -> str:
    """SELECT key_…, area_code (the cell), stated (the area above the level that it is placed in), day, amount, local, batch,
    source_line.

    followed_on is the first day on which anything was done after `on`, where the side says.

    `area_code` is null where nobody says in which area of the level it lies; that is then no other area than any.

    Rows without a day cannot be compared and are left out. A distinct count has one unit a key and period, where its last
    row places it, and none without a key. `own_where` replaces the condition of the side.
    """
    measure = side.measure
    keys = [f"t.{quote(k)} AS {n}" for k, n in zip(side.key, key_columns(side), strict=True)]
    day = f"t.{quote(measure.on)}" if measure.on else "CAST(NULL AS DATE)"
    day = "expected.day" if side.standing else day
    area = f"t.{quote(side.area)}" if side.area else "CAST(NULL AS VARCHAR)"
    followed = [f"t.{quote(c)}" for c in side.followed_by] or ["CAST(NULL AS DATE)"]
    amount = f"coalesce(TRY_CAST(t.unit_value AS {AMOUNT}), 0)" if _adds(side) else f"CAST(1 AS {AMOUNT})"
    conditions = [own_where or measure.where, f"{quote(measure.on)} IS NOT NULL" if measure.on else ""]
    where = " AND ".join(f"({c})" for c in conditions if c) or "TRUE"
    value = f", {measure.argument} AS unit_value" if _adds(side) else ""
    rows = f"SELECT *{value} FROM {measure.source} WHERE {where}"
    local = f"t.{quote(rule.local)}" if rule.local and side is rule.left else "NULL"
    placed = ["CASE WHEN c.is_below THEN c.cell END AS area_code", "CASE WHEN NOT c.is_below THEN c.cell END AS stated"]
    units = (
        f"SELECT {', '.join([*keys, *placed])},\n"
        f"  {day} AS day, least({', '.join(followed)}) AS followed_on, {amount} AS amount, {local} AS local,"
        " t.batch, t.source_line\n"
        f"FROM ({rows}) AS t {_expected(rule) if side.standing else ''}LEFT JOIN reconcile_cells AS c ON c.area_code = {area}"
    )
    if measure.function is not Function.DISTINCT:
        return units
    names = ", ".join(key_columns(side))
    # It is in the period as a whole, not on one of its days.
    whole = f"SELECT * REPLACE ({sql_period(rule.period, 'day')} AS day) FROM ({units}) WHERE {names} IS NOT NULL"
    newest = f"PARTITION BY {names}, day ORDER BY batch DESC, source_line DESC"
    return f"SELECT * FROM ({whole}) QUALIFY row_number() OVER ({newest}) = 1"


def _expected(rule: Rule) -> str:
    """Join of the rows of a standing list with the periods of which the right side speaks."""
    right = rule.right.measure
    where = " AND ".join(f"({c})" for c in (right.where, f"{quote(right.on)} IS NOT NULL") if c)
    periods = f"SELECT DISTINCT {sql_period(rule.period, quote(right.on))} AS day FROM {right.source} WHERE {where}"
    since = f"coalesce(t.{quote(rule.left.since)} <= expected.day, TRUE)" if rule.left.since else "TRUE"
    return f"JOIN ({periods}) AS expected ON {since}\n"


def sql_wider(rule: Rule, side: Side) -> str:
    """Units of the rows that the side knows and does not count."""
    counted = f"coalesce({side.measure.where}, FALSE)" if side.measure.where else "TRUE"
    return sql_units(rule, side, f"NOT {counted} AND ({side.wider})")


def sql_only_known(rule: Rule, units: str) -> str:
    """The units of the right side that are compared: all, or those whose key the left side has."""
    if rule.expects is Expects.SAME:
        return units
    keys = key_columns(rule.right)
    right, left = [*keys], [*keys]
    if rule.left.standing:
        # What comes before it is due is no discrepancy either.
        right, left = [*keys, sql_period(rule.period, "day")], [*keys, "day"]
    return f"SELECT * FROM ({units}) WHERE ({', '.join(right)}) IN (SELECT ({', '.join(left)}) FROM reconcile_left)"


def _adds(side: Side) -> bool:
    return side.measure.function is Function.SUM
