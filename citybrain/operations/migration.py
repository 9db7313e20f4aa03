"""Databases of earlier versions: their ledger held differences only, in tables of its own name."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect, text

FORMER_TABLES = ("reconciliation_items", "reconciliation_history", "reconciliation_settled")

_SAME = "rule, area_code, period, status, owner, explanation, due_on, left_only, right_only, accepted_gap"
_ENTRY = 'rule, area_code, period, at, "by", event, status, note, left_only, right_only, snapshot'
_OF_ITEM = "h.rule = i.rule AND h.area_code = i.area_code AND h.period = i.period AND h.snapshot <> ''"


def take_over_differences(engine: Engine) -> None:
    """Moves the items and the history of the former tables into the ledger of findings, and drops those tables.

    In one transaction: a database is either wholly of the former or wholly of this version. Nothing happens where there
    are no such tables. The first and last snapshot of an item are those of its history, which is all that was kept.
    """
    if not set(FORMER_TABLES) <= set(inspect(engine).get_table_names()):
        return
    with engine.begin() as con:
        _copy(con)
        for table in FORMER_TABLES:
            con.execute(text(f"DROP TABLE {table}"))


def _copy(con: Connection) -> None:
    seen = [
        f"coalesce((SELECT h.snapshot FROM reconciliation_history AS h WHERE {_OF_ITEM}"
        f" ORDER BY h.entry {order} LIMIT 1), '')"
        for order in ("ASC", "DESC")
    ]
    con.execute(
        text(
            f"INSERT INTO findings (kind, {_SAME}, is_present, first_seen, last_seen, told_to, opened_at, changed_at)"
            f" SELECT 'reconciliation', {_SAME}, left_only <> 0 OR right_only <> 0, {', '.join(seen)}, '',"
            " opened_at, changed_at FROM reconciliation_items AS i"
        )
    )
    con.execute(
        text(
            f"INSERT INTO finding_history (kind, {_ENTRY})"
            f" SELECT 'reconciliation', {_ENTRY} FROM reconciliation_history ORDER BY entry"
        )
    )
    con.execute(
        text(
            "INSERT INTO findings_settled (kind, snapshot, at)"
            " SELECT 'reconciliation', snapshot, at FROM reconciliation_settled"
        )
    )
