"""`citybrain check`: everything the project declares, checked without reading any data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from citybrain.cli.options import HERE, AsJson, ProjectFolder
from citybrain.cli.output import print_json
from citybrain.errors import CityBrainError, ContractError

if TYPE_CHECKING:
    from citybrain.project import Project


def check(project: ProjectFolder = HERE, as_json: AsJson = False) -> None:
    """Check all declarations, without data. That is city.toml, contracts, indicators and models."""
    from citybrain.project import load_project

    city: Project | None = None
    errors: list[CityBrainError] = []
    try:
        city = load_project(project)
        errors += check_declarations(city)
    except CityBrainError as wrong:
        errors.append(wrong)
    counts = _count(city) if city else {}
    if as_json:
        print_json(
            {"project": city.name if city else None, "checked": counts, "errors": [_as_object(e) for e in errors]}
        )
    else:
        for error in errors:
            typer.echo(error.sentence(), err=True)
        if not errors:
            typer.echo(f"{project}: all is well ({', '.join(f'{n} {what}' for what, n in counts.items())}).")
    if errors:
        raise typer.Exit(ContractError.exit_code)


def check_declarations(city: Project) -> list[CityBrainError]:
    """Every error in what the project and CityBrain declare; empty when all is well."""
    from citybrain.contracts import check_contracts
    from citybrain.indicators import STANDARD_DICTIONARY, load_dictionary

    errors: list[CityBrainError] = [*check_contracts(city)]
    for check_next in (lambda: load_dictionary([STANDARD_DICTIONARY, city.root / "dictionary"]), _check_models):
        try:
            check_next()
        except CityBrainError as error:
            errors.append(error)
    return errors


def _check_models() -> None:
    from citybrain.models import check_models, load_models
    from citybrain.warehouse import connect, create_empty_records

    with connect() as con:
        create_empty_records(con)
        check_models(con, load_models())


def _count(city: Project) -> dict[str, int]:
    return {
        "contracts": len(list((city.root / "connectors").glob("*/*.toml"))),
        "area sources": len(city.area_sources),
        "levels": len(city.levels),
    }


def _as_object(error: CityBrainError) -> dict[str, str]:
    return {
        "where": error.where,
        "what": error.what,
        "found": error.found,
        "expected": error.expected,
        "remedy": error.remedy,
        "sentence": error.sentence(),
    }
