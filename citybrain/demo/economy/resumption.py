"""工信: what companies report each day about the resumption of work, one text a week; some claim, some keep quiet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citybrain.demo.area_texts import town_texts
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.economy.activity import CLOSING_DAY, NEVER, RETURN_DAY, Activity
from citybrain.demo.economy.discrepancies import discrepancy_table
from citybrain.demo.economy.electricity import meters_of
from citybrain.demo.economy.written_firms import CodeRates, FirmRates, written_firms
from citybrain.demo.period import day
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import Form, Slip, gathered, plant_slips, repeat_some, write_register

FOLDER = "industry"
RULE = "resumption_power"
CLAIMING, SILENT, DENYING = 0.10, 0.03, 0.02
"""Of the firms still closed, those that say they work; of those at work, those without a report, and those that deny it."""
RATES = FirmRates(CodeRates(code_missing=0.01))
SLIPS = {
    "town_unknown": Slip("所在乡镇", 0.003, ("开发区", "市直企业")),
    "date_impossible": Slip("填报日期", 0.001, ("2020-02-30", "2月31日")),
    "staff_vague": Slip("到岗人数", 0.004, ("大部分", "若干人", "三成")),
}
TWICE = 0.002
WORKING, CLOSED = ("是", "是", "已", "√"), ("否", "否", "未", "×")


@dataclass(frozen=True)
class Claims:
    """What each firm that must report says: the day since which it works (NEVER: it does not), and whether it reports."""

    since: np.ndarray
    reports: np.ndarray
    is_false: np.ndarray
    """Says that it works and does not."""
    is_hidden: np.ndarray
    """Works and does not say so."""


def write_resumption_reports(world: World, activity: Activity) -> Planted:
    """Writes the reports from 10 February on, and says what they hold and which of them the electricity belies."""
    rng = stream(world.seed, "resumption reports")
    firms = world.firms.with_row_index("firm").with_columns(pl.col("firm").cast(pl.Int64))
    asked = firms.filter(~pl.col("is_individual"), pl.Series(~activity.is_dormant))
    claims = _claims(rng, activity, asked["firm"].to_numpy(), world.days)
    written = written_firms(rng, asked, RATES)
    written = written.with_columns(
        pl.Series("town", town_texts(rng, world.county, written["village"].to_numpy())),
        pl.Series("since", claims.since),
        pl.Series("habit", rng.integers(0, len(WORKING), written.height)),
    )
    reporting = written.filter(pl.Series(claims.reports))
    planted = [
        _week(world, activity, reporting, first, min(first + 6, world.days - 1))
        for first in range(RETURN_DAY, world.days, 7)
    ]
    return merge([*planted, Planted(discrepancies=_belied(world, activity, asked, claims))])


def _claims(rng: np.random.Generator, activity: Activity, firm: np.ndarray, days: int) -> Claims:
    resumed = activity.resumed_day[firm]
    never_closed = activity.closed_day[firm] == NEVER
    works = never_closed | (resumed < days)
    since = np.where(never_closed, CLOSING_DAY, np.where(works, resumed, NEVER))
    # Claims begin on Mondays, when the bureau counts; whoever comes back within the week has nothing to hide.
    monday = RETURN_DAY + 7 * rng.integers(0, max(1, (days - RETURN_DAY) // 7), len(firm))
    closed_then = ~never_closed & (resumed >= monday + 7)
    is_false = closed_then & (rng.random(len(firm)) < CLAIMING)
    draw = rng.random(len(firm))
    is_silent = works & ~is_false & (draw < SILENT)
    is_denying = works & ~is_false & (draw >= SILENT) & (draw < SILENT + DENYING)
    since = np.where(is_false, monday, np.where(is_denying, NEVER, since))
    return Claims(since, ~is_silent, is_false, is_silent | is_denying)


def _week(world: World, activity: Activity, firms: pl.DataFrame, first: int, last: int) -> Planted:
    rng = stream(world.seed, f"resumption of day {first}")
    count, days = firms.height, last - first + 1
    at, on = np.tile(np.arange(count), days), np.repeat(np.arange(first, last + 1), count)
    rows = _rows(rng, activity, firms[at], on)
    rows = repeat_some(rng, plant_slips(rng, rows, SLIPS), TWICE)
    form = Form(
        title="企业复工复产情况日报", encoding="gb18030",
        notes=("说明：复工日期为恢复生产经营的第一天。", "填报单位：县工业和信息化局"),
    )  # fmt: skip
    year, number, _ = day(first).isocalendar()
    return write_register(world, f"{FOLDER}/resumption_{year}-W{number:02d}.csv", rows, form, last + 1, "09:10")


def _rows(rng: np.random.Generator, activity: Activity, firms: pl.DataFrame, on: np.ndarray) -> pl.DataFrame:
    """One row a firm and day; people at work grow with the days since the return, as the firm tells it."""
    works = firms["since"].to_numpy() <= on
    since = np.where(works, firms["since"].to_numpy(), 0)
    staff = firms["staff"].to_numpy()
    present = np.minimum(staff, np.ceil(staff * np.minimum(0.5 + 0.5 * (on - since) / 21, 1))).astype(np.int64)
    present = np.maximum(present - rng.binomial(present, 0.03), 1)
    days = [day(d) for d in range(int(on.min()) if on.size else 0, int(on.max()) + 1 if on.size else 0)]
    starts = [f"{day(d).month}月{day(d).day}日" for d in range(int(since.max()) + 1)]
    habit = firms["habit"].to_numpy()
    nothing = gathered(["", "/", "—"], on % 3)
    return pl.DataFrame(
        {
            "填报日期": gathered([d.isoformat() for d in days], on - on.min()),
            "企业名称": firms["name_written"],
            "统一社会信用代码": firms["code_written"],
            "所在乡镇": firms["town"],
            "是否复工": gathered(WORKING, habit).zip_with(pl.Series(works), gathered(CLOSED, habit)),
            "复工日期": gathered(starts, since).zip_with(pl.Series(works), nothing),
            "到岗人数": (pl.Series(present).cast(pl.String) + "人").zip_with(pl.Series(works), gathered(["0"], on * 0)),
            "职工总数": firms["staff"],
            "_firm": firms["firm"],
            "_firm_fault": firms["firm_fault"],
        }
    )


def _belied(world: World, activity: Activity, firms: pl.DataFrame, claims: Claims) -> pl.DataFrame:
    """Whole weeks in which report and electricity disagree: the firm on the left, its meter on the right."""
    meters = meters_of(world).group_by("firm").agg(pl.col("meter_no").first())
    known = firms.join(meters, on="firm", how="left", maintain_order="left")
    number = firms["firm"].to_numpy()
    parts = []
    for first in range(RETURN_DAY, world.days - 6, 7):
        level = activity.daily[number, first : first + 7].mean(axis=1)
        false = claims.is_false & (claims.since <= first) & (level == 0)
        hidden = claims.is_hidden & (activity.daily[number, first : first + 7] > 0).any(axis=1)
        for kind, is_so in (("sent_not_received", false), ("received_not_sent", hidden)):
            found = known.filter(pl.Series(is_so)).with_columns(
                period_on=pl.lit(day(first)), left_ref="credit_code", right_ref="meter_no"
            )
            parts.append(discrepancy_table(RULE, kind, world.county, found))
    return pl.concat(parts) if parts else Planted().discrepancies
