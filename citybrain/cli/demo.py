"""`citybrain demo`: a county that does not exist, with files as departments really send them."""

from __future__ import annotations

from typing import Annotated

import typer

from citybrain.cli.options import HERE, ProjectFolder
from citybrain.cli.progress import progress_bar


def demo(
    project: ProjectFolder = HERE,
    residents: Annotated[int, typer.Option(min=1_000, help="People in the county.")] = 60_000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same county.")] = 2020,
    weeks: Annotated[int, typer.Option(min=1, max=52, help="Weeks of the outbreak.")] = 8,
) -> None:
    """Make the files of a demo county. Boundaries, registries, clinic and township reports; nothing is built."""
    from citybrain.demo import make_county

    with progress_bar() as progress:
        make_county(project, residents=residents, seed=seed, weeks=weeks, progress=progress)
    typer.echo(f"{project}: {residents:,} residents and {weeks} weeks are made. Next: citybrain build, citybrain serve")
