"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from citybrain.cli.failures import PROJECT


def _remember(ctx: typer.Context, folder: Path) -> Path:
    ctx.meta[PROJECT] = folder
    return folder


ProjectFolder = Annotated[
    Path, typer.Option("--project", help="Folder of the city project (it holds city.toml).", callback=_remember)
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]


def _known_language(language: str) -> str:
    if language not in ("zh", "en"):
        raise typer.BadParameter("zh or en")
    return language


Language = Annotated[
    str, typer.Option("--lang", help="Language of titles, units and reasons: zh or en.", callback=_known_language)
]

HERE = Path()
