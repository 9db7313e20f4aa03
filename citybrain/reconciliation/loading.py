"""Loading the reconciliation rules: one TOML file each, checked and bound before any row is read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from citybrain.errors import ContractError, nearest
from citybrain.indicators import STANDARD_DICTIONARY, Measure
from citybrain.indicators.binding import bind_measure, create_empty_sources
from citybrain.indicators.indicator import Function
from citybrain.indicators.section import Section
from citybrain.indicators.sources import REPORTS, SOURCES
from citybrain.reconciliation.rule import Expects, Period, Rule, Side
from citybrain.schema.columns import SharedTable

STANDARD_RULES = STANDARD_DICTIONARY / "reconciliation"
"""The folder of the rules that every city has; a city adds its own in `dictionary/reconciliation/`."""

RULE_KEYS = (
    "title", "question", "owner", "level", "period", "order", "lag_days", "due_days", "search_days", "tolerance", "expects",
    "handover", "locals_only", "stale_days", "persons", "left", "right",
)  # fmt: skip
SIDE_KEYS = (
    "title", "department", "from", "value", "where", "on", "area", "key", "wider", "running", "standing", "since",
    "followed_by", "counted_on",
)  # fmt: skip


def load_rules(folders: Iterable[Path]) -> list[Rule]:
    """Every rule of the folders in the order of lists (`order`, then id).

    A file in a later folder takes the place of the file of the same name in an earlier one. A folder that does not
    exist holds none.

    Raises:
        ContractError: a file cannot be read, has unknown keys or wrong types, SQL outside the portable subset or not
            fitting the shared schema, or sides that cannot be compared.
    """
    files = {f.stem: f for folder in folders for f in sorted(Path(folder).glob("*.toml"))}
    rules = [read_rule(file) for file in files.values()]
    with duckdb.connect(":memory:") as con:
        create_empty_sources(con)
        for rule in rules:
            _bind(con, rule)
    return sorted(rules, key=lambda r: (r.order, r.id))


def read_rule(file: Path) -> Rule:
    """One rule from its file, everything but its types checked. Raises ContractError."""
    where = f"{file.parent.name}/{file.name}"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", file.stem):
        expected = "a-z, 0-9 and _, a letter first"
        raise ContractError(where, "the file name is the id", found=file.stem, expected=expected)
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(where, "this is not TOML", found=str(error), remedy="Correct the file") from error
    section = Section(where, values, RULE_KEYS)
    period = section.choice("period", Period)
    tolerance = section.section("tolerance", ("absolute", "pct")) if "tolerance" in section else None
    rule = Rule(
        id=file.stem,
        file=file,
        title=section.words("title"),
        question=section.words("question"),
        owner=section.text("owner"),
        level=section.text("level"),
        period=period,
        left=_read_side(section, values, "left", period),
        right=_read_side(section, values, "right", period),
        order=section.whole("order", 1000),
        lag_days=section.whole("lag_days", 0),
        due_days=section.whole("due_days", 0),
        search_days=section.whole("search_days", 14),
        tolerance=_limit(tolerance, "absolute"),
        tolerance_pct=_limit(tolerance, "pct"),
        expects=section.choice("expects", Expects, Expects.SAME),
        handover=section.truth("handover", False),
        locals_only=section.truth("locals_only", False),
        stale_days=section.whole("stale_days", 0),
        persons=section.truth("persons", False) if "persons" in section else None,
    )
    _check_sides(where, rule)
    return rule


def _limit(section: Section | None, key: str) -> float:
    return section.positive(key, 0.0) if section and key in section else 0.0


def _read_side(rule: Section, values: dict[str, Any], side: str, period: Period) -> Side:
    # sqlglot is slow to load, and declarations that were checked before are not read again.
    from citybrain.indicators.expressions import parse_condition, parse_value

    section = rule.section(side, SIDE_KEYS)
    where, source = section.where, section.text("from")
    if source not in SOURCES:
        expected, hint = ", ".join(SOURCES), nearest(source, SOURCES).strip()
        raise ContractError(where, "`from` is no shared table", found=source, expected=expected, remedy=hint)
    table = SOURCES[source]
    function, argument = parse_value(f"{where}: value", section.text("value"), table)
    if source in REPORTS and function is not Function.SUM:
        found = section.text("value")
        raise ContractError(where, f"the rows of {source} are totals already", found=found, expected="sum(…)")
    running, standing = section.truth("running", False), section.truth("standing", False)
    on = _column(section, "on", table, "DATE", "")
    if standing and (on or period is Period.ALL):
        raise ContractError(where, "a standing list has no day, and is compared by period", remedy="Leave out `on`")
    if not on and not standing and (period is not Period.ALL or running):
        raise ContractError(
            where, f"a side that is compared by {period} needs a day", expected="`on` with a date column"
        )
    if on and period is Period.ALL:
        raise ContractError(where, "a rule over the whole time has no day", found=f"on = {on}", remedy="Leave out `on`")
    condition, wider = section.text("where", ""), section.text("wider", "")
    return Side(
        title=section.words("title"),
        department=section.text("department"),
        measure=Measure(
            source, function, argument, on, parse_condition(f"{where}: where", condition, table) if condition else ""
        ),
        area=_column(section, "area", table, "VARCHAR", "area_code" if "area_code" in table.columns() else ""),
        key=_read_columns(section, "key", values[side].get("key", []), table),
        wider=parse_condition(f"{where}: wider", wider, table) if wider else "",
        running=running,
        standing=standing,
        since=_column(section, "since", table, "DATE", ""),
        followed_by=_read_days(section, values[side].get("followed_by", []), table),
        counted_on=_column(section, "counted_on", table, "DATE", ""),
    )


def _column(section: Section, key: str, table: type[SharedTable], sql_type: str, default: str) -> str:
    """The name of a column of the table with this type; the default when the key is absent."""
    name = section.text(key, default)
    known = [n for n, c in table.columns().items() if c.sql_type == sql_type]
    if name and name not in known:
        raise ContractError(
            section.where, f"`{key}` is no {sql_type} column of shared.{table.table}", found=name,
            expected=", ".join(known) or "none", remedy=nearest(name, known).strip(),
        )  # fmt: skip
    return name


def _read_days(section: Section, stated: object, table: type[SharedTable]) -> tuple[str, ...]:
    names = _read_columns(section, "followed_by", stated, table)
    for name in names:
        if (found := table.columns()[name].sql_type) != "DATE":
            raise ContractError(
                section.where, f"`followed_by` names {name}, which is no day", found=found, expected="DATE columns"
            )
    return names


def _read_columns(section: Section, key: str, stated: object, table: type[SharedTable]) -> tuple[str, ...]:
    if not isinstance(stated, list) or not all(isinstance(k, str) and k for k in stated):
        expected = "a list of columns"
        raise ContractError(section.where, f"`{key}` has the wrong form", found=repr(stated), expected=expected)
    for name in stated:
        if name not in table.columns():
            expected, hint = ", ".join(table.columns()), nearest(str(name), table.columns()).strip()
            raise ContractError(
                section.where,
                f"`{key}` is no column of shared.{table.table}",
                found=name,
                expected=expected,
                remedy=hint,
            )
    return tuple(stated)


def _check_sides(where: str, rule: Rule) -> None:
    """What the two sides must have in common."""
    left, right = rule.left, rule.right
    if len(left.key) != len(right.key):
        raise ContractError(
            where, "the keys of the two sides do not pair", found=f"{len(left.key)} and {len(right.key)} columns",
            expected="as many on both, or none on both to compare totals",
        )  # fmt: skip
    for side in (left, right):
        _check_side(where, rule, side)
    if rule.local and rule.local not in SOURCES[left.measure.source].columns():
        raise ContractError(
            where, "`locals_only` needs to know who it is", expected=f"a column {rule.local} on the left"
        )
    _check_kind(where, rule)
    if (left.measure.function is Function.SUM) != (right.measure.function is Function.SUM) and rule.by_record:
        raise ContractError(
            where, "records cannot be compared with amounts", expected="sum(…) on both sides, or on none"
        )


def _check_kind(where: str, rule: Rule) -> None:
    """What only rules over records, or only rules over totals, can say."""
    left, right = rule.left, rule.right
    of_records = rule.locals_only or rule.lag_days or rule.expects is Expects.WITHIN or left.wider or right.wider
    if not rule.by_record and (of_records or left.standing or right.followed_by):
        raise ContractError(
            where, "lag, `wider`, `within`, `locals_only`, `standing` and `followed_by` look at records",
            remedy="State `key` on both sides",
        )  # fmt: skip
    if rule.by_record and (rule.stale_days or left.counted_on or right.counted_on):
        raise ContractError(where, "`counted_on` and `stale_days` are of totals", remedy="Leave out `key` or these")
    if right.standing or left.followed_by or (left.since and not left.standing) or right.since:
        raise ContractError(
            where,
            "only the left side can be `standing` (and have `since`), only the right one be `followed_by` anything",
        )


def _check_side(where: str, rule: Rule, side: Side) -> None:
    """What one side must hold for itself."""
    if side.key and (side.running or side.measure.source in REPORTS):
        raise ContractError(where, "totals have no records to match", found="`key`", remedy="Leave out `key`")
    if side.key and side.measure.function is Function.DISTINCT and side.key != (side.measure.argument,):
        raise ContractError(
            where, "what is counted distinct is the key", found=side.measure.argument, expected=", ".join(side.key)
        )
    if side.measure.function is Function.COUNT and side.measure.argument != "*":
        raise ContractError(where, "records are counted whole", found=side.measure.value, expected="count(*)")
    if side.running and rule.period is not Period.DAY:
        raise ContractError(where, "what runs on is compared day by day", found=rule.period, expected="day")
    if side.running and side.measure.function is not Function.SUM:
        raise ContractError(where, "only a sum can run on", found=side.measure.value, expected="sum(…)")


def _bind(con: duckdb.DuckDBPyConnection, rule: Rule) -> None:
    """Lets the engine check the types of conditions, measures and keys on empty tables."""
    where = f"{rule.file.parent.name}/{rule.file.name}"
    for name, side in (("left", rule.left), ("right", rule.right)):
        at, measure = f"{where}: [{name}]", side.measure
        bind_measure(con, at, measure)
        if side.wider:
            bind_measure(con, f"{at}: wider", Measure(measure.source, Function.COUNT, "*", measure.on, side.wider))
    for left, right in zip(rule.left.key, rule.right.key, strict=True):
        types = SOURCES[rule.left.measure.source].columns()[left], SOURCES[rule.right.measure.source].columns()[right]
        if types[0].sql_type != types[1].sql_type:
            found = f"{left} {types[0].sql_type} and {right} {types[1].sql_type}"
            raise ContractError(where, "the keys of the two sides are of different types", found=found)
