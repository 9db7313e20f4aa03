"""`citybrain snapshots`: which were published, and back to an earlier one."""

from __future__ import annotations

from typing import Annotated

import typer

from citybrain.cli.options import HERE, AsJson, ProjectFolder
from citybrain.cli.output import print_json, print_table


def snapshots(
    project: ProjectFolder = HERE,
    rollback: Annotated[str, typer.Option(metavar="ID", help="Serve this earlier snapshot from now on.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the snapshots, or roll back. Newest first."""
    from citybrain.project import load_project
    from citybrain.warehouse import list_snapshots, roll_back

    city = load_project(project)
    if rollback:
        roll_back(city, rollback)
    kept = list_snapshots(city)
    if as_json:
        print_json(kept)
    elif rollback:
        typer.echo(f"Snapshot {rollback} is served from now on.")
    elif not kept:
        typer.echo("No snapshot yet: run `citybrain build`.")
    else:
        print_table(("snapshot", "served", "built at (UTC)", "as of (UTC)", "MB"), [
            (s.snapshot, "served" if s.is_served else "", s.built_at, s.as_of, round(s.size / 1e6, 1)) for s in kept
        ])  # fmt: skip
