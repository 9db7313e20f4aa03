"""乡镇: compounds, buildings and markets with management, gates, cameras and 5G, and when they were closed off."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from citybrain.demo import names
from citybrain.demo.area_texts import town_texts, village_codes, village_texts
from citybrain.demo.communities.neighbourhoods import NOBODY, Neighbourhoods
from citybrain.demo.departments import Planted, World
from citybrain.demo.period import day, day_number
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import Form, Slip, gathered, plant_slips, repeat_some, write_register

FOLDER = "township/premises"
RESIDENTS_A_COMPOUND = 220
UNMANAGED, WITHOUT_GATE = 0.3, 0.35
"""Compounds without property management; of the managed ones, those without access control."""
CLOSED_COUNTY = day_number(dt.date(2020, 2, 5))
"""Day on which the county orders closed management; communities with a case did not wait for it."""
FOLLOWED, LAST_CASE_WAIT = 0.75, 14
REOPENED = day_number(dt.date(2020, 2, 24))
DELIVERED = (day_number(dt.date(2020, 1, 17)), day_number(dt.date(2020, 2, 14)), day_number(dt.date(2020, 3, 1)))
ENDINGS = ("小区", "花园", "家园", "公寓", "苑")
NO_COMPANY = ("无", "无物业", "居民自管", "")
GROUPS = {
    "物业服务企业": "管理", "门禁系统": "雪亮工程", "视频监控（路）": "雪亮工程", "5G基站（个）": "雪亮工程",
    "封闭管理起": "疫情防控", "封闭管理止": "疫情防控",
}  # fmt: skip
SLIPS = {
    "community_unknown": Slip("社区（村）", 0.006, ("高铁新区", "老城片区")),
    "name_missing": Slip("小区名称", 0.004, ("", "—")),
    "cameras_vague": Slip("视频监控（路）", 0.01, ("若干", "多路", "在建")),
}
TWICE = 0.004


def write_premises(world: World, places: Neighbourhoods) -> Planted:
    """Writes the newest list of the period below the extracts, and says what it holds.

    The list is kept up to date: what happens after its day is not in it.
    """
    rng = stream(world.seed, "premises")
    on = max((d for d in DELIVERED if d <= world.days), default=world.days)
    rows = _rows(rng, world, places, on)
    rows = repeat_some(rng, plant_slips(rng, rows, SLIPS), TWICE)
    form = Form(title="住宅小区（楼院、市场）基本情况及管控台账", sheet="台账", above=GROUPS, total="小区名称",
                notes=("说明：封闭管理起止日期空白为未实行或未解除。", "填表人：各社区（村）"))  # fmt: skip
    return write_register(world, f"{FOLDER}/premises_{day(on):%Y%m%d}.xlsx", rows, form, on, "18:30")


def _rows(rng: np.random.Generator, world: World, places: Neighbourhoods, on: int) -> pl.DataFrame:
    village, serial = _where(world, places)
    count = len(village)
    homes = np.maximum(12, np.round(places.registered[village] / 3 / np.bincount(village)[village]
                                    * rng.lognormal(0, 0.3, count))).astype(np.int64)  # fmt: skip
    is_managed = rng.random(count) >= UNMANAGED
    has_gate = is_managed & (rng.random(count) >= WITHOUT_GATE)
    habit = world.county.township_of[village] % 3
    no_company = gathered(NO_COMPANY, rng.integers(0, len(NO_COMPANY), count))
    cameras = np.where(has_gate, rng.poisson(12, count) + 1, rng.poisson(1.5, count))
    begins, ends = _closed(rng, places, village, on)
    return pl.DataFrame(
        {
            "编号": "XQ" + village_codes(world.county, village) + pl.Series(serial + 1).cast(pl.String).str.zfill(3),
            "小区名称": _titles(rng, village),
            "乡镇（街道）": town_texts(rng, world.county, village),
            "社区（村）": village_texts(world.county, village),
            "地址": gathered(names.ROADS, rng.integers(0, len(names.ROADS), count))
            + pl.Series(rng.integers(1, 190, count)).cast(pl.String) + "号",
            "楼栋数": np.maximum(1, homes // 28),
            "户数": homes,
            "物业服务企业": _companies(rng, world, count).zip_with(pl.Series(is_managed), no_company),
            "门禁系统": gathered(["有", "是", "√"], habit).zip_with(pl.Series(has_gate), gathered(["无", "否", "×"], habit)),
            "视频监控（路）": pl.Series(cameras).cast(pl.String),
            "5G基站（个）": rng.poisson(0.15, count),
            "封闭管理起": begins,
            "封闭管理止": ends,
        }
    )  # fmt: skip


def _where(world: World, places: Neighbourhoods) -> tuple[np.ndarray, np.ndarray]:
    """Village and serial number in it: communities have compounds, by their people; villages have none."""
    is_town = np.array([v.is_community for v in world.county.villages])
    number = np.where(is_town, np.maximum(1, places.registered // RESIDENTS_A_COMPOUND), 0)
    village = np.repeat(np.arange(len(number)), number)
    serial = np.concatenate([np.arange(n) for n in number])
    return village, serial


def _titles(rng: np.random.Generator, village: np.ndarray) -> pl.Series:
    """Names of compounds; the second of a name in a community is its second phase."""
    first, second = list(names.COMMUNITY_FIRST), list(names.COMMUNITY_SECOND)
    count = len(village)
    drawn = gathered(first, rng.integers(0, len(first), count)) + gathered(second, rng.integers(0, len(second), count))
    title = drawn + gathered(ENDINGS, rng.integers(0, len(ENDINGS), count))
    place = pl.DataFrame({"village": village, "title": title}).select(pl.int_range(pl.len()).over("village", "title"))
    return title + gathered(["", "二期", "三期", "四期", "五期"], np.minimum(place.to_series().to_numpy(), 4))


def _companies(rng: np.random.Generator, world: World, count: int) -> pl.Series:
    """A property company of the register for each compound; where the county has none, one from elsewhere."""
    known = world.firms.filter(~pl.col("is_individual"), pl.col("industry") == "K7020")["enterprise_name"]
    some = known if known.len() else pl.Series(["海右城市物业服务有限公司"])
    return some.gather(rng.integers(0, some.len(), count))


def _closed(
    rng: np.random.Generator, places: Neighbourhoods, village: np.ndarray, on: int
) -> tuple[pl.Series, pl.Series]:
    """First and last day of closed management as known on day `on`; blank where not (yet)."""
    count = len(village)
    first_case, last_case = places.first_case[village], places.last_case[village]
    has_case = first_case < NOBODY
    follows = rng.random(count) < FOLLOWED
    begins = np.where(follows, CLOSED_COUNTY + rng.integers(0, 4, count), NOBODY)
    begins = np.where(has_case, np.minimum(first_case + 1, begins), begins)
    ends = np.where(has_case, last_case + LAST_CASE_WAIT, 0)
    ends = np.maximum(ends, REOPENED + rng.integers(0, 14, count))
    is_closed = begins <= on
    return _dates(begins, is_closed), _dates(ends, is_closed & (ends <= on))


def _dates(number: np.ndarray, is_known: np.ndarray) -> pl.Series:
    days = pl.Series([day(0)]).gather(np.zeros(len(number), dtype=np.int64))
    moved = days.dt.offset_by(pl.Series(np.where(is_known, number, 0)).cast(pl.String) + "d")
    return pl.select(pl.when(pl.Series(is_known)).then(moved)).to_series()
