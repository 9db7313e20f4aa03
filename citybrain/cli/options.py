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

By = Annotated[str, typer.Option(help="Who says so; the user of this machine if not given.")]
OnlyRule = Annotated[str, typer.Option(help="Only this rule.")]
OnlyArea = Annotated[str, typer.Option(help="Only this area and those below it.")]
OnlyPeriods = Annotated[str, typer.Option(help="Only periods that begin within it: 2020-02-03, 2020-W06 or 2020-02.")]
CameBack = Annotated[Path | None, typer.Option("--from", help="Take the explanations of a workbook that came back.")]

HERE = Path()
