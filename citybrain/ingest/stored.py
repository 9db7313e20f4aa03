"""The rows of batches as they are stored: where they lie, and the one FROM item through which all read them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from citybrain.ingest.batches import RECHECKED, Batch, RowState, feed_folder
from citybrain.project import Paths
from citybrain.sql import literal


def stored_files(paths: Paths, batch: Batch) -> list[Path]:
    """The Parquet files of all rows of a batch."""
    return [feed_folder(paths.accepted, batch.feed) / name for name in batch.rows_names]


def sql_stored(files: Iterable[Path]) -> str:
    """FROM item of all rows of some batches, whatever their state: the columns of `sql_check`, and `row`.

    `row` is the position (from 0) of a row in its delivery. A row that the short pass left open stands in the first Parquet
    of its batch as a gap, and in the second with its position beside it.
    """
    both = list(files)
    rechecked = [file for file in both if file.name.endswith(RECHECKED)]
    first = [file for file in both if not file.name.endswith(RECHECKED)]
    # The position by its own name: the engine then skips what a join by it does not ask for.
    rows = (
        "SELECT * EXCLUDE (file_row_number), file_row_number AS row"
        f" FROM read_parquet({_list(first)}, file_row_number = TRUE) WHERE _state <> {RowState.OPEN:d}"
    )
    if not rechecked:
        return f"({rows})"
    again = f"SELECT * EXCLUDE (_row), _row AS row FROM read_parquet({_list(rechecked)})"
    return f"({rows} UNION ALL BY NAME {again})"


def _list(files: Iterable[Path]) -> str:
    return f"[{', '.join(literal(file) for file in files)}]"
