"""`marts.validation`: which rules hold, for every area and period, out of the cells of the cube."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from citybrain.reporting.validation_rules import Missing, Operator, ValidationRule, ValidationSide
from citybrain.schema.columns import SharedTable, TableColumn
from citybrain.sql import literal, quote

_BY_AREA = "(PARTITION BY area_code ORDER BY period_on)"
_AGREE = 1e-9
"""Sums of the same numbers in another order differ by less than this share."""


class Validation(SharedTable):
    """One rule at one area and period where at least one side says something and the rule could be judged."""

    name = table = "validation"
    key = ("rule", "area_code", "period_on")
    rule = TableColumn("VARCHAR", "Id of the rule.")
    area_code = TableColumn("VARCHAR", "The area.")
    period_on = TableColumn("DATE", "First day of the period.")
    left_value = TableColumn("DOUBLE", "What the left side says; empty if nothing.")
    right_value = TableColumn("DOUBLE", "What the right side says; empty if nothing.")
    verdict = TableColumn("VARCHAR", "holds, broken, or missing (a side that must speak does not).")


class ValidationRules(SharedTable):
    """One rule as the snapshot was built with it."""

    name = table = "validation_rules"
    key = ("rule",)
    rule = TableColumn("VARCHAR", "Id of the rule.")
    sort_order = TableColumn("INTEGER", "Place in lists, from 0.")
    title_zh = TableColumn("VARCHAR", "Title in Chinese.")
    title_en = TableColumn("VARCHAR", "Title in English.")
    owner = TableColumn("VARCHAR", "Department that must explain or mend what breaks it.")
    level = TableColumn("VARCHAR", "Level of the areas.")
    period_type = TableColumn("VARCHAR", "day, week, month, quarter or year.")
    left_indicator = TableColumn("VARCHAR", "Indicator on the left.")
    left_missing = TableColumn("VARCHAR", "skip, zero or fail.")
    operator = TableColumn("VARCHAR", "=, !=, >, >=, <, <=, both_or_neither or one_or_the_other.")
    right_indicator = TableColumn("VARCHAR", "Indicator on the right.")
    right_missing = TableColumn("VARCHAR", "skip, zero or fail.")


@dataclass(frozen=True)
class _Known:
    """What the cube knows of one base indicator."""

    indicator: str
    carry: str
    absent: str
    depth: int
    first_on: dt.date
    last_on: dt.date


@dataclass(frozen=True)
class _Version:
    """One definition of an indicator and the ends of periods that it is in force for."""

    bases: tuple[dict[str, Any], ...]
    """Rows of `marts.indicators` with their coverage: the indicator itself, or numerator and denominator of a ratio."""
    begins: dt.date
    ends: dt.date
    """The first day of the next version."""


def build_validation(con: duckdb.DuckDBPyConnection, rules: Sequence[ValidationRule]) -> None:
    """Makes `marts.validation` and `marts.validation_rules` from the cube and `shared.areas`. Nothing is cut off."""
    for table in (Validation, ValidationRules):
        columns = ", ".join(f"{quote(n)} {c.sql_type}" for n, c in table.columns().items())
        con.execute(f"CREATE OR REPLACE TABLE marts.{table.table} ({columns})")
    known = _read_known(con)
    for place, rule in enumerate(rules):
        sides = [(s.indicator, s.missing.value) for s in (rule.left, rule.right)]
        con.execute(
            f"INSERT INTO marts.validation_rules VALUES ({', '.join('?' * 12)})",
            [rule.id, place, rule.title.zh, rule.title.en, rule.owner, rule.level, rule.period.value, *sides[0],
             rule.operator.value, *sides[1]],
        )  # fmt: skip
        if sql := sql_validation(rule, known):
            con.execute(f"INSERT INTO marts.validation {sql}")


def _read_known(con: duckdb.DuckDBPyConnection) -> dict[str, list[_Version]]:
    """By indicator its versions, oldest first, as far as the sources of all their bases have delivered anything."""
    rows = con.sql(
        "SELECT i.indicator, coalesce(i.version_of, i.indicator) AS name, i.valid_from, i.numerator, i.denominator, i.scale,"
        " i.carry, i.absent, c.depth, c.first_on, c.last_on"
        " FROM marts.indicators AS i LEFT JOIN marts.coverage AS c USING (indicator) ORDER BY i.version"
    ).pl()
    by_id = {r["indicator"]: r for r in rows.iter_rows(named=True)}
    names: dict[str, list[dict[str, Any]]] = {}
    for row in by_id.values():
        names.setdefault(row["name"], []).append(row)
    return {name: list(_read_versions(of_one, by_id)) for name, of_one in names.items()}


def _read_versions(rows: list[dict[str, Any]], by_id: dict[str, dict[str, Any]]) -> Iterator[_Version]:
    begins = [dt.date.min, *(r["valid_from"] for r in rows[1:])]
    for row, first, after in zip(rows, begins, [*begins[1:], dt.date.max], strict=True):
        parts = (
            (by_id[row["numerator"]], by_id[row["denominator"]] | {"scale": row["scale"]})
            if row["numerator"]
            else (row,)
        )
        if all(b["first_on"] is not None for b in parts):
            yield _Version(parts, first, after)


def sql_validation(rule: ValidationRule, known: Mapping[str, Sequence[_Version]]) -> str:
    """SELECT of the rows of `marts.validation` of one rule; empty where a side has no source in this snapshot.

    Each side is that of the version in force at the end of the period.
    """
    sides = [known.get(s.indicator, []) for s in (rule.left, rule.right)]
    if not all(sides):
        return ""
    bases = [b for side in sides for version in side for b in version.bases]
    dated = [b for b in bases if b["carry"] != "both"] or [max(bases, key=lambda b: b["last_on"])]
    first, last = min(b["first_on"] for b in dated), max(b["last_on"] for b in dated)
    left, right = (_sql_versions(side, rule.period.value) for side in sides)
    return f"""
WITH days AS (
  SELECT CAST(unnest(generate_series(
    date_trunc('{rule.period}', DATE '{first}'), DATE '{last}', INTERVAL 1 {rule.period})) AS DATE) AS period_on
),
asked AS (
  SELECT a.area_code, a.depth, d.period_on, CAST(d.period_on + INTERVAL 1 {rule.period} - INTERVAL 1 DAY AS DATE) AS period_end
  FROM shared.areas AS a CROSS JOIN days AS d WHERE a.level = {literal(rule.level)}
),
"left" AS ({left}),
"right" AS ({right}),
both_sides AS (
  SELECT l.area_code, l.period_on, l.value AS left_value, r.value AS right_value, l.is_stated AS left_stated,
    r.is_stated AS right_stated
  FROM "left" AS l JOIN "right" AS r ON r.area_code = l.area_code AND r.period_on = l.period_on
),
judged AS (SELECT *, {_sql_verdict(rule)} AS verdict FROM both_sides)
SELECT {literal(rule.id)}, area_code, period_on, left_value, right_value, verdict FROM judged
WHERE verdict IS NOT NULL ORDER BY period_on, area_code"""


def _sql_versions(versions: Sequence[_Version], period: str) -> str:
    """SELECT area_code, period_on, value, is_stated (a cell says so, it is not only derived) of all that is asked."""
    selects = []
    for version in versions:
        in_force = f"g.period_end >= DATE '{version.begins}' AND g.period_end < DATE '{version.ends}'"
        selects.append(_sql_side(version.bases, period) + (f"\n  WHERE {in_force}" if len(versions) > 1 else ""))
    return "\n  UNION ALL ".join(selects)


def _sql_side(bases: Sequence[Mapping[str, Any]], period: str) -> str:
    """The same by one definition."""
    parts = [_known(b) for b in bases]
    joins = "\n  ".join(_sql_join(b, f"c{n}", period) for n, b in enumerate(parts))
    values = [_sql_value(b, f"c{n}") for n, b in enumerate(parts)]
    value = values[0] if len(values) == 1 else f"{bases[1]['scale']!r} * {values[0]} / nullif({values[1]}, 0)"
    stated = " AND ".join(f"c{n}.value IS NOT NULL" for n in range(len(parts)))
    return f"SELECT g.area_code, g.period_on, {value} AS value, {stated} AS is_stated\n  FROM asked AS g\n  {joins}"


def _known(row: Mapping[str, Any]) -> _Known:
    return _Known(**{n: row[n] for n in _Known.__dataclass_fields__})


def _sql_join(base: _Known, alias: str, period: str) -> str:
    """What the query layer says of a base (docs/architecture.md): its cell, or for what is carried the last one."""
    cells = f"marts.cells WHERE indicator = {literal(base.indicator)}"
    if base.carry == "none":
        return (
            f"LEFT JOIN (SELECT area_code, period_on, value FROM {cells} AND period_type = {literal(period)}) AS {alias}"
            f" ON {alias}.area_code = g.area_code AND {alias}.period_on = g.period_on"
        )
    since = "period_on"
    if base.carry == "both":
        since = f"CASE WHEN lag(period_on) OVER {_BY_AREA} IS NULL THEN DATE '0001-01-01' ELSE period_on END"
    return (
        f"LEFT JOIN (SELECT area_code, value, {since} AS since,"
        f" coalesce(lead(period_on) OVER {_BY_AREA}, DATE '9999-12-31') AS until"
        f" FROM {cells} AND period_type = 'day' AND value IS NOT NULL) AS {alias}"
        f" ON {alias}.area_code = g.area_code AND g.period_end >= {alias}.since AND g.period_end < {alias}.until"
    )


def _sql_value(base: _Known, alias: str) -> str:
    if base.absent != "zero":
        return f"{alias}.value"
    covered = f"g.depth <= {base.depth} AND g.period_end >= DATE '{base.first_on}'"
    covered += f" AND g.period_on <= DATE '{base.last_on}'" if base.carry == "none" else ""
    return f"coalesce({alias}.value, CASE WHEN {covered} THEN 0.0 END)"


def _sql_verdict(rule: ValidationRule) -> str:
    """CASE: holds, broken, missing, or NULL where there is nothing to judge."""
    if rule.operator is Operator.BOTH_OR_NEITHER:
        return "CASE WHEN left_stated AND right_stated THEN 'holds' WHEN left_stated OR right_stated THEN 'broken' END"
    if rule.operator is Operator.ONE_OR_THE_OTHER:
        return "CASE WHEN left_stated AND right_stated THEN 'broken' WHEN left_stated OR right_stated THEN 'holds' END"
    left, right = _sql_or_zero(rule.left, "left_value"), _sql_or_zero(rule.right, "right_value")
    fails = [f"{n}_value IS NULL" for n, s in (("left", rule.left), ("right", rule.right)) if s.missing is Missing.FAIL]
    missing = f"WHEN {' OR '.join(fails)} THEN 'missing' " if fails else ""
    return (
        f"CASE WHEN left_value IS NULL AND right_value IS NULL THEN NULL {missing}"
        f"WHEN {left} IS NULL OR {right} IS NULL THEN NULL WHEN {_sql_compare(rule.operator, left, right)} THEN 'holds'"
        f" ELSE 'broken' END"
    )


def _sql_or_zero(side: ValidationSide, column: str) -> str:
    return f"coalesce({column}, 0)" if side.missing is Missing.ZERO else column


def _sql_compare(operator: Operator, left: str, right: str) -> str:
    same = f"(abs({left} - {right}) <= {_AGREE} * greatest(abs({left}), abs({right})))"
    return {
        Operator.EQUAL: same,
        Operator.NOT_EQUAL: f"NOT {same}",
        Operator.GREATER: f"{left} > {right} AND NOT {same}",
        Operator.AT_LEAST: f"({left} >= {right} OR {same})",
        Operator.LESS: f"{left} < {right} AND NOT {same}",
        Operator.AT_MOST: f"({left} <= {right} OR {same})",
    }[operator]
