"""Shared tables that hold one record type each: what was delivered, placed, pseudonymous, with a little made plain."""

from __future__ import annotations

import inspect

from citybrain.schema.columns import RecordType, SharedTable, TableColumn
from citybrain.schema.records import RECORD_TYPES
from citybrain.schema.served import PROVENANCE, served_columns

AREA_CODE = TableColumn("VARCHAR", "Area the row is placed in, at the deepest level known.")
BIRTH_YEAR = TableColumn("INTEGER", "Year of birth.")
RENAMED = {"area": "area_code", "deployed_area": "deployed_area_code", "resident_id": "person_key"}
"""Columns that are called otherwise in shared tables."""

_HOURS_TO_ANSWER = TableColumn("DOUBLE", "From the call to the answer.", "hours")
DERIVED: dict[str, dict[str, TableColumn]] = {
    "resident": {"birth_year": BIRTH_YEAR},
    "residence_permit": {"birth_year": BIRTH_YEAR},
    "assistance": {"birth_year": BIRTH_YEAR},
    "cadre": {"birth_year": BIRTH_YEAR},
    "screening": {"is_fever": TableColumn("BOOLEAN", "Temperature of at least 37.3 °C; empty where none was taken.")},
    "appeal": {
        "is_answered_in_time": TableColumn("BOOLEAN", "Answered by the due time; empty while open and not yet due."),
        "hours_to_answer": _HOURS_TO_ANSWER,
    },
    "exposure_site": {"is_disinfected": TableColumn("BOOLEAN", "Whether a day of disinfection is stated.")},
    "enterprise": {"is_individual": TableColumn("BOOLEAN", "Individual business (个体工商户): code of class 92.")},
}
"""What a model adds to the columns of its record type."""
LEFT_OUT: dict[str, tuple[str, ...]] = {
    "resident": ("birth_on", "registered_on"),
    "residence_permit": ("birth_on",),
    "assistance": ("birth_on",),
    "cadre": ("birth_on",),
    "screening": ("screened_at", "sex", "outcome"),
}
"""What nobody counts, or what says too much about a person."""


def delivered_table(record: type[RecordType]) -> type[SharedTable]:
    """The shared table of a record type: its served columns under their shared names, derived ones, provenance."""
    kept = {n: c for n, c in served_columns(record).items() if n not in (*LEFT_OUT.get(record.name, ()), *PROVENANCE)}
    columns = {RENAMED.get(n, n): AREA_CODE if n == "area" else c for n, c in kept.items()}
    columns |= DERIVED.get(record.name, {}) | PROVENANCE
    key = tuple(RENAMED.get(k, k) for k in record.key)
    return type(
        f"{record.__name__}Table",
        (SharedTable,),
        {
            "__doc__": inspect.cleandoc(record.__doc__ or ""),
            "name": record.table,
            "table": record.table,
            # A key that names people is not served: linkage, not the table, says who is the same.
            "key": key if all(k in columns for k in key) else (),
            **columns,
        },
    )


DELIVERED: dict[str, type[SharedTable]] = {r.table: delivered_table(r) for r in RECORD_TYPES.values()}
"""The shared table of every record type, by its name."""
