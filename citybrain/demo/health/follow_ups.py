"""乡镇: the list of feverish people whom the clinics handed over, and everything that gets lost between two lists."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citybrain.demo.clinic_slips import COSTS_THE_ROW
from citybrain.demo.daily_counts import FEVER
from citybrain.demo.departments import DISCREPANCY_COLUMNS, Planted, World, merge
from citybrain.demo.health.series import (
    Series,
    day_text,
    deliver_series,
    drawn_words,
    gathered,
    instant_text,
    text_writer,
)  # fmt: skip
from citybrain.demo.health.silence import FalseZeros
from citybrain.demo.mentions import FIRST_OUTSIDER, written_people
from citybrain.demo.outbreak import DAY_MINUTES
from citybrain.demo.present_addresses import UNPLACED
from citybrain.demo.randomness import stream

RULE = "fever_clinic_follow_ups"
FIRST_LISTED = 14
"""20 January: from this day on the clinics hand over everyone with a fever."""
SHARES = {"sent_not_received": 0.03, "wrong_township": 0.015, "duplicate": 0.012, "date_shift": 0.02}
"""Kind -> share of those handed over; only people with a single visit, so that nobody else can be meant."""
WARM, DEFINITION_SHARE = 37.0, 0.4
"""Of the visitors with 37.0 to 37.2, whom no clinic calls feverish, townships list so many."""
UNHEARD_SHARE = 0.15
"""Of those with a fever who never reached a clinic: the village doctor told the township."""
FEW = 3
"""Nothing is lost on a day on which a township has fewer, so that no zero comes about by accident."""
TOWNSHIP_ONLY = 0.03
UNREADABLE = ("temperature_word", "temperature_comma")
OUTCOMES = {
    "已退热，解除观察": 0.5, "居家观察，体温正常": 0.3, "转县人民医院": 0.06, "仍发热，继续观察": 0.1, "电话未接通": 0.04
}  # fmt: skip
HEADERS = {
    "place": "所在村居", "name_written": "姓名", "id_written": "身份证号", "phone_written": "电话", "facility": "转来医院",
    "seen_on": "就诊日期", "received": "接收时间", "visited": "入户时间", "outcome": "核查结果",
}  # fmt: skip
SERIES = Series("township/fever_follow_ups/发热人员追踪_", ".csv", HEADERS, text_writer("gb18030"), "16:40")


@dataclass(frozen=True)
class FollowUps:
    """The lists of all townships, one row a line.

    `rows`: person, township and seen_day as the township has them, and what stands in the file.
    """

    rows: pl.DataFrame
    planted: Planted


def write_follow_ups(world: World, register: pl.DataFrame, unheard: pl.DataFrame, silent: FalseZeros) -> FollowUps:
    """Writes the townships' lists of the people in `register` (the rows of the clinics that count) below the extracts.

    `unheard` are people with a fever who never reached a clinic: person columns, village, day, minute.
    """
    rng = stream(world.seed, "follow-ups")
    sent = _with_kinds(rng, world, _sent(register), silent)
    rows = _listed(rng, world, sent, _sub_fevers(rng, register), _unheard(rng, register, unheard))
    written = written_people(rng, rows)
    placed, planted = deliver_series(world, SERIES, _as_text(rng, world, written))
    return FollowUps(placed, merge([planted, Planted(discrepancies=_discrepancies(world, sent, placed))]))


def _sent(register: pl.DataFrame) -> pl.DataFrame:
    """Those with a readable fever and a place in the county, as the clinics handed them over, one row a person and day."""
    unreadable = [*UNPLACED.values(), *COSTS_THE_ROW, *UNREADABLE]
    return _with_refs(register).filter(
        pl.col("temperature_c") >= FEVER, pl.col("day") >= FIRST_LISTED, ~pl.col("kind").is_in(unreadable)
    )


def _with_refs(register: pl.DataFrame) -> pl.DataFrame:
    """With `ref`, the line of the clinic, and `is_once`, whether the person came a single time."""
    return register.with_columns(
        ref=pl.col("file") + ":" + pl.col("line").cast(pl.String), is_once=pl.len().over("person") == 1
    )


def _with_kinds(rng: np.random.Generator, world: World, sent: pl.DataFrame, silent: FalseZeros) -> pl.DataFrame:
    """With `township` and `lost`: what goes wrong with each ("" for nothing)."""
    township = pl.Series(world.county.township_of[sent["village"].to_numpy()].astype(np.int64))
    sent = sent.with_columns(township=township)
    shares = list(SHARES.values())
    drawn = gathered([*SHARES, ""], rng.choice(len(SHARES) + 1, len(sent), p=[*shares, 1 - sum(shares)]))
    enough = pl.len().over("township", "day") >= FEW
    unlisted = silent.keeps_no_list(sent["township"].to_numpy(), sent["day"].to_numpy())
    return sent.with_columns(
        lost=pl.when(pl.col("person") >= FIRST_OUTSIDER)
        .then(pl.lit("lives_outside"))
        .when(pl.Series(unlisted, dtype=pl.Boolean))
        .then(pl.lit("sent_not_received"))
        .when(pl.col("is_once") & enough)
        .then(drawn)
        .otherwise(pl.lit(""))
    )


def _sub_fevers(rng: np.random.Generator, register: pl.DataFrame) -> pl.DataFrame:
    """Visitors without a fever whom a township lists all the same, with `ref` and `kind` definition."""
    cool = _with_refs(register).filter(
        pl.col("temperature_c").is_between(WARM, FEVER, closed="left"), pl.col("day") >= FIRST_LISTED, pl.col("is_once"),
        pl.col("kind") == "", pl.col("person") < FIRST_OUTSIDER,
    )  # fmt: skip
    chosen = cool.filter(pl.Series(rng.random(len(cool)) < DEFINITION_SHARE, dtype=pl.Boolean))
    return chosen.with_columns(lost=pl.lit("definition"))


def _unheard(rng: np.random.Generator, register: pl.DataFrame, unheard: pl.DataFrame) -> pl.DataFrame:
    """People whom no clinic saw, with `lost` received_not_sent."""
    never_seen = unheard.filter(pl.col("day") >= FIRST_LISTED).join(register, on="person", how="anti")
    once = never_seen.unique("person", keep="first", maintain_order=True)
    chosen = once.filter(pl.Series(rng.random(len(once)) < UNHEARD_SHARE, dtype=pl.Boolean))
    return chosen.with_columns(ref=pl.lit(""), lost=pl.lit("received_not_sent"))


def _listed(
    rng: np.random.Generator, world: World, sent: pl.DataFrame, cool: pl.DataFrame, unheard: pl.DataFrame
) -> pl.DataFrame:
    """The lines of the lists: who, where and on which day as written, `lost`, and `ref`, the line of the clinic."""
    columns = [
        "person",
        "resident_id",
        "person_name",
        "is_male",
        "birth_on",
        "phone",
        "village",
        "day",
        "minute",
        "ref",
    ]
    sent = sent.filter(~pl.col("lost").is_in(["sent_not_received", "lives_outside"]))
    twice = sent.filter(pl.col("lost") == "duplicate").with_columns(lost=pl.lit("duplicate_again"))
    parts = [part.select(*columns, "lost") for part in (sent, twice, cool, unheard)]
    rows = pl.concat(parts, how="vertical_relaxed")
    township = world.county.township_of[rows["village"].to_numpy()].astype(np.int64)
    is_wrong = (rows["lost"] == "wrong_township").to_numpy()
    count = len(world.county.townships)
    township = np.where(is_wrong, (township + rng.integers(1, max(count, 2), len(rows))) % count, township)
    shift = np.where((rows["lost"] == "date_shift").to_numpy(), rng.choice([-2, -1, 1, 2], len(rows)), 0)
    seen = _kept_inside(rows["day"].to_numpy().astype(np.int64), shift, world.days)
    return rows.with_columns(township=pl.Series(township), seen_day=pl.Series(seen))


def _kept_inside(number: np.ndarray, shift: np.ndarray, days: int) -> np.ndarray:
    """The shifted days, inside the period of the lists; a shift stays a shift."""
    seen = np.clip(number + shift, FIRST_LISTED, days - 1)
    back = np.where(number > FIRST_LISTED, -1, 1)
    return np.where((shift != 0) & (seen == number), number + back, seen)


def _as_text(rng: np.random.Generator, world: World, rows: pl.DataFrame) -> pl.DataFrame:
    """With the text columns of the file and `file_day`, ordered by township within a file."""
    townships, villages = world.county.townships, world.county.villages
    whole = gathered([townships[v.township].name + v.name for v in villages], rows["village"].to_numpy())
    alone = gathered([t.name for t in townships], rows["township"].to_numpy())
    vague = (rng.random(len(rows)) < TOWNSHIP_ONLY) | rows["lost"].is_in(
        ["wrong_township", "duplicate_again"]
    ).to_numpy()
    again = (rows["lost"] == "duplicate_again").to_numpy()
    heard = rows["day"].to_numpy() * DAY_MINUTES + rows["minute"].to_numpy()
    heard = heard + (rng.lognormal(0, 0.9, len(rows)) * 180).astype(np.int64) + np.where(again, 1_000, 0)
    visited = heard + (rng.lognormal(0, 0.8, len(rows)) * 240).astype(np.int64)
    nobody = pl.Series(rng.random(len(rows)) < 0.05, dtype=pl.Boolean)
    last = world.days * DAY_MINUTES - 1
    return (
        rows.with_columns(
            place=alone.zip_with(pl.Series(vague, dtype=pl.Boolean), whole),
            facility=drawn_words(rng, {"县人民医院": 0.5, "县中医院": 0.3, "卫生院发热门诊": 0.2}, len(rows)),
            seen_on=day_text("seen_day", "%Y.%-m.%-d"),
            outcome=drawn_words(rng, OUTCOMES, len(rows)),
            heard=pl.Series(np.minimum(heard, last)),
            seen=pl.Series(visited),
        )
        .with_columns(seen=pl.when(nobody | (pl.col("seen") > last)).then(None).otherwise("seen"))
        .with_columns(received=instant_text("heard", "%Y-%m-%d %H:%M"), visited=instant_text("seen", "%Y-%m-%d %H:%M"))
        .with_columns(file_day=pl.max_horizontal("seen_day", pl.col("heard") // DAY_MINUTES))
        .sort("file_day", "township", "heard", "person")
    )


def _discrepancies(world: World, sent: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """What does not agree: area and day are those of the clinic, or of the township where no clinic has the person."""
    codes = pl.Series([t.code for t in world.county.townships])
    right = placed.with_columns(right_ref=pl.col("file") + ":" + pl.col("line").cast(pl.String))
    lost = sent.filter(pl.col("lost").is_in(["sent_not_received", "lives_outside"])).with_columns(right_ref=pl.lit(""))
    home = pl.Series(world.county.township_of[right["village"].to_numpy()].astype(np.int64))
    found = right.with_columns(township=home).filter(~pl.col("lost").is_in(["", "duplicate"]))
    parts = [part.select("township", "day", "lost", "ref", "right_ref") for part in (lost, found)]
    both = pl.concat(parts, how="vertical_relaxed")
    return both.select(
        rule=pl.lit(RULE),
        area_code=codes.gather(both["township"]),
        period_on=day_text("day").str.to_date(),
        kind=pl.col("lost").replace("duplicate_again", "duplicate"),
        left_ref="ref",
        right_ref="right_ref",
    ).cast(pl.Schema(DISCREPANCY_COLUMNS))
