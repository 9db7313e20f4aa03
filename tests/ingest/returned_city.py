"""A small city whose clinic sends rows that break the contract, and gets them back as a workbook."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
from typer.testing import CliRunner

from citybrain.areas import load_areas
from citybrain.cli.app import app
from citybrain.contracts import load_contracts
from citybrain.ingest import (
    Desk,
    IngestReport,
    contract_of,
    current_batches,
    ingest_new,
    load_batches,
    quarantined_rows,
)
from citybrain.ingest.status import status
from citybrain.project import load_project
from citybrain.warehouse import connect_for_checking
from citybrain.warehouse.records import sql_feed_rows
from citybrain.warehouse.secrets import arm_pseudonyms

FEED = "health.clinic"
HEADER = "证件号,姓名,时间,住址,体温\n"
BAD = "高烧"
"""A temperature that cannot be read."""


def visit(resident: str, temperature: str = "36.5", area: str = "城关镇", hour: int = 9) -> str:
    return f"{resident},某人,2020-02-03 {hour:02d}:00,{area}某村,{temperature}\n"


class ReturnedCity:
    """Takes deliveries through the production ingest, without building a snapshot."""

    def __init__(self, small_city: Any) -> None:
        self.city = small_city
        self.root: Path = small_city.root

    def take(self) -> IngestReport:
        project = load_project(self.root)
        work = project.paths.work
        shutil.rmtree(work, ignore_errors=True)
        for folder in (work, project.paths.archive, project.paths.accepted, project.paths.quarantine):
            folder.mkdir(parents=True, exist_ok=True)
        con = connect_for_checking(work)
        try:
            return ingest_new([Desk(project, load_areas(project), con, work)], load_contracts(project))
        finally:
            con.close()

    def contract(self, feed: str = FEED):  # type: ignore[no-untyped-def]
        return contract_of(load_contracts(load_project(self.root)), feed)

    def counting(self, columns: str = "temperature_c", feed: str = FEED) -> list[Any]:
        """The rows that models would read now."""
        project, contract = load_project(self.root), self.contract(feed)
        current = current_batches(load_batches(project.paths), contract)
        con = connect_for_checking(project.paths.work)
        try:
            arm_pseudonyms(con, project.paths)
            rows = con.execute(f"SELECT {columns} FROM ({sql_feed_rows(project, contract, current)}) ORDER BY ALL")
            found = rows.fetchall()
        finally:
            con.close()
        return [row[0] if len(row) == 1 else row for row in found]

    def waiting(self, feed: str = FEED) -> list[tuple[str, int | None]]:
        """File and line of the rows that wait in quarantine."""
        return [(r.file_name, r.line) for r in quarantined_rows(load_project(self.root), self.contract(feed))]

    def batches(self) -> list[Any]:
        return load_batches(load_project(self.root).paths)

    def counts(self) -> list[tuple[int, int, int, int]]:
        """Rows in, accepted, quarantined, duplicate of every batch; and the promise that holds for each."""
        for b in self.batches():
            assert b.rows_in == b.accepted + b.quarantined + b.duplicate
        (one,) = status(load_project(self.root), [self.contract()])
        assert one.waiting == len(self.waiting())
        return [(b.rows_in, b.accepted, b.quarantined, b.duplicate) for b in self.batches()]

    def send_out(self, *options: str, name: str = "out.xlsx", feed: str = FEED) -> Path:
        """The workbook, by the command."""
        file = self.root / name
        named = [feed] if feed else []
        done = CliRunner().invoke(app, ["quarantine", *named, "--project", str(self.root), "--to", str(file), *options])
        assert done.exit_code == 0, done.output
        return file

    def send_back(
        self, file: Path, corrections: Mapping[int, Mapping[str, str]], name: str = "returned.xlsx",
        received: str = "2020-02-20T08:00:00+00:00", sheet: int = 1,
    ) -> None:  # fmt: skip
        """Writes corrections (row of the sheet -> header -> text), as a spreadsheet would, and puts it into the folder."""
        book = openpyxl.load_workbook(file)
        rows = book.worksheets[sheet]
        place = {cell.value: cell.column for cell in rows[1]}
        for line, texts in corrections.items():
            for header, text in texts.items():
                rows.cell(line, place[header]).value = text or None
        target = self.root / "data" / "extracts" / "health" / "returned" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        book.save(target)
        instant = dt.datetime.fromisoformat(received).timestamp()
        os.utime(target, (instant, instant))
