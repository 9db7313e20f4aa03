"""The sections of a contract besides its columns: owner, source, due, expect, scope, ignore, replace."""

from __future__ import annotations

import codecs
import datetime as dt
import re
from collections.abc import Sequence
from pathlib import PurePosixPath, PureWindowsPath

from citybrain.contracts.contract import Due, Expect, Owner, Source
from citybrain.contracts.table import Table

SOURCE_KINDS = [
    "text", "csv", "tsv", "txt", "workbook", "excel", "xlsx", "xlsm", "xls", "ods", "json", "ndjson", "jsonl",
    "parquet", "database", "sqlite", "geo", "geojson", "shapefile", "shp", "geopackage", "gpkg", "topojson",
]  # fmt: skip
"""Kinds that the readers know; `custom` follows from a reader beside the contract."""
DATUMS = ["wgs84", "cgcs2000", "gcj02", "bd09"]
HOURS = {"h": 1, "d": 24, "w": 24 * 7, "m": 24 * 30}


def read_owner(table: Table, department: str) -> Owner:
    """[owner]; the department defaults to the folder of the contract."""
    owner = Owner(
        table.text("department") or department,
        table.text("legal_basis"),
        table.texts("purposes"),
        table.text("contact"),
    )
    table.close()
    return owner


def read_source(table: Table) -> Source:
    """[source]: a path below the extracts folder, or the URL of a database and a table or query."""
    source = Source(
        path=table.text("path"),
        url=table.text("url"),
        table=table.text("table"),
        query=table.text("query"),
        kind=table.choice("kind", SOURCE_KINDS),
        encoding=table.text("encoding"),
        delimiter=table.text("delimiter"),
        header_row=table.integer("header_row", least=1) or 0,
        sheet=table.text("sheet"),
        rows=table.text("rows"),
        part=table.text("part"),
        datum=table.choice("datum", DATUMS),
    )
    table.close()
    if source.path and source.url:
        table.wrong("both 'path' and 'url' are stated", remedy="Keep the one the feed really comes from")
    elif source.url:
        _check_url(table, source)
    elif "path" not in table.content or isinstance(table.content["path"], str):
        _check_path(table, source.path)
    if source.table and source.query:
        table.wrong("both 'table' and 'query' are stated", remedy="Keep one of them")
    _check_text_format(table, source)
    _check_part(table, source.part)
    return source


def _check_path(table: Table, path: str) -> None:
    if not path.strip():
        table.wrong("'path' is missing or empty", remedy="State where the extract lies below the extracts folder")
        return
    outside = path.startswith(("/", "~")) or ".." in PurePosixPath(path).parts or PureWindowsPath(path).drive
    if "\\" in path:
        table.wrong("'path' is written with '\\'", found=f"'{path}'", remedy="Write folders with '/'")
    elif outside:
        expected = "a path below the extracts folder"
        remedy = "To read another folder, set [paths] extracts in city.toml"
        table.wrong("'path' leads out of the extracts folder", found=f"'{path}'", expected=expected, remedy=remedy)


def _check_url(table: Table, source: Source) -> None:
    if "://" not in source.url:
        table.wrong("'url' is not the URL of a database", expected="such as postgresql://${USER}:${PASSWORD}@host/name")
    if not source.table and not source.query:
        table.wrong("'url' without 'table' or 'query'", remedy="State which table of the database the feed is")
    password = re.search(r"://[^:/@]*:(.*)@", source.url)
    if password and not re.fullmatch(r"\$\{\w+\}", password[1]):
        remedy = "Write ${NAME} in its place and set NAME in the environment of the build"
        table.wrong("'url' holds a password in plain text", remedy=remedy)


def _check_text_format(table: Table, source: Source) -> None:
    if len(source.delimiter) > 1:
        table.wrong(
            "'delimiter' is more than one character", found=f"'{source.delimiter}'", expected='such as "," or "\\t"'
        )
    if source.encoding:
        try:
            codecs.lookup(source.encoding)
        except LookupError:
            expected = "such as utf-8, gb18030 or utf-16"
            table.wrong("'encoding' is not known", found=f"'{source.encoding}'", expected=expected)


def _check_part(table: Table, part: str) -> None:
    if not part:
        return
    try:
        groups = re.compile(part).groups
    except re.error as error:
        table.wrong(f"'part' is not a regular expression: {error}", found=f"'{part}'")
        return
    if not groups:
        remedy = "Put what names the part in brackets, as in '_(\\d{6})\\.csv'"
        table.wrong("'part' captures nothing of the file name", found=f"'{part}'", remedy=remedy)


def read_due(table: Table, levels: Sequence[str] = ()) -> Due | None:
    """[due], or None if the contract has none; `levels` are those of the project."""
    every, by = _span(table, "every", required=bool(table.content)), table.time("by")
    after, each = _span(table, "after"), table.choice("each", levels) if levels else table.text("each")
    table.close()
    return Due(every, by, after or dt.timedelta(0), each) if every else None


def _span(table: Table, key: str, *, required: bool = False) -> dt.timedelta | None:
    text = table.text(key, required=required)
    stated = re.fullmatch(r"([1-9]\d*)([hdwm])", text)
    if text and not stated:
        expected = "a number and h, d, w or m (hours, days, weeks, months), such as 1d"
        table.wrong(f"'{key}' is not a span of time", found=f"'{text}'", expected=expected)
    return dt.timedelta(hours=int(stated[1]) * HOURS[stated[2]]) if stated else None


def read_expect(table: Table) -> Expect:
    """[expect]: bounds of a delivery."""
    rows, quarantined = table.table("rows"), table.table("quarantined_pct")
    least, most, share = rows.integer("min"), rows.integer("max"), quarantined.number("max")
    for part in (rows, quarantined, table):
        part.close()
    if least is not None and most is not None and least > most:
        rows.wrong("'min' is greater than 'max'", found=f"{least} and {most}")
    if share is not None and not 0 <= share <= 100:
        quarantined.wrong("'max' is not a percentage", found=str(share), expected="0 to 100")
    return Expect(least, most, share)


def read_ignore(table: Table) -> tuple[str, ...]:
    """[ignore] columns."""
    columns = table.texts("columns")
    table.close()
    for column in columns:
        if "*" in column[:-1]:
            table.wrong("'*' stands inside a name", found=f"'{column}'", expected="'*' only at the end")
    return columns


def read_scope(table: Table) -> dict[str, tuple[str, ...]]:
    """[scope]: source column -> values that belong to the project."""
    return {header: table.texts(header) for header in table.names()}


def read_replace(table: Table) -> dict[str, dict[str, str]]:
    """[replace.<canonical column>]: dirty text -> clean text."""
    replace = {}
    for column in table.names():
        words = table.table(column)
        replace[column] = {dirty: words.text(dirty) for dirty in words.names()}
    return replace
