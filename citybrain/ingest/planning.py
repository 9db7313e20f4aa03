"""How carefully the engine plans the pass over a delivery."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

SMALL_FILE = 1 << 20
"""Bytes below which planning the pass takes longer than running it."""
_THOROUGH = ("common_subexpressions", "statistics_propagation", "expression_rewriter")
"""What takes a third of the time of a small file: the SQL of the pass is long. No optimizer changes a result."""


@contextmanager
def planned_for(con: duckdb.DuckDBPyConnection, size: int) -> Iterator[None]:
    """Plans what runs inside for a delivery of so many bytes: for a small one, quickly rather than well."""
    if size >= SMALL_FILE:
        yield
        return
    row = con.execute("SELECT current_setting('disabled_optimizers')").fetchone()
    before = row[0] if row else ""
    con.execute(f"SET disabled_optimizers = '{','.join(filter(None, [before, *_THOROUGH]))}'")
    try:
        yield
    finally:
        con.execute(f"SET disabled_optimizers = '{before}'")
