"""`citybrain quarantine`: the rows a department must look at, as a file to send back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from citybrain.cli.options import HERE, AsJson, Language, ProjectFolder
from citybrain.cli.output import print_json


def quarantine(
    feed: Annotated[str, typer.Argument(help="Feed, such as health.fever_clinic.")],
    project: ProjectFolder = HERE,
    out: Annotated[
        Path | None, typer.Option(help="File to write, .csv or .xlsx; without it CSV goes to standard output.")
    ] = None,
    as_json: AsJson = False,
    language: Language = "zh",
) -> None:
    """Write the quarantined rows of a feed. With their reasons, to send back to the department."""
    from citybrain.cli.returned_rows import ReturnedRows, write_csv, write_xlsx
    from citybrain.contracts import load_contracts
    from citybrain.ingest import contract_of, quarantined_rows
    from citybrain.project import load_project

    if out and out.suffix.lower() not in (".csv", ".xlsx"):
        raise typer.BadParameter("the file must end in .csv or .xlsx", param_hint="--out")
    city = load_project(project)
    contract = contract_of(load_contracts(city), feed)
    sources = {name: (*m.headers, *m.parts) for name, m in {**contract.columns, **contract.values}.items()}
    rows = ReturnedRows(lambda: quarantined_rows(city, contract), language, sources)
    if as_json:
        print_json(list(rows.objects()))
    elif out is None:
        write_csv(rows, sys.stdout)
    else:
        # These rows may name people: only the owner of the file may read it.
        out.touch(mode=0o600)
        if out.suffix.lower() == ".xlsx":
            count = write_xlsx(rows, out, title=contract.title)
        else:
            with out.open("w", encoding="utf-8-sig", newline="") as file:
                count = write_csv(rows, file)
        typer.echo(f"{out}: {count:,} rows of {feed}.", err=True)
