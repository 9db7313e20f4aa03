"""民政: who needs help: the workbook of those on low income, and the list of the old, disabled, children and sick."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from citybrain.demo.area_texts import town_texts, village_codes, village_texts
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.mentions import person_names, written_people
from citybrain.demo.outbreak import Illness
from citybrain.demo.period import day_number
from citybrain.demo.present_addresses import present_addresses
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import (
    Form,
    Slip,
    gathered,
    misstate_births,
    plant_slips,
    repeat_some,
    spelled,
    write_register,
)

LISTS = (dt.date(2020, 1, 3), dt.date(2020, 2, 5))
"""Days of both lists: the whole list each time."""
LOW_INCOME_HOUSEHOLDS = 0.02
DISABLED, LEFT_BEHIND, ORPHAN, CHRONIC = 0.018, 0.035, 0.0008, 0.012
"""Shares: of all, of children, of children, of those over fifty."""
NOBODY_NAMED = 0.09
"""On the first list; a third of them have somebody by the second."""
NEEDS = ("elderly_alone", "disabled", "left_behind_child", "orphan", "chronic_patient")
NEED_WORDS = (
    ("独居老人", "空巢老人", "孤寡老人"), ("残疾人", "重度残疾人", "残疾"), ("留守儿童",) * 3, ("孤儿", "困境儿童", "孤儿"),
    ("慢病患者", "透析患者", "重病患者"),
)  # fmt: skip
GRADES = (
    ("能自理", "半自理", "不能自理"),
    ("一级", "二级", "三级"),
    ("", "", ""),
    ("", "", ""),
    ("", "稳定", "需透析"),
)
BORN_OTHERWISE, TWICE = 0.015, 0.003
DATE_FORMATS = ("%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日")
PERSON = ("person", "resident_id", "person_name", "is_male", "birth_on", "phone", "lives_in")
LOW_SLIPS = {
    "area_unknown": Slip("乡镇", 0.003, ("工业园区", "外县", "林场")),
    "category_unknown": Slip("救助类别", 0.003, ("待定", "低保边缘")),
}
CARE_SLIPS = {
    "need_unknown": Slip("对象类别", 0.003, ("其他", "军烈属")),
    "need_missing": Slip("对象类别", 0.001, ("", "—")),
}
LOW_FORM = Form(
    title="最低生活保障对象花名册", sheet="花名册", total="姓名", notes=("审核人：", "注：住址为现住址。"),
    above={
        "姓名": "保障对象", "性别": "保障对象", "身份证号": "保障对象", "出生日期": "保障对象",
        "乡镇": "现住址", "村（社区）": "现住址",
        "走访人": "走访", "最近走访": "走访",
    },
)  # fmt: skip
CARE_FORM = Form(encoding="utf-8-sig")


class Assistance:
    """Feeds `civil_affairs.low_income` and `civil_affairs.care_list`; truth: `care.parquet`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._poor: list[pl.DataFrame] = []
        self._cared: list[pl.DataFrame] = []

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Keeps those who are on a list."""
        rng = stream(self._world.seed, f"assistance of {township}")
        if not people.height:
            return
        home = people["household"].to_numpy() - people["household"][0]
        poor = (rng.random(int(home.max()) + 1) < LOW_INCOME_HOUSEHOLDS)[home]
        self._poor.append(people.filter(pl.Series(poor)).select(*PERSON, "household"))
        age = (np.datetime64("2020-01-05") - people["birth_on"].to_numpy()).astype(np.int64) / 365.2425
        alone = (np.bincount(home)[home] == 1) & (age >= 65)
        draw = rng.random((4, people.height))
        chosen = (
            alone,
            draw[0] < DISABLED * np.clip(age / 45, 0.3, 2.5),
            (age < 16) & (draw[1] < LEFT_BEHIND),
            (age < 16) & (draw[2] < ORPHAN),
            (age >= 50) & (draw[3] < CHRONIC),
        )
        self._cared += [
            people.filter(pl.Series(is_on)).select(*PERSON, need=pl.lit(number)) for number, is_on in enumerate(chosen)
        ]

    def finish(self) -> Planted:
        """Writes both lists for every day of the period on which they are due, and the truth of the second."""
        poor, cared = self._low_income(), self._care_list()
        days = [on for on in LISTS if day_number(on) < self._world.days]
        parts = []
        for number, on in enumerate(days):
            rng = stream(self._world.seed, f"assistance on {on}")
            file = f"civil_affairs/low_income_{on:%Y%m}.xlsx"
            parts.append(
                write_register(self._world, file, repeat_some(rng, poor, TWICE), LOW_FORM, day_number(on), "10:20")
            )
            file = f"civil_affairs/care_list_{on:%Y%m}.csv"
            listed = repeat_some(rng, _with_visitors(cared, is_first=number == 0), TWICE)
            parts.append(write_register(self._world, file, listed, CARE_FORM, day_number(on), "10:40"))
        self._write_truth(cared, is_first=len(days) == 1)
        return merge(parts)

    def _low_income(self) -> pl.DataFrame:
        rng = stream(self._world.seed, "low income")
        people = written_people(rng, pl.concat(self._poor))
        village = people["lives_in"].to_numpy()
        county, count = self._world.county, people.height
        is_town = np.array([v.is_community for v in county.villages])[village]
        category = np.where(rng.random(count) < 0.12, 2, np.where(is_town, 0, 1))
        since = _days_ago(rng, count, 3000)
        rows = pl.DataFrame(
            {
                "姓名": people["name_written"],
                "性别": people["sex_written"],
                "身份证号": people["id_written"],
                "出生日期": people["birth_on"],
                "乡镇": town_texts(rng, county, village),
                "村（社区）": village_texts(county, village),
                "户编号": people["household"].cast(pl.String).str.zfill(9),
                "救助类别": gathered(("城市低保", "农村低保", "特困"), category),
                "救助档次": gathered(("A类", "B类", "C类"), rng.integers(0, 3, count)),
                "起始日期": spelled(since, DATE_FORMATS, rng.integers(0, len(DATE_FORMATS), count)),
                "联系电话": people["phone_written"],
                "走访人": _visitors(rng, count, village),
                "最近走访": spelled(_days_ago(rng, count, 60), DATE_FORMATS, rng.integers(0, 2, count)),
                "_person": people["person"],
                "_fault": people["mention_fault"],
                "_born": people["birth_on"],
            }
        )
        return plant_slips(rng, misstate_births(rng, rows, "出生日期", BORN_OTHERWISE), LOW_SLIPS)

    def _care_list(self) -> pl.DataFrame:
        rng = stream(self._world.seed, "care list")
        people = written_people(rng, pl.concat(self._cared))
        count, need, village = people.height, people["need"].to_numpy(), people["lives_in"].to_numpy()
        address, place_kind = present_addresses(rng, self._world.county, village)
        variant = rng.integers(0, 3, count)
        rows = pl.DataFrame(
            {
                "对象类别": gathered([w for words in NEED_WORDS for w in words], need * 3 + variant),
                "姓名": people["name_written"],
                "性别": people["sex_written"],
                "证件号码": people["id_written"],
                "出生日期": people["birth_on"],
                "居住地址": address,
                "联系电话": people["phone_written"],
                "等级": gathered([g for grades in GRADES for g in grades], need * 3 + variant),
                "包保责任人": _visitors(rng, count, village),
                "纳入日期": spelled(_days_ago(rng, count, 2500), DATE_FORMATS, rng.integers(0, 3, count)),
                "_person": people["person"],
                "_fault": people["mention_fault"],
                "_born": people["birth_on"],
                "_need": gathered(NEEDS, need),
                "_village": people["lives_in"],
                "_lack": pl.Series(rng.random(count)),
            }
        ).filter(pl.Series(place_kind == ""))
        return plant_slips(rng, misstate_births(rng, rows, "出生日期", BORN_OTHERWISE), CARE_SLIPS)

    def _write_truth(self, cared: pl.DataFrame, *, is_first: bool) -> None:
        """`care.parquet`: person, need, area_code of the village where the person lives, has_visitor."""
        self._world.truth.mkdir(parents=True, exist_ok=True)
        cared.select(
            person=pl.col("_person"), need=pl.col("_need"), has_visitor=~_lacks(is_first=is_first),
            area_code=village_codes(self._world.county, cared["_village"].to_numpy()),
        ).write_parquet(self._world.truth / "care.parquet")  # fmt: skip


def _lacks(*, is_first: bool) -> pl.Expr:
    return pl.col("_lack") < (NOBODY_NAMED if is_first else NOBODY_NAMED * 2 / 3)


def _with_visitors(cared: pl.DataFrame, *, is_first: bool) -> pl.DataFrame:
    """Those for whom nobody is named have a blank or a word for it; the list says so in a column too."""
    lacks = _lacks(is_first=is_first)
    nothing = pl.when(pl.col("_lack") < NOBODY_NAMED / 3).then(pl.lit("无")).otherwise(pl.lit(""))
    return cared.with_columns(
        pl.when(lacks).then(nothing).otherwise("包保责任人").alias("包保责任人"),
        pl.when(lacks).then(pl.lit("否")).otherwise(pl.lit("是")).alias("是否落实"),
    )


def _visitors(rng: np.random.Generator, count: int, village: np.ndarray) -> pl.Series:
    """Three people in each village look after all who need it."""
    pool = 3 * (int(village.max()) + 1 if count else 1)
    named = person_names(rng, rng.random(pool) < 0.5)
    return named.gather(village * 3 + rng.integers(0, 3, count))


def _days_ago(rng: np.random.Generator, count: int, most: int) -> pl.Series:
    days = np.datetime64("2020-01-02") - rng.integers(1, most, count).astype("m8[D]")
    return pl.Series(days.astype("M8[ms]")).cast(pl.Date)
