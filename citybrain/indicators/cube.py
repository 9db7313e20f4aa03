"""Building the cube: the statements of each source table in their order, and running them."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import duckdb

from citybrain.errors import BuildError
from citybrain.indicators.distinct_sql import sql_distinct
from citybrain.indicators.duration_sql import sql_medians
from citybrain.indicators.indicator import Absent, Indicator, Kind
from citybrain.indicators.marts import create_marts, forget, write_indicators
from citybrain.indicators.plan import Scan, plan_scans
from citybrain.indicators.rollup_sql import (
    CELL,
    CELL_ORDER,
    TREE_TABLES,
    TREE_VARIABLES,
    sql_added,
    sql_carried,
    sql_placed,
    sql_reported,
    sql_tree,
    sql_with_zeros,
)
from citybrain.indicators.running_sql import sql_running
from citybrain.indicators.scan_sql import sql_coverage, sql_days
from citybrain.indicators.suppression import build_suppressed
from citybrain.sql import literal, quote

CLEARED = ("coverage", "cells")
"""Marts from which the cells of a source go before it is computed anew."""
SLOT_BYTES, BYTES_A_SLOT = 256 << 20, 100
"""What slots of areas and days may take together, and what one takes with half a dozen sums."""


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
    scans = _scans_by_source(indicators)
    present = _present_tables(con)
    wanted = [s for s in scans if s in present and (sources is None or s in sources)]
    create_marts(con, anew=sources is None)
    forget(con, indicators, [s for s in scans if s not in present])
    goes_on = "shared.area_changes" in present and bool(con.execute("FROM shared.area_changes LIMIT 1").fetchone())
    seconds = {}
    with _tree(con) if wanted else nullcontext():
        for source in wanted:
            began = time.perf_counter()
            # A table without rows says nothing: what it said before goes, and planning the rest takes as long as a full one.
            is_empty = con.execute(f"FROM {source} LIMIT 1").fetchone() is None
            for statement in sql_cleared(scans[source]) if sources is not None else ():
                _run(con, source, statement)
            for statement in () if is_empty else sql_cells(scans[source], as_of, goes_on=goes_on):
                _run(con, source, statement)
            seconds[source] = time.perf_counter() - began
    write_indicators(con, indicators)
    build_suppressed(con, indicators)
    counted = con.execute("SELECT count(*) FROM marts.cells").fetchone()
    return CubeReport(counted[0] if counted else 0, seconds, tuple(s for s in scans if s not in present))


def sql_cleared(scans: Sequence[Scan]) -> list[str]:
    """The statements that take away all cells and coverage coming from one source table."""
    names = [i.id for s in scans for i in (*s.measured, *(c for c, _ in s.cumulative))]
    return [f"DELETE FROM marts.{t} WHERE indicator IN ({', '.join(map(literal, names))})" for t in CLEARED]


def sql_cells(scans: Sequence[Scan], as_of: dt.date, *, goes_on: bool = False) -> list[str]:
    """The statements that compute all cells and coverage coming from one source table, which has none yet.

    `goes_on` says that areas have successors (`shared.area_changes`), to which they hand over their running totals.

    Cells are inserted by indicator, and in order of period_type, period_on, depth and area within each.
    """
    made: dict[str, tuple[Scan, Indicator]] = {i.id: (s, i) for s in scans for i in s.measured}
    made |= {c.id: (s, c) for s in scans for c, _ in s.cumulative}
    statements = []
    for scan in scans:
        statements += _sql_scan(scan, as_of, goes_on=goes_on)
    selects = {n: _sql_made(*made[n]) for n in sorted(made)}
    ready = [n for n in selects if _is_ready(*made[n])]
    if ready:
        statements.append("INSERT INTO marts.cells\n" + "\nUNION ALL\n".join(selects[n] for n in ready))
    # What has yet to be put in order goes in alone: a union keeps no order that is made within it.
    statements += [f"INSERT INTO marts.cells\n{selects[n]}\n{CELL_ORDER}" for n in selects if n not in ready]
    return statements + [f"DROP TABLE IF EXISTS {t}" for s in scans for t in _temporary_tables(s)]


def _sql_scan(scan: Scan, as_of: dt.date, *, goes_on: bool) -> list[str]:
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
    return statements + [sql_running(scan, total, flow, goes_on=goes_on) for total, flow in scan.cumulative]


def _is_ready(scan: Scan, indicator: Indicator) -> bool:
    """Whether its cells lie in a temporary table as they are, and in order: an insert keeps that."""
    return indicator.kind is Kind.CUMULATIVE or indicator in (*scan.added, *scan.distinct)


def _sql_made(scan: Scan, indicator: Indicator) -> str:
    """SELECT of all cells of one indicator, in the columns of `marts.cells`."""
    cells = _sql_select(scan, indicator)
    if indicator in scan.carried and indicator.absent is Absent.ZERO:
        cells = sql_with_zeros(cells, indicator.id, indicator.carry)
    return (
        f"SELECT {literal(indicator.id)}, period_type, area_code, depth, period_on, CAST(value AS DOUBLE)\n"
        f"FROM (\n{cells}\n)"
    )


def _sql_select(scan: Scan, indicator: Indicator) -> str:
    """The cells of an indicator out of the temporary tables of its scan."""
    if indicator.kind is Kind.CUMULATIVE:
        return sql_placed(quote(f"cube_running_{indicator.id}"), "value")
    if indicator.kind is Kind.DISTINCT:
        return sql_placed(quote(f"cube_distinct_{indicator.id}"), "value")
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
    counted += [quote(f"cube_running_{total.id}") for total, _ in scan.cumulative]
    return [f"cube_{s}_{scan.number}" for s in stages] + counted


def _scans_by_source(indicators: Sequence[Indicator]) -> dict[str, list[Scan]]:
    scans: dict[str, list[Scan]] = {}
    for scan in plan_scans(indicators):
        scans.setdefault(scan.source, []).append(scan)
    return scans


@contextmanager
def _tree(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """The area tree in numbers, and counting into one slot for each area and day, for as long as the block lasts.

    Places and days are small whole numbers, so their groups need no hash table while there are not too many: the engine
    sets the slots of all groups out beforehand, in every thread.
    """
    for statement in sql_tree():
        _run(con, "shared.area_ancestors", statement)
    threads = con.execute("SELECT current_setting('threads')").fetchall()[0][0]
    bits = (SLOT_BYTES // threads // BYTES_A_SLOT).bit_length() - 1
    con.execute(f"SET perfect_ht_threshold = {max(12, bits)}")
    try:
        yield
    finally:
        con.execute("RESET perfect_ht_threshold")
        for table in TREE_TABLES:
            con.execute(f"DROP TABLE IF EXISTS {table}")
        for variable in TREE_VARIABLES:
            con.execute(f"RESET VARIABLE {variable}")


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
