"""Reads one area source: code lists with the csv module or polars, geo files with geopandas, loaded late."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from citybrain.areas.rows import SourceTable
from citybrain.errors import ContractError, nearest
from citybrain.project import AreaSource

GEO_SUFFIXES = {".geojson", ".shp", ".gpkg", ".topojson", ".zip", ".fgb", ".kml"}
SHEET_SUFFIXES = {".xlsx", ".xls", ".xlsb", ".ods"}
ZERO_WIDTH = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
GEO_TYPES = ("FeatureCollection", "Feature", "Topology")


def read_source(source: AreaSource) -> SourceTable:
    """The rows of a source file as text.

    Raises:
        ContractError: the file is missing, of an unknown kind, or cannot be read as what it seems to be.
    """
    path = source.path
    assert path is not None, "rows of city.toml are not read from a file"
    if not path.is_file():
        siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise ContractError(
            f"city.toml [[areas]] no. {source.number}",
            f"The file {path} does not exist.{nearest(path.name, siblings)}",
            remedy="Correct the path, or put the file there",
        )
    suffix = path.suffix.lower()
    try:
        if suffix in GEO_SUFFIXES:
            return read_geo_file(source, path)
        if suffix in SHEET_SUFFIXES:
            return read_sheet(source, path)
        if suffix == ".json":
            return read_json(source, path)
        if suffix in (".csv", ".tsv", ".txt"):
            return read_csv(source, path)
    except ContractError:
        raise
    except Exception as problem:
        raise ContractError(path.name, f"It cannot be read as {suffix[1:].upper()}: {problem}") from problem
    raise ContractError(
        path.name,
        f"Areas cannot be read from a {suffix or 'file without an ending'}",
        expected="csv, xlsx, json, geojson, topojson, shp or gpkg",
    )


def read_csv(source: AreaSource, path: Path) -> SourceTable:
    """A code list of text columns; UTF-8 or GB18030 unless the source states its encoding."""
    text = decode(path.read_bytes(), source.encoding, path.name)
    first = text.partition("\n")[0]
    delimiter = source.delimiter or max("\t;|,", key=first.count)
    lines = csv.reader(io.StringIO(text), delimiter=delimiter)
    headers = tuple(clean_cell(cell) for cell in next(lines, []))
    records = [dict(zip(headers, map(clean_cell, line), strict=False)) for line in lines if any(line)]
    return SourceTable(source.label, headers, records)


def decode(content: bytes, encoding: str, name: str) -> str:
    """The text of a file; without a stated encoding UTF-8 if it is that, else GB18030."""
    candidates = [encoding] if encoding else ["utf-16", "utf-8-sig", "gb18030"]
    if not encoding and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = candidates[1:]
    for candidate in candidates:
        try:
            return content.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
    raise ContractError(
        name, f"It is not {' or '.join(candidates)} text", remedy='State encoding = "…" in [[areas]] of city.toml'
    )


def read_sheet(source: AreaSource, path: Path) -> SourceTable:
    """A sheet of a workbook as text: codes keep no decimals that Excel may show."""
    import fastexcel

    book = fastexcel.read_excel(path)
    if source.sheet and source.sheet not in book.sheet_names:
        raise ContractError(
            path.name,
            f"There is no sheet '{source.sheet}'.{nearest(source.sheet, book.sheet_names)}",
            expected=f"one of {', '.join(book.sheet_names)}",
        )
    frame = book.load_sheet(source.sheet or 0, dtypes="string").to_polars()
    headers = tuple(clean_cell(column) for column in frame.columns)
    records = [dict(zip(headers, map(clean_cell, row), strict=True)) for row in frame.iter_rows()]
    return SourceTable(source.label, headers, records)


def read_json(source: AreaSource, path: Path) -> SourceTable:
    """A list of records in JSON at the dotted path `rows`; GeoJSON and TopoJSON are known by their type."""
    content: Any = json.loads(decode(path.read_bytes(), source.encoding, path.name))
    if isinstance(content, dict) and content.get("type") in GEO_TYPES:
        return read_geo_file(source, path)
    for step in filter(None, source.records.split(".")):
        content = content.get(step) if isinstance(content, dict) else None
    if not isinstance(content, list) or not all(isinstance(record, dict) for record in content):
        raise ContractError(
            path.name,
            f"There is no list of records at '{source.records or 'the top'}'",
            remedy='State rows = "path.to.list" in [[areas]] of city.toml',
        )
    headers = tuple(dict.fromkeys(clean_cell(key) for record in content for key in record))
    records = [{clean_cell(key): clean_cell(value) for key, value in record.items()} for record in content]
    return SourceTable(source.label, headers, records)


def read_geo_file(source: AreaSource, path: Path) -> SourceTable:
    """A geo file with its geometries in EPSG:4326, WGS84."""
    from citybrain.areas.geo_files import read_features

    return read_features(source, path)


def clean_cell(value: object) -> str:
    """The cell as text: whole numbers without decimals, zero-width characters and blanks at the ends gone."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return ZERO_WIDTH.sub("", str(value)).strip()


def text_records(columns: Mapping[str, list[object]]) -> list[dict[str, str]]:
    """Columns as records of text."""
    cleaned = {clean_cell(name): [clean_cell(value) for value in values] for name, values in columns.items()}
    return [dict(zip(cleaned, row, strict=True)) for row in zip(*cleaned.values(), strict=True)]
