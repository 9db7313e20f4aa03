"""卫健: stays in hospital, new and ended ones of the week; a stay that is still open comes again when it ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citybrain.demo.departments import Planted, World
from citybrain.demo.health.series import Series, deliver_series, drawn_words, gathered, instant_text, text_writer
from citybrain.demo.mentions import written_people
from citybrain.demo.outbreak import DAY_MINUTES
from citybrain.demo.randomness import stream

PERSONAL = ("person", "resident_id", "person_name", "is_male", "birth_on", "phone", "village")
STAYS_A_PERSON_DAY = 0.22 / 1000
STAY_DAYS, STAY_SHAPE = 8.0, 2.0
"""Mean length of a stay, and the shape of its gamma distribution."""
WARM_UP = 40
"""Days before the first on which stays begin that may still be open then."""
TO_COUNTY, TO_TRADITIONAL = 0.36, 0.16
"""Share that goes to the first and to the second county hospital; the others to the health centre of the township."""
CASE_DAYS = 14.0
WARDS = {"内科": 0.34, "外科": 0.2, "儿科": 0.14, "妇产科": 0.14, "骨科": 0.1, "康复科": 0.08}
ISOLATION = "感染科（隔离病区）"
ORDINARY = ((-WARM_UP, 1.0), (14, 0.95), (20, 0.6), (30, 0.5), (56, 0.65))
"""Ordinary stays by day as a multiple of those of a usual winter: who can wait stays at home."""
HEADERS = {
    "admission_no": "住院号", "name_written": "姓名", "id_written": "证件号码", "facility": "医院名称", "place": "医院所在乡镇",
    "ward": "科室", "admitted": "入院时间", "discharged": "出院时间",
}  # fmt: skip
SERIES = Series("health/admissions/住院登记_", ".csv", HEADERS, text_writer("utf-8-sig", quoted=True), "09:55")


@dataclass(frozen=True)
class Stays:
    """Stays in hospital, one row a stay.

    `rows`: of the person, admission_no, hospital (position in `hospitals`), admitted_at and discharged_at (minutes from
    the first midnight, negative before it; the end also where it lies after the period), ward.
    """

    rows: pl.DataFrame

    def open_at_end_of(self, days: int, hospital_count: int) -> np.ndarray:
        """Stays open at the midnight that ends each day, by hospital and day."""
        change = np.zeros((hospital_count, days + 1), dtype=np.int64)
        begin, end = (self.rows[c].to_numpy() // DAY_MINUTES for c in ("admitted_at", "discharged_at"))
        hospital = self.rows["hospital"].to_numpy()
        for at, by in ((begin, 1), (end, -1)):
            np.add.at(change, (hospital, np.clip(at, 0, days)), by)
        return change.cumsum(axis=1)[:, :days]


def stays_of(rng: np.random.Generator, people: pl.DataFrame, days: int) -> pl.DataFrame:
    """Ordinary stays of the people of one township: columns of the person, begin and end in minutes."""
    span = np.arange(-WARM_UP, days)
    expected = STAYS_A_PERSON_DAY * len(people) * np.interp(span, *np.array(ORDINARY).T)
    begin = np.repeat(span, rng.poisson(expected))
    minutes = begin * DAY_MINUTES + rng.integers(8 * 60, 18 * 60, len(begin))
    length = rng.gamma(STAY_SHAPE, STAY_DAYS / STAY_SHAPE, len(begin)) * DAY_MINUTES
    who = people[rng.integers(0, max(len(people), 1), len(begin))].select(PERSONAL)
    return who.with_columns(
        admitted_at=pl.Series(minutes.astype(np.int64)),
        discharged_at=pl.Series((minutes + length + 60).astype(np.int64)),
    ).filter(pl.col("discharged_at") > 0)


def all_stays(world: World, ordinary: pl.DataFrame, cards: pl.DataFrame, hospitals: pl.DataFrame) -> Stays:
    """The ordinary stays, and those of confirmed cases in the first county hospital, numbered by time."""
    rng = stream(world.seed, "admissions")
    centre_at = {int(t): i for i, t in enumerate(hospitals["township"]) if i >= 2}
    home = world.county.township_of[ordinary["village"].to_numpy()]
    centre = np.array([centre_at[int(t)] for t in range(len(world.county.townships))])[home]
    draw = rng.random(len(ordinary))
    hospital = np.select([draw < TO_COUNTY, draw < TO_COUNTY + TO_TRADITIONAL], [0, 1], centre)
    usual = ordinary.with_columns(
        hospital=pl.Series(hospital.astype(np.int64)), ward=drawn_words(rng, WARDS, len(ordinary))
    )
    ill = cards.filter(pl.col("confirmed_at").is_not_null())
    length = (rng.gamma(4.0, CASE_DAYS / 4, len(ill)) * DAY_MINUTES).astype(np.int64) + DAY_MINUTES
    isolated = ill.select(
        *PERSONAL,
        admitted_at=pl.col("visit_at"),
        discharged_at=pl.col("visit_at") + pl.Series(length),
        hospital=pl.lit(0, pl.Int64),
        ward=pl.lit(ISOLATION),
    )
    rows = pl.concat([usual, isolated.cast({"village": usual.schema["village"]})]).sort("admitted_at", "person")
    rows = rows.filter(pl.col("admitted_at") < world.days * DAY_MINUTES)
    return Stays(
        rows.with_columns(admission_no=pl.lit("ZY") + pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7))
    )


def write_admissions(world: World, stays: Stays, hospitals: pl.DataFrame) -> Planted:
    """Writes a file for every week below the extracts; returns what was planted."""
    rng = stream(world.seed, "admission files")
    week = 7 * DAY_MINUTES
    rows = written_people(rng, stays.rows).with_columns(
        week=pl.max_horizontal(pl.col("admitted_at") // week, pl.lit(0))
    )
    ended = rows.filter(
        pl.col("discharged_at") // week > pl.col("week"), pl.col("discharged_at") < world.days * DAY_MINUTES
    ).with_columns(week=pl.col("discharged_at") // week)
    townships = [world.county.townships[t].name for t in hospitals["township"]]
    versions = (
        pl.concat([rows, ended])
        .with_columns(
            discharged_at=pl.when(pl.col("discharged_at") < (pl.col("week") + 1) * week).then("discharged_at"),
            file_day=7 * pl.col("week"),
        )
        .sort("week", "admitted_at", "admission_no")
    )
    at = versions["hospital"].to_numpy()
    texts = versions.with_columns(
        facility=gathered(hospitals["facility_name"].to_list(), at),
        place=gathered(townships, at),
        admitted=instant_text("admitted_at", "%Y-%m-%d %H:%M"),
        discharged=instant_text("discharged_at", "%Y-%m-%d %H:%M"),
    )
    return deliver_series(world, SERIES, texts)[1]
