"""`citybrain status`: what is due, what arrived, what became of its rows, and which snapshot is served."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import typer

from citybrain.cli.options import HERE, AsJson, ProjectFolder
from citybrain.cli.output import print_json, print_table

if TYPE_CHECKING:
    from citybrain.ingest import FeedStatus
    from citybrain.project import Project


def status(project: ProjectFolder = HERE, as_json: AsJson = False) -> None:
    """Show the feeds and the served snapshot. Per feed: due, arrived, rows in, accepted, quarantined, waiting, duplicate."""
    from citybrain.contracts import load_contracts
    from citybrain.ingest import status as status_of_feeds
    from citybrain.project import load_project

    city = load_project(project)
    feeds = status_of_feeds(city, load_contracts(city))
    served = served_snapshot(city)
    if as_json:
        print_json({"project": city.name, "snapshot": served, "feeds": feeds})
        return
    typer.echo(city.name)
    print_feeds(city, feeds)
    late = [f.feed for f in feeds if f.is_late]
    if late:
        typer.echo(f"Late: {', '.join(late)}.")
    typer.echo(f"Served snapshot: {served}." if served else "No snapshot is served yet: run `citybrain build`.")


def served_snapshot(city: Project) -> str | None:
    """Id of the served snapshot, or None before the first build."""
    from citybrain.warehouse import list_snapshots

    return next((s.snapshot for s in list_snapshots(city) if s.is_served), None)


def print_feeds(city: Project, feeds: list[FeedStatus]) -> None:
    """Prints one line a feed; instants in the time zone of the project."""
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(city.timezone)

    def local(instant: dt.datetime | None) -> str | None:
        return f"{instant.astimezone(zone):%Y-%m-%d %H:%M}" if instant else None

    headings = (
        "feed",
        "title",
        "due",
        "arrived",
        "late",
        "batches",
        "refused",
        "rows in",
        "accepted",
        "quarantined",
        "waiting",
        "duplicate",
    )
    print_table(headings, [
        (f.feed, f.title, local(f.due_at), local(f.last_received_at), "late" if f.is_late else "", f.batches, f.refused,
         f.rows_in, f.accepted, f.quarantined, f.waiting, f.duplicate)
        for f in feeds
    ])  # fmt: skip
