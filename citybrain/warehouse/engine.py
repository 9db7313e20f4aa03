"""DuckDB connections, set up the same everywhere."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb


def connect(
    file: Path | None = None, *, read_only: bool = False, scratch: Path | None = None, most_memory: int = 0
) -> duckdb.DuckDBPyConnection:
    """A connection to a database file, or to memory.

    `scratch` takes what does not fit in memory, of which the engine uses `most_memory` bytes (and never more than half of
    the machine's; 0: as it likes). Extensions are never fetched: government networks are closed.
    """
    con = duckdb.connect(str(file or ":memory:"), read_only=read_only)
    con.execute("SET autoinstall_known_extensions = FALSE; SET autoload_known_extensions = FALSE")
    con.execute(_SESSION)
    if scratch:
        con.execute("SET temp_directory = $folder", {"folder": str(scratch)})
    if most_memory:
        half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
        con.execute(f"SET memory_limit = '{min(most_memory, half)}B'")
    return con


_SESSION = "SET TimeZone = 'UTC'; SET enable_progress_bar = FALSE"


def connect_beside(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Another connection to the same engine and its databases, with temporary tables and variables of its own."""
    beside = con.cursor()
    beside.execute(_SESSION)
    return beside


MEMORY_PERCENT = 80
"""Of the machine's memory, what engines together may take before they write to disk; DuckDB's own limit for one."""


def connect_for_checking(scratch: Path, engines: int = 1) -> duckdb.DuckDBPyConnection:
    """A connection for the pass over a delivery; of several `engines` side by side each has its share of the memory.

    DuckDB takes a CSV for 42 rows and would hash the file instead of the small table it is joined with, so joins are
    done as written: the small side stands on the right.
    """
    con = connect(scratch=scratch)
    con.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    con.execute(f"SET memory_limit = '{MEMORY_PERCENT // engines}%'")
    return con
