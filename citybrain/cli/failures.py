"""What the command line does with errors: a sentence and a code for mistakes, a log for our own faults."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import tempfile
import traceback
from pathlib import Path
from typing import Any

import typer
import typer.core
from typer.exceptions import TyperException

from citybrain.errors import BuildError, CityBrainError

UNEXPECTED = 70
"""Exit code of a fault of CityBrain itself (EX_SOFTWARE of sysexits.h)."""
PROJECT = "citybrain.project"
"""Key of the project folder in the `meta` of a command's context."""


class Commands(typer.core.TyperGroup):
    """The group of all commands; the only place that turns errors into exit codes."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command, and leaves with the code of who must act if it fails."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, TyperException, BrokenPipeError):
            raise
        except CityBrainError as error:
            typer.echo(error.sentence(), err=True)
            if error.__cause__ and isinstance(error, BuildError):
                typer.echo(f"Details: {write_traceback(error, ctx.meta.get(PROJECT))}", err=True)
            raise typer.Exit(error.exit_code) from None
        except Exception as error:
            log = write_traceback(error, ctx.meta.get(PROJECT))
            # The message of an engine may quote a cell, so it goes to the log and not to the screen.
            typer.echo(
                f"citybrain: an unexpected {type(error).__name__}; this is a fault of CityBrain, not of your files."
                f" What happened is written in {log}. Send it to whoever maintains CityBrain.",
                err=True,
            )
            raise typer.Exit(UNEXPECTED) from None


def write_traceback(error: BaseException, project: Path | None) -> Path:
    """The log file the traceback is in: below data/work of the project, else in the folder for temporary files."""
    name = f"citybrain-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}.log"
    folder = Path(tempfile.gettempdir())
    if project and (project / "city.toml").exists():
        with contextlib.suppress(OSError):
            (project / "data" / "work").mkdir(parents=True, exist_ok=True)
            folder = project / "data" / "work"
    log = folder / name
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        traceback.print_exception(error, file=file)
    return log
