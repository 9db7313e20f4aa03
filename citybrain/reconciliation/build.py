"""Running the rules: which are stale, and the statements of each in their order."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from citybrain.errors import BuildError
from citybrain.indicators.sources import SOURCES
from citybrain.reconciliation import matching_sql, reasons_sql, totals_reasons_sql, totals_sql, units_sql
from citybrain.reconciliation.marts import (
    create_marts,
    forget,
    sql_any_silent,
    sql_coverage,
    sql_found_by_record,
    sql_found_by_totals,
    sql_insert_cells,
    sql_insert_records,
    write_rules,
)
from citybrain.reconciliation.rule import Rule
from citybrain.sql import literal, quote

FORMAT = "2"
"""Raise it when the same rule on the same rows gives other results: every rule is then computed anew."""
LINKS = {"person_key": "person_links", "credit_code": "enterprise_links"}
"""Identifier -> the table of linkage that names the rows for which it found it, or could not."""
SIDES = ("left", "right")
_REGISTERS = {"person_key": ("residents", "residence_permits"), "credit_code": ("enterprises",)}
_TABLES = ("{}", "rest_{}", "alone_{}", "twice_{}", "wider_{}", "uncounted_{}", "linked_{}", "covered_{}", "total_{}")


@dataclass(frozen=True)
class ReconciliationReport:
    """What `build_reconciliation` did."""

    cells: int
    """Rows in `marts.reconciliations` afterwards."""
    records: int
    seconds: dict[str, float] = field(default_factory=dict)
    """Time spent on each rule that was computed."""
    findings: tuple[str, ...] = ()


def reconciliation_parts(rules: Sequence[Rule], parts: Mapping[str, str]) -> dict[str, str]:
    """For each rule its part of a snapshot, `reconciliation <rule>`, and the fingerprint of all that decides its result.

    `parts` holds the fingerprints of the shared tables (`shared.screenings`), in which that of the linkage is contained.
    """
    made = {}
    for rule in rules:
        read = [parts.get(source, "") for source in rule.sources]
        text = "\n".join([FORMAT, _told(rule), *read])
        made[f"reconciliation {rule.id}"] = hashlib.sha256(text.encode()).hexdigest()
    return made


def build_reconciliation(
    con: duckdb.DuckDBPyConnection, rules: Sequence[Rule], stale: Collection[str] | None = None, links: str = "linkage"
) -> ReconciliationReport:
    """Fills `marts.reconciliations`, `marts.reconciliation_records` and `marts.reconciliation_rules` from the shared tables.

    Only the rules in `stale` (ids; None: all) are computed anew; of the others what is there stays, and what belongs to no
    rule any more goes. `links` is the schema of the linkage, which need not exist.

    Raises:
        BuildError: the engine refuses a statement.
    """
    create_marts(con)
    wanted = [r for r in rules if stale is None or r.id in stale]
    forget(con, [r.id for r in wanted], [r.id for r in rules])
    levels = {level for (level,) in con.execute("SELECT DISTINCT level FROM shared.areas").fetchall()}
    seconds, findings = {}, []
    for rule in wanted:
        if rule.level not in levels:
            findings.append(f"reconciliation {rule.id}: the area tree has no level {rule.level}; nothing is compared.")
            continue
        began = time.perf_counter()
        for statement in _statements(con, rule, links):
            _run(con, rule, statement)
        seconds[rule.id] = round(time.perf_counter() - began, 3)
    _drop(con)
    write_rules(con, rules)
    counted = [
        con.execute(f"SELECT count(*) FROM marts.{t}").fetchall()[0][0]
        for t in ("reconciliations", "reconciliation_records")
    ]
    return ReconciliationReport(counted[0], counted[1], seconds, tuple(findings))


def _told(rule: Rule) -> str:
    """Everything a rule says but where its file lies."""
    return repr({k: v for k, v in vars(rule).items() if k != "file"})


def _statements(con: duckdb.DuckDBPyConnection, rule: Rule, links: str) -> Iterator[str]:
    """The statements of a rule; what comes next may depend on what the ones before have found."""
    yield f"CREATE OR REPLACE TEMP TABLE reconcile_cells AS {units_sql.sql_cells(rule.level)}"
    yield f"CREATE OR REPLACE TEMP TABLE reconcile_root AS {units_sql.sql_root()}"
    yield from _by_record(con, rule, links) if rule.by_record else _by_totals(rule)


def _by_totals(rule: Rule) -> Iterator[str]:
    for name in SIDES:
        yield totals_sql.sql_totals(rule, name)
    for name, other in (SIDES, SIDES[::-1]):
        if (rule.left if name == "left" else rule.right).running:
            yield totals_sql.sql_running(name, other)
    for name in SIDES:
        yield sql_coverage(rule, name)
    yield sql_found_by_totals(rule)
    yield sql_insert_cells(rule)
    yield totals_reasons_sql.sql_patterns(rule)
    yield sql_insert_records(rule, [totals_reasons_sql.sql_total_records(rule)], any_silent=False)


def _by_record(con: duckdb.DuckDBPyConnection, rule: Rule, links: str) -> Iterator[str]:
    yield f"CREATE OR REPLACE TEMP TABLE reconcile_left AS {units_sql.sql_units(rule, rule.left)}"
    right = units_sql.sql_only_known(rule, units_sql.sql_units(rule, rule.right))
    yield f"CREATE OR REPLACE TEMP TABLE reconcile_right AS {right}"
    yield matching_sql.CREATE_PAIRS
    yield matching_sql.sql_exact(rule)
    yield from matching_sql.sql_candidates(rule)
    while con.execute("SELECT 1 FROM reconcile_candidates LIMIT 1").fetchone():
        yield matching_sql.TAKE_BEST
        yield matching_sql.FORGET_TAKEN
    yield reasons_sql.sql_together(rule)
    for name in SIDES:
        yield reasons_sql.sql_alone(rule, name)
        yield sql_coverage(rule, name)
    yield sql_found_by_record(rule)
    yield sql_insert_cells(rule)
    yield from _records(con, rule, links)


def _records(con: duckdb.DuckDBPyConnection, rule: Rule, links: str) -> Iterator[str]:
    registers = [f"shared.{t}" for t in _REGISTERS.get(rule.local, ()) if _holds(con, "shared", t)]
    outside = bool(registers)
    if outside:
        # Whom the right side lists at any other time lives here, whatever is wrong with the row of the register.
        listing = rule.right.measure.source
        sources = [*registers, listing] if rule.local in SOURCES[listing].columns() else registers
        known = [f"SELECT {rule.local} AS local FROM {s} WHERE {rule.local} IS NOT NULL" for s in sources]
        yield f"CREATE OR REPLACE TEMP TABLE reconcile_locals AS {' UNION '.join(known)}"
    linked = {name: _sql_linked(con, rule, name, links) for name in SIDES}
    selects = [reasons_sql.sql_differing(rule)]
    for name, other in (SIDES, SIDES[::-1]):
        if sql := linked[name]:
            yield f"CREATE OR REPLACE TEMP TABLE reconcile_linked_{name} AS {sql}"
            selects.append(reasons_sql.sql_identifier_faults(rule, name))
        side = rule.right if name == "left" else rule.left
        if side.wider:
            yield f"CREATE OR REPLACE TEMP TABLE reconcile_uncounted_{other} AS {units_sql.sql_wider(rule, side)}"
            yield reasons_sql.sql_near_definition(rule, name)
        yield reasons_sql.sql_twice(rule, name)
        selects.append(reasons_sql.sql_records(rule, name, outside, bool(linked[name])))
    yield sql_insert_records(rule, selects, con.execute(sql_any_silent(rule)).fetchone() is not None)


def _sql_linked(con: duckdb.DuckDBPyConnection, rule: Rule, name: str, links: str) -> str:
    """SELECT batch, source_line, is_found of the side's rows whose identifier was not right as written; empty if unknown."""
    side = rule.left if name == "left" else rule.right
    table = next((LINKS[k] for k in side.key if k in LINKS), "")
    if not table or not _has(con, links, table):
        return ""
    return (
        f"SELECT batch, source_line, how <> 'unlinked' AS is_found FROM {quote(links)}.{table}"
        f" WHERE table_name = {literal(side.table)}"
    )


def _has(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    found = con.execute(
        "SELECT 1 FROM information_schema.tables"
        " WHERE table_catalog = current_database() AND table_schema = ? AND table_name = ?",
        [schema, table],
    ).fetchone()
    return found is not None


def _holds(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    """Whether the table exists and is not empty."""
    return _has(con, schema, table) and con.execute(f"SELECT 1 FROM {schema}.{table} LIMIT 1").fetchone() is not None


def _drop(con: duckdb.DuckDBPyConnection) -> None:
    names = [t.format(s) for t in _TABLES for s in SIDES]
    for name in (*names, "cells", "root", "pairs", "candidates", "together", "found", "patterns", "locals"):
        con.execute(f"DROP TABLE IF EXISTS reconcile_{name}")


def _run(con: duckdb.DuckDBPyConnection, rule: Rule, statement: str) -> None:
    try:
        con.execute(statement)
    except duckdb.Error as error:
        raise BuildError(
            f"reconciliation {rule.id}", "the engine refuses a statement", found=str(error).splitlines()[0]
        ) from error
