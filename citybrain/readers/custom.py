"""An odd file format through the contract's own `<feed>.py`."""

from __future__ import annotations

import importlib.util
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from citybrain.errors import CityBrainError, ContractError, DeliveryError
from citybrain.readers.headers import name_columns
from citybrain.readers.parquet_spool import write_records
from citybrain.readers.table import RawTable, ReadOptions
from citybrain.sql import quote

Record = dict[str, str | None]


def read_custom(path: Path, options: ReadOptions, con: duckdb.DuckDBPyConnection, spool: Path) -> RawTable:
    """What `read(path) -> Iterator[dict[str, str | None]]` of `options.reader` gives, as a table.

    The source line is the number of the record, from 1.

    Raises:
        ContractError: the reader has no `read`, fails, or gives something other than texts by header.
        DeliveryError: it gives no record.
    """
    if options.reader is None:
        raise ContractError(
            path.name, "the kind is 'custom' but no reader stands beside the contract", expected="<feed>.py"
        )
    relation, names, count = write_records(spool, _records(_load(options.reader), options.reader, path))
    if not count or not names:
        raise DeliveryError(path.name, f"the reader {options.reader.name} found no record in it")
    headers = name_columns(names)
    renamed = ", ".join(f"{quote(n)} AS {quote(h)}" for n, h in zip(names, headers, strict=True))
    return RawTable(relation=f"(SELECT {renamed} FROM {relation})", headers=headers, first_line=1, kind="custom")


def _load(reader: Path) -> Callable[[Path], Iterator[Record]]:
    spec = importlib.util.spec_from_file_location(f"citybrain_reader_{reader.stem}", reader)
    if spec is None or spec.loader is None:
        raise ContractError(str(reader), "this is no Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise _failed(reader, error) from error
    if not callable(getattr(module, "read", None)):
        raise ContractError(str(reader), "the reader defines no function read(path)")
    return module.read


def _records(read: Callable[[Path], Iterator[Record]], reader: Path, path: Path) -> Iterator[Record]:
    try:
        for record in read(path):
            if any(not isinstance(k, str) or not isinstance(v, str | None) for k, v in record.items()):
                raise ContractError(
                    str(reader), "the reader must give texts by header", expected="dict[str, str | None]"
                )
            yield {k: v or None for k, v in record.items()}
    except CityBrainError:
        raise
    except Exception as error:
        raise _failed(reader, error) from error


def _failed(reader: Path, error: Exception) -> ContractError:
    """The error of a reader that raised; its message is left out, it may quote the file."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(reader)]
    place = f" on line {lines[-1]}" if lines else ""
    return ContractError(
        str(reader), f"the reader failed{place}", found=type(error).__name__, remedy="Correct the reader"
    )
