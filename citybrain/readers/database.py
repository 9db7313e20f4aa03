"""A table or query of a SQL database, streamed into Parquet."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from sqlalchemy import URL, Connection, CursorResult, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from citybrain.errors import ContractError, DeliveryError
from citybrain.readers.headers import name_columns
from citybrain.readers.parquet_spool import sql_parquet, write_rows
from citybrain.readers.table import RawTable, ReadOptions
from citybrain.sql import literal

FETCH_ROWS = 20_000
"""Rows the driver holds at a time."""


def read_database(url: str, options: ReadOptions, con: duckdb.DuckDBPyConnection, spool: Path) -> RawTable:
    """`options.table` or `options.query` of a database as a table; the source line is the number of the row, from 1.

    Raises:
        ContractError: the URL or the choice of table and query is wrong.
        DeliveryError: the database cannot be reached, or refuses the query.
    """
    file = extract_database(url, options.table, options.query, spool)
    return RawTable(
        relation=sql_parquet([file]), headers=tuple(pq.read_schema(file).names), first_line=1, kind="database"
    )


def read_sqlite_file(path: Path, options: ReadOptions, con: duckdb.DuckDBPyConnection, spool: Path) -> RawTable:
    """A SQLite file as a table: the stated table or query, or its only table."""
    url = f"sqlite:///{path.resolve()}"
    if not options.table and not options.query:
        names = _sqlite_tables(path)
        if len(names) != 1:
            raise ContractError(
                path.name,
                "the database holds several tables or none",
                found=", ".join(names),
                remedy="State table or query",
            )
        options = ReadOptions(table=names[0])
    return read_database(url, options, con, spool)


def extract_database(url: str, table: str, query: str, folder: Path) -> Path:
    """Writes a table or query as text to a Parquet file in the folder and returns it; bounded memory.

    The file is named after the table (`query.parquet` for a query). The same rows in the same order give the same
    bytes. `${NAME}` in the URL is taken from the environment. The connection only reads.

    Raises:
        ContractError: the URL or the choice of table and query is wrong.
        DeliveryError: the database cannot be reached, or refuses the query.
    """
    address = _address(url)
    where = address.render_as_string(hide_password=True)
    if bool(table) == bool(query):
        raise ContractError(where, "the source needs either a table or a query")
    file = folder / f"{re.sub(r'[^0-9A-Za-z_.-]', '_', table) or 'query'}.parquet"
    engine = create_engine(address, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            _only_read(connection)
            statement = query or f"SELECT * FROM {_sql_table(connection, table)}"
            streaming = connection.execution_options(stream_results=True, yield_per=FETCH_ROWS)
            # exec_driver_sql would trip over `%`, text() over `:name`: the colons are escaped.
            result = streaming.execute(text(re.sub(r"(?<!:):(?=\w)", r"\\:", statement)))
            write_rows(file, name_columns(result.keys()), _rows(result))
    except (SQLAlchemyError, OSError) as error:
        raise DeliveryError(
            where,
            "the database cannot be read",
            found=_reason(error, address),
            remedy="Check its address, rights and query",
        ) from None
    finally:
        engine.dispose()
    return file


def _address(url: str) -> URL:
    """The URL with `${NAME}` filled in; a SQLite file that does not exist is not made."""
    shown = re.sub(r"(//[^:/@]*):[^@]*@", r"\1:***@", url)
    missing = [n for n in re.findall(r"\$\{(\w+)\}", url) if n not in os.environ]
    if missing:
        raise ContractError(
            shown, "the URL names variables that are not set", found=", ".join(missing), remedy="Set them"
        )
    try:
        # Filled in after parsing, so that a password may hold any character.
        address = make_url(url)
        address = address.set(
            username=_filled(address.username),
            password=_filled(address.password),
            host=_filled(address.host),
            database=_filled(address.database),
        )
        address.get_dialect()
    except (ArgumentError, ValueError):
        if (whole := re.fullmatch(r"\$\{(\w+)\}", url)) is None:
            raise ContractError(
                shown, "this is no database URL", expected="dialect://user:password@host/name"
            ) from None
        return _address(os.environ[whole[1]])
    except (NoSuchModuleError, ImportError):
        raise ContractError(
            shown, "there is no driver for this kind of database", expected="sqlite or postgresql+psycopg"
        ) from None
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        raise DeliveryError(shown, "there is no such SQLite file")
    return address.set(drivername="postgresql+psycopg") if address.drivername == "postgresql" else address


def _filled(part: object) -> str | None:
    return re.sub(r"\$\{(\w+)\}", lambda m: os.environ[m[1]], str(part)) if part else None


def _only_read(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA query_only = ON")
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _sql_table(connection: Connection, table: str) -> str:
    preparer = connection.dialect.identifier_preparer
    return ".".join(preparer.quote_identifier(part) for part in table.split("."))


def _rows(result: CursorResult[Any]) -> Iterator[list[str | None]]:
    for row in result:
        yield [_text(value) for value in row]


def _text(value: Any) -> str | None:
    """The value as text: ISO dates (midnight without a time), short numbers, TRUE and FALSE, JSON, bytes as hex."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return repr(value).removesuffix(".0").upper()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    return str(value)


def _reason(error: Exception, address: URL) -> str:
    """The first line of the driver's message, without the password."""
    lines = str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__]
    return lines[0].replace(str(address.password), "***") if address.password else lines[0]


def _sqlite_tables(path: Path) -> list[str]:
    engine = create_engine(f"sqlite:///{path.resolve()}", poolclass=NullPool)
    try:
        with engine.connect() as connection:
            found = connection.exec_driver_sql(
                f"SELECT name FROM sqlite_master WHERE type IN ({literal('table')}, {literal('view')})"
                " AND name NOT LIKE 'sqlite%' ORDER BY name"
            )
            return [name for (name,) in found]
    except SQLAlchemyError as error:
        raise DeliveryError(path.name, "the SQLite file is damaged", remedy="Deliver it again") from error
    finally:
        engine.dispose()
