"""Geo files (GeoJSON, TopoJSON, Shapefile, GeoPackage) as their attribute table."""

from __future__ import annotations

import zipfile
from pathlib import Path

import duckdb
import geopandas
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FieldError

from citybrain.errors import ContractError, DeliveryError
from citybrain.readers.files import new_file
from citybrain.readers.headers import name_columns
from citybrain.readers.parquet_spool import sql_parquet, write_rows
from citybrain.readers.table import RawTable, ReadOptions

WGS84 = 4326


def read_geo(path: Path, options: ReadOptions, con: duckdb.DuckDBPyConnection, spool: Path) -> RawTable:
    """The attributes of each feature, and `lon`, `lat` (degrees, WGS84) of a point inside it.

    The source line is the number of the feature, from 1. A layer is chosen by `options.table` or `options.sheet`. The
    datum (GCJ-02, BD-09) is left as it is.

    Raises:
        ContractError: the layer does not exist.
        DeliveryError: the file is damaged or incomplete.
    """
    findings: list[str] = []
    frame = _open(path, options, findings)
    points = _points(frame)
    fields = [c for c in frame.columns if c != frame.active_geometry_name]
    headers = name_columns([*map(str, fields), "lon", "lat"])
    texts = [[_text(v) for v in frame[c]] for c in fields]
    lon = [None if p is None or p.is_empty else f"{p.x:.7f}" for p in points]
    lat = [None if p is None or p.is_empty else f"{p.y:.7f}" for p in points]
    file = new_file(spool)
    write_rows(file, headers, zip(*texts, lon, lat, strict=True))
    if frame.crs is None:
        findings.append("The file does not state its coordinate system: lon and lat are taken as they stand.")
    return RawTable(
        relation=sql_parquet([file]), headers=headers, first_line=1, kind="geo", encoding=options.encoding,
        findings=tuple(findings),
    )  # fmt: skip


def _open(path: Path, options: ReadOptions, findings: list[str]) -> geopandas.GeoDataFrame:
    source = f"/vsizip/{path.resolve()}" if zipfile.is_zipfile(path) else str(path)
    try:
        layers = [name for name, _ in pyogrio.list_layers(source)]
        layer = options.table or options.sheet or (layers[0] if layers else "")
        if layer not in layers:
            raise ContractError(path.name, f"there is no layer '{layer}'", found=", ".join(layers))
        if len(layers) > 1 and not (options.table or options.sheet):
            findings.append(f"Only layer '{layer}' is read; others: {', '.join(layers[1:])}.")
        encoding = options.encoding or _dbf_encoding(path)
        frame = geopandas.read_file(
            source, layer=layer, engine="pyogrio", **({"encoding": encoding} if encoding else {})
        )
    except (DataSourceError, DataLayerError, FieldError, UnicodeDecodeError) as error:
        raise DeliveryError(
            path.name, "the geo file is damaged or incomplete", expected="for a Shapefile also its .dbf and .shx",
            remedy="Deliver it again, a Shapefile as one ZIP",
        ) from error  # fmt: skip
    if not isinstance(frame, geopandas.GeoDataFrame):
        return geopandas.GeoDataFrame(frame, geometry=[None] * len(frame))
    return frame


def _dbf_encoding(path: Path) -> str:
    """GB18030 for the attributes of a Shapefile that does not say its encoding and is not UTF-8; else empty."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = {n.lower()[-4:]: n for n in archive.namelist()}
            return "" if ".cpg" in names or ".dbf" not in names else _guess(archive.read(names[".dbf"]))
    dbf = path.with_suffix(".dbf")
    if path.suffix.lower() != ".shp" or path.with_suffix(".cpg").exists() or not dbf.exists():
        return ""
    return _guess(dbf.read_bytes())


def _guess(dbf: bytes) -> str:
    # Byte 29 names the code page; 0 = not stated. Records begin where bytes 8 and 9 say.
    records = dbf[int.from_bytes(dbf[8:10], "little") :]
    if records.isascii() or dbf[29] not in (0, 0x57):
        return ""
    try:
        records.decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _points(frame: geopandas.GeoDataFrame) -> list:
    """A point inside each feature, in longitude and latitude."""
    if frame.crs is not None and frame.crs.to_epsg() != WGS84:
        frame = frame.to_crs(WGS84)
    return list(frame.geometry.representative_point())


def _text(value: object) -> str | None:
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value) or value == "":
        return None
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, pd.Timestamp):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
