"""Makes the demo county: lays it out, lets its people live through eight weeks, writes what departments hand over."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from citybrain.demo.boundaries import write_boundaries
from citybrain.demo.communities.files import CommunityFiles
from citybrain.demo.departments import DepartmentFiles, World, merge, write_truth
from citybrain.demo.economy.files import EconomyFiles
from citybrain.demo.firms import firms_of
from citybrain.demo.geography import lay_out
from citybrain.demo.governance.appeals import Appeals
from citybrain.demo.governance.cadres import Cadres
from citybrain.demo.governance.emergencies import Emergencies
from citybrain.demo.governance.orders import Orders
from citybrain.demo.health import HealthFiles
from citybrain.demo.outbreak import illness_of
from citybrain.demo.people import people_of
from citybrain.demo.people_files.assistance import Assistance
from citybrain.demo.people_files.employment import Employment
from citybrain.demo.people_files.lodgings import Lodgings
from citybrain.demo.people_files.out_migrants import OutMigrants
from citybrain.demo.people_files.residence_permits import ResidencePermits
from citybrain.demo.registry import HouseholdRegistry
from citybrain.errors import ContractError

MARK = "README.txt"
"""The first file a demo writes: what lies beside it may be replaced by the next."""
Progress = Callable[[str, int, int, str], None]
"""Called with stage, done, total and a label."""
SMALL_COUNTY, TOWNSHIPS = 2_000_000, 16
RESIDENTS_A_TOWNSHIP, MOST_TOWNSHIPS = 33_000, 300


@dataclass(frozen=True)
class DemoSummary:
    """What was made."""

    folder: Path
    residents: int
    townships: int
    villages: int
    visits: int
    cases: int
    faults: int


DEPARTMENTS: tuple[Callable[[World], DepartmentFiles], ...] = (
    HouseholdRegistry,
    ResidencePermits,
    Lodgings,
    Assistance,
    Employment,
    OutMigrants,
    Cadres,
    Appeals,
    Emergencies,
    Orders,
    EconomyFiles,
    CommunityFiles,
    HealthFiles,
)
"""Every department that delivers files, in the order in which they see the people."""


def make_county(
    folder: Path,
    residents: int = 60_000,
    seed: int = 2020,
    weeks: int = 8,
    progress: Progress | None = None,
    registry_encoding: str = "gb18030",
) -> DemoSummary:
    """Writes the files of a county that does not exist below `folder/data`: the same seed gives the same bytes.

    `boundaries/` holds areas, `extracts/<department>/` what departments deliver, with faults on purpose, and `truth/`
    every fault, who is meant on which line and what was true, for scoring only. What an earlier demo left there is replaced.

    Raises:
        ContractError: `folder/data/extracts` holds files that no demo made.
    """
    tell = progress or _silent
    data = _clear(Path(folder) / "data")
    tell("demo", 0, 1, "geography")
    county = lay_out(seed, township_count(residents))
    write_boundaries(data / "boundaries", county)
    firms = firms_of(seed, county, residents)
    world = World(
        seed,
        county,
        residents,
        7 * weeks,
        data / "extracts",
        data / "truth",
        firms,
        registry_encoding=registry_encoding,
    )
    departments = [department(world) for department in DEPARTMENTS]
    counts, moved, visits, cases = [], [], 0, 0
    total = len(county.townships)
    for township in range(total):
        tell("demo", township, total, county.townships[township].name)
        people = people_of(seed, county, township, residents)
        illness = illness_of(seed, county, township, people, days=world.days)
        for department in departments:
            department.add(township, people, illness)
        counts.append(people.group_by("village").agg(residents=pl.len()))
        moved.append(people.filter(pl.col("village") != pl.col("lives_in")).select("person", "village", "lives_in"))
        visits, cases = visits + illness.visits.height, cases + illness.cases.height
    tell("demo", total, total, "files")
    planted = merge(department.finish() for department in departments)
    _write_counts(world, pl.concat(counts))
    _write_moved(world, pl.concat(moved))
    faults = write_truth(world.truth, planted)
    return DemoSummary(Path(folder), residents, total, len(county.villages), visits, cases, faults.height)


def township_count(residents: int) -> int:
    """Sixteen up to two million residents; one to about 33,000 beyond, three hundred at most."""
    if residents <= SMALL_COUNTY:
        return TOWNSHIPS
    return min(MOST_TOWNSHIPS, max(TOWNSHIPS, round(residents / RESIDENTS_A_TOWNSHIP)))


def _clear(data: Path) -> Path:
    """Empties the folders of an earlier demo, and touches nothing that another hand put there."""
    extracts, truth = data / "extracts", data / "truth"
    holds_files = extracts.exists() and any(path.is_file() for path in extracts.rglob("*"))
    if holds_files and not (truth / MARK).exists():
        raise ContractError(
            str(extracts), "There are files here that no demo made", remedy="Choose another folder with --project DIR"
        )
    for made in (data / "boundaries", extracts, truth):
        shutil.rmtree(made, ignore_errors=True)
    truth.mkdir(parents=True)
    (truth / MARK).write_text("Made by `citybrain demo`: for scoring, never read by the product.\n", encoding="utf-8")
    return data


def _write_counts(world: World, counts: pl.DataFrame) -> None:
    """`residents.parquet`: registered people by village code."""
    codes = pl.Series([v.code for v in world.county.villages]).gather(counts["village"])
    by_code = counts.with_columns(code=codes).select("code", "residents").sort("code")
    by_code.write_parquet(world.truth / "residents.parquet")


def _write_moved(world: World, moved: pl.DataFrame) -> None:
    """`moved.parquet`: person, registered_area and lives_in_area of those who live elsewhere than they are registered."""
    codes = pl.Series([v.code for v in world.county.villages])
    areas = {
        f"{name}_area": codes.gather(moved[at]) for name, at in (("registered", "village"), ("lives_in", "lives_in"))
    }
    moved.select("person").with_columns(**areas).write_parquet(world.truth / "moved.parquet")


def _silent(stage: str, done: int, total: int, label: str) -> None:
    """Progress that nobody watches."""
