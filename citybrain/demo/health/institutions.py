"""Where people are treated, tested and kept apart: every institution with its staff, beds and place on the map."""

from __future__ import annotations

import numpy as np
import polars as pl
import shapely

from citybrain.demo.departments import World
from citybrain.demo.facilities import COUNTY_HOSPITALS, clinic_towns, health_centre, seat_township, township_shares
from citybrain.demo.names import COUNTY_CODE, COUNTY_NAME
from citybrain.demo.randomness import stream

COUNTY_BEDS, CENTRE_BEDS = 1.9 / 1000, 1.3 / 1000
"""By registered person."""
COUNTY_SPLIT = (0.68, 0.32)
LABORATORIES = (f"{COUNTY_NAME}疾病预防控制中心", f"{COUNTY_NAME}人民医院检验科")
QUARANTINE_SITES = ("如意商务宾馆", "青禾大酒店")


def institutions(world: World) -> pl.DataFrame:
    """One row an institution.

    Columns: facility_code, facility_name, kind (as the health commission writes it), township and village (positions;
    village is null where it is in the seat of a township), beds, doctors, nurses, has_fever_clinic, longitude and
    latitude (WGS84, °), phone.
    """
    rng, county = stream(world.seed, "institutions"), world.county
    people = township_shares(county) * world.residents
    seat, clinics = seat_township(county), set(clinic_towns(county))
    rows: list[tuple[str, str, int, int | None, int, bool]] = []
    for name, kind, share in zip(COUNTY_HOSPITALS, ("综合医院", "中医院"), COUNTY_SPLIT, strict=True):
        rows.append((name, kind, seat, None, round(COUNTY_BEDS * world.residents * share), True))
    for t, township in enumerate(county.townships):
        beds = max(8, round(CENTRE_BEDS * people[t] * rng.uniform(0.8, 1.3)))
        kind = "社区卫生服务中心" if township.kind == "街道" else "卫生院"
        rows.append((health_centre(county, t), kind, t, None, beds, t in clinics))
    for v, village in enumerate(county.villages):
        rows.append((clinic_name(world, v), "村卫生室", village.township, v, 0, False))
    rows += [(name, "检测机构", seat, None, 0, False) for name in LABORATORIES]
    rows += [(name, "隔离点", seat, None, max(10, round(world.residents / 900)), False) for name in QUARANTINE_SITES]
    table = pl.DataFrame(
        rows, orient="row",
        schema={
            "facility_name": pl.String, "kind": pl.String, "township": pl.Int64, "village": pl.Int64, "beds": pl.Int64,
            "has_fever_clinic": pl.Boolean,
        },
    )  # fmt: skip
    return _with_details(rng, world, table)


def clinic_name(world: World, village: int) -> str:
    """Name of the clinic of a village or community."""
    place = world.county.villages[village]
    ending = "卫生服务站" if place.is_community else "卫生室"
    return f"{world.county.townships[place.township].name}{place.name}{ending}"


def hospitals(table: pl.DataFrame) -> pl.DataFrame:
    """The institutions with wards: county hospitals and health centres, in order."""
    return table.filter(pl.col("kind").is_in(["综合医院", "中医院", "卫生院", "社区卫生服务中心"]))


def _with_details(rng: np.random.Generator, world: World, table: pl.DataFrame) -> pl.DataFrame:
    coverage = world.county.coverage
    village_at = np.array([shapely.get_coordinates(shapely.point_on_surface(v))[0] for v in coverage.villages])
    first = np.array([world.county.villages_of(t)[0] for t in range(len(world.county.townships))])
    at = table["village"].fill_null(pl.Series(first).gather(table["township"])).to_numpy()
    places = village_at[at] + rng.normal(0, 0.0008, (len(table), 2))
    beds, count = table["beds"].to_numpy(), len(table)
    is_clinic = (table["kind"] == "村卫生室").to_numpy()
    has_staff = is_clinic | table["kind"].is_in(["综合医院", "中医院", "卫生院", "社区卫生服务中心"]).to_numpy()
    doctors = np.where(is_clinic, rng.integers(1, 3, count), np.round(beds * rng.uniform(0.28, 0.45, count)))
    nurses = np.where(is_clinic, rng.integers(0, 2, count), np.round(beds * rng.uniform(0.4, 0.6, count)))
    return table.with_columns(
        facility_code=pl.lit(f"{COUNTY_CODE}YL") + pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(5),
        doctors=pl.Series(np.where(has_staff, doctors, 0).astype(np.int64)),
        nurses=pl.Series(np.where(has_staff, nurses, 0).astype(np.int64)),
        longitude=pl.Series(np.round(places[:, 0], 6)),
        latitude=pl.Series(np.round(places[:, 1], 6)),
        phone=pl.lit("0539-2") + (100_000 + pl.int_range(pl.len()) * 7 % 900_000).cast(pl.String),
    )
