"""A demo county of 6,000 residents, built through the production code once for all tests that only ask it something."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import polars as pl

ROOT = Path(__file__).resolve().parent.parent
RESIDENTS, SEED = 6_000, 2021
"""Few enough to be quick; of this seed two companies claim to work that do not."""


@dataclass(frozen=True)
class DemoCity:
    """The project folder of a demo county with its files, its truth and a published snapshot. Nobody may change it."""

    root: Path

    @property
    def snapshots(self) -> Path:
        """The folder of the snapshots."""
        return self.root / "data" / "snapshots"

    def truth(self, name: str) -> pl.DataFrame:
        """One table of the truth, such as `visits`."""
        return pl.read_parquet(self.root / "data" / "truth" / f"{name}.parquet")

    def ask(self, sql: str) -> pl.DataFrame:
        """What the served snapshot answers."""
        with duckdb.connect(str((self.snapshots / "current").resolve()), read_only=True) as con:
            return con.sql(sql).pl()

    @cached_property
    def files(self) -> pl.DataFrame:
        """One row a batch that is known: `batch` and `file`, its path below the extracts, as the truth names it."""
        from citybrain.ingest import load_batches
        from citybrain.project import load_project

        batches = load_batches(load_project(self.root).paths)
        rows = [(b.batch, b.path) for b in batches]
        return pl.DataFrame(rows, schema={"batch": pl.Int32, "file": pl.String}, orient="row")

    def people_of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with a batch and a line, and the person (`person`) and the fault (`fault`) that the truth has for that line."""
        named = rows.join(self.files, on="batch", how="left")
        known = self.truth("mentions").rename({"line": "source_line"})
        return named.join(known, on=["file", "source_line"], how="left")


def build_demo_city(root: Path) -> DemoCity:
    """Makes the county in a folder, with the repository's declarations, and builds it."""
    from citybrain.build import build
    from citybrain.demo.county import make_county
    from citybrain.project import load_project

    make_county(root, residents=RESIDENTS, seed=SEED)
    shutil.copy(ROOT / "city.toml", root)
    shutil.copytree(ROOT / "connectors", root / "connectors")
    build(load_project(root))
    return DemoCity(root)
