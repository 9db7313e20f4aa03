"""The relations that linkage reads: every accepted row that speaks of a person, an enterprise or a place, of all feeds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from citybrain.contracts.contract import Contract
from citybrain.ingest import Batch, current_batches
from citybrain.project import Project
from citybrain.schema.columns import RecordType
from citybrain.sql import literal, quote
from citybrain.warehouse.records import sql_accepted

PERSON_COLUMNS = {
    "resident_id": "VARCHAR", "id_written": "VARCHAR", "person_name": "VARCHAR", "sex": "VARCHAR", "birth_on": "DATE",
    "age": "INTEGER", "phone": "VARCHAR", "area": "VARCHAR",
}  # fmt: skip
"""What `link_people` reads besides provenance and `seen_on`: the valid number or NULL, the number as written, and the rest."""
ENTERPRISE_COLUMNS = {
    "credit_code": "VARCHAR", "code_written": "VARCHAR", "enterprise_name": "VARCHAR", "area": "VARCHAR",
    "staff": "BIGINT",
}  # fmt: skip
PROVENANCE = {"table_name": "VARCHAR", "department": "VARCHAR", "batch": "INTEGER", "source_line": "BIGINT"}


def sql_person_mentions(
    project: Project, contracts: Sequence[Contract], batches: Sequence[Batch], as_of: dt.datetime | None = None
) -> str:
    """SELECT of every accepted row whose record type names a person: PROVENANCE, PERSON_COLUMNS, seen_on DATE.

    What a record type does not have is NULL. Of an upsert feed the rows that were overwritten are there too: an old
    phone number
    still tells who is meant.
    """
    return _sql_mentions(project, contracts, batches, as_of, "resident_id", PERSON_COLUMNS)


def sql_enterprise_mentions(
    project: Project, contracts: Sequence[Contract], batches: Sequence[Batch], as_of: dt.datetime | None = None
) -> str:
    """SELECT of every accepted row whose record type names an enterprise: PROVENANCE, ENTERPRISE_COLUMNS, seen_on DATE."""
    return _sql_mentions(project, contracts, batches, as_of, "credit_code", ENTERPRISE_COLUMNS)


def _sql_mentions(
    project: Project, contracts: Sequence[Contract], batches: Sequence[Batch], as_of: dt.datetime | None, identifier: str,
    wanted: Mapping[str, str],
) -> str:  # fmt: skip
    selects = []
    for contract in contracts:
        current = current_batches(batches, contract, as_of)
        if current and identifier in contract.record.columns():
            rows = sql_accepted(project.paths, contract, current)
            selects.append(f"SELECT {_sql_columns(contract, wanted, project.timezone)} FROM {rows} AS delivered")
    if selects:
        return "\nUNION ALL\n".join(selects)
    nulls = ", ".join(f"NULL::{t} AS {n}" for n, t in (PROVENANCE | dict(wanted) | {"seen_on": "DATE"}).items())
    return f"SELECT {nulls} WHERE FALSE"


def _sql_columns(contract: Contract, wanted: Mapping[str, str], timezone: str) -> str:
    has = contract.record.columns()
    columns = [
        f"{literal(contract.record.table)} AS table_name", f"{literal(contract.department)} AS department",
        "batch", "source_line",
    ]  # fmt: skip
    columns += [f"{quote(n) if n in has else 'NULL'}::{t} AS {n}" for n, t in wanted.items()]
    return ", ".join([*columns, f"{_sql_day(contract.record, timezone)} AS seen_on"])


def _sql_day(record: type[RecordType], timezone: str) -> str:
    """The local day on which the row happened; NULL for lists without one."""
    if not record.date:
        return "NULL::DATE"
    if record.columns()[record.date].semantic == "instant":
        return f"CAST(timezone({literal(timezone)}, timezone('UTC', {quote(record.date)})) AS DATE)"
    return f"CAST({quote(record.date)} AS DATE)"
