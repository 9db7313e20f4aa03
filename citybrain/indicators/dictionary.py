"""Loading the indicator dictionary: one TOML file each, checked before any row is read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import duckdb

from citybrain.errors import ContractError, nearest
from citybrain.indicators.expressions import bind_measure, create_empty_sources, parse_condition, parse_value
from citybrain.indicators.indicator import (
    Absent,
    Better,
    Carry,
    Function,
    Indicator,
    Kind,
    Measure,
    Thresholds,
    Version,
)  # fmt: skip
from citybrain.indicators.section import Section
from citybrain.indicators.sources import REPORTS, SOURCES

STANDARD_DICTIONARY = Path(__file__).resolve().parent.parent / "dictionary"
"""The folder of the indicators that every city has."""

DESCRIPTION = (
    "title",
    "definition",
    "kind",
    "unit",
    "theme",
    "owner",
    "order",
    "better",
    "decimals",
    "minimum_cell",
    "listed",
    "legal_basis",
    "thresholds",
    "target",
    "version",
)
BODY = {
    Kind.FLOW: ("measure",),
    Kind.STOCK: ("measure",),
    Kind.DISTINCT: ("measure",),
    Kind.DURATION: ("measure",),
    Kind.CUMULATIVE: ("of",),
    Kind.RATIO: ("numerator", "denominator", "scale"),
}
MEASURE = {
    Kind.FLOW: ("from", "value", "on", "where", "absent"),
    Kind.STOCK: ("from", "value", "on", "where", "absent", "carry"),
    Kind.DISTINCT: ("from", "value", "on", "where", "absent"),
    Kind.DURATION: ("from", "value", "on", "where"),
}
OWN_FUNCTION = {Kind.DISTINCT: Function.DISTINCT, Kind.DURATION: Function.MEDIAN}
"""Kinds that are measured by one function only, which no other kind may use."""


def load_dictionary(folders: Iterable[Path]) -> list[Indicator]:
    """Every indicator of the folders, in the order of lists (`order`, then id).

    A file in a later folder takes the place of the file of the same name in an earlier one, so that a city can
    state where its own number comes from. A folder that does not exist holds none.

    Raises:
        ContractError: a file cannot be read, has unknown keys or wrong types, SQL outside the portable subset or
            not fitting the shared schema, or refers to an indicator that does not exist or does not fit.
    """
    files = {f.stem: f for folder in folders for f in sorted(Path(folder).glob("*.toml"))}
    indicators = {name: read_indicator(file) for name, file in files.items()}
    for indicator in indicators.values():
        _check_references(indicator, indicators)
    with duckdb.connect(":memory:") as con:
        create_empty_sources(con)
        for indicator in indicators.values():
            if indicator.measure:
                bind_measure(con, f"{_name(indicator.file)}: [measure]", indicator.measure)
    return sorted(indicators.values(), key=lambda i: (i.order, i.id))


def read_indicator(file: Path) -> Indicator:
    """One indicator from its file, all but its references checked. Raises ContractError."""
    where = _name(file)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", file.stem):
        raise ContractError(
            where, "the file name is the id", found=file.stem, expected="a-z, 0-9 and _, a letter first"
        )
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(where, "this is not TOML", found=str(error), remedy="Correct the file") from error
    every_key = {*DESCRIPTION, *(k for keys in BODY.values() for k in keys)}
    kind = Section(where, values, every_key).choice("kind", Kind)
    section = Section(f"{where} ({kind})", values, (*DESCRIPTION, *BODY[kind]))
    measure, carry, absent = None, Carry.NONE, Absent.NO_DATA
    if kind in MEASURE:
        measure, carry, absent = _read_measure(section.section("measure", MEASURE[kind]), kind)
    elif kind is Kind.CUMULATIVE:
        carry = Carry.FORWARD
    return Indicator(
        id=file.stem,
        file=file,
        kind=kind,
        title=section.words("title"),
        definition=section.words("definition"),
        unit=section.words("unit"),
        theme=section.text("theme"),
        owner=section.text("owner"),
        order=section.whole("order", 1000),
        is_listed=section.truth("listed", True),
        better=section.choice("better", Better, Better.NEUTRAL),
        decimals=section.whole("decimals", 0),
        minimum_cell=section.whole("minimum_cell", 0),
        legal_basis=section.text("legal_basis", ""),
        thresholds=_read_thresholds(section),
        target=section.number("target"),
        version=_read_version(section),
        measure=measure,
        of=section.text("of") if kind is Kind.CUMULATIVE else "",
        numerator=section.text("numerator") if kind is Kind.RATIO else "",
        denominator=section.text("denominator") if kind is Kind.RATIO else "",
        scale=section.positive("scale", 1.0) if kind is Kind.RATIO else 1.0,
        carry=carry,
        absent=absent,
    )


def _read_thresholds(section: Section) -> Thresholds | None:
    if "thresholds" not in section:
        return None
    stated = section.section("thresholds", ("warn", "alarm"))
    return Thresholds(stated.positive("warn"), stated.positive("alarm"))


def _read_version(section: Section) -> Version:
    if "version" not in section:
        return Version()
    stated = section.section("version", ("number", "valid_from", "changed"))
    return Version(stated.whole("number"), stated.date("valid_from"), stated.words("changed"))


def _read_measure(section: Section, kind: Kind) -> tuple[Measure, Carry, Absent]:
    where, source = section.where, section.text("from")
    if source not in SOURCES:
        known = ", ".join(SOURCES)
        raise ContractError(
            where, "`from` is no shared table", found=source, expected=known, remedy=nearest(source, SOURCES).strip()
        )
    table = SOURCES[source]
    function, argument = parse_value(f"{where}: value", section.text("value"), table)
    if OWN_FUNCTION.get(kind, function) is not function or (
        kind not in OWN_FUNCTION and function in OWN_FUNCTION.values()
    ):
        raise ContractError(where, f"a {kind} cannot be measured so", found=section.text("value"))
    if source in REPORTS and function is not Function.SUM:
        raise ContractError(
            where, f"the rows of {source} are totals already", found=section.text("value"), expected="sum(…)"
        )
    on = section.text("on", "")
    if on and (on not in table.columns() or table.columns()[on].sql_type != "DATE"):
        dates = [n for n, c in table.columns().items() if c.sql_type == "DATE"]
        expected = ", ".join(dates) or "no date column"
        raise ContractError(where, f"`on` is no date column of {source}", found=on, expected=expected)
    if kind in (Kind.FLOW, Kind.DURATION) and not on:
        raise ContractError(where, f"a {kind} happens on a day", expected="`on` with a date column")
    condition = section.text("where", "")
    condition = parse_condition(f"{where}: where", condition, table) if condition else ""
    measure = Measure(source, function, argument, on, condition)
    return measure, _read_carry(section, on), section.choice("absent", Absent, _default_absent(kind, measure))


def _read_carry(section: Section, on: str) -> Carry:
    carry = section.choice("carry", Carry, Carry.NONE if on else Carry.BOTH)
    if not on and carry is not Carry.BOTH:
        raise ContractError(
            section.where, "a stock without `on` holds for the whole time", found=carry, expected="both"
        )
    return carry


def _default_absent(kind: Kind, measure: Measure) -> Absent:
    """No row in a register or log means that there was nothing; no row of a report means that nobody reported."""
    reported = measure.source in REPORTS or kind is Kind.DURATION or (kind is Kind.STOCK and measure.on)
    return Absent.NO_DATA if reported else Absent.ZERO


def _check_references(indicator: Indicator, known: dict[str, Indicator]) -> None:
    """Only ratios and cumulatives refer, and never to their own kind: so there can be no cycle."""
    where = _name(indicator.file)
    for key in ("of", "numerator", "denominator"):
        name = getattr(indicator, key)
        if not name:
            continue
        if name not in known:
            raise ContractError(
                where, f"`{key}` names no indicator", found=name, remedy=f"Correct the name.{nearest(name, known)}"
            )
        kind = known[name].kind
        if key == "of" and kind is not Kind.FLOW:
            raise ContractError(where, "only a flow can be cumulated", found=f"{name}, a {kind}")
        if kind in (Kind.RATIO, Kind.DURATION):
            raise ContractError(
                where,
                f"a ratio of {kind}s does not add up",
                found=name,
                remedy="Name the flow, stock or distinct count that it is made of",
            )


def _name(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"
