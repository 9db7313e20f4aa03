"""乡镇: who works in which grid, with numbers and names as townships typed them; text as a spreadsheet saves it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from citybrain.demo.area_texts import town_texts, village_codes, village_texts
from citybrain.demo.communities.grids import grid_codes
from citybrain.demo.communities.neighbourhoods import Neighbourhoods
from citybrain.demo.departments import Planted, World
from citybrain.demo.mentions import written_people
from citybrain.demo.period import day_number
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import Form, Slip, gathered, plant_slips, repeat_some, write_register

FILE = "township/grid_workers/grid_workers_20200120.csv"
FORM = Form(title="专兼职网格员名册", encoding="utf-16", delimiter="\t", notes=("填表人：县委政法委社会治理科",))
DELIVERED = day_number(dt.date(2020, 1, 20))
SECOND_GRID, TWICE = 0.1, 0.004
"""Share of the workers who also look after the next grid of their village; lines that stand twice."""
FULL_TIME = ("是", "专职", "√")
PART_TIME = ("否", "兼职", "×")
SLIPS = {
    "grid_missing": Slip("网格编码", 0.004, ("", "—", "/")),
    "village_unknown": Slip("村（社区）", 0.004, ("机关家属院", "外聘")),
}


def write_grid_workers(world: World, places: Neighbourhoods) -> Planted:
    """Writes the list below the extracts; returns faults and who each line means."""
    rng = stream(world.seed, "grid workers")
    rows = _rows(rng, world, places)
    rows = repeat_some(rng, plant_slips(rng, rows, SLIPS), TWICE)
    return write_register(world, FILE, rows, FORM, min(DELIVERED, world.days), "15:20")


def _rows(rng: np.random.Generator, world: World, places: Neighbourhoods) -> pl.DataFrame:
    people = written_people(rng, places.workers())
    village = people["village"].to_numpy()
    grids = places.grids[village]
    serial = people["place"].to_numpy() % grids
    also = np.flatnonzero((rng.random(people.height) < SECOND_GRID) & (grids > 1))
    at = np.concatenate([np.arange(people.height), also])
    serial = np.concatenate([serial, (serial[also] + 1) % grids[also]])
    order = np.lexsort((at, serial, village[at]))
    listed, serial = people[at[order]], serial[order]
    village = listed["village"].to_numpy()
    is_full = rng.random(people.height)[at[order]] < 0.4
    habit = world.county.township_of[village] % 2
    return pl.DataFrame(
        {
            "网格编码": grid_codes(village_codes(world.county, village), serial),
            "乡镇（街道）": town_texts(rng, world.county, village),
            "村（社区）": village_texts(world.county, village),
            "姓名": listed["name_written"],
            "身份证号码": listed["id_written"],
            "联系电话": listed["phone_written"],
            "是否专职": gathered(FULL_TIME, habit).zip_with(pl.Series(is_full), gathered(PART_TIME, habit)),
            "_person": listed["person"],
            "_fault": listed["mention_fault"],
        }
    )
