"""A small county with an epidemic, its files, and the city project that reads them: made once for all tests."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from citybrain.demo.departments import Planted, write_truth
from citybrain.demo.departments import World as DemoWorld
from citybrain.demo.faults import Fault
from citybrain.demo.firms import firms_of
from citybrain.demo.geography import County, lay_out
from citybrain.demo.health import HealthFiles
from citybrain.demo.names import COUNTY_CODE, COUNTY_NAME
from citybrain.demo.outbreak import Illness, illness_of
from citybrain.demo.people import people_of
from citybrain.demo.period import day_number

ROOT = Path(__file__).resolve().parents[2]
CITY = f"""name = "{COUNTY_NAME}"
timezone = "Asia/Shanghai"
[[levels]]
code = "county"
title = "县"
[[levels]]
code = "township"
title = "乡镇"
[[levels]]
code = "village"
title = "村"
[[areas]]
path = "data/boundaries/areas.csv"
code = "code"
name = "name"
level_column = "level"
parent = "parent"
"""
FEEDS = (
    "health/fever_clinic", "health/cases", "health/beds", "health/consultations", "health/contacts",
    "health/exposure_sites", "health/test_samples", "health/test_results", "health/facilities", "health/admissions",
    "health/supply_stock", "health/supplies_received", "emergency/supplies_issued", "emergency/reserves",
    "emergency/facilities", "township/daily_report", "township/case_receipts", "township/fever_follow_ups",
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """What was made: the county, what is true of it, and what was planted into the files below `root`."""

    root: Path
    county: County
    people: pl.DataFrame
    visits: pl.DataFrame
    cases: pl.DataFrame
    planted: Planted

    @property
    def faults(self) -> list[Fault]:
        """What was planted, line by line."""
        return [Fault(*row) for row in self.planted.faults.iter_rows()]

    @property
    def extracts(self) -> Path:
        """The folder of the delivered files."""
        return self.root / "data" / "extracts"

    @property
    def truth(self) -> Path:
        """The folder of what is true."""
        return self.root / "data" / "truth"


def fall_ill(seed: int, county: County, residents: int, days: int) -> tuple[pl.DataFrame, Illness]:
    """The people of the whole county, and their illness."""
    people = [people_of(seed, county, t, residents) for t in range(len(county.townships))]
    ill = [illness_of(seed, county, t, frame, days) for t, frame in enumerate(people)]
    visits, cases = pl.concat([i.visits for i in ill]), pl.concat([i.cases for i in ill])
    return pl.concat(people), Illness(visits, cases)


def make_world(root: Path, seed: int, townships: int, residents: int, days: int) -> World:
    """A county and the files of its epidemic below `root`."""
    county = lay_out(seed, townships)
    data = root / "data"
    firms = firms_of(seed, county, residents)
    health = HealthFiles(DemoWorld(seed, county, residents, days, data / "extracts", data / "truth", firms))
    everyone = []
    for township in range(len(county.townships)):
        people = people_of(seed, county, township, residents)
        health.add(township, people, illness_of(seed, county, township, people, days))
        everyone.append(people)
    planted = health.finish()
    write_truth(data / "truth", planted)
    visits, cases = (pl.read_parquet(data / "truth" / f"{name}.parquet") for name in ("visits", "cases"))
    return World(root, county, pl.concat(everyone), visits, cases, planted)


def without_first_days(world: World, days: int) -> World:
    """The world with the daily files of its first days thrown away, so that a build has less to read."""
    thrown = set()
    for file in [*world.extracts.glob("health/fever_clinic/*"), *world.extracts.glob("township/daily_report/*")]:
        digits = re.sub(r"\D", "", file.name)
        if day_number(dt.datetime.strptime(digits, "%Y%m%d").date()) < days:
            thrown.add(file.relative_to(world.extracts).as_posix())
            file.unlink()
    kept = world.planted.faults.filter(~pl.col("file").is_in(sorted(thrown)))
    visits = world.visits.filter(pl.col("day") >= days)
    return replace(world, planted=replace(world.planted, faults=kept), visits=visits)


def make_project(world: World) -> None:
    """Makes the world's folder a city project with the contracts of the repository and an area list without borders."""
    county = world.county
    areas = [(COUNTY_CODE, COUNTY_NAME, "county", "")]
    areas += [(t.code, t.name, "township", COUNTY_CODE) for t in county.townships]
    areas += [(v.code, v.name, "village", county.townships[v.township].code) for v in county.villages]
    (world.root / "data" / "boundaries").mkdir(parents=True)
    with (world.root / "data" / "boundaries" / "areas.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("code", "name", "level", "parent"), *areas])
    (world.root / "city.toml").write_text(CITY, encoding="utf-8")
    for feed in FEEDS:
        contract = world.root / "connectors" / f"{feed}.toml"
        contract.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "connectors" / f"{feed}.toml", contract)
