"""`citybrain query`: values of indicators, as the pages show them."""

from __future__ import annotations

import csv
import datetime as dt
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from citybrain.cli.options import HERE, AsJson, Language, ProjectFolder
from citybrain.cli.output import print_json, print_table
from citybrain.cli.periods import parse_period
from citybrain.cli.returned_rows import harmless

if TYPE_CHECKING:
    from citybrain.query import AccessContext, City
    from citybrain.query.definitions import Indicator


class PeriodType(StrEnum):
    """Lengths of a period."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Format(StrEnum):
    """Ways to print values."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


COLUMNS = (
    "indicator", "area_code", "area_name", "period", "period_on", "value", "state", "is_partial", "numerator",
    "denominator", "unit", "version",
)  # fmt: skip
"""Columns of CSV and keys of JSON rows."""


def query(
    indicators: Annotated[
        list[str] | None, typer.Argument(metavar="INDICATOR…", help="Codes; without any, the dictionary is listed.")
    ] = None,
    project: ProjectFolder = HERE,
    level: Annotated[
        str, typer.Option(help="All areas of this level, such as township (within --area if given).")
    ] = "",
    area: Annotated[str, typer.Option(help="Code of one area; the top one if neither is given.")] = "",
    period: Annotated[PeriodType, typer.Option(help="Length of the periods.")] = PeriodType.DAY,
    start: Annotated[
        str, typer.Option("--from", help="First period: 2020-02-03, 2020-W06 or 2020-02; the last known if not given.")
    ] = "",
    end: Annotated[str, typer.Option("--to", help="Last period, written the same way.")] = "",
    form: Annotated[Format, typer.Option("--format", help="How to print.")] = Format.TABLE,
    as_json: AsJson = False,
    language: Language = "zh",
) -> None:
    """Print values of indicators. By area and period; an empty value is no data, which is not zero."""
    from citybrain.project import load_project
    from citybrain.query import local_user, open_city

    access, city = local_user(), open_city(load_project(project).paths.snapshots)
    form = Format.JSON if as_json else form
    if not indicators:
        print_dictionary(city.indicators(access), form, language)
        return
    first, last = _range(city, access, indicators, period, start, end)
    areas = None if level else [area or city.areas(access)[0].code]
    frame = city.values(
        access, indicators, areas=areas, level=level or None, within=area or None,
        period_type=period, period_from=first, period_to=last,
    )  # fmt: skip
    known = {i: city.indicator(access, i) for i in indicators}
    rows = [_row(r, known[r["indicator"]], period, language) for r in frame.to_dicts()]
    if form is Format.JSON:
        info = city.snapshot_info(access)
        print_json({"snapshot": info.snapshot, "as_of": info.as_of, "period_type": period, "values": rows})
    elif form is Format.CSV:
        print_csv(rows)
    else:
        print_values(rows, known, language)
        print_redefined(city, access, rows, language)


def _range(
    city: City, access: AccessContext, indicators: list[str], period: str, start: str, end: str
) -> tuple[dt.date, dt.date]:
    first = parse_period(start, "--from").first if start else None
    last = parse_period(end, "--to").last if end else None
    if first and last and first > last:
        raise typer.BadParameter("the first period is after the last one", param_hint="--from")
    if last is None:
        reached = [city.latest_period(access, i, period) for i in indicators]
        last = max((r for r in reached if r), default=first or dt.date.today())
    return first or last, max(last, first or last)


def _row(values: dict[str, Any], indicator: Indicator, period: str, language: str) -> dict[str, Any]:
    from citybrain.query.periods import period_name

    row = {**values, "period": period_name(period, values["period_on"]), "unit": indicator.unit(language)}
    return {name: row[name] for name in COLUMNS}


def print_csv(rows: list[dict[str, Any]]) -> None:
    """Prints `COLUMNS` as CSV; no data is an empty cell."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([harmless(c) if isinstance(c, str) else c for c in row.values()])


def print_values(rows: list[dict[str, Any]], known: dict[str, Indicator], language: str) -> None:
    """Prints a table with the decimals of each indicator."""
    titles = {code: f"{i.title(language)} ({i.unit(language)})" for code, i in known.items()}
    print_table(("indicator", "area", "name", "period", "value", ""), [
        (titles[r["indicator"]], r["area_code"], r["area_name"], r["period"],
         value_text(r["value"], known[r["indicator"]]), "partial" if r["is_partial"] else "")
        for r in rows
    ])  # fmt: skip


def print_redefined(city: City, access: AccessContext, rows: list[dict[str, Any]], language: str) -> None:
    """Says below a table where values of one indicator are made by different versions of its definition."""
    made = {(r["indicator"], r["version"]) for r in rows}
    for code in dict.fromkeys(r["indicator"] for r in rows):
        numbers = [v for c, v in made if c == code]
        for version in city.versions(access, code):
            if version.version > min(numbers) and version.version in numbers:
                typer.echo(
                    f"{code}: version {version.version} begins with periods that end on {version.valid_from} or later:"
                    f" {version.changed(language)}. Numbers before and after are not comparable."
                )


def value_text(value: float | None, indicator: Indicator) -> str:
    """The value as people read it; `no data` is not a zero."""
    return "no data" if value is None else f"{value:,.{indicator.decimals}f}"


def print_dictionary(indicators: list[Indicator], form: Format, language: str) -> None:
    """Prints the indicators of the snapshot: code, title, unit, kind, first and last day covered."""
    rows = [
        (i.code, i.title(language), i.unit(language), i.kind, i.first_on, i.last_on) for i in indicators
    ]  # fmt: skip
    headings = ("indicator", "title", "unit", "kind", "first_on", "last_on")
    if form is Format.JSON:
        print_json([dict(zip(headings, row, strict=True)) for row in rows])
    elif form is Format.CSV:
        csv.writer(sys.stdout, lineterminator="\n").writerows([headings, *rows])
    else:
        print_table(headings, rows)
