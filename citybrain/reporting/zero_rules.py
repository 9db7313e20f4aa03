"""Which measures are asked whether their zeros are true, and who else sees the same thing: one TOML each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from citybrain.errors import ContractError
from citybrain.indicators.section import Section
from citybrain.indicators.sources import SOURCES

STANDARD_RULES = Path(__file__).resolve().parent.parent / "dictionary" / "zeros"


@dataclass(frozen=True)
class Witness:
    """What another department counts of the same thing, by area and day."""

    source: str
    value: str
    on: str
    where: str


@dataclass(frozen=True)
class ZeroRule:
    """One measure whose zeros are judged."""

    measure: str
    witness: Witness | None = None


def load_zero_rules(folders: Iterable[Path]) -> list[ZeroRule]:
    """Every rule of the folders, by measure; a later folder overrules an earlier one.

    Raises:
        ContractError: a file is no TOML, has unknown keys, or SQL that does not fit the shared schema.
    """
    files = {f.stem: f for folder in folders for f in sorted(Path(folder).glob("*.toml"))}
    rules = (read_zero_rule(file) for file in files.values())
    return sorted(rules, key=lambda r: r.measure)


def read_zero_rule(file: Path) -> ZeroRule:
    """One rule from its file. Raises ContractError."""
    where = f"{file.parent.name}/{file.name}"
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(where, "this is not TOML", found=str(error), remedy="Correct the file") from error
    section = Section(where, values, ("measure", "witness"))
    return ZeroRule(section.text("measure"), _read_witness(section) if "witness" in section else None)


def _read_witness(section: Section) -> Witness:
    # sqlglot is slow to load, and declarations that were checked before are not read again.
    from citybrain.indicators.expressions import parse_condition, parse_value

    told = section.section("witness", ("from", "value", "on", "where"))
    source, on = told.text("from"), told.text("on")
    if source not in SOURCES:
        raise ContractError(told.where, "`from` is no shared table", found=source, expected=", ".join(SOURCES))
    table = SOURCES[source]
    if on not in table.columns() or table.columns()[on].sql_type != "DATE":
        raise ContractError(told.where, f"`on` is no date column of {source}", found=on)
    function, argument = parse_value(f"{told.where}: value", told.text("value"), table)
    condition = told.text("where", "")
    value = f"count(DISTINCT {argument})" if function == "distinct" else f"{function}({argument})"
    return Witness(
        source, value, on, parse_condition(f"{told.where}: where", condition, table) if condition else "TRUE"
    )
