"""供电: electricity of every meter of companies and cooperatives, one text a week; customers as they once signed up."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.area_texts import town_texts
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.economy.activity import Activity
from citybrain.demo.economy.written_firms import CodeRates, FirmRates, NameRates, written_firms
from citybrain.demo.period import day, deliver
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import Slip, plant_slips, planted_in, repeat_some

FOLDER = "power"
HEADERS = ("户号", "用户名称", "统一社会信用代码", "乡镇", "抄表起始日", "抄表天数", "用电量(千瓦时)")
ON_FILE = FirmRates(
    CodeRates(code_missing=0.06, code_15_digits=0.02), NameRates(name_short=0.10, name_cut=0.02), former=0.9
)  # fmt: skip
"""Contracts with customers are old: names have changed since, and codes were not asked for."""
SECOND_METER = 0.08
STANDBY = (0.02, 0.12)
"""Least and most that a closed firm uses, as a share of the usual."""
SLIPS = {
    "reading_error": Slip("用电量(千瓦时)", 0.0005, ("#VALUE!", "换表", "待复核")),
    "date_impossible": Slip("抄表起始日", 0.0002, ("2020-02-30", "2020.1.32")),
    "town_blank": Slip("乡镇", 0.004, ("", "—", "不详")),
}
TWICE = 0.001
CLOCK = "08:50"


def meters_of(world: World) -> pl.DataFrame:
    """One row a meter: meter_no, firm, share (of the firm's use), standby, and how the customer is written.

    Columns of `written_firms` besides.
    """
    rng = stream(world.seed, "meters")
    firms = (
        world.firms.with_row_index("firm").with_columns(pl.col("firm").cast(pl.Int64)).filter(~pl.col("is_individual"))
    )
    standby = rng.uniform(*STANDBY, firms.height)
    has_two = rng.random(firms.height) < SECOND_METER
    at = np.repeat(np.arange(firms.height), 1 + has_two)
    is_second = np.diff(at, prepend=-1) == 0
    share = np.where(has_two[at], np.where(is_second, 0.3, 0.7), 1.0)
    meters = written_firms(rng, firms[at], ON_FILE)
    number = pl.Series(3_799_000_000 + 37 * np.arange(len(at))).cast(pl.String)
    return meters.with_columns(
        number.alias("meter_no"), pl.Series("share", share), pl.Series("standby", standby[at]),
        pl.Series("town", town_texts(rng, world.county, meters["village"].to_numpy())),
    )  # fmt: skip


def write_electricity(world: World, activity: Activity) -> Planted:
    """Writes one file a week below the extracts, and says what they hold."""
    meters = meters_of(world)
    weekly = activity.weekly()
    return merge(_week(world, activity, meters, weekly[:, week], week) for week in range(weekly.shape[1]))


def _week(world: World, activity: Activity, meters: pl.DataFrame, level: np.ndarray, week: int) -> Planted:
    rng = stream(world.seed, f"electricity of week {week}")
    firm = meters["firm"].to_numpy()
    length = min(7, world.days - 7 * week)
    standby = np.where(activity.is_dormant[firm], 0.0, meters["standby"].to_numpy())
    used = standby + (1 - standby) * level[firm] * rng.lognormal(0, 0.05, len(firm))
    kwh = activity.kwh_a_week[firm] * meters["share"].to_numpy() * used * length / 7
    rows = pl.DataFrame(
        {
            "户号": meters["meter_no"],
            "用户名称": meters["name_written"],
            "统一社会信用代码": meters["code_written"],
            "乡镇": meters["town"],
            "抄表起始日": pl.repeat(day(7 * week).isoformat(), len(firm), eager=True),
            "抄表天数": pl.repeat(length, len(firm), eager=True),
            "用电量(千瓦时)": pl.Series(kwh).round(2).cast(pl.String),
            "_firm": meters["firm"],
            "_firm_fault": meters["firm_fault"],
        }
    )
    rows = repeat_some(rng, plant_slips(rng, rows, SLIPS), TWICE)
    year, number, _ = day(7 * week).isocalendar()
    file = f"{FOLDER}/electricity_{year}-W{number:02d}.csv"
    path = world.extracts / file
    path.parent.mkdir(parents=True, exist_ok=True)
    text = rows.select(HEADERS).write_csv(separator="|", line_terminator="\r\n")
    path.write_bytes(text.encode("utf-8-sig"))
    deliver(path, 7 * week + length, CLOCK)
    return planted_in(file, rows, 2)
