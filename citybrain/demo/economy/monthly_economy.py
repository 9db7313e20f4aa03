"""统计: output, retail sales and investment by township and month; the year before as one sheet, then month by month."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.economy.activity import Activity
from citybrain.demo.names import COUNTY_NAME
from citybrain.demo.period import day_number
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import Form, Slip, plant_slips, write_register

FOLDER = "statistics/monthly_economy"
MEASURES = ("规模以上工业总产值", "社会消费品零售总额", "固定资产投资")
SOURCES = ("C", "FHO", "E")
"""First letters of the industries that each measure comes from."""
SCALE = (1.6, 1.25, 1.9)
"""What the firms of the register do not show: branches, households, public works."""
SEASON = (0.95, 0.82, 1.02, 1.0, 1.01, 1.04, 0.98, 0.99, 1.03, 1.05, 1.07, 1.1)
LAST_YEAR = tuple(dt.date(2019, month, 1) for month in range(1, 13))
DELIVERED = {
    LAST_YEAR: dt.date(2020, 1, 13),
    (dt.date(2020, 1, 1),): dt.date(2020, 2, 14),
    (dt.date(2020, 2, 1),): dt.date(2020, 3, 2),
}
"""Months of each sheet and when it comes; February is the flash estimate."""
SLIPS = {
    "value_error": Slip(MEASURES[1], 0.01, ("#REF!", "#DIV/0!")),
    "town_unknown": Slip("乡镇（街道）", 0.008, ("高新技术产业园", "县直单位")),
}
GROUPS = {"街道": "街道小计", "镇": "镇小计", "乡": "乡小计"}


def write_monthly_economy(world: World, activity: Activity) -> Planted:
    """Writes the sheets that come within the period, and says what they hold."""
    planted = []
    for months, on in DELIVERED.items():
        if day_number(on) > world.days:
            continue
        rng = stream(world.seed, f"economy of {months[0]}")
        rows = pl.concat(_month(rng, world, activity, month) for month in months)
        rows = plant_slips(rng, rows, SLIPS)
        is_town = ~pl.col("乡镇（街道）").str.contains("计")
        rows = rows.with_columns(pl.when(is_town).then("_kind").otherwise(pl.lit("")).alias("_kind"))
        name = "2019" if len(months) > 1 else f"{months[0]:%Y-%m}"
        form = Form(
            title=f"{COUNTY_NAME}{name.replace('-', '年')}{'月' if '-' in name else '年各月'}主要经济指标",
            sheet="分乡镇", above=dict.fromkeys(MEASURES, "主要指标（万元）"), notes=("填报单位：县统计局综合科",),
        )  # fmt: skip
        planted.append(write_register(world, f"{FOLDER}/economy_{name}.xlsx", rows, form, day_number(on), "10:20"))
    return merge(planted)


def _month(rng: np.random.Generator, world: World, activity: Activity, month: dt.date) -> pl.DataFrame:
    """Townships, by kind, with a subtotal after each kind and the total at the end; values in 10,000 yuan as text."""
    values = _values(rng, world, activity, month)
    towns = world.county.townships
    lines: list[tuple[str, np.ndarray]] = []
    for kind, subtotal in GROUPS.items():
        members = [t for t, town in enumerate(towns) if town.kind == kind]
        lines += [(towns[t].name, values[t]) for t in members]
        lines += [(subtotal, values[members].sum(axis=0))] if members else []
    lines.append(("合计", values.sum(axis=0)))
    cells = np.array([value for _, value in lines])
    return pl.DataFrame(
        {
            "乡镇（街道）": [name for name, _ in lines],
            "月份": [f"{month.year}年{month.month}月"] * len(lines),
            **{m: pl.Series([f"{v:,.1f}" for v in cells[:, i]]) for i, m in enumerate(MEASURES)},
        }
    )


def _values(rng: np.random.Generator, world: World, activity: Activity, month: dt.date) -> np.ndarray:
    """Township by measure, in 10,000 yuan: what the firms of the trades sold, and what the register does not show."""
    sales = activity.sales_a_month * activity.in_month(month) / 10_000
    town = world.county.township_of[world.firms["village"].to_numpy()]
    letter = world.firms["industry"].str.slice(0, 1).to_numpy()
    count = len(world.county.townships)
    growth = 1.0 if month.year == 2019 else 1.05
    noise = rng.lognormal(0, 0.06, (count, len(MEASURES)))
    by_measure = [np.bincount(town, sales * np.isin(letter, list(s)), minlength=count) for s in SOURCES]
    # A township without a firm of the trade still has some of it.
    floor = np.bincount(world.county.township_of, world.county.weights, minlength=count) * world.residents * 0.02
    level = np.stack(by_measure, axis=1) * np.array(SCALE) + floor[:, None]
    return np.round(level * SEASON[month.month - 1] * growth * noise, 1)
