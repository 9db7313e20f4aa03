"""人社: residents who work away, written down once and again when they are back: a file of changes every week."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from citybrain.demo.area_texts import town_texts, village_codes, village_texts
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.mentions import written_people
from citybrain.demo.outbreak import Illness
from citybrain.demo.period import FIRST_DAY, day
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import Form, Slip, gathered, plant_slips, spelled, write_register

AWAY = 0.13
"""Of the residents of working age."""
WORKING_AGE = (dt.date(1965, 1, 1), dt.date(2002, 1, 1))
SOURCE_CITY = "湖北省武汉市"
DESTINATIONS = {
    "山东省青岛市": 0.22, "北京市": 0.12, "江苏省苏州市": 0.12, "上海市": 0.10, "浙江省温州市": 0.10, "广东省东莞市": 0.12,
    "天津市": 0.08, "山东省烟台市": 0.09, SOURCE_CITY: 0.03, "湖北省黄冈市": 0.02,
}  # fmt: skip
BACK, AGAIN = 0.66, 0.25
"""Those who come home for the festival, and of these who leave again before the end of February."""
RETURN_DAY, RETURN_SPREAD, LAST_RETURN = 12.5, 4.0, 21
KNOWN_CASES = 0.8
"""Imported cases who are on the list at all."""
FIRST_LEAVE_AGAIN = 38
LATE_REPORT = 0.1
"""Returns that are written down a week late."""
TRADES = ("建筑", "制造", "电子", "服装", "餐饮", "快递物流", "家政", "装修")
WAYS = ("火车", "高铁", "长途客车", "私家车", "包车", "飞机")
FORMATS = ("%Y-%m-%d", "%Y.%m.%d")
SLIPS = {
    "area_unknown": Slip("村", 0.002, ("不在册", "外迁户")),
    "destination_missing": Slip("务工地", 0.003, ("", "—")),
    "date_impossible": Slip("外出日期", 0.002, ("2019-02-30", "2018.11.31", "2019-00-10")),
}
FORM = Form(encoding="gb18030", delimiter="\t")
PERSON = ("person", "resident_id", "person_name", "is_male", "birth_on", "phone", "village")


class OutMigrants:
    """Feed `human_resources.out_migrants`; truth: `departures.parquet`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._away: list[pl.DataFrame] = []

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Keeps those who work away; nearly all who brought the infection home are among them."""
        rng = stream(self._world.seed, f"out-migrants of {township}")
        able = people["birth_on"].is_between(*WORKING_AGE).to_numpy()
        imported = illness.cases.filter(pl.col("is_imported")).select("person", "onset_day", "visit_day")
        is_case = people["person"].is_in(imported["person"].implode()).to_numpy()
        draw = rng.random(people.height)
        away = people.filter(pl.Series(np.where(is_case, draw < KNOWN_CASES, able & (draw < AWAY)))).select(PERSON)
        self._away.append(away.join(imported, on="person", how="left", maintain_order="left"))

    def finish(self) -> Planted:
        """Writes the first list and the changes of every week."""
        rows = self._rows()
        self._write_truth(rows)
        return merge(self._week(rows, week) for week in range(self._world.weeks))

    def _rows(self) -> pl.DataFrame:
        """Everybody who was away at the beginning, and a second row for those who left again."""
        rng = stream(self._world.seed, "out-migrants")
        people = written_people(rng, pl.concat(self._away))
        first = self._departures(rng, people)
        returned = first["_back"].is_not_null().to_numpy()
        again = first.filter(pl.Series(returned & (rng.random(first.height) < AGAIN)))
        left = rng.integers(FIRST_LEAVE_AGAIN, max(self._world.days, FIRST_LEAVE_AGAIN + 1), again.height)
        again = again.with_columns(
            _left=_dates(left),
            _week=pl.Series(left // 7),
            _back=pl.lit(None, dtype=pl.Date),
            _back_week=pl.lit(None, dtype=pl.Int64),
        ).with_columns(pl.col("_left").dt.strftime(FORMATS[0]).alias("外出日期"), pl.lit("").alias("返回方式"))
        whole = pl.concat([first, again.select(first.columns)]).filter(pl.col("_week") < self._world.weeks)
        return plant_slips(rng, whole, SLIPS)

    def _departures(self, rng: np.random.Generator, people: pl.DataFrame) -> pl.DataFrame:
        count, county = people.height, self._world.county
        village = people["village"].to_numpy()
        destination = rng.choice(len(DESTINATIONS), count, p=list(DESTINATIONS.values()))
        onset = people["onset_day"].to_numpy()
        is_case = ~np.isnan(onset)
        destination[is_case] = list(DESTINATIONS).index(SOURCE_CITY)
        usual = np.clip(rng.normal(RETURN_DAY, RETURN_SPREAD, count), 0, LAST_RETURN)
        # Whoever fell ill brought it along: home at most six days before the onset, and before the visit to the clinic.
        with_it = np.clip(np.nan_to_num(onset) - rng.integers(0, 6, count), 0, LAST_RETURN)
        back = np.where(is_case, with_it, usual).astype(np.int64)
        is_back = is_case | (rng.random(count) < BACK)
        left = -rng.integers(25, 700, count)
        late = rng.random(count) < LATE_REPORT
        return pl.DataFrame(
            {
                "乡镇": town_texts(rng, county, village),
                "村": village_texts(county, village),
                "姓名": people["name_written"],
                "性别": people["sex_written"],
                "身份证号码": people["id_written"],
                "手机": people["phone_written"],
                "务工地": gathered(tuple(DESTINATIONS), destination),
                "从事行业": gathered(TRADES, rng.integers(0, len(TRADES), count)),
                "外出日期": spelled(_dates(left), FORMATS, rng.integers(0, 2, count)),
                "返回方式": gathered(WAYS, rng.integers(0, len(WAYS), count)),
                "_person": people["person"],
                "_fault": people["mention_fault"],
                "_village": people["village"],
                "_destination": gathered(tuple(DESTINATIONS), destination),
                "_left": _dates(left),
                "_week": pl.repeat(0, count, dtype=pl.Int64, eager=True),
                "_back": pl.select(pl.when(pl.Series(is_back)).then(_dates(back))).to_series(),
                "_back_week": pl.select(pl.when(pl.Series(is_back)).then(pl.Series(back // 7 + late))).to_series(),
            }
        )

    def _week(self, rows: pl.DataFrame, week: int) -> Planted:
        """New rows of the week and rows of people whose return became known;."""
        is_new, is_return = pl.col("_week") == week, pl.col("_back_week") == week
        known = pl.col("_back_week").is_not_null() & (pl.col("_back_week") <= week)
        chosen = rows.filter(is_new | is_return).with_columns(
            pl.when(known).then(pl.col("_back").dt.strftime("%Y-%m-%d")).otherwise(pl.lit("")).alias("返乡日期"),
            pl.when(known).then(pl.col("返回方式")).otherwise(pl.lit("")).alias("返回方式"),
        )
        file = f"human_resources/out_migrants_{day(7 * week):%Y%m%d}.txt"
        return write_register(self._world, file, chosen, FORM, 7 * week + 7, "08:40")

    def _write_truth(self, rows: pl.DataFrame) -> None:
        """`departures.parquet`: person, area_code of the village, destination, left_on, returned_on (null: still away)."""
        self._world.truth.mkdir(parents=True, exist_ok=True)
        codes = village_codes(self._world.county, rows["_village"].to_numpy())
        rows.select(
            person="_person", area_code=codes, destination="_destination", left_on="_left", returned_on="_back"
        ).write_parquet(self._world.truth / "departures.parquet")  # fmt: skip


def _dates(number: np.ndarray) -> pl.Series:
    days = np.datetime64(FIRST_DAY) + number.astype("m8[D]")
    return pl.Series(days.astype("M8[ms]")).cast(pl.Date)
