"""The commands of `citybrain`, in the order a newcomer needs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from citybrain.cli.brief import brief
from citybrain.cli.build import build
from citybrain.cli.check import check
from citybrain.cli.demo import demo
from citybrain.cli.explain import explain
from citybrain.cli.failures import Commands
from citybrain.cli.init import init
from citybrain.cli.link import link_app
from citybrain.cli.preview import preview
from citybrain.cli.quality import quality_app
from citybrain.cli.quarantine import quarantine
from citybrain.cli.query import query
from citybrain.cli.reconcile import reconcile_app
from citybrain.cli.serve import serve
from citybrain.cli.snapshots import snapshots
from citybrain.cli.status import status

COMMANDS: tuple[Callable[..., Any], ...] = (
    init, demo, check, build, status, query, explain, quarantine, brief, serve, snapshots, preview,
)  # fmt: skip

# Help is plain text: drawing it with rich would double the time until the first line.
app = typer.Typer(cls=Commands, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=True)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"citybrain {version('citybrain')}")
        raise typer.Exit


@app.callback()
def citybrain(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """City Brain: one county, one shared schema, one number."""


for command in COMMANDS:
    app.command()(command)
app.add_typer(quality_app, name="quality")
app.add_typer(reconcile_app, name="reconcile")
app.add_typer(link_app, name="link")
