"""`citybrain init`: a new city project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make; it must be new or empty.")],
) -> None:
    """Make a new city project. Its city.toml is an example to fill in."""
    from citybrain.project import init_project

    init_project(folder)
    typer.echo(f"{folder}: made. Name the city and its levels in city.toml, put extracts in data/extracts,")
    typer.echo(f"add a contract for each feed in connectors/, then: citybrain check --project {folder}")
