"""Definitions over time: a number whose definition changed says so by a new version, or the build says it."""

from __future__ import annotations

import duckdb

Definitions = dict[str, tuple[int, str]]
"""Indicator → number of its version, and fingerprint of everything that decides the number."""


def defined(con: duckdb.DuckDBPyConnection) -> Definitions:
    """The definitions that the snapshot of the connection was built with; none where it has no cube yet."""
    known = con.execute(
        "SELECT 1 FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = 'marts'"
        " AND table_name = 'indicators' AND column_name = 'fingerprint'"
    ).fetchone()
    if known is None:
        return {}
    rows = con.execute("SELECT indicator, version, fingerprint FROM marts.indicators").fetchall()
    return {indicator: (version, fingerprint) for indicator, version, fingerprint in rows}


def silent_changes(before: Definitions, now: Definitions) -> list[str]:
    """A sentence for each indicator that counts otherwise than before under the same version."""
    return [
        f"indicator {name}: its definition changed and its version is still {version}; past values are counted anew."
        " State a new [version] with what changed, or keep the old definition beside it under another name."
        for name, (version, fingerprint) in sorted(now.items())
        if name in before and before[name][0] == version and before[name][1] != fingerprint
    ]
