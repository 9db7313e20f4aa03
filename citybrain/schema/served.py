"""What is served of a record type: which columns models and shared tables may see, and with which SQL type."""

from __future__ import annotations

from citybrain.schema.columns import Column, RecordType, Sensitivity, TableColumn
from citybrain.semantics import semantic_type

BATCH = TableColumn("INTEGER", "Batch the row came with; see shared.batches.")
LINE = TableColumn("BIGINT", "Line (CSV) or row (sheet) of the source file.")
PROVENANCE = {"batch": BATCH, "source_line": LINE}
PSEUDONYM = "BIGINT"


def served_columns(record: type[RecordType]) -> dict[str, TableColumn]:
    """Columns of `records.<table>`, provenance last.

    Pseudonyms stand in place of direct identifiers; other direct columns are left out; beside an instant `x_at` (UTC)
    stands its day in the project's time zone, `x_on`.
    """
    columns: dict[str, TableColumn] = {}
    for name, column in record.columns().items():
        if column.pseudonym:
            columns[column.pseudonym] = TableColumn(PSEUDONYM, f"Keyed pseudonym for: {column.doc}")
        elif column.sensitivity is not Sensitivity.DIRECT:
            columns[name] = TableColumn(_sql_type(column), column.doc, column.unit)
            if column.semantic == "instant" and local_day_of(name) not in record.columns():
                columns[local_day_of(name)] = TableColumn("DATE", f"Local day: {column.doc}")
    return columns | PROVENANCE


def local_day_of(instant: str) -> str:
    """The name of the local day beside an instant: `seen_at` → `seen_on`."""
    return instant.removesuffix("_at") + "_on"


def _sql_type(column: Column) -> str:
    return semantic_type(column.semantic, column.codes).sql_type
