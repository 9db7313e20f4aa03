"""Printing: tables for people, JSON for programs."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import typer


def print_json(value: Any) -> None:
    """Prints one JSON document: dataclasses as objects, instants and days in ISO 8601, Chinese unescaped."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_as_json))


def _as_json(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    return str(value) if isinstance(value, Path) else repr(value)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints a table; numbers stand to the right, and None is an empty cell."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    rows = [list(row) for row in rows]
    table = Table(header_style="bold")
    for i, heading in enumerate(headings):
        is_number = any(isinstance(r[i], int | float) for r in rows)
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        # Text and not str: a bracket in a file name is no markup.
        table.add_row(*(Text(cell_text(c)) for c in row))
    # Into a pipe the table keeps its width; rich would cut it to 80 columns.
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 400
    console.print(table)


def cell_text(value: object) -> str:
    """The cell as people read it: numbers with thousands separators, no microseconds."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1000 else f"{value:,.1f}"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)
