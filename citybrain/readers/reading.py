"""Any file as one table of text: the entry to the readers."""

from __future__ import annotations

from pathlib import Path

import duckdb

from citybrain.readers.custom import read_custom
from citybrain.readers.json_records import read_json
from citybrain.readers.kind import sniff_kind
from citybrain.readers.parquet import read_parquet
from citybrain.readers.table import RawTable, Reader, ReadOptions
from citybrain.readers.text import read_text
from citybrain.readers.workbook import read_workbook


def _read_geo(path: Path, options: ReadOptions, con: duckdb.DuckDBPyConnection, spool: Path) -> RawTable:
    # Imported late: the geo libraries take longer to load than most files to read.
    from citybrain.readers.geo import read_geo

    return read_geo(path, options, con, spool)


def _read_sqlite(path: Path, options: ReadOptions, con: duckdb.DuckDBPyConnection, spool: Path) -> RawTable:
    from citybrain.readers.database import read_sqlite_file

    return read_sqlite_file(path, options, con, spool)


READERS: dict[str, Reader] = {
    "text": read_text,
    "workbook": read_workbook,
    "json": read_json,
    "parquet": read_parquet,
    "database": _read_sqlite,
    "geo": _read_geo,
    "custom": read_custom,
}


def read_table(path: Path, options: ReadOptions, con: duckdb.DuckDBPyConnection, spool: Path) -> RawTable:
    """The file as one table of text, whatever its kind; what is not stated is sniffed.

    Args:
        con: connection that the relation is tried on; nothing is made in it.
        spool: folder for files that the relation reads; it must live as long as the relation is used.

    Raises:
        ContractError: what is stated of the file is wrong.
        DeliveryError: the file cannot be read as a table.
    """
    kind = "custom" if options.reader else sniff_kind(path, options.kind)
    return READERS[kind](path, options, con, spool)
