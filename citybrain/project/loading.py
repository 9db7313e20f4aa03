"""Reads `city.toml` strictly: an unknown key is an error with the nearest known one."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

from citybrain.errors import ContractError, nearest
from citybrain.project.area_source import AreaSource, Overlap
from citybrain.project.briefing import BriefingSettings
from citybrain.project.project import Engine, Level, Paths, Project, ReceivedAt
from citybrain.project.screen import PERIODS, SCREEN_KEYS, ScreenChoice

FILE_NAME = "city.toml"
PROJECT_KEYS = ("name", "timezone", "engine", "received_at", "levels", "paths", "areas", "briefing", "screen")
AREA_TEXT_KEYS = ("level", "level_column", "code", "name", "parent", "crs", "encoding", "delimiter", "sheet", "layer")
AREA_MORE_TEXT_KEYS = ("valid_from", "valid_to", "successor", "area_km2")
AREA_LIST_KEYS = ("aliases", "nesting", "nesting_levels", "endings")
AREA_KEYS = (
    *("path", "rows", "level_map", "replace", "where", "otherwise", "overlay", "datum"),
    *(*AREA_TEXT_KEYS, *AREA_MORE_TEXT_KEYS, *AREA_LIST_KEYS),
)
INLINE_ROW_KEYS = ("code", "name", "level", "aliases", "parent", "area_km2", "valid_from", "valid_to", "successor")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DATUMS = ("", "wgs84", "cgcs2000", "gcj02", "bd09")
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


def load_project(folder: Path) -> Project:
    """The city project in `folder`.

    Paths are relative to `city.toml` and may hold `${NAME}` or `${NAME:-fallback}` from the environment.

    Raises:
        ContractError: there is no `city.toml`, it is not TOML, or something in it is unknown, missing or not possible.
    """
    root = Path(folder).resolve()
    declared = read_declaration(root)
    refuse_unknown(declared, PROJECT_KEYS, FILE_NAME)
    levels = read_levels(declared.get("levels"))
    return Project(
        root=root,
        name=text_of(declared, "name", FILE_NAME, required=True),
        levels=levels,
        timezone=read_timezone(text_of(declared, "timezone", FILE_NAME) or "Asia/Shanghai"),
        engine=one_of(declared, "engine", get_args(Engine), "duckdb"),
        received_at=one_of(declared, "received_at", get_args(ReceivedAt), "modified"),
        area_sources=tuple(
            read_area_source(entry, number, root, levels)
            for number, entry in enumerate(list_of_tables(declared, "areas", FILE_NAME), start=1)
        ),
        paths=read_paths(table_of(declared, "paths", FILE_NAME), root),
        briefing=read_briefing(table_of(declared, "briefing", FILE_NAME)),
        screen=read_screen(table_of(declared, "screen", FILE_NAME)),
    )


def read_declaration(root: Path) -> dict[str, Any]:
    """The tables of `city.toml` in `root`. Raises ContractError where it is missing or not TOML."""
    file = root / FILE_NAME
    if not file.is_file():
        raise ContractError(
            str(root),
            f"There is no {FILE_NAME} here",
            remedy="Make a project with `citybrain init DIR`, or point to one with --project DIR",
        )
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise ContractError(FILE_NAME, f"It is not valid TOML: {problem}", remedy="Correct the file") from problem


def read_levels(declared: object) -> tuple[Level, ...]:
    """The `[[levels]]`, top to bottom."""
    if not isinstance(declared, list) or not declared:
        raise ContractError(
            FILE_NAME,
            "It declares no area levels",
            remedy='List them from top to bottom, each as [[levels]] with code = "county" and title = "县"',
        )
    levels = []
    for number, entry in enumerate(declared, start=1):
        where = f"{FILE_NAME} [[levels]] no. {number}"
        if not isinstance(entry, dict):
            raise ContractError(where, "A level is a table with code and title")
        refuse_unknown(entry, ("code", "title"), where)
        code = text_of(entry, "code", where, required=True)
        levels.append(Level(code, text_of(entry, "title", where) or code))
    codes = [level.code for level in levels]
    for code in codes:
        if codes.count(code) > 1:
            raise ContractError(FILE_NAME, f"Level '{code}' is declared twice", remedy="Keep one of them")
    return tuple(levels)


def read_timezone(name: str) -> str:
    """The name, if it is a time zone of the IANA database."""
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError) as problem:
        raise ContractError(
            FILE_NAME, "The time zone is unknown", found=f"'{name}'", expected="an IANA name such as 'Asia/Shanghai'"
        ) from problem


def read_paths(declared: Mapping[str, Any], root: Path) -> Paths:
    """The folders of the project; `extracts` may lie outside of it."""
    where = f"{FILE_NAME} [paths]"
    refuse_unknown(declared, ("extracts", "data"), where)
    data = resolve_path(text_of(declared, "data", where) or "data", root, where)
    extracts = text_of(declared, "extracts", where)
    return Paths.below(data, resolve_path(extracts, root, where) if extracts else None)


def read_briefing(declared: Mapping[str, Any]) -> BriefingSettings:
    """What the weekly briefing leads with, and who issues it."""
    where = f"{FILE_NAME} [briefing]"
    refuse_unknown(declared, ("headline", "masthead", "issuer", "week_begins", "departments"), where)
    return BriefingSettings(
        headline=texts_of(declared["headline"]) if "headline" in declared else (),
        masthead=text_of(declared, "masthead", where),
        issuer=text_of(declared, "issuer", where),
        week_begins=one_of(declared, "week_begins", WEEKDAYS, "monday", where),
        departments={str(k): str(v) for k, v in table_of(declared, "departments", where).items()},
    )


def read_screen(declared: Mapping[str, Any]) -> ScreenChoice:
    """What the `[screen]` names; whether its indicators exist shows only with a snapshot."""
    where = f"{FILE_NAME} [screen]"
    refuse_unknown(declared, SCREEN_KEYS, where)
    hours = declared.get("stale_hours", ScreenChoice.stale_hours)
    if isinstance(hours, bool) or not isinstance(hours, int | float) or hours <= 0:
        raise ContractError(where, "'stale_hours' is not possible", found=f"{hours!r}", expected="hours, such as 26")
    return ScreenChoice(
        layers=texts_of(declared.get("layers", [])),
        tiles=texts_of(declared.get("tiles", [])),
        period=one_of(declared, "period", PERIODS, ScreenChoice.period, where),
        stale_hours=float(hours),
    )


def read_area_source(entry: Mapping[str, Any], number: int, root: Path, levels: tuple[Level, ...]) -> AreaSource:
    """One `[[areas]]` entry, checked against the declared levels."""
    where = f"{FILE_NAME} [[areas]] no. {number}"
    refuse_unknown(entry, AREA_KEYS, where)
    path, rows = text_of(entry, "path", where), entry.get("rows", ())
    inline = rows if isinstance(rows, list) else []
    if bool(path) == bool(inline):
        raise ContractError(where, "An area source has either a path or rows = [{code, name, level}, …]")
    texts: dict[str, Any] = {
        key: text_of(entry, key, where) for key in (*AREA_TEXT_KEYS, *AREA_MORE_TEXT_KEYS) if key in entry
    }
    texts |= {key: texts_of(entry[key]) for key in AREA_LIST_KEYS if key in entry}
    source = AreaSource(
        number=number,
        path=resolve_path(path, root, where) if path else None,
        rows=tuple(read_inline_row(row, where) for row in inline),
        records=rows if isinstance(rows, str) else "",
        level_map={str(k): str(v) for k, v in table_of(entry, "level_map", where).items()},
        replace={str(k): str(v) for k, v in table_of(entry, "replace", where).items()},
        where={str(k): texts_of(v) for k, v in table_of(entry, "where", where).items()},
        otherwise=Overlap(one_of(entry, "otherwise", tuple(Overlap), "skip", where)),
        overlay=bool(entry.get("overlay", False)),
        datum=one_of(entry, "datum", DATUMS, "", where),
        **texts,
    )
    check_area_source(source, levels, where)
    return source


def read_inline_row(row: object, where: str) -> Mapping[str, object]:
    """One area written in `city.toml` itself."""
    if not isinstance(row, dict):
        raise ContractError(where, "Each of rows is a table such as {code = '441900', name = '东莞市', level = 'city'}")
    refuse_unknown(row, INLINE_ROW_KEYS, f"{where} rows")
    return row


def check_area_source(source: AreaSource, levels: tuple[Level, ...], where: str) -> None:
    """Raises ContractError if the entry cannot say what is an area, or names an unknown level."""
    known = [level.code for level in levels]
    named = [*source.level_map.values(), *source.nesting_levels, *(str(r.get("level", "")) for r in source.rows)]
    if source.level != "prefix":
        named.append(source.level)
    for level in filter(None, named):
        if level not in known:
            raise ContractError(
                where, f"Level '{level}' is not declared.{nearest(level, known)}", expected=" or ".join(known)
            )
    if source.nesting and len(source.nesting_levels or known) != len(source.nesting):
        raise ContractError(
            where,
            "nesting does not say which column is which level",
            found=f"{len(source.nesting)} columns and {len(source.nesting_levels or known)} levels",
            remedy="Add nesting_levels = [...] with one level for each column of nesting",
        )
    if source.path and not (source.nesting or source.name):
        raise ContractError(where, "It does not say which column names the area", remedy="Add name or nesting")
    if source.path and not (source.nesting or source.level or source.level_column or source.overlay):
        raise ContractError(
            where, "It does not say which level its areas have", remedy="Add level, level_column or nesting"
        )


def resolve_path(text: str, root: Path, where: str) -> Path:
    """The absolute path, with `${NAME}` and `${NAME:-fallback}` taken from the environment."""

    def value(match: re.Match[str]) -> str:
        found = os.environ.get(match[1]) or match[2]
        if found is None:
            raise ContractError(
                where,
                f"The environment variable {match[1]} is not set",
                remedy=f"Set it, or write ${{{match[1]}:-fallback}}",
            )
        return found

    return (root / VARIABLE.sub(value, text)).resolve()


def refuse_unknown(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    """Raises ContractError for the first key that is not known, with the nearest one that is."""
    for key in table:
        if key not in known:
            hint = nearest(key, known).strip()
            raise ContractError(where, f"The key '{key}' is unknown", remedy=hint or f"Known are {', '.join(known)}")


def text_of(table: Mapping[str, Any], key: str, where: str, *, required: bool = False) -> str:
    """The text under `key`, stripped; an empty one where it is absent."""
    value = table.get(key, "")
    if not isinstance(value, str):
        raise ContractError(where, f"'{key}' is not a text", found=type(value).__name__, expected="a text in quotes")
    if required and not value.strip():
        raise ContractError(where, f"'{key}' is missing", remedy=f'Add {key} = "…"')
    return value.strip()


def texts_of(value: object) -> tuple[str, ...]:
    """One or several values as texts."""
    return tuple(str(v) for v in value) if isinstance(value, list) else (str(value),)


def table_of(table: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    """The table under `key`; an empty one where it is absent."""
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise ContractError(where, f"'{key}' is not a table", found=type(value).__name__, expected="a table")
    return value


def list_of_tables(table: Mapping[str, Any], key: str, where: str) -> list[Mapping[str, Any]]:
    """The array of tables under `key`; an empty one where it is absent."""
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise ContractError(where, f"'{key}' is not a list of tables", remedy=f"Write each entry as [[{key}]]")
    return value


def one_of(table: Mapping[str, Any], key: str, allowed: tuple[str, ...], default: str, where: str = FILE_NAME) -> Any:
    """The value under `key`, if it is allowed."""
    value = table.get(key, default)
    if value not in allowed:
        expected = " or ".join(f"'{a}'" for a in allowed if a)
        raise ContractError(where, f"'{key}' is not possible", found=f"'{value}'", expected=expected)
    return value
