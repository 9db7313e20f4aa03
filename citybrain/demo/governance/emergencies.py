"""应急: what happened, as the duty room's system exports it (JSON), and the plans with their drills (workbook)."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl

from citybrain.demo.area_texts import spelled_towns, village_codes
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.names import COUNTY_NAME
from citybrain.demo.outbreak import Illness
from citybrain.demo.period import day, deliver, local_instant
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import (
    Form,
    Slip,
    gathered,
    plant_slips,
    planted_in,
    serials,
    write_register,
)

INCIDENTS_A_RESIDENT = 0.0008
"""In eight weeks."""
CATEGORIES = (("自然灾害", 0.15), ("事故灾难", 0.62), ("公共卫生", 0.08), ("社会安全", 0.15))
GRADES = (("一般", 0.86), ("较大", 0.11), ("重大", 0.02), ("IV级", 0.01))
OUTBREAK_DAY = 17
"""Of the county's own event of public health, which is never over within the period."""
PERIOD_WEEKS = 4
"""A file covers four weeks, and repeats what was open before and is over now."""
STILL_OPEN = 0.05
SLIPS = {
    "category_unknown": Slip("类别", 0.03, ("其他", "待研判")),
    "area_unknown": Slip("地点.乡镇", 0.03, ("国道沿线", "外县")),
    "time_impossible": Slip("时间.发生", 0.02, ("2020-02-30 08:00", "2020-01-10 24:75")),
}
PLAN_KINDS = (
    ("自然灾害", "防汛抗旱应急预案"), ("自然灾害", "森林火灾应急预案"), ("事故灾难", "危险化学品事故应急预案"),
    ("事故灾难", "道路交通事故应急预案"), ("公共卫生", "突发公共卫生事件应急预案"), ("社会安全", "群体性事件应急预案"),
)  # fmt: skip
NEVER_DRILLED = 0.18
PLAN_SLIPS = {"date_impossible": Slip("修订日期", 0.05, ("2018.2.30", "2017-09-31"))}
PLAN_FORM = Form(
    title="应急预案及演练情况登记表", sheet="预案", notes=("填报单位：县应急管理局",),
    hidden={"事件类别": [c for c, _ in CATEGORIES]}, above={"最近演练": "演练情况", "参演人数": "演练情况"},
)  # fmt: skip
FORMATS = ("%Y-%m-%d", "%Y.%m.%d", "%Y年%m月%d日")


class Emergencies:
    """Feeds `emergency.incidents` and `emergency.plans`; truth: `incidents.parquet`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Incidents happen to places: nobody to see."""

    def finish(self) -> Planted:
        """Writes both feeds."""
        rows = self._incidents()
        self._write_truth(rows)
        spans = range((self._world.weeks + PERIOD_WEEKS - 1) // PERIOD_WEEKS)
        return merge([*(self._incident_file(rows, span) for span in spans), self._plans()])

    def _incidents(self) -> pl.DataFrame:
        """Every incident in order of time, as it stands when it is over; the first of the outbreak's day is the outbreak."""
        world = self._world
        rng = stream(world.seed, "incidents")
        count = max(12, rng.poisson(INCIDENTS_A_RESIDENT * world.residents * world.days / 56))
        village = rng.choice(len(world.county.villages), count, p=world.county.weights)
        category = rng.choice(len(CATEGORIES), count, p=[share for _, share in CATEGORIES])
        grade = rng.choice(len(GRADES), count, p=[share for _, share in GRADES])
        happened = np.sort(rng.integers(0, world.days * 1440, count))
        closed = np.where(
            rng.random(count) < STILL_OPEN, 10**9, happened + rng.gamma(1.5, 1500, count).astype(np.int64) + 30
        )
        outbreak = int(np.searchsorted(happened, OUTBREAK_DAY * 1440))
        if outbreak < count:
            category[outbreak], grade[outbreak], closed[outbreak] = 2, 2, 10**9
        affected = np.where(rng.random(count) < 0.5, 0, rng.negative_binomial(1, 0.05, count))
        injured = np.minimum(rng.poisson(np.where(category == 1, 0.7, 0.1)), affected)
        spelling = rng.choice(4, count, p=[0.85, 0.07, 0.0, 0.08])
        rows = pl.DataFrame(
            {
                "编号": serials("SJ2020", count, 5),
                "类别": gathered([c for c, _ in CATEGORIES], category),
                "等级": gathered([g for g, _ in GRADES], grade),
                "地点.乡镇": spelled_towns(world.county, world.county.township_of[village], spelling),
                "时间.发生": pl.Series([_clock(m) for m in happened]),
                "时间.接报": pl.Series([_clock(m) for m in happened + rng.integers(3, 240, count)]),
                "伤亡.受影响": pl.Series(affected),
                "伤亡.受伤": pl.Series(injured),
                "伤亡.死亡": pl.Series(np.minimum(rng.poisson(0.03, count), affected)),
                "直接损失(万元)": pl.Series(np.round(rng.lognormal(0.5, 1.2, count), 2)),
                "_village": pl.Series(village),
                "_happened": pl.Series(happened),
                "_closed": pl.Series(closed),
            }
        )  # fmt: skip
        return plant_slips(rng, rows, SLIPS)

    def _incident_file(self, rows: pl.DataFrame, span: int) -> Planted:
        first, days = span * PERIOD_WEEKS * 7, self._world.days
        end = min(first + PERIOD_WEEKS * 7, days)
        begins, ends = first * 1440, end * 1440
        is_new = pl.col("_happened").is_between(begins, ends - 1)
        now_closed = (pl.col("_happened") < begins) & pl.col("_closed").is_between(begins, ends - 1)
        chosen = rows.filter(is_new | now_closed)
        listed = [_record(self._world, row, ends) for row in chosen.iter_rows(named=True)]
        file = f"emergency/incidents_{day(end):%Y%m%d}.json"
        path = self._world.extracts / file
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {"单位": f"{COUNTY_NAME}应急管理局值班室", "截止": str(day(end)), "事件": listed}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        deliver(path, end, "07:50")
        return planted_in(file, chosen, 1)

    def _write_truth(self, rows: pl.DataFrame) -> None:
        """`incidents.parquet`: incident_no, area_code of the village, happened and closed (minutes since the first day)."""
        self._world.truth.mkdir(parents=True, exist_ok=True)
        rows.select(
            incident_no="编号", area_code=village_codes(self._world.county, rows["_village"].to_numpy()),
            happened="_happened", closed=pl.when(pl.col("_closed") < 10**9).then("_closed"),
        ).write_parquet(self._world.truth / "incidents.parquet")  # fmt: skip

    def _plans(self) -> Planted:
        """One row a plan: the county's own of each kind, and some of each township."""
        rng = stream(self._world.seed, "plans")
        towns = self._world.county.townships
        chosen = [(t, k) for t in range(-1, len(towns)) for k in range(len(PLAN_KINDS)) if t < 0 or rng.random() < 0.55]
        count = len(chosen)
        revised = np.datetime64("2019-12-31") - rng.integers(30, 2600, count).astype("m8[D]")
        drilled = np.datetime64("2020-01-03") - rng.integers(5, 1500, count).astype("m8[D]")
        never = rng.random(count) < NEVER_DRILLED
        nothing = ("", "未演练")
        place = [COUNTY_NAME if t < 0 else towns[t].name for t, _ in chosen]
        style = rng.integers(0, len(FORMATS), (2, count))
        rows = pl.DataFrame(
            {
                "预案编号": [f"YA{n:04d}" for n in range(1, count + 1)],
                "预案名称": [place[n] + PLAN_KINDS[k][1] for n, (_, k) in enumerate(chosen)],
                "事件类别": [PLAN_KINDS[k][0] for _, k in chosen],
                "责任单位": [f"{p}人民政府" for p in place],
                "适用区域": place,
                "修订日期": [_date(FORMATS[style[0, n]], revised[n]) for n in range(count)],
                "最近演练": [nothing[n % 2] if never[n] else _date(FORMATS[style[1, n]], drilled[n]) for n in range(count)],
                "参演人数": [None if n else int(c) for n, c in zip(never, rng.integers(8, 160, count), strict=True)],
            }
        )  # fmt: skip
        return write_register(
            self._world, "emergency/plans_2020.xlsx", plant_slips(rng, rows, PLAN_SLIPS), PLAN_FORM, -2, "16:00"
        )


def _record(world: World, row: dict[str, Any], ends: int) -> dict[str, Any]:
    """One incident as the system exports it: nested, with null where nothing is known."""
    village = world.county.villages[row["_village"]]
    return {
        "编号": row["编号"],
        "类别": row["类别"],
        "等级": row["等级"],
        "地点": {"乡镇": row["地点.乡镇"], "村": None if row["_kind"] == "area_unknown" else village.name},
        "时间": {
            "发生": row["时间.发生"],
            "接报": row["时间.接报"],
            "结束": _clock(row["_closed"]) if row["_closed"] < ends else None,
        },
        "伤亡": {"受影响": row["伤亡.受影响"], "受伤": row["伤亡.受伤"], "死亡": row["伤亡.死亡"]},
        "直接损失(万元)": row["直接损失(万元)"],
    }


def _clock(minutes: int) -> str:
    return f"{local_instant(0, int(minutes)):%Y-%m-%d %H:%M}"


def _date(form: str, on: np.datetime64) -> str:
    return str(on.astype(object).strftime(form))
