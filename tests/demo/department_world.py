"""A small county, the files of some departments, and what the product takes of them: made once for a test file."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from citybrain.areas import load_areas
from citybrain.contracts import load_contracts
from citybrain.contracts.contract import Contract
from citybrain.demo.boundaries import write_boundaries
from citybrain.demo.departments import DepartmentFiles, Planted, World, merge
from citybrain.demo.firms import firms_of
from citybrain.demo.geography import lay_out
from citybrain.demo.outbreak import illness_of
from citybrain.demo.people import people_of
from citybrain.ingest import Batch, Desk, RowState, current_batches, feed_folder, ingest_new
from citybrain.project import Project, load_project
from citybrain.warehouse import connect_for_checking
from citybrain.warehouse.records import sql_accepted

ROOT = Path(__file__).resolve().parents[2]
Reproach = tuple[str, int, str]
"""File below the extracts, line, reason."""


@dataclass(frozen=True)
class Delivered:
    """What departments delivered, what was planted into it, and what the product made of it."""

    world: World
    people: pl.DataFrame
    cases: pl.DataFrame
    planted: Planted
    project: Project
    contracts: tuple[Contract, ...]
    batches: tuple[Batch, ...]

    def contract(self, feed: str) -> Contract:
        """The contract of a feed."""
        return next(c for c in self.contracts if c.feed == feed)

    def current_files(self, feeds: Sequence[str] = ()) -> set[str]:
        """Files whose rows count now."""
        return {
            b.path for c in self.contracts if not feeds or c.feed in feeds for b in current_batches(self.batches, c)
        }

    def rows(self, feed: str) -> pl.DataFrame:
        """Accepted rows of the files that count now: the columns of the record type, `file` and `line`."""
        contract = self.contract(feed)
        current = current_batches(self.batches, contract)
        rows = duckdb.sql(f"SELECT * FROM {sql_accepted(self.project.paths, contract, current)}").pl()
        paths = {b.batch: b.path for b in current}
        return rows.with_columns(file=pl.col("batch").replace_strict(paths), line=pl.col("source_line"))

    def quarantined(self) -> set[Reproach]:
        """Every reason that cost a row of the files that count now; cells that may be left blank cost none."""
        found = set()
        for contract in self.contracts:
            blank = {name for name, mapping in contract.columns.items() if mapping.invalid == "blank"}
            for batch in current_batches(self.batches, contract):
                file = feed_folder(self.project.paths.quarantine, contract.feed) / batch.rows_name
                rows = duckdb.execute(
                    "SELECT source_line, unnest(reasons) FROM read_parquet($file) WHERE state = $state",
                    {"file": str(file), "state": int(RowState.QUARANTINED)},
                ).fetchall()
                found |= {(batch.path, line, reason) for line, reason in rows if reason.split(":")[0] not in blank}
        return found


def deliver(
    root: Path, departments: Sequence[Callable[[World], DepartmentFiles]], feeds: Sequence[str], residents: int
) -> Delivered:
    """Lets a county live through eight weeks, writes the files of the departments, and takes them in."""
    county = lay_out(17, 8)
    data = root / "data"
    world = World(17, county, residents, 56, data / "extracts", data / "truth", firms_of(17, county, residents))
    write_boundaries(data / "boundaries", county)
    made = [department(world) for department in departments]
    people, cases = [], []
    for township in range(len(county.townships)):
        people.append(people_of(world.seed, county, township, residents))
        illness = illness_of(world.seed, county, township, people[-1], world.days)
        cases.append(illness.cases)
        for department in made:
            department.add(township, people[-1], illness)
    planted = merge(department.finish() for department in made)
    shutil.copy(ROOT / "city.toml", root)
    for feed in feeds:
        department, name = feed.split(".")
        target = root / "connectors" / department
        target.mkdir(parents=True, exist_ok=True)
        for declaration in (ROOT / "connectors" / department).glob(f"{name}.*"):
            shutil.copy(declaration, target)
    project = load_project(root)
    contracts = tuple(load_contracts(project))
    for folder in (project.paths.archive, project.paths.work):
        folder.mkdir(parents=True, exist_ok=True)
    desk = Desk(project, load_areas(project), connect_for_checking(project.paths.work), project.paths.work)
    report = ingest_new([desk], contracts)
    desk.con.close()
    return Delivered(world, pl.concat(people), pl.concat(cases), planted, project, contracts, tuple(report.batches))


def expected_reproaches(
    delivered: Delivered, reasons: dict[str, dict[str, str]], harmless: Sequence[str] = ()
) -> set[Reproach]:
    """What should be in quarantine: `reasons` holds, by begin of a file's name, the reason for each kind of fault."""
    current = delivered.current_files()
    expected = set()
    for file, line, kind in delivered.planted.faults.select("file", "line", "kind").iter_rows():
        series = next(s for s in reasons if Path(file).name.startswith(s))
        if file in current and kind not in ("duplicate", *harmless):
            expected.add((file, line, reasons[series][kind]))
    return expected
