"""A snapshot small enough to count by hand: 1 county, 3 townships, 6 villages, written without the build.

Township 103 has no boundary and delivers nothing for `reported_fever`; 102 has days with a stated zero.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from tests.query.tiny_indicators import INDICATORS

COUNTY = "330300000000"
TOWNSHIPS = ("330300101000", "330300102000", "330300103000")
VILLAGES = tuple(f"{t[:9]}20{n}" for t in TOWNSHIPS for n in (1, 2))
NAMES = {
    COUNTY: "青溪县",
    TOWNSHIPS[0]: "城关镇",
    TOWNSHIPS[1]: "柳河乡",
    TOWNSHIPS[2]: "石桥镇",
    **dict(zip(VILLAGES, ("东街村", "西街村", "上柳村", "下柳村", "桥头村", "桥尾村"), strict=True)),
}
FIRST, LAST = dt.date(2020, 1, 27), dt.date(2020, 2, 19)
"""Coverage of the flows: from a Monday to a Wednesday, so that the last week and both months are partial."""

_FIELDS = [
    "indicator",
    "sort_order",
    "kind",
    "title_zh",
    "title_en",
    "definition_zh",
    "definition_en",
    "unit_zh",
    "unit_en",
    "decimals",
    "scale",
    "better",
    "owner",
    "numerator",
    "denominator",
    "carry",
    "absent",
    "theme",
    "sql",
    "source_table",
    "measure_on",
    "measure_where",
    "version",
    "version_of",
    "valid_from",
    "changed_zh",
    "changed_en",
    "minimum_cell",
    "is_listed",
]
_INDICATOR_TYPES = {"sort_order": pl.Int32, "decimals": pl.Int32, "scale": pl.Float64, "version": pl.Int32}
_INDICATOR_TYPES |= {"valid_from": pl.Date, "minimum_cell": pl.Int32, "is_listed": pl.Boolean}
_UNSTATED = {"decimals": 0, "scale": 1.0, "version": 1, "version_of": None, "valid_from": None, "minimum_cell": 0}
_UNSTATED |= {"is_listed": True}
CELL_SCHEMA = {
    "indicator": pl.String,
    "period_type": pl.String,
    "area_code": pl.String,
    "depth": pl.Int32,
    "period_on": pl.Date,
    "value": pl.Float64,
}
COVERAGE_SCHEMA = {"indicator": pl.String, "depth": pl.Int32, "first_on": pl.Date, "last_on": pl.Date}


def area_rows() -> list[dict[str, Any]]:
    """Rows of shared.areas."""
    parents = dict.fromkeys(TOWNSHIPS, COUNTY) | {v: f"{v[:9]}000" for v in VILLAGES}
    levels = (
        {COUNTY: ("county", 0)} | dict.fromkeys(TOWNSHIPS, ("township", 1)) | dict.fromkeys(VILLAGES, ("village", 2))
    )
    return [
        {
            "area_code": code,
            "area_name": name,
            "level": levels[code][0],
            "depth": levels[code][1],
            "parent_code": parents.get(code),
            "area_km2": 12.5,
            "has_boundary": code in _boxes(),
            "sort_order": place,
        }
        for place, (code, name) in enumerate(NAMES.items())
    ]


def _boxes() -> dict[str, tuple[float, float, float, float]]:
    """West, south, east, north of every area that has a boundary."""
    return {
        COUNTY: (120.0, 30.0, 120.4, 30.2),
        TOWNSHIPS[0]: (120.0, 30.0, 120.2, 30.2),
        TOWNSHIPS[1]: (120.2, 30.0, 120.4, 30.2),
        VILLAGES[0]: (120.0, 30.0, 120.1, 30.2),
        VILLAGES[1]: (120.1, 30.0, 120.2, 30.2),
    }


def _polygon(west: float, south: float, east: float, north: float) -> str:
    # Clockwise, as snapshots store them.
    return (
        f'{{"type":"Polygon","coordinates":[[[{west},{south}],[{west},{north}],[{east},{north}],'
        f"[{east},{south}],[{west},{south}]]]}}"
    )


def screenings() -> list[dict[str, Any]]:
    """Visits: in village v on the n-th day, (v + n) % 3 of them, every second one with fever; none in 桥尾村."""
    rows: list[dict[str, Any]] = []
    for n in range((LAST - FIRST).days + 1):
        for v, village in enumerate(VILLAGES[:-1]):
            for k in range((v + n) % 3 * (4 if v == 0 else 1)):
                rows.append(
                    {
                        "person_key": len(rows) + 1,
                        "area_code": village,
                        "screened_on": FIRST + dt.timedelta(days=n),
                        "is_fever": k % 2 == 0,
                        "batch": 1 + n // 12,
                        "source_line": len(rows) + 2,
                    }
                )
    return rows


def observations() -> list[dict[str, Any]]:
    """Township reports: 101 always 3, 102 always 0, 103 never."""
    days = [FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    return [
        {"area_code": t, "measure": "fever", "period_on": d, "value": v, "batch": 3, "source_line": n + 2}
        for n, (d, t, v) in enumerate((d, t, v) for d in days for t, v in ((TOWNSHIPS[0], 3.0), (TOWNSHIPS[1], 0.0)))
    ]


def count_cells(rows: list[dict[str, Any]], indicator: str, on: str, weight: str = "") -> list[dict[str, Any]]:
    """Cells of every ancestor area and period type, summed by hand."""
    depths = {r["area_code"]: r["depth"] for r in area_rows()}
    sums: dict[tuple[str, str, dt.date], float] = {}
    for row in rows:
        code, day = row["area_code"], row[on]
        ancestors = {code, f"{code[:9]}000", COUNTY}
        starts = {
            "day": day, "week": day - dt.timedelta(days=day.weekday()), "month": day.replace(day=1),
            "quarter": dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1), "year": dt.date(day.year, 1, 1),
        }  # fmt: skip
        for area in ancestors:
            for period_type, start in starts.items():
                key = (period_type, area, start)
                sums[key] = sums.get(key, 0.0) + (row[weight] if weight else 1.0)
    return [
        {"indicator": indicator, "period_type": p, "area_code": a, "depth": depths[a], "period_on": d, "value": v}
        for (p, a, d), v in sorted(sums.items())
    ]


def cells() -> list[dict[str, Any]]:
    """Rows of marts.cells for `INDICATORS`."""
    visits = screenings()
    found = count_cells(visits, "screened", "screened_on")
    found += count_cells([v for v in visits if v["is_fever"]], "screened_fever", "screened_on")
    found += count_cells(observations(), "reported_fever", "period_on", "value")
    residents = {v: 100.0 * (n + 1) for n, v in enumerate(VILLAGES)}
    for area in NAMES:
        below = [residents[v] for v in VILLAGES if v == area or v[:9] + "000" == area or area == COUNTY]
        found.append(
            {
                "indicator": "residents",
                "period_type": "day",
                "area_code": area,
                "depth": next(r["depth"] for r in area_rows() if r["area_code"] == area),
                "period_on": dt.date(2019, 12, 31),
                "value": sum(below),
            }
        )
    return found


def coverage() -> list[dict[str, Any]]:
    """Rows of marts.coverage for `INDICATORS`."""
    flows = [
        {"indicator": i, "depth": d, "first_on": FIRST, "last_on": LAST}
        for i, d in (("screened", 2), ("screened_fever", 2), ("reported_fever", 1))
    ]
    registered = dt.date(2019, 12, 31)
    return [*flows, {"indicator": "residents", "depth": 2, "first_on": registered, "last_on": registered}]


def write_snapshot(
    snapshots: Path,
    name: str = "20200220T000000-a",
    *,
    indicators: list[dict[str, Any]] | None = None,
    cell_rows: list[dict[str, Any]] | None = None,
    coverage_rows: list[dict[str, Any]] | None = None,
) -> Path:
    """Write the snapshot file and let `current` point to it; the parts that are given replace the tiny city's own."""
    snapshots.mkdir(parents=True, exist_ok=True)
    path = snapshots / f"{name}.duckdb"
    stated = indicators if indicators is not None else INDICATORS
    entries = [{f: i.get(f, ({"sort_order": n} | _UNSTATED).get(f, "")) for f in _FIELDS} for n, i in enumerate(stated)]
    tables = {
        "shared.areas": pl.DataFrame(area_rows(), infer_schema_length=None),
        "marts.indicators": pl.DataFrame(entries, schema={f: _INDICATOR_TYPES.get(f, pl.String) for f in _FIELDS}),
        "marts.cells": pl.DataFrame(cells() if cell_rows is None else cell_rows, schema=CELL_SCHEMA).sort(
            "indicator", "period_type", "period_on"
        ),
        "marts.coverage": pl.DataFrame(coverage() if coverage_rows is None else coverage_rows, schema=COVERAGE_SCHEMA),
        "shared.screenings": pl.DataFrame(screenings()),
        "shared.observations": pl.DataFrame(observations()),
    }
    with duckdb.connect(str(path)) as con:
        for schema in ("shared", "marts", "meta"):
            con.execute(f"CREATE SCHEMA {schema}")
        for table, frame in tables.items():
            con.register("given", frame.to_arrow())
            con.execute(f"CREATE TABLE {table} AS SELECT * FROM given")
            con.unregister("given")
        _write_rest(con, name)
    link = snapshots / "next"
    link.symlink_to(path.name)
    link.replace(snapshots / "current")
    return path


def _write_rest(con: duckdb.DuckDBPyConnection, name: str) -> None:
    con.execute(
        "CREATE TABLE marts.value_states (indicator VARCHAR, period_type VARCHAR, area_code VARCHAR, period_on DATE,"
        " state VARCHAR)"
    )
    con.execute(
        "CREATE TABLE marts.suppressed (indicator VARCHAR, period_type VARCHAR, area_code VARCHAR, period_on DATE,"
        " is_primary BOOLEAN)"
    )
    con.execute(
        "CREATE TABLE shared.area_ancestors AS WITH RECURSIVE up AS ("
        " SELECT area_code, area_code AS ancestor_code, depth AS ancestor_depth, parent_code FROM shared.areas UNION ALL"
        " SELECT u.area_code, a.area_code, a.depth, a.parent_code FROM up u JOIN shared.areas a"
        " ON a.area_code = u.parent_code) SELECT area_code, ancestor_code, ancestor_depth FROM up"
    )
    con.execute(
        "CREATE TABLE shared.boundaries (area_code VARCHAR, level VARCHAR, geojson VARCHAR,"
        " label_lon DOUBLE, label_lat DOUBLE)"
    )
    for code, box in _boxes().items():
        middle = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]
        con.execute("INSERT INTO shared.boundaries VALUES (?, '', ?, ?, ?)", [code, _polygon(*box), *middle])
    con.execute("CREATE TABLE shared.overlays (name VARCHAR, area_code VARCHAR, geojson VARCHAR)")
    con.execute("INSERT INTO shared.overlays VALUES ('高新园区', NULL, ?)", [_polygon(120.15, 30.05, 120.25, 30.1)])
    con.execute(
        "CREATE TABLE shared.batches (batch INTEGER, feed VARCHAR, department VARCHAR, file_name VARCHAR,"
        " sha256 VARCHAR, received_at TIMESTAMP, rows_in BIGINT, accepted BIGINT, quarantined BIGINT,"
        " duplicate BIGINT, layout BIGINT, out_of_scope BIGINT, is_current BOOLEAN)"
    )
    con.execute(
        "INSERT INTO shared.batches VALUES"
        " (1, 'health.screening', 'health', 'fever_clinic_01.csv', 'aa', '2020-02-08 01:00:00', 90, 88, 1, 1, 2, 0, true),"
        " (2, 'health.screening', 'health', 'fever_clinic_02.csv', 'bb', '2020-02-20 01:00:00', 70, 70, 0, 0, 2, 0, true),"
        " (3, 'township.daily', 'township', '日报.xlsx', 'cc', '2020-02-17 09:00:00', 48, 48, 0, 0, 3, 0, true)"
    )
    con.execute(
        "CREATE TABLE shared.feeds (feed VARCHAR, title VARCHAR, department VARCHAR, record VARCHAR,"
        " delivery VARCHAR, due_every VARCHAR, due_by VARCHAR, last_received_at TIMESTAMP)"
    )
    con.execute(
        "INSERT INTO shared.feeds VALUES"
        " ('health.screening', '发热门诊筛查登记', 'health', 'screening', 'append', '1 day, 0:00:00', '10:00',"
        " '2020-02-20 01:00:00'),"
        " ('township.daily', '乡镇日报', 'township', 'observation', 'upsert', '1 day, 0:00:00', '18:00', '2020-02-17 09:00:00'),"
        " ('police.registry', '户籍登记', 'police', 'resident', 'full', '', '', NULL)"
    )
    con.execute(
        "CREATE TABLE meta.snapshot AS SELECT ? AS snapshot, TIMESTAMP '2020-02-20 02:00:00' AS as_of,"
        " TIMESTAMP '2020-02-20 02:05:00' AS built_at, '青溪县' AS project, '0.1.0' AS product_version,"
        " 'Asia/Shanghai' AS timezone",
        [name],
    )
    con.execute("CREATE TABLE meta.levels (depth INTEGER, level VARCHAR, title VARCHAR)")
    con.execute("INSERT INTO meta.levels VALUES (0, 'county', '县'), (1, 'township', '乡镇'), (2, 'village', '村')")
