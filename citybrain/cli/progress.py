"""A progress bar on standard error, only where a person watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int, str], None]
"""stage, steps done, steps in all (0 = not known), what is being worked on."""


@contextmanager
def progress_bar(wanted: bool = True) -> Iterator[Progress]:
    """A function to report progress to; it draws nothing if standard error is no terminal."""
    if not wanted or not sys.stderr.isatty():
        yield lambda stage, done, total, label: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("{task.fields[label]}", markup=False),
    )  # fmt: skip
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        stages: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int, label: str) -> None:
            if stage not in stages:
                stages[stage] = bar.add_task(stage, total=total or None, label=label)
            bar.update(stages[stage], completed=done, total=total or None, label=label)

        yield report
