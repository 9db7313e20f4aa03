"""公安: who stayed in hotels, one file a week of the hotels' own system, in the encoding of Windows."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from citybrain.demo.area_texts import town_texts
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.mentions import CAREFUL, outsiders, written_people
from citybrain.demo.names import COUNTY_NAME
from citybrain.demo.outbreak import Illness
from citybrain.demo.period import FIRST_DAY, day
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import (
    Form,
    Slip,
    gathered,
    plant_slips,
    repeat_some,
    same,
    spelled,
    write_register,
)

FIRST_NUMBER = 1_500_000
"""Outsiders from this number on stay in hotels."""
STAYS_A_RESIDENT = 0.016
"""In eight ordinary weeks; a third of the guests are residents of the county."""
RESIDENT_GUESTS = 1 / 3
MOOD = ((0, 1.0), (12, 1.3), (18, 0.9), (20, 0.15), (40, 0.06), (56, 0.15))
"""Guests by day: the festival, then closed hotels."""
NIGHTS = (0.62, 0.2, 0.1, 0.05, 0.03)
STILL_HERE, TWICE = 0.02, 0.004
ENDINGS = ("宾馆", "商务酒店", "快捷酒店", "招待所")
SLIPS = {
    "time_impossible": Slip("入住时间", 0.002, ("2020-02-30 12:00", "2020-01-32 18:20", "2020-13-02 08:00")),
    "area_unknown": Slip("所在乡镇", 0.003, ("开发区", "县外", "高铁新区")),
    "area_missing": Slip("所在乡镇", 0.002, ("", "无")),
}
FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M")
"""Each hotel's software writes in its own way."""
FORM = Form(encoding="gb18030")


class Lodgings:
    """Feed `public_security.lodgings`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._residents: list[pl.DataFrame] = []

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Keeps those who stay in a hotel of their own county."""
        rng = stream(self._world.seed, f"guests of {township}")
        count = rng.binomial(people.height, STAYS_A_RESIDENT * RESIDENT_GUESTS)
        grown = people.filter(pl.col("birth_on") < dt.date(2004, 1, 1))
        chosen = rng.choice(grown.height, min(count, grown.height), replace=False)
        kept = ("person", "resident_id", "person_name", "is_male", "birth_on", "phone")
        self._residents.append(grown[np.sort(chosen)].select(kept).with_columns(origin=pl.lit(f"山东省{COUNTY_NAME}")))

    def finish(self) -> Planted:
        """Writes the weeks."""
        rows = self._rows()
        return merge(self._week(rows, week) for week in range(self._world.weeks))

    def _rows(self) -> pl.DataFrame:
        """Every stay of the period, by day."""
        world = self._world
        rng = stream(world.seed, "lodgings")
        others = outsiders(
            rng, FIRST_NUMBER, max(20, round(world.residents * STAYS_A_RESIDENT * (1 - RESIDENT_GUESTS)))
        )
        guests = pl.concat([*self._residents, others])
        people = written_people(rng, guests, CAREFUL)
        days = np.arange(world.days)
        mood = np.interp(days, *np.array(MOOD).T)
        begin = rng.choice(days, people.height, p=mood / mood.sum()) * 1440 + rng.integers(
            12 * 60, 23 * 60, people.height
        )
        end = begin // 1440 * 1440 + 1440 * (1 + rng.choice(len(NIGHTS), people.height, p=NIGHTS))
        end += rng.integers(6 * 60, 12 * 60, people.height)
        hotel, towns = self._hotels(rng, people.height)
        here = pl.Series(rng.random(people.height) < STILL_HERE)
        habit = rng.integers(0, len(FORMATS), world.county.township_of.max() + 1)[towns]
        left = spelled(_instants(end), FORMATS, habit)
        rows = pl.DataFrame(
            {
                "旅馆名称": hotel,
                "所在乡镇": town_texts(rng, world.county, self._first_village[towns]),
                "姓名": people["name_written"],
                "性别": people["sex_written"],
                "证件号码": people["id_written"],
                "来自地": people["origin"],
                "入住时间": spelled(_instants(begin), FORMATS, habit),
                "退房时间": same("", people.height).zip_with(here, left),
                "房号": pl.Series(rng.integers(201, 630, people.height)).cast(pl.String),
                "_person": people["person"],
                "_fault": people["mention_fault"],
                "_week": pl.Series(begin // 1440 // 7),
                "_begin": pl.Series(begin),
            }
        )
        return plant_slips(rng, rows.sort("_begin", "_person"), SLIPS)

    @property
    def _first_village(self) -> np.ndarray:
        """A village of each township."""
        return np.searchsorted(self._world.county.township_of, np.arange(len(self._world.county.townships)))

    def _hotels(self, rng: np.random.Generator, count: int) -> tuple[pl.Series, np.ndarray]:
        """The hotel of each stay, and its township: most stand in town."""
        county = self._world.county
        weight = np.bincount(county.township_of, county.weights) * [
            4.0 if t.kind == "街道" else 1.0 for t in county.townships
        ]
        town = rng.choice(len(weight), count, p=weight / weight.sum())
        ending = rng.integers(0, len(ENDINGS), count)
        return gathered([t.short_name for t in county.townships], town) + gathered(ENDINGS, ending), town

    def _week(self, rows: pl.DataFrame, week: int) -> Planted:
        rng = stream(self._world.seed, f"lodgings of week {week}")
        chosen = repeat_some(rng, rows.filter(pl.col("_week") == week), TWICE)
        file = f"public_security/lodgings_{day(7 * week):%Y%m%d}.csv"
        return write_register(self._world, file, chosen, FORM, 7 * week + 7, "09:00")


def _instants(minutes: np.ndarray) -> pl.Series:
    """Local instants from minutes since the first day began."""
    begin = np.datetime64(FIRST_DAY, "m")
    return pl.Series((begin + minutes.astype("m8[m]")).astype("M8[ms]"))
