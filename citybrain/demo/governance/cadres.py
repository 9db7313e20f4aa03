"""组织: the cadres of the county, who can be deployed for what, and which of them answers for which enterprise."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from citybrain.demo.area_texts import town_texts
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.mentions import CAREFUL, written_people
from citybrain.demo.names import COUNTY_NAME
from citybrain.demo.outbreak import Illness
from citybrain.demo.people_files.employment import spoil_codes
from citybrain.demo.period import day_number
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import (
    Form,
    Slip,
    gathered,
    misstate_births,
    plant_slips,
    repeat_some,
    same,
    serials,
    write_register,
)

CADRES_A_RESIDENT = 0.006
CADRE_LISTS = (dt.date(2020, 1, 3), dt.date(2020, 2, 8))
"""The second says who was sent where."""
PAIRING_LISTS = (dt.date(2020, 2, 10), dt.date(2020, 2, 17), dt.date(2020, 2, 24))
AGES = (dt.date(1960, 6, 1), dt.date(1996, 1, 1))
OFFICES = (
    "卫生健康局", "公安局", "教育和体育局", "农业农村局", "工业和信息化局", "民政局", "财政局", "住房和城乡建设局",
    "市场监督管理局", "人力资源和社会保障局", "应急管理局", "政府办公室",
)  # fmt: skip
IN_TOWNSHIPS = 0.55
PROFESSIONS = (
    ("医学", "临床", "公共卫生", "护理"), ("公安", "政法", "退役军人", "公安"), ("教育", "教师", "教育", "教师"),
    ("农业", "林业", "畜牧", "农业"), ("工程", "水利", "建筑", "信息技术"), ("行政管理", "财会", "经济", "综合管理"),
)  # fmt: skip
PROFESSION_OF_OFFICE = (0, 1, 2, 3, 4, 5, 5, 4, 5, 5, 4, 5)
POSITIONS = ("科员", "科员", "副主任科员", "股长", "副科长", "副局长", "局长", "主任")
DEPLOYED = 0.35
BORN_OTHERWISE, TWICE = 0.03, 0.004
"""The age in a personal file is not always the age in the registry."""
LEAST_STAFF = 10
"""Enterprises from this size on have a cadre who answers for them."""
CADRE_SLIPS = {
    "unit_missing": Slip("工作单位", 0.003, ("", "—")),
    "profession_unknown": Slip("专业类别", 0.004, ("待核", "综合")),
}
CADRE_FORM = Form(
    title="全县干部信息名册", sheet="干部名册", notes=("注：专业类别按最高学历专业填写。",),
    above={
        "姓名": "基本情况", "性别": "基本情况", "身份证号": "基本情况", "出生年月日": "基本情况",
        "工作单位": "任职情况", "职务": "任职情况",
    },
)  # fmt: skip
PAIRING_FORM = Form(
    title="县级领导和部门包联企业一览表", sheet="包联", total="企业名称", notes=("报送单位：县复工复产专班",)
)


class Cadres:
    """Feeds `organisation.cadres` and `organisation.pairings`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chosen: list[pl.DataFrame] = []

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Keeps those who work for the county."""
        rng = stream(self._world.seed, f"cadres of {township}")
        able = people.filter(pl.col("birth_on").is_between(*AGES))
        count = min(rng.poisson(CADRES_A_RESIDENT * people.height), able.height)
        kept = ("person", "resident_id", "person_name", "is_male", "birth_on", "phone", "village")
        self._chosen.append(able[np.sort(rng.choice(able.height, count, replace=False))].select(kept))

    def finish(self) -> Planted:
        """Writes the lists of both feeds."""
        cadres = self._cadres()
        parts = []
        for number, on in enumerate(CADRE_LISTS):
            if day_number(on) < self._world.days:
                sent = pl.col("派驻乡镇") if number else pl.lit("")
                listed = repeat_some(
                    stream(self._world.seed, f"cadres on {on}"), cadres.with_columns(sent.alias("派驻乡镇")), TWICE
                )
                file = f"organisation/cadres_{on:%Y%m%d}.xlsx"
                parts.append(write_register(self._world, file, listed, CADRE_FORM, day_number(on), "11:00"))
        if cadres.height:
            pairings = self._pairings(cadres)
            parts += [self._pairing_list(pairings, on) for on in PAIRING_LISTS if day_number(on) < self._world.days]
        return merge(parts)

    def _cadres(self) -> pl.DataFrame:
        rng = stream(self._world.seed, "cadres")
        people = written_people(rng, pl.concat(self._chosen), CAREFUL)
        county, count = self._world.county, people.height
        in_township = rng.random(count) < IN_TOWNSHIPS
        office = rng.integers(0, len(OFFICES), count)
        village = people["village"].to_numpy()
        units = gathered([COUNTY_NAME + o for o in OFFICES], office)
        towns = gathered([t.name + "人民政府" for t in county.townships], county.township_of[village])
        own = np.where(
            in_township | (rng.random(count) < 0.3), rng.integers(0, 6, count), np.take(PROFESSION_OF_OFFICE, office)
        )
        to = rng.integers(0, len(county.villages), count)
        deployed = pl.Series(rng.random(count) < DEPLOYED)
        rows = pl.DataFrame(
            {
                "编号": serials("QH", count, 6),
                "姓名": people["name_written"],
                "性别": people["sex_written"],
                "身份证号": people["id_written"],
                "出生年月日": people["birth_on"],
                "工作单位": towns.zip_with(pl.Series(in_township), units),
                "职务": gathered(POSITIONS, rng.integers(0, len(POSITIONS), count)),
                "专业类别": gathered([p for kind in PROFESSIONS for p in kind], own * 4 + rng.integers(0, 4, count)),
                "服务乡镇": town_texts(rng, county, village).zip_with(pl.Series(in_township), same(COUNTY_NAME, count)),
                "派驻乡镇": town_texts(rng, county, to).zip_with(deployed, same("", count)),
                "联系电话": people["phone_written"],
                "_person": people["person"],
                "_fault": people["mention_fault"],
                "_born": people["birth_on"],
            }
        )  # fmt: skip
        return plant_slips(rng, misstate_births(rng, rows, "出生年月日", BORN_OTHERWISE), CADRE_SLIPS)

    def _pairings(self, cadres: pl.DataFrame) -> pl.DataFrame:
        """One row an enterprise of some size; what was visited and solved grows from week to week."""
        world = self._world
        rng = stream(world.seed, "pairings")
        firms = world.firms.with_row_index("firm").filter(pl.col("staff") >= LEAST_STAFF)
        count = firms.height
        cadre = cadres[rng.integers(0, cadres.height, count)]
        code, code_fault = spoil_codes(rng, firms["credit_code"])
        # Who writes down pairs needs some number: a missing one is copied from the licence later.
        code = code.zip_with(code != "", same("待补", count))
        begin = day_number(PAIRING_LISTS[0])
        visits = begin + rng.geometric(0.09, count)
        return pl.DataFrame(
            {
                "企业名称": firms["enterprise_name"],
                "统一社会信用代码": code,
                "所在乡镇": town_texts(rng, world.county, firms["village"].to_numpy()),
                "包联干部": cadre["姓名"],
                "干部编号": cadre["编号"],
                "包联单位": cadre["工作单位"],
                "_visited": pl.Series(visits),
                "_demands": pl.Series(rng.poisson(1.2, count)),
                "_pace": pl.Series(rng.random(count)),
                "_person": cadre["_person"],
                "_fault": cadre["_fault"],
                "_firm": firms["firm"].cast(pl.Int64),
                "_firm_fault": code_fault,
            }
        )

    def _pairing_list(self, pairings: pl.DataFrame, on: dt.date) -> Planted:
        number = day_number(on)
        is_visited = pl.col("_visited") <= number
        visited_on = _dates(pairings["_visited"]).cast(pl.String)
        solved = (pl.col("_demands") * pl.col("_pace") * (number - pl.col("_visited") + 3) / 14).floor().cast(pl.Int64)
        listed = pairings.with_columns(
            pl.lit(str(PAIRING_LISTS[0])).alias("包联日期"),
            pl.when(is_visited).then(visited_on).otherwise(pl.lit("")).alias("最近走访日期"),
            pl.when(is_visited).then("_demands").otherwise(0).alias("收集诉求"),
            pl.when(is_visited).then(pl.min_horizontal(solved, "_demands")).otherwise(0).alias("解决诉求"),
        )
        file = f"organisation/pairings_{on:%Y%m%d}.xlsx"
        return write_register(self._world, file, listed, PAIRING_FORM, number, "18:20")


def _dates(numbers: pl.Series) -> pl.Series:
    return pl.Series(numbers.to_numpy() + np.datetime64("2020-01-06")).cast(pl.Date)
