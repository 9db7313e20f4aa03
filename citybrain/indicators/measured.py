"""Reading the `[measure]` of a declaration: which rows of which table count, and how they add up."""

from __future__ import annotations

from citybrain.errors import ContractError, nearest
from citybrain.indicators.indicator import Absent, Carry, Function, Kind, Measure
from citybrain.indicators.section import Section
from citybrain.indicators.sources import REPORTS, SOURCES

MEASURE = {
    Kind.FLOW: ("from", "value", "on", "where", "absent"),
    Kind.STOCK: ("from", "value", "on", "where", "absent", "carry"),
    Kind.DISTINCT: ("from", "value", "on", "where", "absent"),
    Kind.DURATION: ("from", "value", "on", "where"),
}
OWN_FUNCTION = {Kind.DISTINCT: Function.DISTINCT, Kind.DURATION: Function.MEDIAN}
"""Kinds that are measured by one function only, which no other kind may use."""


def read_measure(section: Section, kind: Kind) -> tuple[Measure, Carry, Absent]:
    """The measure, how far a value holds, and what no row means. Raises ContractError."""
    # sqlglot is slow to load, and declarations that were checked before are not read again.
    from citybrain.indicators.expressions import parse_condition, parse_value

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
