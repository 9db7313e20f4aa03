"""Reading a file in a test, and a PostgreSQL server where this machine has one."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from citybrain.readers import RawTable, ReadOptions, read_table
from citybrain.sql import quote


@dataclass(frozen=True)
class Read:
    """A table as read: its description, its rows (blank cells as ""), the source line of each."""

    table: RawTable
    rows: list[list[str]]
    lines: list[int]
    surplus: list[str | None]


def collect(con: duckdb.DuckDBPyConnection, table: RawTable) -> Read:
    headers = ", ".join(quote(h) for h in table.headers)
    line = quote(table.line_column) if table.line_column else f"{table.first_line - 1} + row_number() OVER ()"
    surplus = quote(table.surplus_column) if table.surplus_column else "NULL"
    found = con.execute(f"SELECT {line}, {surplus}, {headers} FROM {table.relation}").fetchall()
    return Read(table, [[c or "" for c in r[2:]] for r in found], [r[0] for r in found], [r[1] for r in found])


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Read]:
    """`read(path or bytes, name="x.csv", **options)`: the file through `read_table`, collected."""
    con = duckdb.connect()

    def read_it(source: Path | bytes, name: str = "delivery.csv", **options: Any) -> Read:
        if isinstance(source, bytes):
            path = tmp_path / name
            path.write_bytes(source)
            source = path
        spool = tmp_path / "spool"
        spool.mkdir(exist_ok=True)
        if "expected_headers" in options:
            options["expected_headers"] = frozenset(options["expected_headers"])
        return collect(con, read_table(source, ReadOptions(**options), con, spool))

    return read_it


def _server_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL server of its own, on the loopback interface, with a password."""
    programs = _server_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here (no initdb): its reader is not tried")
    as_user: list[str] = []
    folder = tmp_path_factory.mktemp("postgres")
    if os.geteuid() == 0:
        try:
            pwd.getpwnam("postgres")
        except KeyError:
            pytest.skip("PostgreSQL refuses to run as root, and there is no user postgres")
        as_user = ["runuser", "-u", "postgres", "--"]
        # The server's user must reach a folder below root's temporary one.
        folder = Path(subprocess.check_output([*as_user, "mktemp", "-d"], text=True).strip())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = {"capture_output": True, "cwd": "/"}
    secret = folder / "secret"
    subprocess.run([*as_user, "sh", "-c", f"echo open-sesame > {secret}"], check=True, **run)
    data = folder / "data"
    initdb = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "reader",
        "-A",
        "scram-sha-256",
        f"--pwfile={secret}",
        "-E",
        "UTF8",
    ]
    subprocess.run([*as_user, *map(str, initdb)], check=True, **run)
    control = [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-w"]
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    # Its output goes to a file: the server would keep a pipe open after pg_ctl has ended.
    subprocess.run([*control, "-l", str(folder / "log"), "-o", settings, "start"], check=True, cwd="/",
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        yield f"postgresql+psycopg://reader:open-sesame@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, **run)
        shutil.rmtree(folder, ignore_errors=True)
