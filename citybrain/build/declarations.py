"""Everything people declared, loaded and checked; what passed is kept, and read from there until a file changes."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from citybrain.build.kept import keep, read_kept
from citybrain.contracts import load_contracts
from citybrain.contracts.contract import Contract
from citybrain.indicators import STANDARD_DICTIONARY, Indicator, load_dictionary
from citybrain.models import Model, check_models, load_models
from citybrain.project import Project
from citybrain.reconciliation import STANDARD_RULES as STANDARD_RECONCILIATIONS
from citybrain.reconciliation import Rule, load_rules
from citybrain.reporting import (
    STANDARD_CLOCKS,
    STANDARD_RULES,
    STANDARD_VALIDATION,
    Clock,
    ValidationRule,
    ZeroRule,
    load_clocks,
    load_validation_rules,
    load_zero_rules,
)
from citybrain.warehouse import connect, create_empty_records

KEPT = "declarations.json"
"""Name of the file below `paths.work`."""
PRODUCT = Path(__file__).resolve().parent.parent
DECLARING = (".toml", ".sql", ".py")
"""Endings of files that declare, or decide how declarations are read and checked."""
ABOVE = frozenset({"__pycache__", "briefing", "cli", "demo", "figures", "query", "web"})
"""Folders of CityBrain that read no declarations of a build: they stand above it."""
ENGINES = ("duckdb", "sqlglot")
"""Libraries that read the SQL of declarations."""


@dataclass(frozen=True)
class Declarations:
    """Everything people declared, loaded and checked without reading a row."""

    contracts: tuple[Contract, ...]
    indicators: tuple[Indicator, ...]
    models: tuple[Model, ...]
    zero_rules: tuple[ZeroRule, ...] = ()
    reconciliations: tuple[Rule, ...] = ()
    validation: tuple[ValidationRule, ...] = ()
    clocks: tuple[Clock, ...] = ()


def load_declarations(project: Project) -> Declarations:
    """Contracts, indicators, models and rules of a project.

    What passed all checks is kept below `paths.work`, and read from there as long as no file that declares anything and no
    file of CityBrain has changed: reading and binding all SQL takes a second. What is wrong is never kept.

    Raises:
        ContractError: one of them is wrong.
    """
    fingerprint, file = declared_fingerprint(project), project.paths.work / KEPT
    kept = read_kept(file, fingerprint, Declarations)
    if kept is not None:
        return kept
    checked = check_declarations(project)
    # A file that changed meanwhile may have been read before or after: then nobody knows what was checked.
    if declared_fingerprint(project) == fingerprint:
        keep(checked, file, fingerprint)
    return checked


def check_declarations(project: Project) -> Declarations:
    """Contracts, indicators, models and rules of a project, all read and checked anew.

    Raises:
        ContractError: one of them is wrong.
    """
    contracts = load_contracts(project)
    indicators = load_dictionary([STANDARD_DICTIONARY, project.root / "dictionary"])
    models = load_models()
    with connect() as con:
        create_empty_records(con)
        check_models(con, models)
    own = project.root / "dictionary"
    known = {i.name for i in indicators}
    return Declarations(
        tuple(contracts),
        tuple(indicators),
        tuple(models),
        tuple(load_zero_rules([STANDARD_RULES, own / "zeros"])),
        tuple(load_rules([STANDARD_RECONCILIATIONS, own / "reconciliation"])),
        tuple(load_validation_rules([STANDARD_VALIDATION, own / "validation"], known)),
        tuple(load_clocks([STANDARD_CLOCKS, own / "delays"])),
    )


def declared_fingerprint(project: Project) -> str:
    """Of the name and bytes of every file that declares, of those of CityBrain, and of the libraries that read the SQL.

    The project's folder is part of it, because declarations say which file they come from.
    """
    versions = [sys.version, *(f"{name} {importlib.metadata.version(name)}" for name in ENGINES)]
    digest = hashlib.sha256(repr((versions, str(project.root), project.levels)).encode())
    for file in (*_own_files(project.root), *_product_files()):
        content = file.read_bytes() if file.is_file() else b""
        digest.update(f"\n{file} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _own_files(root: Path) -> Iterator[Path]:
    """The files of the project; contracts and dictionary have one level of folders."""
    for folder in (root / "connectors", root / "dictionary"):
        for pattern in ("*", "*/*"):
            yield from sorted(f for f in folder.glob(pattern) if f.suffix in DECLARING)


def _product_files() -> Iterator[Path]:
    """The files of CityBrain: what it declares itself, and the code that reads and checks."""
    for folder, inner, files in os.walk(PRODUCT):
        inner[:] = sorted(set(inner) - ABOVE)
        yield from (Path(folder, name) for name in sorted(files) if name.endswith(DECLARING))
