"""Building the cube: the statements of each source table in their order, and running them."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import duckdb

from citybrain.errors import BuildError
from citybrain.indicators.distinct_sql import sql_distinct
from citybrain.indicators.duration_sql import sql_medians
from citybrain.indicators.hand_over_sql import sql_handed_over
from citybrain.indicators.indicator import Absent, Indicator, Kind
from citybrain.indicators.marts import create_marts, forget, write_indicators
from citybrain.indicators.plan import Scan, plan_scans
from citybrain.indicators.rollup_sql import (
    CELL,
    CELL_ORDER,
    TREE_TABLES,
    TREE_VARIABLES,
    needs_zeros,
    sql_added,
    sql_carried,
    sql_cumulated,
    sql_placed,
    sql_reported,
    sql_tree,
    sql_with_zeros,
)
from citybrain.indicators.scan_sql import sql_coverage, sql_days
from citybrain.indicators.suppression import build_suppressed
from citybrain.sql import literal, quote

CLEARED = ("coverage", "cells")
"""Marts from which the cells of a source go before it is computed anew."""


@dataclass(frozen=True)
class CubeReport:
    """What `build_cube` did."""

    rows: int
    """Cells in `marts.cells` afterwards."""
    seconds: dict[str, float] = field(default_factory=dict)
    """Time spent on each source table that was computed."""
    missing: tuple[str, ...] = ()
    """Source tables that indicators name and the snapshot does not have; their indicators have no cells."""


def build_cube(
    con: duckdb.DuckDBPyConnection,
    indicators: Sequence[Indicator],
    as_of: dt.date,
    sources: Collection[str] | None = None,
) -> CubeReport:
    """Fill `marts.cells`, `marts.coverage` and `marts.indicators` from the shared tables of the connection.

    Reads `shared.area_ancestors` and the tables that the indicators name. With `sources` only the cells that come
    from these tables (such as `shared.cases`) are computed anew; the rest stays, except cells of indicators that are
    no longer in the dictionary. `as_of` is the day at which measures without a date column are stated.

    Raises:
        BuildError: the engine refuses a statement of the plan.
    """
    present = _present_tables(con)
    named = list(dict.fromkeys(s.source for s in plan_scans(indicators)))
    wanted = [s for s in named if s in present and (sources is None or s in sources)]
    create_marts(con, anew=sources is None)
    forget(con, indicators, [s for s in named if s not in present])
    for statement in sql_tree() if wanted else ():
        _run(con, "shared.area_ancestors", statement)
    seconds = {}
    goes_on = "shared.area_changes" in present and bool(con.execute("FROM shared.area_changes LIMIT 1").fetchone())
    for source in wanted:
        began = time.perf_counter()
        # A table without rows says nothing: what it said before goes, and planning the rest would take as long as a full one.
        is_empty = con.execute(f"FROM {source} LIMIT 1").fetchone() is None
        statements = sql_cells(source, indicators, as_of, goes_on=goes_on)
        for statement in statements[: len(CLEARED)] if is_empty else statements:
            _run(con, source, statement)
        seconds[source] = time.perf_counter() - began
    for table in TREE_TABLES:
        con.execute(f"DROP TABLE IF EXISTS {table}")
    for variable in TREE_VARIABLES:
        con.execute(f"RESET VARIABLE {variable}")
    write_indicators(con, indicators)
    build_suppressed(con, indicators)
    counted = con.execute("SELECT count(*) FROM marts.cells").fetchone()
    return CubeReport(counted[0] if counted else 0, seconds, tuple(s for s in named if s not in present))


def sql_cells(source: str, indicators: Iterable[Indicator], as_of: dt.date, *, goes_on: bool = False) -> list[str]:
    """The statements that compute anew all cells and coverage coming from one source table.

    `goes_on` says that areas have successors (`shared.area_changes`), to which they hand over their running totals.

    The first statements clear the tables of `CLEARED`. Cells are inserted by indicator, and in order of period_type,
    period_on, depth and area within each.
    """
    scans = [s for s in plan_scans(indicators) if s.source == source]
    made: dict[str, tuple[Scan, Indicator, Indicator | None]] = {i.id: (s, i, None) for s in scans for i in s.measured}
    made |= {c.id: (s, c, flow) for s in scans for c, flow in s.cumulative}
    if not made:
        return []
    names = ", ".join(literal(n) for n in made)
    statements = [f"DELETE FROM marts.{t} WHERE indicator IN ({names})" for t in CLEARED]
    for scan in scans:
        statements += _sql_scan(scan, as_of)
    selects = {n: _sql_made(*made[n], goes_on=goes_on) for n in sorted(made)}
    ready = [n for n in selects if _is_ready(*made[n])]
    if ready:
        statements.append("INSERT INTO marts.cells\n" + "\nUNION ALL\n".join(selects[n] for n in ready))
    # What has yet to be put in order goes in alone: a union keeps no order that is made within it.
    statements += [f"INSERT INTO marts.cells\n{selects[n]}\n{CELL_ORDER}" for n in selects if n not in ready]
    return statements + [f"DROP TABLE IF EXISTS {t}" for s in scans for t in _temporary_tables(s)]


def _sql_scan(scan: Scan, as_of: dt.date) -> list[str]:
    """The temporary tables and the coverage of one scan."""
    statements = [sql_days(scan, as_of), sql_coverage(scan)]
    if scan.added:
        statements += sql_added(scan)
    if scan.reported:
        statements += sql_reported(scan)
    if scan.carried:
        statements += sql_carried(scan)
    day = quote(scan.on) if scan.on else f"DATE {literal(as_of)}"
    for indicator in scan.distinct:
        statements += sql_distinct(scan, indicator, day)
    statements += [sql_medians(scan, indicator) for indicator in scan.durations]
    return statements


def _is_ready(scan: Scan, indicator: Indicator, flow: Indicator | None) -> bool:
    """Whether its cells lie in a temporary table as they are, and in order: an insert keeps that."""
    return flow is None and indicator in (*scan.added, *scan.distinct) and not needs_zeros(indicator)


def _sql_made(scan: Scan, indicator: Indicator, flow: Indicator | None, *, goes_on: bool) -> str:
    """SELECT of all cells of one indicator, in the columns of `marts.cells`."""
    if flow is None:
        cells, zeros = _sql_select(scan, indicator), needs_zeros(indicator)
    else:
        steps = sql_handed_over(_sql_select(scan, flow)) if goes_on else _sql_select(scan, flow)
        cells, zeros = sql_cumulated(steps), flow.absent is Absent.ZERO
    if zeros:
        cells = sql_with_zeros(cells, indicator.id, indicator.carry)
    return (
        f"SELECT {literal(indicator.id)}, period_type, area_code, depth, period_on, CAST(value AS DOUBLE)\n"
        f"FROM (\n{cells}\n)"
    )


def _sql_select(scan: Scan, indicator: Indicator) -> str:
    """The cells of a measured indicator out of the temporary tables of its scan."""
    if indicator.kind is Kind.DISTINCT:
        return sql_placed(quote(f"cube_distinct_{indicator.id}"), "first_in_day")
    if indicator.kind is Kind.DURATION:
        return f"SELECT {CELL} FROM {quote(f'cube_medians_{indicator.id}')}"
    if indicator in scan.added:
        return sql_placed(f"cube_added_{scan.number}", scan.column(indicator))
    table = "cube_reported" if indicator in scan.reported else "cube_carried"
    return f"SELECT {CELL} FROM {table}_{scan.number} WHERE indicator = {literal(indicator.id)}"


def _temporary_tables(scan: Scan) -> list[str]:
    stages = ["days"]
    stages += ["by_day", "added"] if scan.added else []
    stages += ["said", "reported"] if scan.reported else []
    stages += ["stated", "carried"] if scan.carried else []
    counted = [quote(f"cube_distinct_{i.id}") for i in scan.distinct]
    counted += [quote(f"cube_medians_{i.id}") for i in scan.durations]
    return [f"cube_{s}_{scan.number}" for s in stages] + counted


def _present_tables(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    rows = con.execute(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables"
        " WHERE table_catalog = current_database()"
    ).fetchall()
    return frozenset(name for (name,) in rows)


def _run(con: duckdb.DuckDBPyConnection, source: str, statement: str) -> None:
    try:
        con.execute(statement)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise BuildError(f"cube of {source}", "the engine refuses a statement of the plan", found=reason) from error
