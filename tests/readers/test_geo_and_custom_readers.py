"""Geo files as attribute tables, and a contract's own reader."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import Polygon

from citybrain.errors import ContractError, DeliveryError

SQUARE = Polygon([(117.0, 36.0), (117.2, 36.0), (117.2, 36.2), (117.0, 36.2)])


@pytest.fixture
def frame() -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame({"code": ["370123001"], "name": ["城关镇"]}, geometry=[SQUARE], crs=4326)


def check(found) -> None:
    assert found.table.kind == "geo"
    assert found.table.headers == ("code", "name", "lon", "lat")
    code, name, lon, lat = found.rows[0]
    assert (code, name) == ("370123001", "城关镇")
    assert 117.0 < float(lon) < 117.2
    assert 36.0 < float(lat) < 36.2


# GeoJSON is always in longitude and latitude.
@pytest.mark.parametrize(
    ("suffix", "crs"), [("geojson", 4326), ("gpkg", 4326), ("gpkg", 3857), ("shp", 4326), ("shp", 3857)]
)
def test_geo_formats_give_attributes_and_a_point_in_degrees(read, frame, tmp_path, suffix, crs):
    path = tmp_path / f"towns.{suffix}"
    frame.to_crs(crs).to_file(path)
    check(read(path))


@pytest.mark.parametrize("states_encoding", [True, False])
def test_a_zipped_shapefile_in_gbk(read, frame, tmp_path, states_encoding):
    folder = tmp_path / "parts"
    folder.mkdir()
    frame.to_file(folder / "towns.shp", encoding="GBK")
    if not states_encoding:
        (folder / "towns.cpg").unlink()
        dbf = folder / "towns.dbf"
        data = bytearray(dbf.read_bytes())
        data[29] = 0
        dbf.write_bytes(data)
    path = tmp_path / "towns.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in folder.iterdir():
            archive.write(part, part.name)
    check(read(path))


def test_topojson(read, tmp_path):
    topology = {
        "type": "Topology",
        "objects": {"towns": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "arcs": [[0]], "properties": {"code": "370123001", "name": "城关镇"}}]}},
        "arcs": [[[117.0, 36.0], [117.2, 36.0], [117.2, 36.2], [117.0, 36.2], [117.0, 36.0]]],
    }  # fmt: skip
    found = read(json.dumps(topology).encode(), "towns.json")
    row = dict(zip(found.table.headers, found.rows[0], strict=True))
    assert (row["code"], row["name"]) == ("370123001", "城关镇")
    assert 117.0 < float(row["lon"]) < 117.2


def test_a_shapefile_without_its_parts_is_refused(read, frame, tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    frame.to_file(folder / "towns.shp")
    with pytest.raises(DeliveryError, match="incomplete"):
        read((folder / "towns.shp").read_bytes(), "alone.shp")


def test_real_town_boundaries_are_read(read, real_data):
    found = read(real_data / "dongguan" / "boundaries" / "dongguan_towns.geojson")
    assert len(found.rows) == 34
    assert {"code", "name", "lon", "lat"} <= set(found.table.headers)


READER = """
def read(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        key, _, value = line.partition("=")
        yield {"key": key, "value": value or None} | ({"extra": "x"} if number else {})
"""


def own_reader(folder: Path, source: str) -> Path:
    path = folder / "odd.py"
    path.write_text(source, encoding="utf-8")
    return path


def test_a_reader_of_the_contract_reads_an_odd_format(read, tmp_path):
    found = read("甲=1\n乙=\n".encode(), "odd.dat", reader=own_reader(tmp_path, READER))
    assert found.table.headers == ("key", "value", "extra")
    assert found.rows == [["甲", "1", ""], ["乙", "", "x"]]


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("def read(path):\n    yield {'a': 1}\n", "texts by header"),
        ("def read(path):\n    raise ValueError('370123199001010011')\n", "failed on line 2.*ValueError"),
        ("x = 1\n", "no function read"),
        ("def read(path:\n", "failed"),
    ],
)
def test_a_reader_that_fails_is_an_error_of_the_contract_without_values(read, tmp_path, source, what):
    with pytest.raises(ContractError, match=what) as caught:
        read(b"x", "odd.dat", reader=own_reader(tmp_path, source))
    assert "370123199001010011" not in str(caught.value)
