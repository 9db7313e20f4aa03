"""Makes the demo county: lays it out, lets its people live through eight weeks, writes what departments hand over."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from citybrain.demo.boundaries import write_boundaries
from citybrain.demo.enterprises import write_enterprises
from citybrain.demo.epidemic import write_epidemic_files
from citybrain.demo.faults import fault_table, write_truth
from citybrain.demo.geography import County, lay_out
from citybrain.demo.outbreak import illness_of
from citybrain.demo.people import people_of
from citybrain.demo.registry import open_registry
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
    every fault and what was true, for scoring only. What an earlier demo left there is replaced.

    Raises:
        ContractError: `folder/data/extracts` holds files that no demo made.
    """
    tell = progress or _silent
    data = _clear(Path(folder) / "data")
    extracts, truth = data / "extracts", data / "truth"
    tell("demo", 0, 1, "geography")
    county = lay_out(seed, township_count(residents))
    write_boundaries(data / "boundaries", county)
    visits, cases, faults, counts = [], [], [], []
    total = len(county.townships)
    with open_registry(extracts, seed, county, registry_encoding) as registry:
        for township in range(total):
            tell("demo", township, total, county.townships[township].name)
            people = people_of(seed, county, township, residents)
            faults.append(registry.add(township, people))
            illness = illness_of(seed, county, township, people, days=7 * weeks)
            visits.append(illness.visits)
            cases.append(illness.cases)
            counts.append(people.group_by("village").agg(residents=pl.len()))
    tell("demo", total, total, "enterprises")
    faults.append(write_enterprises(extracts, truth, seed, county, residents))
    tell("demo", total, total, "epidemic files")
    all_visits, all_cases = pl.concat(visits), pl.concat(cases)
    faults.append(fault_table(write_epidemic_files(seed, county, all_visits, all_cases, 7 * weeks, extracts, truth)))
    _write_counts(truth, county, pl.concat(counts))
    planted = write_truth(truth, faults)
    return DemoSummary(
        Path(folder), residents, total, len(county.villages), all_visits.height, all_cases.height, planted.height
    )


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


def _write_counts(truth: Path, county: County, counts: pl.DataFrame) -> None:
    """`residents.parquet`: registered people by village code."""
    codes = pl.Series([v.code for v in county.villages]).gather(counts["village"])
    counts.with_columns(code=codes).select("code", "residents").sort("code").write_parquet(truth / "residents.parquet")


def _silent(stage: str, done: int, total: int, label: str) -> None:
    """Progress that nobody watches."""
