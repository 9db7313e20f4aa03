"""`citybrain quality`: which reports were owed, what came of them, and which numbers cannot be right."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.core

from citybrain.cli.options import HERE, AsJson, Language, ProjectFolder
from citybrain.cli.output import print_json, print_table
from citybrain.cli.periods import parse_period
from citybrain.cli.validation import validation_app

if TYPE_CHECKING:
    import polars as pl

RATES = (
    "feed", "area_code", "area_name", "expected", "received", "on_time", "completeness_pct", "timeliness_pct", "missing",
    "quarantined", "late", "incomplete", "all_zero", "copied", "corrected_late", "duplicated", "implausible_zeros",
)  # fmt: skip
"""Columns of rates, and keys of JSON rows."""
MARKS = {
    "is_incomplete": "incomplete", "is_all_zero": "all zero", "is_copied": "copied", "is_corrected_late": "corrected late",
    "is_duplicated": "twice", "is_doubted": "zero not believed",
}  # fmt: skip


class FeedOrCommand(typer.core.TyperGroup):
    """Takes a feed or the name of a subcommand as its first word: no feed is called like one, it has a dot."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Puts an empty feed before a subcommand; without one, options may stand after the feed as in any command."""
        place = next((n for n, word in enumerate(args) if word in self.commands), None)
        ctx.allow_interspersed_args = place is None
        return super().parse_args(ctx, args if place is None else [*args[:place], "", *args[place:]])


quality_app = typer.Typer(cls=FeedOrCommand, no_args_is_help=False)
quality_app.add_typer(validation_app, name="validation")


@quality_app.callback(invoke_without_command=True)
def quality(
    ctx: typer.Context,
    feed: Annotated[
        str, typer.Argument(metavar="[FEED]", help="One feed, with each report that is not in order; all if not given.")
    ] = "",
    project: ProjectFolder = HERE,
    area: Annotated[str, typer.Option(help="Code of an area: it and all below it.")] = "",
    start: Annotated[str, typer.Option("--from", help="First period: 2020-02-03, 2020-W06 or 2020-02.")] = "",
    end: Annotated[str, typer.Option("--to", help="Last period, written the same way.")] = "",
    as_json: AsJson = False,
    language: Language = "zh",
) -> None:
    """Show how departments report. Rates, states, and rules broken."""
    if ctx.invoked_subcommand:
        return
    from citybrain.project import load_project
    from citybrain.query import local_user
    from citybrain.query.reporting import AskedReports, read_outliers, read_rates, read_states, read_validation_rules
    from citybrain.query.snapshot import ServedSnapshot

    asked = AskedReports(feed, area, _parse_range(start, end))
    snapshot, access = ServedSnapshot(load_project(project).paths.snapshots).open(), local_user()
    rates = read_rates(snapshot, access, asked)
    reports = read_states(snapshot, access, asked) if feed else None
    outliers = read_outliers(snapshot, access, asked) if feed else None
    rules = read_validation_rules(snapshot, access)
    if as_json:
        print_json({
            "snapshot": snapshot.name, "rates": rates.select(RATES).to_dicts(), "validation": rules.to_dicts(),
            **({"reports": reports.to_dicts()} if reports is not None else {}),
            **({"outliers": outliers.to_dicts()} if outliers is not None else {}),
        })  # fmt: skip
        return
    print_table([name.replace("_", " ") for name in RATES], rates.select(RATES).rows())
    if reports is not None:
        _print_reports(reports)
    if outliers is not None and not outliers.is_empty():
        shown = ("measure", "area_code", "area_name", "period_on", "value", "usual", "tests")
        headings = ("numbers that do not fit", "area", "name", "period", "value", "usual", "tests")
        print_table(headings, ((*row[:-1], ", ".join(row[-1])) for row in outliers.select(shown).rows()))
    if not feed and not rules.is_empty():
        shown = ("rule", f"title_{language}", "level", "period_type", "holds", "broken", "missing")
        print_table(("rule", "title", "level", "period", "holds", "broken", "missing"), rules.select(shown).rows())


def _parse_range(start: str, end: str) -> tuple[dt.date, dt.date] | None:
    if not start and not end:
        return None
    first = parse_period(start, "--from").first if start else dt.date.min
    last = parse_period(end, "--to").last if end else dt.date.max
    if first > last:
        raise typer.BadParameter("the first period is after the last one", param_hint="--from")
    return first, last


def _print_reports(reports: pl.DataFrame) -> None:
    """Prints the reports that are not simply on time, newest first."""
    rows = []
    for row in reports.iter_rows(named=True):
        marks = [word for flag, word in MARKS.items() if row[flag]]
        if row["state"] != "on_time" or marks:
            told = (row["area_code"], row["area_name"], row["period_on"], row["state"], ", ".join(marks))
            rows.append((*told, row["due_at"], row["filed_at"]))
    print_table(("area", "name", "period", "state", "", "due (UTC)", "filed (UTC)"), rows)
