"""What the engine throws while a delivery is read, in words for whoever must act, without a cell of the file."""

from __future__ import annotations

import duckdb

from citybrain.errors import BuildError, DeliveryError
from citybrain.ingest.batches import Batch

NOT_A_TABLE = (duckdb.InvalidInputException, duckdb.ConversionException)
"""What the engine throws where a file cannot be cut into rows and columns."""


def not_a_table(batch: Batch) -> DeliveryError:
    """The error for a file whose rows do not fit its header; DuckDB's own words may quote a cell."""
    return DeliveryError(
        batch.file_name,
        "the file is not a table from beginning to end",
        found="a row that cannot be split into the columns of the header",
        remedy="See it with `citybrain preview`; the department exports it again",
    )


def engine_refused(error: duckdb.Error, batch: Batch) -> BuildError:
    """The error for a disk, a folder or an engine that gave way while a delivery was checked."""
    kind = "disk, folder or memory" if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException) else "engine"
    return BuildError(
        batch.file_name,
        f"the {kind} refused while the rows were checked",
        found=type(error).__name__,
        remedy="Make room (disk, memory) and build again; nothing was lost",
    )
