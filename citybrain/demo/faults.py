"""What was planted on purpose: the answers to the riddles in the files, for scoring, never for the product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

import polars as pl

COLUMNS = {"file": pl.String, "line": pl.Int64, "kind": pl.String, "detail": pl.String}


@dataclass(frozen=True)
class Fault:
    """One thing wrong on one line (from 1, as an editor counts; 0 for a whole file) of a file below `extracts`."""

    file: str
    line: int
    kind: str
    detail: str = ""
    """What stood there before, or what the right thing would be."""


def fault_table(faults: Iterable[Fault]) -> pl.DataFrame:
    """One row a fault: file, line, kind, detail."""
    return pl.DataFrame([astuple(fault) for fault in faults], schema=COLUMNS, orient="row")
