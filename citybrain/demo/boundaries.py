"""Area codes and boundary files as the bureaus of statistics and natural resources hand them over."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from citybrain.demo import names
from citybrain.demo.borders import DECIMALS
from citybrain.demo.geography import County
from citybrain.demo.text_files import open_encoded


def write_boundaries(folder: Path, county: County) -> None:
    """Writes `county.geojson`, `townships.geojson`, `villages.geojson` (code, name, parent) and `areas.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    coverage = county.coverage
    whole = {"code": names.COUNTY_CODE, "name": names.COUNTY_NAME, "parent": ""}
    townships = [{"code": t.code, "name": t.name, "parent": names.COUNTY_CODE} for t in county.townships]
    villages = [{"code": v.code, "name": v.name, "parent": county.townships[v.township].code} for v in county.villages]
    _write_features(folder / "county.geojson", [(whole, coverage.county)])
    _write_features(folder / "townships.geojson", zip(townships, coverage.townships, strict=True))
    _write_features(folder / "villages.geojson", zip(villages, coverage.villages, strict=True))
    _write_codes(folder / "areas.csv", county)


def _write_codes(path: Path, county: County) -> None:
    """The list of statistics: 12 digits, committees by their full names, GB18030."""
    lines = ["code,name", f"{names.COUNTY_CODE}000000,{names.COUNTY_NAME}"]
    lines += [f"{t.code}000,{t.name}" for t in county.townships]
    lines += [f"{v.code},{v.committee}" for v in county.villages]
    with open_encoded(path, "gb18030") as file:
        file.write(("\r\n".join(lines) + "\r\n").encode())


def _write_features(path: Path, features: Iterable[tuple[Mapping[str, str], BaseGeometry]]) -> None:
    """A GeoJSON of one feature a line, so that people can read it and programs can compare it."""
    lines = []
    for properties, geometry in features:
        shape = json.loads(shapely.to_geojson(shapely.orient_polygons(shapely.transform(geometry, _on_the_grid))))
        feature = {"type": "Feature", "properties": properties, "geometry": shape}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    path.write_text('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def _on_the_grid(points: np.ndarray) -> np.ndarray:
    """Union may leave points a hair off the grid on which all borders were rounded."""
    return points.round(DECIMALS)
