"""Rows that no SQL function can read, written down as Parquet so that the engine can stream them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from citybrain.readers.files import new_file, sql_file

CHUNK_CELLS = 2_000_000
"""Cells held in memory before they are written."""
CHUNK_ROWS = 50_000

T = TypeVar("T")
Row = Sequence[str | None] | Sequence[str | int | None]


def write_rows(file: Path, headers: Sequence[str], rows: Iterable[Row], line_column: str = "") -> int:
    """Writes text rows, in order and bounded memory; returns how many.

    With `line_column`, each row has one more value at its end: the source line, stored as BIGINT under that name.
    """
    schema = _schema(headers, line_column)
    count = 0
    with pq.ParquetWriter(file, schema, compression="zstd", compression_level=1) as writer:
        for chunk in _chunks(rows, len(schema)):
            columns = [pa.array(c, f.type) for c, f in zip(zip(*chunk, strict=True), schema, strict=True)]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            count += len(chunk)
    return count


def write_records(spool: Path, records: Iterable[Mapping[str, str | None]]) -> tuple[str, tuple[str, ...], int]:
    """Writes records whose columns become known on the way; returns (relation, columns in order of sight, rows).

    Each chunk is a file with the columns known by then; the relation unites them by name.
    """
    names: dict[str, None] = {}
    files: list[Path] = []
    count = 0
    for chunk in _chunks(records, 40):
        for record in chunk:
            names.update(dict.fromkeys(record))
        file = new_file(spool)
        count += write_rows(file, tuple(names), ([r.get(n) for n in names] for r in chunk))
        files.append(file)
    return sql_parquet(files), tuple(names), count


def sql_parquet(files: Sequence[Path]) -> str:
    """The FROM item that reads the files in this order."""
    listed = ", ".join(sql_file(f) for f in files)
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"


def _schema(headers: Sequence[str], line_column: str) -> pa.Schema:
    fields = [pa.field(h, pa.string()) for h in headers]
    return pa.schema([*fields, pa.field(line_column, pa.int64())] if line_column else fields)


def _chunks(items: Iterable[T], width: int) -> Iterator[list[T]]:
    size = max(1, min(CHUNK_ROWS, CHUNK_CELLS // max(width, 1)))
    chunk: list[T] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
