"""Geo files of any format and reference system as text columns and WGS84 polygons. Imports geopandas: load it late."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import shapely

from citybrain.areas.datum import TO_WGS84
from citybrain.areas.reading import clean_cell, text_records
from citybrain.areas.rows import SourceTable
from citybrain.errors import ContractError
from citybrain.project import AreaSource

WGS84 = "EPSG:4326"


def read_features(source: AreaSource, path: Path) -> SourceTable:
    """Every feature of the file: attributes as text, polygons repaired and in EPSG:4326, WGS84.

    Raises:
        ContractError: the reference system is neither in the file nor in `city.toml`, and the coordinates are not
            degrees.
    """
    options = {key: value for key, value in (("encoding", source.encoding), ("layer", source.layer)) if value}
    frame = geopandas.read_file(path, **options)
    frame, findings = in_degrees(frame, source, path.name)
    geometries = np.array(frame.geometry.to_numpy(), dtype=object)
    shift = TO_WGS84.get(source.datum)
    if shift is not None:
        geometries = shapely.transform(shapely.force_2d(geometries), shift)
    repaired = [polygons_of(geometry) for geometry in geometries]
    attributes = frame.drop(columns=frame.geometry.name)
    columns = {str(name): list(attributes[name]) for name in attributes.columns}
    records = text_records(columns) if columns else [{} for _ in repaired]
    damaged = sum(g is not None and not shapely.is_valid(g) for g in geometries)
    if damaged:
        findings.append(f"{path.name}: {damaged} of {len(geometries)} polygons were invalid and have been repaired.")
    return SourceTable(source.label, tuple(map(clean_cell, columns)), records, repaired, tuple(findings))


def in_degrees(frame: Any, source: AreaSource, name: str) -> tuple[Any, list[str]]:
    """The frame in EPSG:4326, and what was assumed."""
    if source.crs:
        frame = frame.set_crs(source.crs, allow_override=True)
    if frame.crs is not None:
        return frame.to_crs(WGS84), []
    west, south, east, north = frame.total_bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise ContractError(
            name,
            "The file does not state its coordinate reference system and its coordinates are not degrees",
            remedy='State crs = "EPSG:…" in [[areas]] of city.toml',
        )
    # TopoJSON never states one, and by its specification is in degrees.
    assumed = [] if name.endswith((".topojson", ".json")) else [f"{name}: no reference system stated; taken as WGS84."]
    return frame.set_crs(WGS84), assumed


def polygons_of(geometry: Any) -> Any:
    """The valid polygons of a geometry as Polygon or MultiPolygon; None where it has none."""
    if geometry is None or shapely.is_empty(geometry):
        return None
    valid = (
        geometry
        if shapely.is_valid(geometry)
        else shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    )
    parts = [part for part in shapely.get_parts(valid) if part.geom_type in ("Polygon", "MultiPolygon")]
    if not parts:
        return None
    flat = [polygon for part in parts for polygon in shapely.get_parts(part)]
    return flat[0] if len(flat) == 1 else shapely.MultiPolygon(flat)
