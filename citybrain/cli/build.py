"""`citybrain build`: from new files to a published snapshot."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from citybrain.cli.options import HERE, AsJson, ProjectFolder
from citybrain.cli.output import print_json, print_table
from citybrain.cli.progress import progress_bar
from citybrain.cli.settling import settle_ledgers
from citybrain.errors import DeliveryError

if TYPE_CHECKING:
    from citybrain.build import BuildReport
    from citybrain.project import Project


def build(
    project: ProjectFolder = HERE,
    as_of: Annotated[
        str, typer.Option(help="Build what was known at this instant: 2020-02-03 (its end) or 2020-02-03T10:00.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Take what is new and publish a snapshot. Exits with 3 if a delivery could not be taken; the rest is published."""
    from citybrain.build import build as build_city
    from citybrain.project import load_project

    city = load_project(project)
    known_at = parse_instant(as_of, city) if as_of else None
    with progress_bar(wanted=not as_json) as progress:
        report = build_city(city, as_of=known_at, progress=progress)
    if report.published and (trouble := settle_ledgers(city)):
        typer.echo(trouble, err=True)
    if as_json:
        print_json(report)
    else:
        print_report(report)
    # The rest is published, but a delivery was not taken: a scheduler must see that somebody has to act.
    if any(feed.errors for feed in report.feeds):
        raise typer.Exit(DeliveryError.exit_code)


def parse_instant(text: str, project: Project) -> dt.datetime:
    """The instant, in UTC; a day alone means its end, and a time without offset is in the project's time zone."""
    from zoneinfo import ZoneInfo

    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not an instant such as 2020-02-03T10:00", param_hint="--as-of") from None
    if len(text) <= len("2020-02-03"):
        instant += dt.timedelta(days=1, microseconds=-1)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=ZoneInfo(str(project.timezone)))
    return instant.astimezone(dt.UTC)


def print_report(report: BuildReport) -> None:
    """Prints what was read, feed by feed, then what must be looked at, then what is served."""
    read = [f for f in report.feeds if f.batches_new]
    if read:
        headings = ("feed", "new", "rows in", "accepted", "quarantined", "duplicate", "layout", "out of scope")
        print_table(headings, [
            (f.feed, f.batches_new, f.rows_in, f.accepted, f.quarantined, f.duplicate, f.layout, f.out_of_scope)
            for f in read
        ])  # fmt: skip
    for finding in report.findings:
        typer.echo(f"- {finding}")
    for feed in report.feeds:
        for finding in feed.findings:
            typer.echo(f"- {feed.feed}: {finding}")
        for error in feed.errors:
            typer.echo(f"{feed.feed}: {error}", err=True)
    seconds = sum(report.seconds.values())
    if report.published:
        done = f"published in {seconds:.1f} s"
    elif report.models_built:
        done = f"built in {seconds:.1f} s and kept beside the served one (`citybrain snapshots`)"
    else:
        done = "already served; nothing has changed"
    typer.echo(f"Snapshot {report.snapshot}: {done}.")
