"""Loading the indicator dictionary: one TOML file each, checked before any row is read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from citybrain.errors import ContractError, nearest
from citybrain.indicators.binding import bind_measure, create_empty_sources
from citybrain.indicators.declared import file_name, read_indicators
from citybrain.indicators.indicator import Indicator, Kind
from citybrain.indicators.inherited import Versions, with_inherited

STANDARD_DICTIONARY = Path(__file__).resolve().parent.parent / "dictionary"
"""The folder of the indicators that every city has."""


def load_dictionary(folders: Iterable[Path]) -> list[Indicator]:
    """Every indicator of the folders, in the order of lists (`order`, then id).

    A file in a later folder takes the place of the file of the same name in an earlier one, so that a city can
    state where its own number comes from. A folder that does not exist holds none.

    Raises:
        ContractError: a file cannot be read, has unknown keys or wrong types, SQL outside the portable subset or
            not fitting the shared schema, or refers to an indicator that does not exist or does not fit.
    """
    files = {f.stem: f for folder in folders for f in sorted(Path(folder).glob("*.toml"))}
    versions = {name: read_indicators(file) for name, file in files.items()}
    for indicator in (i for of_one in versions.values() for i in of_one):
        _check_references(indicator, versions)
    indicators = {i.id: i for of_one in with_inherited(versions).values() for i in of_one}
    with duckdb.connect(":memory:") as con:
        create_empty_sources(con)
        for indicator in indicators.values():
            if indicator.measure:
                bind_measure(con, f"{file_name(indicator.file)}: [measure]", indicator.measure)
    return sorted(indicators.values(), key=lambda i: (i.order, i.id))


def _check_references(indicator: Indicator, known: Versions) -> None:
    """Only ratios and cumulatives refer, and never to their own kind: so there can be no cycle."""
    where = file_name(indicator.file)
    for key in ("of", "numerator", "denominator"):
        name = getattr(indicator, key)
        if not name:
            continue
        if name not in known:
            raise ContractError(
                where, f"`{key}` names no indicator", found=name, remedy=f"Correct the name.{nearest(name, known)}"
            )
        kind = known[name][-1].kind
        if key == "of" and kind is not Kind.FLOW:
            raise ContractError(where, "only a flow can be cumulated", found=f"{name}, a {kind}")
        if kind in (Kind.RATIO, Kind.DURATION):
            raise ContractError(
                where,
                f"a ratio of {kind}s does not add up",
                found=name,
                remedy="Name the flow, stock or distinct count that it is made of",
            )
