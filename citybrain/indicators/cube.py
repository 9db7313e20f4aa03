"""Building the cube: the statements of each source table in their order, and running them."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import duckdb

from citybrain.errors import BuildError
from citybrain.indicators.distinct_sql import sql_distinct
from citybrain.indicators.indicator import Absent, Indicator, Kind
from citybrain.indicators.marts import create_marts, forget, write_indicators
from citybrain.indicators.plan import Scan, plan_scans
from citybrain.indicators.rollup_sql import (
    CELL,
    CELL_ORDER,
    needs_zeros,
    sql_added,
    sql_carried,
    sql_cumulated,
    sql_reported,
    sql_with_zeros,
)
from citybrain.indicators.scan_sql import sql_coverage, sql_days
from citybrain.sql import literal, quote


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
    seconds = {}
    for source in wanted:
        began = time.perf_counter()
        for statement in sql_cells(source, indicators, as_of):
            _run(con, source, statement)
        seconds[source] = time.perf_counter() - began
    write_indicators(con, indicators)
    counted = con.execute("SELECT count(*) FROM marts.cells").fetchone()
    return CubeReport(counted[0] if counted else 0, seconds, tuple(s for s in named if s not in present))


def sql_cells(source: str, indicators: Iterable[Indicator], as_of: dt.date) -> list[str]:
    """The statements that compute anew all cells and coverage coming from one source table.

    Cells are inserted by indicator, and in order of period_type, period_on, depth and area within each.
    """
    scans = [s for s in plan_scans(indicators) if s.source == source]
    made: dict[str, tuple[Scan, Indicator, Indicator | None]] = {i.id: (s, i, None) for s in scans for i in s.measured}
    made |= {c.id: (s, c, flow) for s in scans for c, flow in s.cumulative}
    if not made:
        return []
    names = ", ".join(literal(n) for n in made)
    statements = [f"DELETE FROM marts.{t} WHERE indicator IN ({names})" for t in ("coverage", "cells")]
    for scan in scans:
        statements += _sql_scan(scan, as_of)
    for name in sorted(made):
        scan, indicator, flow = made[name]
        statements.append(_sql_insert(scan, indicator, flow))
    return statements + [f"DROP TABLE IF EXISTS {t}" for s in scans for t in _temporary_tables(s)]


def _sql_scan(scan: Scan, as_of: dt.date) -> list[str]:
    """The temporary tables and the coverage of one scan."""
    statements = [sql_days(scan, as_of)]
    statements += [sql_coverage(scan, i, i.id) for i in scan.measured]
    statements += [sql_coverage(scan, flow, c.id) for c, flow in scan.cumulative]
    if scan.added:
        statements.append(sql_added(scan))
    if scan.reported:
        statements += sql_reported(scan)
    if scan.carried:
        statements += sql_carried(scan)
    day = quote(scan.on) if scan.on else f"DATE {literal(as_of)}"
    for indicator in scan.distinct:
        statements += sql_distinct(scan, indicator, day)
    return statements


def _sql_insert(scan: Scan, indicator: Indicator, flow: Indicator | None) -> str:
    """One ordered insert of the cells of one indicator."""
    if flow is None:
        cells, zeros = _sql_select(scan, indicator), needs_zeros(indicator)
    else:
        cells, zeros = sql_cumulated(_sql_select(scan, flow)), flow.absent is Absent.ZERO
    if zeros:
        cells = sql_with_zeros(cells, indicator.id, indicator.carry)
    # What comes straight from `cube_added_…` is in order already, and an insert keeps it.
    order = "" if indicator in scan.added and not zeros else f"\n{CELL_ORDER}"
    return (
        f"INSERT INTO marts.cells\nSELECT {literal(indicator.id)}, period_type, area_code, depth, period_on,"
        f" CAST(value AS DOUBLE)\nFROM (\n{cells}\n){order}"
    )


def _sql_select(scan: Scan, indicator: Indicator) -> str:
    """The cells of a measured indicator out of the temporary tables of its scan."""
    if indicator.kind is Kind.DISTINCT:
        return f"SELECT {CELL} FROM {quote(f'cube_distinct_{indicator.id}')}"
    if indicator in scan.added:
        column = scan.column(indicator)
        return (
            f"SELECT period_type, area_code, depth, period_on, {column} AS value\n"
            f"FROM cube_added_{scan.number} WHERE {column} IS NOT NULL"
        )
    table = "cube_reported" if indicator in scan.reported else "cube_carried"
    return f"SELECT {CELL} FROM {table}_{scan.number} WHERE indicator = {literal(indicator.id)}"


def _temporary_tables(scan: Scan) -> list[str]:
    stages = ("days", "added", "said", "reported", "stated", "carried")
    return [f"cube_{s}_{scan.number}" for s in stages] + [quote(f"cube_distinct_{i.id}") for i in scan.distinct]


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
