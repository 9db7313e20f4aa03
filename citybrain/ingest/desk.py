"""What every delivery is checked with."""

from __future__ import annotations

from dataclasses import dataclass, field
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
    usual: set[tuple[str, ...]] = field(default_factory=set)
    """Feed and headers of the deliveries found to be written in the usual way: the next ones like them need no look first."""
