"""税务: sales declared and tax paid, one text a month; names and codes as each office has them on file."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from citybrain.demo.area_texts import town_texts
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.economy.activity import Activity
from citybrain.demo.economy.discrepancies import discrepancy_table
from citybrain.demo.economy.outside_firms import outside_firms
from citybrain.demo.economy.written_firms import written_firms
from citybrain.demo.names import COUNTY_NAME
from citybrain.demo.period import day_number
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import Form, Slip, plant_slips, repeat_some, write_register

FOLDER = "tax"
RULE = "register_tax"
DELIVERED = {
    dt.date(2019, 11, 1): dt.date(2019, 12, 17),
    dt.date(2019, 12, 1): dt.date(2020, 1, 16),
    dt.date(2020, 1, 1): dt.date(2020, 2, 25),
}
"""Month and day of the list; the deadline for January was put off to 24 February."""
INDIVIDUALS = 0.25
"""Share of the individual businesses that declare by month."""
RATE = {"A": 0.0, "C": 0.034, "E": 0.029, "F": 0.017, "G": 0.027, "H": 0.021, "I": 0.031, "K": 0.042, "O": 0.02}
"""Tax by sales, by first letter of the industry."""
NOT_FILED = 0.01
SLIPS = {
    "tax_error": Slip("实缴税额（元）", 0.002, ("#VALUE!", "待核", "见备注")),
    "month_impossible": Slip("税款所属期起", 0.001, ("2019-13-01", "2020-02-30")),
    "town_blank": Slip("街道乡镇", 0.01, ("", "无", "—")),
    "town_unknown": Slip("街道乡镇", 0.004, ("高新技术产业园", "第三税务分局")),
}
TWICE = 0.002


def write_tax_payments(world: World, activity: Activity) -> Planted:
    """Writes the lists of the months that are known in the period, and says what they hold.

    Of what the register and the tax office cannot agree on it tells, for companies: those of other counties
    (lives_outside), those that no longer work and declare nothing (definition), those that forgot (sent_not_received).
    """
    payers = _payers(world, activity)
    silent = world.firms.filter(~pl.col("is_individual"), pl.Series(activity.is_dormant))
    planted = []
    for month, on in DELIVERED.items():
        if day_number(on) <= world.days:
            is_filed = stream(world.seed, f"who files for {month}").random(payers.height) >= NOT_FILED
            planted.append(_month(world, payers.filter(pl.Series(is_filed)), month, on))
            absent = payers.filter(pl.Series(~is_filed), ~pl.col("is_individual"), pl.col("firm") < world.firms.height)
            outside = payers.filter(pl.Series(is_filed), pl.col("firm") >= world.firms.height)
            for kind, found in (("lives_outside", outside), ("definition", silent), ("sent_not_received", absent)):
                known = found.with_columns(period_on=pl.lit(month), left_ref="credit_code")
                planted.append(Planted(discrepancies=discrepancy_table(RULE, kind, world.county, known)))
    return merge(planted)


def _payers(world: World, activity: Activity) -> pl.DataFrame:
    """Everybody who declares by month, as on file at the office: the same every month."""
    rng = stream(world.seed, "tax payers")
    kept = ("firm", "credit_code", "enterprise_name", "former_name", "industry", "is_individual", "staff", "village")
    firms = world.firms.with_row_index("firm").with_columns(
        pl.col("firm").cast(pl.Int64), is_dormant=activity.is_dormant
    )
    declares = (~pl.col("is_individual") & ~pl.col("is_dormant")) | (
        pl.col("is_individual") & pl.Series(rng.random(firms.height) < INDIVIDUALS)
    )
    everybody = pl.concat([firms.filter(declares).select(kept), outside_firms(world).select(kept)])
    written = written_firms(rng, everybody)
    usual = np.append(activity.sales_a_month, np.zeros(outside_firms(world).height))[written["firm"].to_numpy()]
    usual = np.where(written["firm"].to_numpy() < world.firms.height, usual, written["staff"].to_numpy() * 30_000.0)
    known = np.minimum(written["firm"].to_numpy(), world.firms.height - 1)
    shares = {month: np.where(usual > 0, activity.in_month(month)[known], 0) for month in DELIVERED}
    return written.with_columns(
        pl.Series("_town", town_texts(rng, world.county, written["village"].to_numpy())),
        *(pl.Series(f"_{month}", usual * share) for month, share in shares.items()),
    )


def _month(world: World, filed: pl.DataFrame, month: dt.date, on: dt.date) -> Planted:
    rng = stream(world.seed, f"tax of {month}")
    sales = np.round(filed[f"_{month}"].to_numpy() * rng.lognormal(0, 0.12, filed.height), 2)
    # Whoever sells less than 100,000 yuan a month pays no value added tax.
    letters = filed["industry"].str.slice(0, 1)
    rate = letters.replace_strict(RATE, default=0.02, return_dtype=pl.Float64).to_numpy()
    tax = np.where(sales < 100_000, 0, np.round(sales * rate, 2))
    last = (month + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    rows = pl.DataFrame(
        {
            "纳税人识别号": filed["code_written"],
            "纳税人名称": filed["name_written"],
            "街道乡镇": filed["_town"],
            "税款所属期起": pl.repeat(month.isoformat(), filed.height, eager=True),
            "税款所属期止": pl.repeat(last.isoformat(), filed.height, eager=True),
            "申报销售额（元）": pl.Series(sales).round(2).cast(pl.String),
            "实缴税额（元）": pl.Series(tax).round(2).cast(pl.String),
            "_firm": filed["firm"],
            "_firm_fault": filed["firm_fault"],
        }
    )
    rows = repeat_some(rng, plant_slips(rng, rows, SLIPS), TWICE)
    form = Form(
        title=f"{COUNTY_NAME}纳税人申报入库明细（{month:%Y}年{month.month}月）", encoding="gb18030", delimiter="\t",
        notes=("注：含异地预缴纳税人。",),
    )  # fmt: skip
    return write_register(world, f"{FOLDER}/tax_payments_{month:%Y%m}.csv", rows, form, day_number(on), "11:00")
