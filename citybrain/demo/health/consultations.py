"""卫健: visits to village clinics and health centres, one file a week in GB18030, among them fevers that no clinic sees."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.clinic_visits import winter_curve
from citybrain.demo.daily_counts import FEVER
from citybrain.demo.departments import Planted, World
from citybrain.demo.facilities import health_centre
from citybrain.demo.health.institutions import clinic_name
from citybrain.demo.health.series import Series, deliver_series, drawn_words, gathered, instant_text, text_writer
from citybrain.demo.mentions import written_people
from citybrain.demo.outbreak import DAY_MINUTES, age_on
from citybrain.demo.present_addresses import present_addresses
from citybrain.demo.randomness import stream

PERSONAL = ("person", "resident_id", "person_name", "is_male", "birth_on", "phone", "village")
VISITS_A_PERSON = 0.12
"""In the whole period, whatever the complaint."""
FEVERS, REFERRED = 0.07, 0.6
BEFORE_THE_CLINIC = 0.2
"""Visitors of fever clinics whom a village doctor had sent there."""
AT_CENTRE = 0.35
FEVER_COMPLAINTS = {"发热": 0.4, "发热、咳嗽": 0.3, "咽痛伴发热": 0.15, "发热乏力": 0.15}
COMPLAINTS = {
    "咳嗽": 0.2, "腹痛": 0.1, "头晕": 0.14, "关节痛": 0.12, "高血压复诊": 0.2, "腹泻": 0.06, "皮疹": 0.05, "外伤换药": 0.08,
    "咽痛": 0.05,
}  # fmt: skip
IMPOSSIBLE, NO_YEAR = 0.001, 0.02
HEADERS = {
    "visit_no": "门诊号", "name_written": "姓名", "sex_written": "性别", "age": "年龄", "id_written": "身份证号码",
    "facility": "机构名称", "address": "家庭住址", "seen": "就诊时间", "complaint": "主诉", "fever": "是否发热",
    "sent_on": "是否转诊", "doctor": "接诊医生",
}  # fmt: skip
SERIES = Series("health/consultations/基层门诊_", ".csv", HEADERS, text_writer("gb18030", "|"), "10:15")


def consultations_of(rng: np.random.Generator, people: pl.DataFrame, visits: pl.DataFrame, days: int) -> pl.DataFrame:
    """Visits of the people of one township to their village clinic or health centre, in no order.

    `visits` are those to fever clinics. Columns: of the person, day, minute, has_fever, referred. Nobody has two on a day.
    """
    curve = winter_curve(days)
    count = rng.poisson(VISITS_A_PERSON * days / 56 * len(people))
    who = people[np.sort(rng.integers(0, max(len(people), 1), count))].select(PERSONAL)
    fever = rng.random(count) < FEVERS
    others = who.with_columns(
        day=pl.Series(rng.choice(days, count, p=curve / curve.sum()).astype(np.int64)),
        minute=pl.Series(rng.integers(7 * 60, 18 * 60, count)),
        has_fever=pl.Series(fever, dtype=pl.Boolean),
        referred=pl.Series(fever & (rng.random(count) < REFERRED), dtype=pl.Boolean),
    )
    # Whoever went to a fever clinic is not among the fevers that no clinic saw.
    others = others.filter(~pl.col("has_fever") | ~pl.col("person").is_in(visits["person"].implode()))
    sent = visits.filter(pl.col("temperature") >= FEVER)
    sent = sent.filter(pl.Series(rng.random(len(sent)) < BEFORE_THE_CLINIC, dtype=pl.Boolean))
    first = sent.select(
        *PERSONAL,
        day=pl.col("day").cast(pl.Int64),
        minute=pl.max_horizontal(pl.col("minute").cast(pl.Int64) - 90, pl.lit(5)),
        has_fever=pl.lit(value=True),
        referred=pl.lit(value=True),
    )
    return pl.concat([first, others]).unique(["person", "day"], keep="first", maintain_order=True)


def write_consultations(world: World, consultations: pl.DataFrame) -> Planted:
    """Writes a file for every week below the extracts; returns what was planted."""
    rows = consultations.sort("day", "minute", "person")
    rng, count = stream(world.seed, "consultations"), len(rows)
    village = rows["village"].to_numpy()
    at_centre = pl.Series(rng.random(count) < AT_CENTRE, dtype=pl.Boolean)
    centres = [health_centre(world.county, v.township) for v in world.county.villages]
    clinics = [clinic_name(world, v) for v in range(len(world.county.villages))]
    address, kind = present_addresses(rng, world.county, village)
    fault = pl.when((kind == "") & pl.Series(rng.random(count) < IMPOSSIBLE, dtype=pl.Boolean))
    spoilt = rows.with_columns(
        facility=gathered(centres, village).zip_with(at_centre, gathered(clinics, village)),
        address=address,
        age=age_on(pl.col("birth_on"), pl.col("day")),
        fault=fault.then(pl.lit("time_impossible")).otherwise(kind),
        at=pl.col("day") * DAY_MINUTES + pl.col("minute"),
        file_day="day",
        visit_no=pl.lit("MZ") + pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(8),
        fever=pl.when("has_fever").then(pl.lit("是")).otherwise(pl.lit("否")),
        sent_on=pl.when("referred").then(pl.lit("是")).otherwise(pl.lit("")),
        complaint=pl.when("has_fever")
        .then(drawn_words(rng, FEVER_COMPLAINTS, count))
        .otherwise(drawn_words(rng, COMPLAINTS, count)),
        doctor=pl.lit(""),
    )
    texts = written_people(rng, spoilt).with_columns(
        seen=pl.when(pl.col("fault") == "time_impossible")
        .then(pl.lit("2020/2/30 09:00"))
        .otherwise(instant_text("at", "%Y/%-m/%-d %H:%M"))
    )
    return deliver_series(world, SERIES, texts)[1]
