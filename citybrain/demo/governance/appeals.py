"""热线: the tickets of the 12345 hotline, a file every week; a ticket comes again when it is answered."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from citybrain.demo.area_texts import town_texts, village_codes, village_texts
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.mentions import MentionRates, written_people
from citybrain.demo.outbreak import Illness
from citybrain.demo.period import FIRST_DAY, day
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import Form, Slip, gathered, plant_slips, repeat_some, same, spelled, write_register

CALLS_A_RESIDENT = 0.02
"""In eight weeks."""
MOOD = ((0, 1.0), (16, 1.1), (18, 0.4), (22, 2.2), (30, 3.0), (42, 2.0), (56, 1.3))
"""Calls by day: fewer at the festival, many while roads and shops are closed."""
EPIDEMIC = ((0, 0.0), (14, 0.05), (20, 0.5), (30, 0.75), (56, 0.45))
"""Share of the calls about the epidemic."""
ORDINARY = ("供热供暖", "城市管理", "道路交通", "劳动欠薪", "环境保护", "物业管理", "农村低保", "教育收费")
OF_EPIDEMIC = ("疫情防控-道路封闭", "疫情防控-口罩购买", "疫情防控-复工证明", "疫情防控-外来人员", "疫情防控-健康咨询")
HANDLERS = ("住房和城乡建设局", "交通运输局", "卫生健康局", "人力资源和社会保障局", "市场监督管理局", "生态环境分局")
DUE_HOURS = (24, 72, 120)
NEVER, ANONYMOUS, BY_TITLE, TWICE = 0.02, 0.06, 0.15, 0.004
NEW_SOFTWARE_WEEK = 4
"""From this week on tickets come as text: the workbook grew too long."""
RATES = MentionRates(name_variant=0.004, name_homophone=0.02, phone_changed=0.02)
SLIPS = {
    "area_unknown": Slip("事发乡镇", 0.004, ("外县", "高速路口", "不清楚在哪")),
    "time_impossible": Slip("来电时间", 0.001, ("2020-02-30 10:20", "2020-01-15 25:10", "2020年2月31日 9:00")),
    "satisfaction_unknown": Slip("满意度", 0.003, ("拒绝评价人员在场", "再议")),
}
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M")
FORM = Form(title="12345政务服务热线工单周报表", sheet="工单", notes=("注：未办结工单办结后次周重复报送。",))
NEW_FORM = Form(encoding="utf-8-sig")
MINUTES_A_DAY = 1440


class Appeals:
    """Feed `hotline.appeals`; truth: `appeals.parquet`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._callers: list[pl.DataFrame] = []

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Keeps those who call."""
        rng = stream(self._world.seed, f"callers of {township}")
        grown = people.filter(pl.col("birth_on") < dt.date(2002, 1, 1))
        count = rng.poisson(CALLS_A_RESIDENT * people.height) if grown.height else 0
        kept = ("person", "resident_id", "person_name", "is_male", "birth_on", "phone", "lives_in")
        self._callers.append(grown[rng.integers(0, max(grown.height, 1), count)].select(kept))

    def finish(self) -> Planted:
        """Writes the weeks."""
        rows = self._rows()
        self._write_truth(rows)
        return merge(self._week(rows, week) for week in range(self._world.weeks))

    def _rows(self) -> pl.DataFrame:
        """Every ticket in order of time, as it stands when it is answered."""
        world = self._world
        rng = stream(world.seed, "appeals")
        callers = pl.concat(self._callers)
        callers = callers[rng.permutation(callers.height)]
        people = written_people(rng, callers, RATES)
        count = people.height
        came, is_epidemic = _calls(rng, world.days, count)
        village = people["lives_in"].to_numpy()
        hours = np.array(DUE_HOURS)[rng.integers(0, len(DUE_HOURS), count)]
        takes = (hours * 60 * rng.lognormal(-0.6 + 0.25 * is_epidemic, 0.7, count)).astype(np.int64) + 5
        answered = np.where(rng.random(count) < NEVER, 10**9, came + takes)
        name, title_fault = _caller_names(rng, people)
        to_town = pl.Series(rng.random(count) < 0.4)
        office = gathered(HANDLERS, rng.integers(0, len(HANDLERS), count))
        own = gathered([t.name for t in world.county.townships], world.county.township_of[village])
        kinds = gathered((*ORDINARY, *OF_EPIDEMIC), _categories(rng, is_epidemic))
        rows = pl.DataFrame(
            {
                "工单编号": _ticket_numbers(came),
                "来电时间": spelled(_instants(came), FORMATS, rng.integers(0, 2, count)),
                "来电人": name,
                "来电号码": people["phone_written"],
                "事发乡镇": town_texts(rng, world.county, village),
                "事发村居": village_texts(world.county, village),
                "诉求类别": kinds,
                "是否涉疫": gathered(("否", "是"), is_epidemic.astype(np.int64)),
                "承办单位": own.zip_with(to_town, office),
                "办理时限": _instants(came + hours * 60).dt.strftime("%Y-%m-%d %H:%M"),
                "办结时间": _instants(np.minimum(answered, 10**6)).dt.strftime("%Y-%m-%d %H:%M"),
                "满意度": gathered(
                    ("满意", "基本满意", "不满意", "未回访", "无法接通"), rng.choice(5, count, p=[0.5, 0.15, 0.15, 0.14, 0.06])
                ),
                "_came": pl.Series(came),
                "_answered": pl.Series(answered),
                "_due": pl.Series(came + hours * 60),
                "_is_epidemic": pl.Series(is_epidemic),
                "_village": people["lives_in"],
                "_person": people["person"],
                "_fault": _visible(people["mention_fault"]).zip_with(title_fault == "", title_fault),
            }
        )  # fmt: skip
        return plant_slips(rng, rows, SLIPS)

    def _week(self, rows: pl.DataFrame, week: int) -> Planted:
        """Tickets of the week, and older ones that were answered in it."""
        end = 7 * (week + 1) * MINUTES_A_DAY
        begin = end - 7 * MINUTES_A_DAY
        is_new = pl.col("_came").is_between(begin, end - 1)
        now_answered = (pl.col("_came") < begin) & pl.col("_answered").is_between(begin, end - 1)
        is_open = pl.col("_answered") >= end
        chosen = rows.filter(is_new | now_answered).with_columns(
            pl.when(is_open).then(pl.lit("")).otherwise("办结时间").alias("办结时间"),
            pl.when(is_open & (pl.col("_kind") != "satisfaction_unknown"))
            .then(pl.lit(""))
            .otherwise("满意度")
            .alias("满意度"),
        )
        rng = stream(self._world.seed, f"appeals of week {week}")
        ending, form = (".xlsx", FORM) if week < NEW_SOFTWARE_WEEK else (".csv", NEW_FORM)
        file = f"hotline/appeals_{day(7 * week):%Y%m%d}{ending}"
        return write_register(self._world, file, repeat_some(rng, chosen, TWICE), form, 7 * week + 7, "08:10")

    def _write_truth(self, rows: pl.DataFrame) -> None:
        """`appeals.parquet`: appeal_no, area_code, came, due, answered (minutes since the first day began), is_epidemic."""
        self._world.truth.mkdir(parents=True, exist_ok=True)
        rows.select(
            appeal_no="工单编号", area_code=village_codes(self._world.county, rows["_village"].to_numpy()),
            came="_came", due="_due", answered=pl.when(pl.col("_answered") < 10**9).then("_answered"),
            is_epidemic="_is_epidemic",
        ).write_parquet(self._world.truth / "appeals.parquet")  # fmt: skip


def _calls(rng: np.random.Generator, days: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The minute of each call, in order, and which are about the epidemic."""
    mood = np.interp(np.arange(days), *np.array(MOOD).T)
    number = rng.choice(days, count, p=mood / mood.sum())
    came = np.sort(number * MINUTES_A_DAY + np.clip(rng.normal(13.5, 4, count), 0.1, 23.9) * 60 // 1).astype(np.int64)
    return came, rng.random(count) < np.interp(came / MINUTES_A_DAY, *np.array(EPIDEMIC).T)


def _categories(rng: np.random.Generator, is_epidemic: np.ndarray) -> np.ndarray:
    count = len(is_epidemic)
    ordinary = rng.integers(0, len(ORDINARY), count)
    return np.where(is_epidemic, len(ORDINARY) + rng.integers(0, len(OF_EPIDEMIC), count), ordinary)


def _caller_names(rng: np.random.Generator, people: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Some say a surname only, some nothing; and the fault of the mention that this is."""
    draw = rng.random(people.height)
    surname = people["person_name"].str.slice(0, 1)
    title = surname + gathered(("女士", "先生"), people["is_male"].cast(pl.Int64).to_numpy())
    nobody, by_title = pl.Series(draw < ANONYMOUS), pl.Series((draw >= ANONYMOUS) & (draw < ANONYMOUS + BY_TITLE))
    silent = gathered(("", "不愿透露"), (draw * 1000).astype(np.int64) % 2)
    name = silent.zip_with(nobody, title.zip_with(by_title, people["name_written"]))
    fault = pl.select(
        pl.when(nobody).then(pl.lit("name_missing")).when(by_title).then(pl.lit("name_title")).otherwise(pl.lit(""))
    ).to_series()
    return name, fault


def _visible(fault: pl.Series) -> pl.Series:
    """Tickets have no number of the caller: faults of it are none here."""
    return fault.zip_with(~fault.str.starts_with("id_"), same("", len(fault)))


def _ticket_numbers(came: np.ndarray) -> pl.Series:
    serial = pl.Series(np.arange(1, len(came) + 1)).cast(pl.String).str.zfill(7)
    return _instants(came).dt.strftime("QH%Y%m%d") + serial


def _instants(minutes: np.ndarray) -> pl.Series:
    begin = np.datetime64(FIRST_DAY, "m")
    return pl.Series((begin + minutes.astype("m8[m]")).astype("M8[ms]"))
