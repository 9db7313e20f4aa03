"""统计: enterprises above the size of the survey (四上企业) of last year, a workbook with staff by origin."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from citybrain.demo.area_texts import town_texts
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.economy.activity import Activity
from citybrain.demo.economy.discrepancies import discrepancy_table
from citybrain.demo.economy.written_firms import BY_HAND, written_firms
from citybrain.demo.period import day_number
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import Form, Slip, gathered, plant_slips, repeat_some, write_register

FILE = "statistics/surveyed_enterprises_2019.xlsx"
FORM = Form(
    title="2019年“四上”企业（单位）基本情况及从业人员构成", sheet="四上企业",
    above=dict.fromkeys(("期末人数", "本县", "本省县外", "外省"), "从业人员（人）"), total="期末人数",
    notes=("注：营业收入以千元计；从业人员来源由企业自报。", "填表人：县统计局普查中心　　审核人："),
    hidden={"专业类别": ("规模以上工业", "资质等级建筑业", "限额以上批零住餐", "房地产开发经营", "规模以上服务业")},
)  # fmt: skip
LEAST_STAFF, LEAST_FIRMS = 20, 12
"""Staff from which a firm is surveyed; the largest are, however small the county."""
CATEGORIES = (("C", "规模以上工业", "规上工业"), ("E", "资质等级建筑业", "建筑业"), ("F", "限额以上批零住餐", "批发零售"),
              ("H", "限额以上批零住餐", "住宿餐饮"), ("K7010", "房地产开发经营", "房地产"))  # fmt: skip
"""Beginning of the industry code, the name of the survey, and what some call it; all others are services."""
SERVICES = ("规模以上服务业", "服务业")
WRONG_TOWN, TWICE = 0.05, 0.01
SLIPS = {
    "town_unknown": Slip("所在乡镇", 0.006, ("经济开发区", "市直", "—")),
    "staff_vague": Slip("外省", 0.01, ("约十人", "若干", "少量")),
}
DELIVERED = day_number(dt.date(2020, 1, 14))


def surveyed_firms(world: World, activity: Activity) -> pl.DataFrame:
    """The firms surveyed, with `firm`, in order of township."""
    firms = world.firms.with_row_index("firm").with_columns(pl.col("firm").cast(pl.Int64))
    asked = firms.filter(~pl.col("is_individual"), pl.Series(~activity.is_dormant))
    least = min(LEAST_STAFF, int(asked["staff"].sort(descending=True).head(LEAST_FIRMS)[-1]))
    town = world.county.township_of[asked["village"].to_numpy()]
    return asked.with_columns(pl.Series("town", town)).filter(pl.col("staff") >= least).sort("town", "firm")


def write_surveyed_enterprises(world: World, activity: Activity) -> Planted:
    """Writes the list below the extracts of the world and says what it holds."""
    rng = stream(world.seed, "surveyed enterprises")
    firms = written_firms(rng, surveyed_firms(world, activity), BY_HAND)
    village = firms["village"].to_numpy()
    elsewhere = rng.permutation(len(world.county.villages))[village % len(world.county.villages)]
    is_moved = (rng.random(firms.height) < WRONG_TOWN) & (
        world.county.township_of[elsewhere] != world.county.township_of[village]
    )
    stated = np.where(is_moved, elsewhere, village)
    rows = _rows(rng, world, activity, firms.with_columns(_stated=stated))
    rows = repeat_some(rng, plant_slips(rng, rows, SLIPS), TWICE)
    moved = firms.filter(pl.Series(is_moved)).with_columns(period_on=dt.date(2019, 1, 1), left_ref="credit_code")
    wrong = discrepancy_table("register_statistics", "wrong_township", world.county, moved)
    written = write_register(world, FILE, rows, FORM, DELIVERED, "16:10")
    return merge([written, Planted(discrepancies=wrong)])


def _rows(rng: np.random.Generator, world: World, activity: Activity, firms: pl.DataFrame) -> pl.DataFrame:
    staff = firms["staff"].to_numpy()
    outside = rng.binomial(staff, 0.07)
    province = rng.binomial(staff - outside, 0.18)
    revenue = activity.sales_a_month[firms["firm"].to_numpy()] * 12 * rng.lognormal(0, 0.05, firms.height) / 1000
    return pl.DataFrame(
        {
            "报告期": gathered(["2019年"], np.zeros(firms.height, dtype=np.int64)),
            "统一社会信用代码": firms["code_written"],
            "单位详细名称": firms["name_written"],
            "专业类别": _categories(rng, firms["industry"]),
            "所在乡镇": town_texts(rng, world.county, firms["_stated"].to_numpy()),
            "期末人数": firms["staff"],
            "本县": staff - outside - province,
            "本省县外": province,
            "外省": pl.Series(outside).cast(pl.String),
            "营业收入（千元）": np.round(revenue),
            "_firm": firms["firm"],
            "_firm_fault": firms["firm_fault"],
        }
    )


def _categories(rng: np.random.Generator, industry: pl.Series) -> pl.Series:
    """The survey that an industry belongs to, in one of its two names."""
    words = [*(names for _, *names in CATEGORIES), SERVICES]
    place = [next((i for i, c in enumerate(CATEGORIES) if code.startswith(c[0])), len(CATEGORIES)) for code in industry]
    habit = (rng.random(len(industry)) < 0.2).astype(np.int64)
    return gathered([name for pair in words for name in pair], 2 * np.array(place, dtype=np.int64) + habit)
