"""Area rows of a source that has one row an area: a code list, a boundary file, or rows in `city.toml` itself."""

from __future__ import annotations

import datetime as dt
import re

from citybrain.areas.codes import STATISTICAL_LEVELS, code_key
from citybrain.areas.rows import BY_PREFIX, BY_ROOT, AreaRow, OverlayRow, SourceTable
from citybrain.errors import ContractError, nearest
from citybrain.project import AreaSource, Overlap

ALIAS_SEPARATORS = re.compile(r"[;；、|]")
CODE_SEPARATORS = re.compile(r"[;；、|,，\s]")
DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T]00:00:00.*)?")


def stated_rows(
    source: AreaSource, table: SourceTable, levels: tuple[str, ...]
) -> tuple[list[AreaRow], list[OverlayRow]]:
    """The areas and the overlays of a source.

    No areas are: rows that `where` leaves out, polygons without a code although the source states a code column, and
    everything of a source with `overlay = true`.
    """
    parent_column = "" if source.parent in (BY_PREFIX, BY_ROOT) else source.parent
    table.require(source.code, source.name, source.level_column, parent_column, *source.aliases, *source.where)
    table.require(source.valid_from, source.valid_to, source.successor, source.area_km2)
    areas: list[AreaRow] = []
    overlays: list[OverlayRow] = []
    for number, record in enumerate(table.records):
        geometry = table.geometries[number] if table.geometries else None
        code, name = record.get(source.code, ""), record.get(source.name, "")
        if not name and not code:
            continue
        chosen = all(record.get(column, "") in values for column, values in source.where.items())
        codeless = bool(source.code) and not code and geometry is not None
        if source.overlay or codeless or (not chosen and source.otherwise == Overlap.OVERLAY):
            if geometry is not None:
                overlays.append(OverlayRow(table.label, name, code, geometry))
        elif chosen:
            parent = record.get(parent_column, "") if parent_column else source.parent
            areas.append(area_row(source, table.label, record, geometry, parent, levels))
    return areas, overlays


def area_row(
    source: AreaSource,
    label: str,
    record: dict[str, str],
    geometry: object,
    parent: str,
    levels: tuple[str, ...],
) -> AreaRow:
    """One record as an area."""
    code, name = record.get(source.code, ""), record.get(source.name, "")
    clean = source.replace.get(name, name)
    others = [part.strip() for column in source.aliases for part in ALIAS_SEPARATORS.split(record.get(column, ""))]
    return AreaRow(
        label=label,
        code=code,
        name=clean,
        level=stated_level(source, record, code, levels, label),
        parent=parent,
        aliases=tuple(alias for alias in dict.fromkeys([*others, name]) if alias and alias != clean),
        valid_from=stated_date(record.get(source.valid_from, ""), label, code),
        valid_to=stated_date(record.get(source.valid_to, ""), label, code),
        successors=stated_codes(record.get(source.successor, "")),
        area_km2=stated_surface(record.get(source.area_km2, ""), label, code),
        geometry=geometry,
    )


def inline_rows(source: AreaSource) -> list[AreaRow]:
    """The areas written in `city.toml` itself; one without a parent stands by code prefix."""
    rows = []
    for stated in source.rows:
        code, aliases = str(stated.get("code", "")), stated.get("aliases", ())
        level = str(stated.get("level", "")) or source.level
        if not code or not stated.get("name") or not level:
            raise ContractError(source.label, "An area of rows needs code, name and level", found=str(dict(stated)))
        rows.append(
            AreaRow(
                label=source.label,
                code=code,
                name=str(stated["name"]),
                level=level,
                parent=str(stated.get("parent", source.parent)),
                aliases=tuple(map(str, aliases)) if isinstance(aliases, list) else (),
                valid_from=stated_date(str(stated.get("valid_from", "")), source.label, code),
                valid_to=stated_date(str(stated.get("valid_to", "")), source.label, code),
                successors=stated_codes(str(stated.get("successor", ""))),
                area_km2=stated_surface(str(stated.get("area_km2", "")), source.label, code),
            )
        )
    return rows


def stated_level(source: AreaSource, record: dict[str, str], code: str, levels: tuple[str, ...], label: str) -> str:
    """The level of a record: fixed, by column, or by the length of its code."""
    if source.level_column:
        value = record.get(source.level_column, "")
        level, what = source.level_map.get(value, value), f"Level '{value}' of area {code or record.get(source.name)}"
    elif source.level == BY_PREFIX:
        length = len(code_key(code))
        level = source.level_map.get(str(length), STATISTICAL_LEVELS.get(length, ""))
        what = f"Code {code} has {length} significant digits, whose level"
    else:
        return source.level
    if level not in levels:
        raise ContractError(
            label,
            f"{what} is not declared.{nearest(level, levels)}",
            expected=f"one of {', '.join(levels)}",
            remedy="Translate it with level_map, or leave the rows out with where, in [[areas]] of city.toml",
        )
    return level


def stated_codes(text: str) -> tuple[str, ...]:
    """The codes in a cell; several stand with separators between them."""
    return tuple(part.strip() for part in CODE_SEPARATORS.split(text) if part.strip())


def stated_date(text: str, label: str, code: str) -> dt.date | None:
    """A day written with or without separators; None where nothing is stated."""
    if not text.strip():
        return None
    match = DATE.fullmatch(text.strip())
    try:
        if match:
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise ContractError(label, f"Area {code} has an impossible day of validity", found=f"'{text}'", expected="a date")


def stated_surface(text: str, label: str, code: str) -> float | None:
    """A surface in km²; None where nothing is stated."""
    if not text.strip():
        return None
    try:
        surface = float(text)
    except ValueError:
        surface = -1.0
    if not 0 < surface < 2e7:
        raise ContractError(label, f"Area {code} has an impossible surface", found=f"'{text}'", expected="km²")
    return surface
