"""Boundaries of a snapshot as GeoJSON text, and what they span."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from citybrain.query.areas import Area
from citybrain.query.snapshot import OpenSnapshot
from citybrain.sql import literals

Extent = tuple[float, float, float, float]
"""West, south, east, north in degrees (EPSG:4326)."""


def boundaries_text(snapshot: OpenSnapshot, areas: Sequence[Area]) -> str:
    """A FeatureCollection of the areas that have a boundary; feature id = area code, property `name`."""
    found = _geometries(snapshot, tuple(a.code for a in areas))
    # Geometries are pasted as text: parsing and writing thousands of points again would cost more than the query.
    features = [_feature(a.code, a.name, found[a.code]) for a in areas if a.code in found]
    return '{"type":"FeatureCollection","features":[' + ",".join(features) + "]}"


def overlays_text(snapshot: OpenSnapshot, areas: Sequence[Area]) -> str:
    """A FeatureCollection of the overlays that lie in no area of the tree, or in one of these areas."""
    codes = literals([a.code for a in areas] or [""])
    found = snapshot.frame(
        f"SELECT name, geojson FROM shared.overlays WHERE area_code IS NULL OR area_code IN {codes} ORDER BY name"
    )
    features = [_feature(f"overlay-{n}", name, shape) for n, (name, shape) in enumerate(found.iter_rows())]
    return '{"type":"FeatureCollection","features":[' + ",".join(features) + "]}"


@lru_cache(maxsize=128)
def extent(text: str) -> Extent | None:
    """What the features of a FeatureCollection span; None where there are none. Cached by the text itself."""
    points = [p for f in json.loads(text)["features"] for p in _points(f["geometry"]["coordinates"])]
    if not points:
        return None
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return min(lons), min(lats), max(lons), max(lats)


def _geometries(snapshot: OpenSnapshot, codes: tuple[str, ...]) -> dict[str, str]:
    found = snapshot.frame(
        f"SELECT area_code, geojson FROM shared.boundaries WHERE area_code IN {literals(codes or [''])}"
    )
    return dict(found.iter_rows())


def _feature(identity: str, name: str, geometry: str) -> str:
    names = json.dumps({"name": name}, ensure_ascii=False)
    return f'{{"type":"Feature","id":{json.dumps(identity)},"properties":{names},"geometry":{geometry}}}'


def _points(coordinates: Any) -> Iterator[list[float]]:
    if coordinates and isinstance(coordinates[0], int | float):
        yield coordinates
        return
    for part in coordinates:
        yield from _points(part)
