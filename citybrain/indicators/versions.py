"""Definitions over time: a number whose definition changed says so by a new version beside the old one, or the build says it."""

from __future__ import annotations

import duckdb

Definitions = dict[tuple[str, int], str]
"""Indicator and number of one of its versions → fingerprint of everything that decides the number."""


def defined(con: duckdb.DuckDBPyConnection) -> Definitions:
    """The definitions that the snapshot of the connection was built with; none where it has no cube yet."""
    known = con.execute(
        "SELECT 1 FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = 'marts'"
        " AND table_name = 'indicators' AND column_name = 'version_of'"
    ).fetchone()
    if known is None:
        return {}
    rows = con.execute("SELECT coalesce(version_of, indicator), version, fingerprint FROM marts.indicators").fetchall()
    return {(name, version): fingerprint for name, version, fingerprint in rows}


def silent_changes(before: Definitions, now: Definitions) -> list[str]:
    """A sentence for each version that counts otherwise than before, and for each that went when a newer one came.

    An indicator that is no longer in the dictionary at all has no values either, and rewrites nothing.
    """
    newest = {name: max(v for n, v in now if n == name) for name, _ in now}
    return [
        _sentence(name, version, newest[name], is_kept=(name, version) in now)
        for (name, version), fingerprint in sorted(before.items())
        if name in newest and fingerprint not in _counts_for(now, name, version, newest[name])
    ]


def _counts_for(now: Definitions, name: str, version: int, newest: int) -> set[str]:
    """What may stand for a version: itself, or, where it is not kept, a newer one that counts the same."""
    if (name, version) in now:
        return {now[name, version]}
    return {now[name, v] for v in range(version, newest + 1) if (name, v) in now}


def _sentence(name: str, version: int, newest: int, *, is_kept: bool) -> str:
    if not is_kept:
        return (
            f"indicator {name}: version {version} was not kept; the past is counted anew by version {newest}."
            f" Keep what it counted in its file, as [[former]] number {version}."
        )
    if version == newest:
        return (
            f"indicator {name}: its definition changed and its version is still {version}; past values are counted anew."
            f" State a new [version] with what changed, and keep the old definition as [[former]] number {version}."
        )
    return (
        f"indicator {name}: what its former version {version} counts changed; past values are counted anew."
        " Put back what it said, unless it was wrong."
    )
