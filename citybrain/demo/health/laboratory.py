"""卫健: samples and the laboratories' results, each one file a week: tubes get lost, results come late or without a tube."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.departments import DISCREPANCY_COLUMNS, Planted, World, merge
from citybrain.demo.health.institutions import LABORATORIES
from citybrain.demo.health.series import Series, deliver_series, drawn_words, gathered, instant_text, text_writer
from citybrain.demo.mentions import FIRST_OUTSIDER, written_people
from citybrain.demo.outbreak import DAY_MINUTES
from citybrain.demo.randomness import stream

RULE = "test_samples_test_results"
FIRST_SAMPLED = 14
VISITORS_TESTED = 0.3
"""Of the visitors of fever clinics with a fever, from the day on which the county can test."""
POSITIVE_BEFORE, POSITIVE_AFTER = 2, 8
"""Days around its confirmation in which a case tests positive."""
LOST, LATE, WITHOUT_SAMPLE, INVALID, UNREADABLE = 0.025, 0.04, 0.012, 0.012, 0.001
LOST_BY_MORE_THAN = 4
"""A tube lost in the last days cannot be told from one that is still on its way: none is lost then."""
SAMPLE_HEADERS = {
    "sample_no": "样本编号", "name_written": "姓名", "id_written": "证件号码", "phone_written": "手机号", "place": "现住乡镇村",
    "sampled": "采样时间", "site": "采样点",
}  # fmt: skip
RESULT_HEADERS = {
    "sample_no": "样本编号", "received": "收样时间", "resulted": "报告时间", "laboratory": "检测机构", "result": "检测结果"
}  # fmt: skip
SAMPLES = Series("health/test_samples/核酸采样_", ".csv", SAMPLE_HEADERS, text_writer("utf-8-sig"), "08:50")
RESULTS = Series("health/test_results/核酸结果_", ".csv", RESULT_HEADERS, text_writer("utf-16", "\t"), "09:05")
PERSONAL = ("person", "resident_id", "person_name", "is_male", "birth_on", "phone", "village")


def write_tests(world: World, register: pl.DataFrame, cards: pl.DataFrame, contacts: pl.DataFrame) -> Planted:
    """Writes samples and results of visitors, cases and contacts below the extracts; returns what was planted.

    `register` are the rows of the fever clinics, `cards` the report cards, `contacts` those with `quarantined_day`.
    """
    rng = stream(world.seed, "laboratory")
    taken = _taken(rng, world, register, cards, contacts)
    analysed = _analysed(rng, world, taken)
    strays = analysed.filter(pl.Series(rng.random(len(analysed)) < WITHOUT_SAMPLE, dtype=pl.Boolean))
    strays = strays.with_columns(
        sample_no=pl.lit("QX") + pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7), kind=pl.lit("stray")
    )
    samples = _write_samples(rng, world, taken)
    results, of_results = _write_results(rng, world, pl.concat([analysed.filter(pl.col("kind") != "lost"), strays]))
    return merge([samples, of_results, Planted(discrepancies=_discrepancies(world, analysed, results))])


def _taken(
    rng: np.random.Generator, world: World, register: pl.DataFrame, cards: pl.DataFrame, contacts: pl.DataFrame
) -> pl.DataFrame:
    """One row a sample: the person, sampled_at (minutes), site, sample_no, confirmed_at (null for those never ill)."""
    at_clinic = register.filter(pl.col("day") >= FIRST_SAMPLED, pl.col("person") < FIRST_OUTSIDER)
    at_clinic = at_clinic.filter(pl.Series(rng.random(len(at_clinic)) < VISITORS_TESTED, dtype=pl.Boolean))
    clinic = at_clinic.select(
        *PERSONAL,
        sampled_at=pl.col("day").cast(pl.Int64) * DAY_MINUTES + pl.col("minute") + 40,
        site=pl.lit("发热门诊"),
    )
    ill = pl.concat([cards, cards.filter(pl.Series(rng.random(len(cards)) < 0.6, dtype=pl.Boolean))])
    hours = np.concatenate([np.full(len(cards), -12.0), rng.uniform(20, 120, len(ill) - len(cards))])
    begin = ill.select(pl.coalesce("confirmed_at", "reported_at"))["confirmed_at"].to_numpy()
    isolated = ill.select(*PERSONAL).with_columns(
        sampled_at=pl.Series((begin + hours * 60).astype(np.int64)), site=pl.lit("隔离病区")
    )
    kept_apart = contacts.filter(pl.col("quarantined_day").is_not_null())
    again = pl.concat([kept_apart, kept_apart.filter(pl.Series(rng.random(len(kept_apart)) < 0.5, dtype=pl.Boolean))])
    later = np.concatenate([np.ones(len(kept_apart)), rng.integers(7, 13, len(again) - len(kept_apart))])
    apart = again.select(*PERSONAL).with_columns(
        sampled_at=pl.Series(
            ((again["quarantined_day"].to_numpy() + later) * DAY_MINUTES + rng.integers(480, 700, len(again))).astype(
                np.int64
            )
        ),
        site=pl.lit("隔离点"),
    )
    rows = pl.concat([part.cast({"village": pl.Int32}) for part in (clinic, isolated, apart)])
    rows = rows.filter(pl.col("sampled_at").is_between(FIRST_SAMPLED * DAY_MINUTES, world.days * DAY_MINUTES - 1))
    confirmed = cards.filter(pl.col("confirmed_at").is_not_null()).select("person", "confirmed_at").unique("person")
    return (
        rows.join(confirmed, on="person", how="left", maintain_order="left")
        .sort("sampled_at", "person")
        .with_columns(sample_no=pl.lit("QH") + pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7))
    )


def _analysed(rng: np.random.Generator, world: World, taken: pl.DataFrame) -> pl.DataFrame:
    """With received_at, resulted_at, result, laboratory and `kind` (lost, late, pending or "")."""
    count = len(taken)
    draw = rng.random(count)
    is_old = (taken["sampled_at"] < (world.days - LOST_BY_MORE_THAN) * DAY_MINUTES).to_numpy()
    is_late = draw > 1 - LATE
    received = taken["sampled_at"].to_numpy() + rng.integers(60, 420, count)
    hours = np.where(is_late, rng.uniform(72, 160, count), rng.gamma(3.0, 3.5, count))
    resulted = received + (hours * 60).astype(np.int64)
    window = (pl.col("sampled_at") >= pl.col("confirmed_at") - POSITIVE_BEFORE * DAY_MINUTES) & (
        pl.col("sampled_at") <= pl.col("confirmed_at") + POSITIVE_AFTER * DAY_MINUTES
    )
    positive = taken.select(window.fill_null(value=False)).to_series()
    invalid = pl.Series(rng.random(count) < INVALID, dtype=pl.Boolean)
    found = drawn_words(rng, {"阳性": 0.8, "阳": 0.2}, count)
    nothing = drawn_words(rng, {"阴性": 0.9, "未检出": 0.1}, count)
    return taken.with_columns(
        received_at=pl.Series(received),
        resulted_at=pl.Series(resulted),
        result=drawn_words(rng, {"无效": 0.5, "需复检": 0.5}, count).zip_with(
            invalid, found.zip_with(positive, nothing)
        ),
        laboratory=gathered(LABORATORIES, (rng.random(count) < 0.4).astype(np.int64)),
        kind=gathered(["", "late", "lost"], np.where((draw < LOST) & is_old, 2, np.where(is_late, 1, 0))),
    )


def _write_samples(rng: np.random.Generator, world: World, taken: pl.DataFrame) -> Planted:
    places = [world.county.townships[v.township].name + v.name for v in world.county.villages]
    rows = written_people(rng, taken).with_columns(
        place=gathered(places, taken["village"].to_numpy()),
        sampled=instant_text("sampled_at", "%Y-%m-%d %H:%M:%S"),
        file_day=pl.col("sampled_at") // DAY_MINUTES,
    )
    return deliver_series(world, SAMPLES, rows)[1]


def _write_results(rng: np.random.Generator, world: World, analysed: pl.DataFrame) -> tuple[pl.DataFrame, Planted]:
    known = analysed.filter(pl.col("resulted_at") < world.days * DAY_MINUTES).sort("resulted_at", "sample_no")
    spoilt = pl.Series(rng.random(len(known)) < UNREADABLE, dtype=pl.Boolean) & (known["kind"] == "")
    rows = known.select(
        "sample_no",
        "laboratory",
        "kind",
        "sampled_at",
        "village",
        received=instant_text("received_at", "%Y%m%d%H%M"),
        resulted=instant_text("resulted_at", "%Y-%m-%d %H:%M"),
        result=pl.when(spoilt).then(pl.lit("见附件")).otherwise("result"),
        fault=pl.when(spoilt).then(pl.lit("result_unreadable")).otherwise(pl.lit("")),
        detail="sample_no",
        file_day=pl.col("resulted_at") // DAY_MINUTES,
    )
    return deliver_series(world, RESULTS, rows)


def _discrepancies(world: World, analysed: pl.DataFrame, results: pl.DataFrame) -> pl.DataFrame:
    """Lost tubes and results without a tube; references are sample numbers, the day that of the sample."""
    lost = analysed.filter(pl.col("kind") == "lost").select(
        "sampled_at", "village", kind=pl.lit("sent_not_received"), left_ref="sample_no", right_ref=pl.lit("")
    )
    strays = results.filter(pl.col("kind") == "stray").select(
        "sampled_at", "village", kind=pl.lit("received_not_sent"), left_ref=pl.lit(""), right_ref="sample_no"
    )
    both = pl.concat([lost, strays])
    codes = [world.county.townships[v.township].code for v in world.county.villages]
    return both.select(
        rule=pl.lit(RULE),
        area_code=gathered(codes, both["village"].to_numpy()),
        period_on=instant_text("sampled_at", "%Y-%m-%d").str.to_date(),
        kind="kind",
        left_ref="left_ref",
        right_ref="right_ref",
    ).cast(pl.Schema(DISCREPANCY_COLUMNS))
