"""What every delivery is checked with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from citybrain.areas import AreaTree
from citybrain.project import Project


@dataclass(frozen=True)
class Desk:
    """The project, its area tree, an engine, and a folder for what is on its way."""

    project: Project
    areas: AreaTree
    con: duckdb.DuckDBPyConnection
    work: Path
