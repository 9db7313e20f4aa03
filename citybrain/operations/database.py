"""The database of operations: SQLite beside the data, or PostgreSQL by URL."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from citybrain.errors import BuildError
from citybrain.operations.migration import take_over_differences
from citybrain.operations.tables import METADATA
from citybrain.project import Project

URL = "CITYBRAIN_OPERATIONS_URL"
"""Environment variable with the URL of a database, such as `postgresql+psycopg://…`; it may hold a password, so no file does."""


def operations_url(project: Project) -> str:
    """The URL from the environment, else that of `operations.sqlite` in the data folder of the project."""
    return operations_url_beside(project.paths.snapshots)


def operations_url_beside(snapshots: Path) -> str:
    """The same, where only the folder of the snapshots is known: it lies in the data folder."""
    return os.environ.get(URL) or f"sqlite:///{snapshots.parent / 'operations.sqlite'}"


def open_operations(url: str) -> Engine:
    """The engine of a database of operations, its tables made where they are missing, those of earlier versions taken over.

    Raises:
        BuildError: the database cannot be opened.
    """
    try:
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
        METADATA.create_all(engine)
        take_over_differences(engine)
    except (SQLAlchemyError, ImportError) as error:
        raise BuildError(
            "operations", "the database cannot be opened", found=type(error).__name__,
            remedy=f"Check {URL}, or that the data folder can be written",
        ) from error  # fmt: skip
    return engine


def _prepare_sqlite(connection: object, _: object) -> None:
    """Readers do not wait for the writer, and a writer waits its turn instead of failing."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA busy_timeout = 10000")
    cursor.close()
