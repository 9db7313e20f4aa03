"""`citybrain explain`: where a number comes from, down to file and line."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from citybrain.cli.options import HERE, AsJson, Language, ProjectFolder
from citybrain.cli.output import print_json, print_table
from citybrain.cli.periods import parse_period
from citybrain.cli.query import value_text

if TYPE_CHECKING:
    from citybrain.query.definitions import Indicator
    from citybrain.query.explain import Explanation, Measure


def explain(
    indicator: Annotated[str, typer.Argument(help="Code, as `citybrain query` lists them.")],
    area: Annotated[str, typer.Argument(help="Code of the area.")],
    period: Annotated[str, typer.Argument(help="2020-02-03, 2020-W06 or 2020-02.")],
    project: ProjectFolder = HERE,
    limit: Annotated[int, typer.Option(min=0, help="Most source lines to show.")] = 20,
    as_json: AsJson = False,
    language: Language = "zh",
) -> None:
    """Show why a number is what it is. Definition, SQL, feeds, batches, source lines."""
    from citybrain.project import load_project
    from citybrain.query import local_user, open_city

    asked = parse_period(period, "PERIOD")
    city = open_city(load_project(project).paths.snapshots)
    found = city.explain(local_user(), indicator, area, asked.type, asked.first, limit)
    if as_json:
        print_json(as_object(found, language))
    else:
        print_explanation(found, language)


def as_object(found: Explanation, language: str) -> dict[str, Any]:
    """The explanation for programs."""
    return {
        "indicator": found.indicator.code,
        "title": found.indicator.title(language),
        "definition": found.indicator.definition(language),
        "unit": found.indicator.unit(language),
        "version": found.indicator.version,
        "changed_on": list(found.changed_on),
        "versions": [_version(v, language) for v in found.versions],
        "area": {"code": found.area.code, "name": found.area.name, "level": found.area.level},
        "period_type": found.period_type,
        "period_on": found.period_on,
        "value": found.value,
        "state": found.state,
        "is_partial": found.is_partial,
        "snapshot": found.snapshot,
        "as_of": found.as_of,
        "feeds": list(found.feeds),
        "measures": [_measure(m) for m in found.measures],
    }


def _version(version: Indicator, language: str) -> dict[str, Any]:
    return {
        "version": version.version,
        "valid_from": version.valid_from,
        "changed": version.changed(language),
        "definition": version.definition(language),
    }


def _measure(measure: Measure) -> dict[str, Any]:
    return {
        "indicator": measure.indicator.code,
        "value": measure.value,
        "state": measure.state,
        "sql": measure.indicator.sql,
        "source_table": measure.indicator.source_table,
        "rows": measure.rows,
        "batches": [asdict(b) for b in measure.batches],
        "lines": [asdict(line) for line in measure.lines],
    }


def print_explanation(found: Explanation, language: str) -> None:
    """Prints the explanation for people."""
    from citybrain.query.periods import period_name

    what, period = found.indicator, period_name(found.period_type, found.period_on)
    partial = ", only some days of the period are covered" if found.is_partial else ""
    value = value_text(found.value, what)
    typer.echo(f"{what.title(language)} ({what.code}), {found.area.name} ({found.area.code}), {period}:")
    typer.echo(f"  {value} {what.unit(language) if found.value is not None else ''}".rstrip() + partial)
    typer.echo(f"  {what.definition(language)}")
    for said in _version_lines(found, language):
        typer.echo(f"  {said}")
    typer.echo(f"  snapshot {found.snapshot}, as of {found.as_of or 'everything known'}; owner {what.owner}")
    for measure in found.measures:
        base = measure.indicator
        typer.echo(f"\n{base.title(language)} ({base.code}) = {value_text(measure.value, base)}")
        typer.echo(f"  {measure.rows:,} rows of shared.{base.source_table.removeprefix('shared.')}")
        typer.echo("\n".join(f"  | {line}" for line in base.sql.strip().splitlines()))
        if measure.batches:
            print_table(("batch", "feed", "file", "received (UTC)", "rows", "sha256"), [
                (str(b.batch), b.feed, b.file_name, b.received_at, b.rows, b.sha256[:12]) for b in measure.batches
            ])  # fmt: skip
        for line in measure.lines:
            typer.echo(f"  {line.file_name}:{line.source_line}")
        if measure.rows > len(measure.lines) > 0:
            typer.echo(f"  … and {measure.rows - len(measure.lines):,} more (--limit)")


def _version_lines(found: Explanation, language: str) -> list[str]:
    """Which of several versions made the number, and that others made the days of its period."""
    if len(found.versions) < 2:
        return []
    what, newest = found.indicator, found.versions[-1]
    since = f", since {what.valid_from}" if what.valid_from else ""
    changed = f": {what.changed(language)}" if what.changed(language) else ""
    lines = [f"version {what.version} of {newest.version}{since}{changed}"]
    if found.changed_on:
        days = ", ".join(d.isoformat() for d in found.changed_on)
        lines.append(
            f"the definition changed within this period ({days}); all of it is counted by version {what.version}"
        )
    return lines
