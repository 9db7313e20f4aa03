"""A registry of a few invented people and rows of other departments about them, linked by the production code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from citybrain.linkage import Linkage, LinkReport, link_people
from citybrain.warehouse.secrets import sql_pseudonym

COLUMNS = (
    "table_name", "department", "batch", "source_line", "resident_id", "id_written", "person_name", "sex", "birth_on", "age",
    "phone", "area", "seen_on",
)  # fmt: skip
SCHEMA = """table_name VARCHAR, department VARCHAR, batch INTEGER, source_line BIGINT, resident_id VARCHAR, id_written VARCHAR,
  person_name VARCHAR, sex VARCHAR, birth_on DATE, age INTEGER, phone VARCHAR, area VARCHAR, seen_on DATE"""


@dataclass
class Desk:
    """Mentions in, links out."""

    folder: Path
    make_id: Callable[..., str]
    con: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    lines: int = 1

    def __post_init__(self) -> None:
        self.con.execute("SET VARIABLE citybrain_pseudonym_key = 'of the tests'")
        self.con.execute(f"CREATE TABLE mentions ({SCHEMA})")

    def registered(self, serial: int, name: str, born: str = "19800101", **more: Any) -> str:
        """A person of the registry; returns the number. Odd serials are men."""
        number = self.make_id(serial, born=born)
        self._add("residents", "public_security", resident_id=number, person_name=name, birth_on=_day(born), **more)
        return number

    def mention(self, table: str = "screenings", **stated: Any) -> int:
        """A row of another department; returns its line."""
        return self._add(table, "health", **stated)

    def _add(self, table: str, department: str, **stated: Any) -> int:
        self.lines += 1
        row = {"table_name": table, "department": department, "batch": 1, "source_line": self.lines} | stated
        assert set(row) <= set(COLUMNS)
        marks = ", ".join("?" for _ in COLUMNS)
        self.con.execute(f"INSERT INTO mentions VALUES ({marks})", [row.get(c) for c in COLUMNS])
        return self.lines

    def link(self, previous: Path | None = None, ancestors: str | None = None) -> LinkReport:
        """Runs the linkage."""
        given = Linkage(self.folder / "linkage.jsonl", previous, ancestors, dt.datetime(2020, 2, 1))
        return link_people(self.con, "mentions", given)

    def key(self, number: str) -> int:
        """The pseudonym of a number."""
        return int(
            self.con.execute(f"SELECT {sql_pseudonym('$number', 'person')}", {"number": number}).fetchall()[0][0]
        )

    def links(self) -> dict[int, tuple[int, str]]:
        """Line -> person_key and how."""
        rows = self.con.execute("SELECT source_line, person_key, how FROM linkage.person_links").fetchall()
        assert len(rows) == len({line for line, _, _ in rows})
        return {line: (key, how) for line, key, how in rows}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Asks the connection."""
        return self.con.execute(sql).fetchall()


def _day(compact: str) -> dt.date:
    return dt.date(int(compact[:4]), int(compact[4:6]), int(compact[6:]))


@pytest.fixture
def desk(tmp_path: Path, make_resident_id: Callable[..., str]) -> Desk:
    """An empty desk."""
    return Desk(tmp_path, make_resident_id)
