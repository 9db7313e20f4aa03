"""`citybrain serve`: the pages, on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from citybrain.cli.options import HERE, ProjectFolder


def serve(
    project: ProjectFolder = HERE,
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 = every network of this machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8050,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, max=64, help="Processes that answer; without it two, where the machine has two processors."
        ),
    ] = None,
) -> None:
    """Serve the pages and the API. A newly published snapshot shows by itself."""
    from citybrain import web
    from citybrain.project import load_project

    city = load_project(project)
    typer.echo(f"{city.name}: http://{host}:{port}/explore (stop with Ctrl+C)", err=True)
    count = workers or web.usual_workers()
    if count == 1:
        web.serve(city.paths.snapshots, host, port, screen=city.screen, briefing=city.briefing)
    else:
        web.serve_with_workers(project, host, port, count)
