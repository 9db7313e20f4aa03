"""`citybrain quarantine`: the rows a department must look at, as a file to send back and to take back."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citybrain.cli.options import HERE, AsJson, Language, ProjectFolder
from citybrain.cli.output import print_json

if TYPE_CHECKING:
    from citybrain.cli.returned_rows import ReturnedRows
    from citybrain.contracts.contract import Contract
    from citybrain.project import Project


def quarantine(
    feed: Annotated[str, typer.Argument(metavar="[FEED]", help="Feed, such as health.fever_clinic; none: all.")] = "",
    project: ProjectFolder = HERE,
    to: Annotated[
        Path | None,
        typer.Option("--to", "--out", help="File to write: .xlsx to be corrected and put back, or .csv."),
    ] = None,
    department: Annotated[str, typer.Option(help="Only feeds of this department.")] = "",
    area: Annotated[str, typer.Option(help="Only rows that lie in this area or below it.")] = "",
    as_json: AsJson = False,
    language: Language = "zh",
) -> None:
    """Write the quarantined rows that still wait. With their reasons, to send back to the department or township."""
    from citybrain.cli.returned_rows import write_csv
    from citybrain.project import load_project

    if to and to.suffix.lower() not in (".csv", ".xlsx"):
        raise typer.BadParameter("the file must end in .csv or .xlsx", param_hint="--to")
    is_workbook = to is not None and to.suffix.lower() == ".xlsx"
    if not feed and not is_workbook and not as_json:
        raise typer.BadParameter("CSV holds one feed: name it, or write a workbook", param_hint="FEED")
    city = load_project(project)
    chosen = _contracts(city, feed, department)
    areas = _areas(city, area) if area else None
    tables = [(contract, _rows(city, contract, areas, language)) for contract in chosen]
    if as_json:
        print_json([{"feed": contract.feed, **row} for contract, rows in tables for row in rows.objects()])
    elif to is None:
        write_csv(tables[0][1], sys.stdout)
    elif is_workbook:
        _write_workbook(city, tables, to, language)
    else:
        # These rows may name people: only the owner of the file may read it.
        to.touch(mode=0o600)
        with to.open("w", encoding="utf-8-sig", newline="") as file:
            count = write_csv(tables[0][1], file)
        typer.echo(f"{to}: {count:,} rows of {feed}.", err=True)


def _contracts(city: Project, feed: str, department: str) -> Sequence[Contract]:
    from citybrain.contracts import load_contracts
    from citybrain.errors import AccessError, nearest
    from citybrain.ingest import contract_of

    contracts = load_contracts(city)
    chosen = [contract_of(contracts, feed)] if feed else contracts
    # A contract is found by its folder, and by whom it names as owner.
    found = [c for c in chosen if not department or department in (c.department, c.owner.department)]
    if not found:
        known = sorted({c.department for c in contracts})
        raise AccessError(
            department, "the department has no such feed", expected=", ".join(known), remedy=nearest(department, known)
        )
    return found


def _areas(city: Project, area: str) -> Collection[str]:
    """Codes of the area and of all below it."""
    from citybrain.areas import load_areas
    from citybrain.errors import AccessError

    ancestors = load_areas(city).ancestors
    codes = set(ancestors.filter(ancestors["ancestor_code"] == area)["area_code"])
    if not codes:
        raise AccessError(
            area, "no area has this code", remedy="`citybrain query --level` lists areas with their codes"
        )
    return codes


def _rows(city: Project, contract: Contract, areas: Collection[str] | None, language: str) -> ReturnedRows:
    from citybrain.cli.returned_rows import ReturnedRows
    from citybrain.ingest import quarantined_rows

    sources = {name: (*m.headers, *m.parts) for name, m in {**contract.columns, **contract.values}.items()}
    return ReturnedRows(lambda: quarantined_rows(city, contract, areas), language, sources, contract.record.key)


def _write_workbook(city: Project, tables: Sequence[tuple[Contract, ReturnedRows]], to: Path, language: str) -> None:
    from citybrain.cli.returned_workbook import FeedRows, write_workbook
    from citybrain.ingest import identity, load_batches

    ledger = {b.batch: b for b in load_batches(city.paths)}
    feeds = [
        FeedRows(contract, rows, {n: identity(b, ledger) for n, b in ledger.items() if b.feed == contract.feed})
        for contract, rows in tables
        if len(tables) == 1 or any(True for _ in rows.read())
    ]
    # These rows may name people: only the owner of the file may read it.
    to.touch(mode=0o600)
    written = write_workbook(to, feeds, city.timezone, language)
    for feed, count in written.items():
        typer.echo(f"{to}: {count:,} rows of {feed}.", err=True)
    if not written:
        typer.echo(f"{to}: no rows wait.", err=True)
