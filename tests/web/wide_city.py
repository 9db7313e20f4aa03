"""The tiny city with a county of any number of townships around it: borders as the demo draws them, numbers by position."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl

from citybrain.areas.boundaries import geojson_texts, simplify_level
from citybrain.demo.geography import lay_out
from tests.query import tiny_city as tiny


def write_wide_city(snapshots: Path, townships: int) -> list[str]:
    """Writes a snapshot in which so many townships report and are screened each day; returns their names.

    A township has its number, from 0, as value of `reported_fever` each day; everything else is as 城关镇's.
    """
    path = tiny.write_snapshot(snapshots)
    county = lay_out(seed=7, township_count=townships)
    shapes = geojson_texts(simplify_level(list(county.coverage.townships)))
    rows = [
        # The demo numbers the towns of a county of usual size; more of them would share codes.
        (f"3399{n:05d}000", town.name, drawn, shape.centroid.x, shape.centroid.y, float(n))
        for n, (town, drawn, shape) in enumerate(zip(county.townships, shapes, county.coverage.townships, strict=True))
    ]
    new = pl.DataFrame(rows, schema=["code", "name", "ring", "lon", "lat", "number"], orient="row")
    with duckdb.connect(str(path)) as con:
        con.register("new", new)
        one = f"area_code = '{tiny.TOWNSHIPS[0]}'"
        con.execute(
            "INSERT INTO shared.areas BY NAME SELECT a.* REPLACE (n.code AS area_code, n.name AS area_name)"
            f" FROM shared.areas AS a, new AS n WHERE {one}"
        )
        con.execute(
            "INSERT INTO shared.boundaries BY NAME SELECT b.* REPLACE (n.code AS area_code, n.ring AS geojson,"
            f" n.lon AS label_lon, n.lat AS label_lat) FROM shared.boundaries AS b, new AS n WHERE {one}"
        )
        con.execute(
            "INSERT INTO marts.cells BY NAME SELECT c.* REPLACE (n.code AS area_code, CASE WHEN"
            " c.indicator = 'reported_fever' AND c.period_type = 'day' THEN n.number ELSE c.value END AS value)"
            f" FROM marts.cells AS c, new AS n WHERE {one}"
        )
        # What was there before has no shape any more, so that the map is the new county alone.
        con.execute("DELETE FROM shared.boundaries WHERE area_code NOT IN (SELECT code FROM new)")
        con.execute("DELETE FROM shared.areas WHERE level = 'township' AND area_code NOT IN (SELECT code FROM new)")
        con.execute("DELETE FROM shared.areas WHERE level = 'village'")
        con.execute("DELETE FROM shared.overlays")
        con.execute(
            "INSERT INTO shared.area_ancestors SELECT code, code, 1 FROM new UNION ALL"
            f" SELECT code, '{tiny.COUNTY}', 0 FROM new"
        )
    return [name for _code, name, *_rest in rows]
