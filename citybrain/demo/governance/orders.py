"""督查: orders to townships and what they answered, a file of changes every week."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.area_texts import spelled_towns
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.outbreak import Illness
from citybrain.demo.period import FIRST_DAY, day
from citybrain.demo.randomness import stream
from citybrain.demo.register_files import (
    Form,
    Slip,
    gathered,
    plant_slips,
    repeat_some,
    serials,
    write_register,
)

ORDERS_A_TOWNSHIP_WEEK = 0.9
MOOD = ((0, 0.4), (2, 0.8), (3, 2.0), (5, 1.6), (7, 1.0))
"""Orders by week."""
TITLES = (
    ("疫情防控", "开展返乡人员全面排查"), ("疫情防控", "落实封闭小区24小时值守"), ("疫情防控", "规范疫情日报告和零报告"),
    ("疫情防控", "配齐隔离点消毒物资"), ("复工复产", "协助规模以上企业复工"), ("复工复产", "核查企业防疫方案"),
    ("安全生产", "排查烟花爆竹经营点"), ("民生保障", "走访慰问独居老人"),
)  # fmt: skip
ISSUERS = ("县委督查室", "县政府督查室", "县疫情防控指挥部")
DUE_DAYS = (1, 2, 3, 7)
SILENT, FALSE_CLAIM, UNVERIFIED, TWICE = 0.06, 0.12, 0.35, 0.01
"""Orders never answered; answered `done` though nothing was; answered and never checked."""
NEVER = 10**9
SLIPS = {
    "area_unknown": Slip("承办乡镇", 0.006, ("各相关单位", "外县")),
    "time_missing": Slip("办结时限", 0.004, ("", "—")),
}
FORM = Form(title="督办事项台账（本周新增及变更）", encoding="gb18030", notes=("注：反馈办结不等于核查办结。",))


class Orders:
    """Feed `supervision.orders`; truth: `orders.parquet`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Orders go to townships: nobody to see."""

    def finish(self) -> Planted:
        """Writes the weeks."""
        rows = self._rows()
        self._write_truth(rows)
        return merge(self._week(rows, week) for week in range(self._world.weeks))

    def _rows(self) -> pl.DataFrame:
        """Every order in order of time; instants in minutes since the first day began."""
        world = self._world
        rng = stream(world.seed, "orders")
        towns = len(world.county.townships)
        mood = np.interp(np.arange(world.weeks), *np.array(MOOD).T)
        # Some townships are slow whatever they are told.
        slowness = rng.lognormal(0, 0.5, towns)
        weekly = rng.poisson(ORDERS_A_TOWNSHIP_WEEK * np.repeat(mood[:, None], towns, axis=1))
        week, town = (np.repeat(axis.ravel(), weekly.ravel()) for axis in np.indices(weekly.shape))
        count = len(town)
        issued = week * 10080 + rng.integers(0, 7, count) * 1440 + rng.integers(8 * 60, 18 * 60, count)
        order = np.argsort(issued, kind="stable")
        issued, town = issued[order], town[order]
        due = issued // 1440 * 1440 + 1440 * np.array(DUE_DAYS)[rng.integers(0, len(DUE_DAYS), count)] + 17 * 60
        accepted = issued + rng.gamma(1.2, 200, count).astype(np.int64) + 5
        took = (due - accepted) * rng.lognormal(-0.45, 0.6, count) * slowness[town]
        feedback = np.where(rng.random(count) < SILENT, NEVER, accepted + np.maximum(took, 60).astype(np.int64))
        is_false = (rng.random(count) < FALSE_CLAIM) & (feedback < NEVER)
        checked = ~is_false & (rng.random(count) >= UNVERIFIED) & (feedback < NEVER)
        verified = np.where(checked, feedback + rng.gamma(2, 1500, count).astype(np.int64), NEVER)
        title = rng.integers(0, len(TITLES), count)
        spelling = rng.choice(4, count, p=[0.86, 0.08, 0.0, 0.06])
        rows = pl.DataFrame(
            {
                "督办编号": serials("DB2020-", count, 5),
                "事项": gathered([t for _, t in TITLES], title),
                "领域": gathered([f for f, _ in TITLES], title),
                "交办单位": gathered(ISSUERS, rng.integers(0, len(ISSUERS), count)),
                "承办乡镇": spelled_towns(world.county, town, spelling),
                "责任单位": gathered([t.name + "人民政府" for t in world.county.townships], town),
                "交办时间": _texts(issued),
                "办结时限": _texts(due),
                "_issued": pl.Series(issued),
                "_due": pl.Series(due),
                "_accepted": pl.Series(accepted),
                "_feedback": pl.Series(feedback),
                "_verified": pl.Series(verified),
                "_is_false": pl.Series(is_false),
                "_town": pl.Series(town),
            }
        )  # fmt: skip
        return plant_slips(rng, rows, SLIPS)

    def _week(self, rows: pl.DataFrame, week: int) -> Planted:
        """Orders issued, accepted, answered or checked in the week, as they stand at its end."""
        end = 10080 * (week + 1)
        happened = [
            pl.col(c).is_between(end - 10080, end - 1) for c in ("_issued", "_accepted", "_feedback", "_verified")
        ]
        chosen = rows.filter(pl.any_horizontal(happened)).with_columns(
            _known("_accepted", end).alias("签收时间"),
            _known("_feedback", end).alias("反馈办结时间"),
            _known("_verified", end).alias("核查时间"),
        )
        rng = stream(self._world.seed, f"orders of week {week}")
        file = f"supervision/orders_{day(7 * week):%Y%m%d}.csv"
        return write_register(self._world, file, repeat_some(rng, chosen, TWICE), FORM, 7 * week + 7, "08:30")

    def _write_truth(self, rows: pl.DataFrame) -> None:
        """`orders.parquet`: order_no, area_code (township), issued, due, feedback, verified (minutes), is_false_claim."""
        self._world.truth.mkdir(parents=True, exist_ok=True)
        codes = pl.Series([t.code for t in self._world.county.townships])
        known = [pl.when(pl.col(f"_{c}") < NEVER).then(f"_{c}").alias(c) for c in ("feedback", "verified")]
        rows.select(
            order_no="督办编号", area_code=codes.gather(rows["_town"]), issued="_issued", due="_due", is_false_claim="_is_false"
        ).with_columns(rows.select(known)).write_parquet(self._world.truth / "orders.parquet")  # fmt: skip


def _known(column: str, end: int) -> pl.Expr:
    """The instant as text if it lies before the end of the week."""
    instant = pl.lit(FIRST_DAY).cast(pl.Datetime("us")) + pl.duration(
        minutes=pl.when(pl.col(column) < end).then(column)
    )
    return instant.dt.strftime("%Y-%m-%d %H:%M").fill_null("")


def _texts(minutes: np.ndarray) -> pl.Series:
    begin = np.datetime64(FIRST_DAY, "m")
    return pl.Series((begin + minutes.astype("m8[m]")).astype("M8[ms]")).dt.strftime("%Y/%m/%d %H:%M")
