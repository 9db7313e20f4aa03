"""The [columns] and [values] of a contract: which source column is which canonical column."""

from __future__ import annotations

from dataclasses import dataclass

from citybrain.contracts.contract import Mapping
from citybrain.contracts.table import Table
from citybrain.errors import nearest
from citybrain.schema.columns import Column, RecordType
from citybrain.semantics import SEMANTIC_TYPES

AREA_FORMS = ["auto", "code", "name", "address"]
FORMS = sorted(SEMANTIC_TYPES.keys() - {"area"})
NUMBERS = {"decimal", "integer"}
TIMES = {"instant", "date"}
# An area is placed by the text of an address that is also kept, and a day may be cut from an instant.
MAY_SHARE_A_HEADER = ({"area", "text"}, TIMES)


@dataclass(frozen=True)
class Rules:
    """What the options of one mapping may be, given the column it fills."""

    semantic: str
    required: bool = False
    can_join: bool = True
    can_difference: bool = False
    levels: tuple[str, ...] = ()
    """Codes of the area levels of the project; empty = not known."""


def read_columns(table: Table, record: type[RecordType], levels: tuple[str, ...] = ()) -> dict[str, Mapping]:
    """[columns] of a record type; unknown canonical columns are noted with a hint."""
    known = record.columns()
    columns = {}
    for name in table.names():
        if name not in known:
            what = f"'{name}' is not a column of record '{record.name}'"
            table.wrong(what, expected=f"one of {', '.join(known)}", remedy=nearest(name, known).strip())
            continue
        columns[name] = _mapping(table, name, Rules(known[name].semantic, known[name].required, levels=levels))
    return columns | _as_written(known, columns)


def _as_written(known: dict[str, Column], columns: dict[str, Mapping]) -> dict[str, Mapping]:
    """Columns that keep the text of a mapped one come from the same headers, unless the contract says otherwise."""
    return {
        name: Mapping(headers=columns[column.written_of].headers, parts=columns[column.written_of].parts)
        for name, column in known.items()
        if column.written_of in columns and name not in columns
    }


def read_values(table: Table) -> dict[str, Mapping]:
    """[values]: measure -> its column, in a wide sheet of observations."""
    rules = Rules("decimal", can_join=False, can_difference=True)
    return {measure: _mapping(table, measure, rules) for measure in table.names()}


def _mapping(table: Table, name: str, rules: Rules) -> Mapping:
    value = table.content[name]
    if not isinstance(value, dict):
        headers = table.texts(name)
        if not headers and isinstance(value, str | list):
            table.wrong(f"'{name}' names no header", expected="the header as the file writes it")
        return Mapping(headers=_each_once(table, name, headers))
    options = table.table(name)
    mapping = Mapping(
        headers=_each_once(table, name, options.texts("from")),
        parts=_each_once(table, name, options.texts("parts")) if rules.can_join else (),
        as_=_as(options, rules),
        constant=options.text("constant") if "constant" in options.content and rules.can_join else None,
        timezone=_timezone(options) if rules.semantic in TIMES else "",
        level=_level(options, rules) if rules.semantic == "area" else "",
        unit=_unit(options) if rules.semantic in NUMBERS else 1.0,
        cumulative=options.flag("cumulative") if rules.can_difference else False,
        optional=options.flag("optional"),
        invalid=_invalid(options, rules) if rules.can_join else "quarantine",
    )
    options.asked |= {"constant"} if rules.can_join else set()
    options.close()
    stated = [k for k in ("from", "parts", "constant") if k in options.content]
    if len(stated) != 1:
        found = " and ".join(f"'{k}'" for k in stated) or "none of them"
        choices = "exactly one of 'from', 'parts', 'constant'" if rules.can_join else "'from'"
        options.wrong("it is not clear where the column comes from", found=found, expected=choices)
    return mapping


def _each_once(table: Table, name: str, headers: tuple[str, ...]) -> tuple[str, ...]:
    for header in sorted({h for h in headers if headers.count(h) > 1}):
        table.wrong(f"'{name}' names the header '{header}' twice")
    return headers


def _as(options: Table, rules: Rules) -> str:
    if rules.semantic == "area":
        return options.choice("as", AREA_FORMS)
    return options.choice("as", FORMS) if rules.can_join else ""


def _timezone(options: Table) -> str:
    name = options.text("timezone")
    if name and not is_timezone(name):
        options.wrong("'timezone' is not known", found=f"'{name}'", expected="a name such as Asia/Shanghai")
    return name


def is_timezone(name: str) -> bool:
    """Whether the IANA time zone database has the name."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    # A folder of the database, such as "Asia", is refused with an OSError, an unsafe path with a ValueError.
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return False
    return True


def _level(options: Table, rules: Rules) -> str:
    levels = list(rules.levels)
    return options.choice("level", levels) if levels else options.text("level")


def _invalid(options: Table, rules: Rules) -> str:
    invalid = options.choice("invalid", ("quarantine", "blank")) or "quarantine"
    if invalid == "blank" and rules.required:
        remedy = "Leave 'invalid' out: without a value in this column the row means nothing"
        options.wrong("a required column cannot be left blank", found="invalid = 'blank'", remedy=remedy)
    return invalid


def _unit(options: Table) -> float:
    unit = options.number("unit")
    if unit is not None and unit <= 0:
        options.wrong(
            "'unit' is not a positive factor",
            found=str(unit),
            expected="such as 10000 for a source in units of ten thousand",
        )
    return 1.0 if unit is None else unit


def check_columns(
    table: Table, record: type[RecordType], columns: dict[str, Mapping], values: dict[str, Mapping]
) -> None:
    """Notes required columns that nothing fills and headers that fill two columns."""
    supplied = {"measure", "value"} if values else set()
    for name in sorted(supplied & columns.keys()):
        table.wrong(
            f"'{name}' is stated beside [values]", remedy="Keep [values] for a wide sheet, or the column for a long one"
        )
    for name, column in record.columns().items():
        if column.required and name not in columns and name not in supplied:
            wide = (
                ", or [values] for a wide sheet"
                if record.name == "observation" and name in ("measure", "value")
                else ""
            )
            what = f"the required column '{name}' of record '{record.name}' is not mapped"
            table.wrong(what, remedy=f'Add {name} = "<header>"{wide}. It means: {column.doc}')
    _check_shared_headers(table, record.columns(), columns, values)


def _check_shared_headers(
    table: Table, known: dict[str, Column], columns: dict[str, Mapping], values: dict[str, Mapping]
) -> None:
    users: dict[str, list[tuple[str, str]]] = {}
    for name, mapping in columns.items():
        for header in {*mapping.headers, *mapping.parts}:
            way = f"{known[name].written_of} as written" if known[name].written_of else known[name].semantic
            users.setdefault(header, []).append((name, way))
    for measure, mapping in values.items():
        # The same running total may be wanted as such and as daily differences.
        way = "differences" if mapping.cumulative else "value"
        for header in set(mapping.headers):
            users.setdefault(header, []).append((measure, way))
    for header, used in sorted(users.items()):
        ways = {way for _, way in used}
        kept = any(known[name].written_of in dict(used) for name, _ in used if name in known)
        fine = len(ways) == len(used) == 2 and (kept or ways in MAY_SHARE_A_HEADER or ways == {"differences", "value"})
        if len(used) > 1 and not fine:
            names = " and ".join(f"'{name}'" for name, _ in used)
            table.wrong(f"the header '{header}' is used twice", found=names, remedy="Keep the column it really means")
