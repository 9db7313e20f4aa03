"""卫健: beds and masks of the health centres, one long file a week in the encoding of an old spreadsheet (UTF-16)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from citybrain.demo.clinic_visits import expected_visits
from citybrain.demo.facilities import health_centre, township_shares
from citybrain.demo.faults import Fault
from citybrain.demo.geography import County
from citybrain.demo.period import day, deliver
from citybrain.demo.randomness import stream

FOLDER = "health/beds"
HEADERS = ("日期", "医疗机构", "乡镇", "指标", "数值")
MEASURES = ("床位总数", "占用床位", "口罩库存")
BY_HABIT = ("开放床位", "已占用床位", "口罩库存（只）")
"""What some centres call the measures."""
HABIT_SHARE, ERROR_SHARE, BLANK_SHARE, UNIT_SHARE = 0.15, 0.002, 0.004, 0.03
BEDS_A_PERSON = 3.2 / 1000
BED_DAYS = 12
"""Days that a case keeps a bed."""
MASKS_USED = ((0, 0.004), (14, 0.008), (18, 0.05), (27, 0.05), (40, 0.03), (56, 0.025))
"""Masks by person and day; ordinary stocks are gone within days."""
MASKS_CAME = ((0, 0.004), (14, 0.008), (23, 0.012), (27, 0.05), (33, 0.07), (42, 0.04), (56, 0.03))
MASKS_AT_FIRST = 0.35
CLOCK = "09:40"


def write_bed_files(
    seed: int, county: County, visits: pl.DataFrame, cases: pl.DataFrame, days: int, extracts: Path
) -> list[Fault]:
    """Writes one file a week below `extracts`, on the Monday after it; returns what was planted."""
    rng = stream(seed, "beds")
    stocks = _stocks(rng, county, visits, cases, days)
    (extracts / FOLDER).mkdir(parents=True, exist_ok=True)
    faults = []
    for first in range(0, days, 7):
        last = min(first + 6, days - 1)
        year, week, _ = day(first).isocalendar()
        file = f"{FOLDER}/beds_{year}-W{week:02d}.csv"
        rows, kinds = _rows(rng, county, stocks[:, :, first : last + 1], first)
        text = rows.write_csv(separator=";", line_terminator="\r\n")
        (extracts / file).write_bytes(text.encode("utf-16"))
        deliver(extracts / file, last + 1, CLOCK)
        faults += [Fault(file, 2 + int(i), str(kinds[i])) for i in np.flatnonzero(kinds.astype(bool))]
    return faults


def _stocks(
    rng: np.random.Generator, county: County, visits: pl.DataFrame, cases: pl.DataFrame, days: int
) -> np.ndarray:
    """Township, measure, day -> value at the end of the day."""
    people = township_shares(county) * len(visits) / expected_visits(len(county.townships), days)
    beds = np.maximum(8, np.round(people * BEDS_A_PERSON * rng.uniform(0.8, 1.3, len(people)))).astype(np.int64)
    t = np.arange(days)
    ordinary = rng.binomial(beds[:, None], 0.55 * np.interp(t, [0, 18, 24, 56], [1, 0.8, 0.55, 0.6]), (len(beds), days))
    occupied = np.minimum(ordinary + _bedded(county, cases, days), np.ceil(beds * 1.1)[:, None]).astype(np.int64)
    came, used = (np.interp(t, *np.array(share).T) for share in (MASKS_CAME, MASKS_USED))
    masks = people * MASKS_AT_FIRST
    stock = np.empty((len(people), days))
    for number in range(days):
        mood = rng.lognormal(0, 0.3, (2, len(people)))
        masks = np.maximum(masks + people * (came[number] * mood[0] - used[number] * mood[1]), 20)
        stock[:, number] = masks
    total = np.repeat(beds[:, None], days, axis=1)
    return np.stack([total, occupied, np.round(stock).astype(np.int64)], axis=1)


def _bedded(county: County, cases: pl.DataFrame, days: int) -> np.ndarray:
    """Cases in bed by township and day."""
    change = np.zeros((len(county.townships), days + 1), dtype=np.int64)
    township = county.township_of[cases["village"].to_numpy()]
    first = np.clip(cases["visit_day"].to_numpy(), 0, days)
    np.add.at(change, (township, first), 1)
    np.add.at(change, (township, np.minimum(first + BED_DAYS, days)), -1)
    return change.cumsum(axis=1)[:, :days]


def _rows(rng: np.random.Generator, county: County, stocks: np.ndarray, first: int) -> tuple[pl.DataFrame, np.ndarray]:
    """The rows of a file (day, health centre, measure) and the kind of slip in each ("" for none)."""
    townships, measures, days = stocks.shape
    number, township, measure = (
        axis.ravel() for axis in np.meshgrid(np.arange(days), np.arange(townships), np.arange(measures), indexing="ij")
    )
    has_habit = np.less(rng.random(townships), HABIT_SHARE)[township]
    value = pl.Series(stocks[township, measure, number]).cast(pl.String)
    draw = rng.random(len(value))
    kinds = np.select(
        [draw < ERROR_SHARE, draw < ERROR_SHARE + BLANK_SHARE, draw < ERROR_SHARE + BLANK_SHARE + UNIT_SHARE],
        ["value_error", "value_blank", "value_unit"], "",
    )  # fmt: skip
    written = value + pl.Series(["张", "张", "只"]).gather(measure)
    for kind, other in (("value_unit", written), ("value_error", "#REF!"), ("value_blank", "")):
        texts = other if isinstance(other, pl.Series) else pl.Series([other]).gather(np.zeros(len(value), dtype=int))
        value = texts.zip_with(pl.Series(kinds == kind), value)
    names = pl.Series([*MEASURES, *BY_HABIT]).gather(measure + len(MEASURES) * has_habit)
    dates = pl.Series([f"{d.year}.{d.month}.{d.day}" for d in map(day, range(first, first + days))]).gather(number)
    centres = pl.Series([health_centre(county, t) for t in range(townships)]).gather(township)
    places = pl.Series([t.name for t in county.townships]).gather(township)
    return pl.DataFrame(dict(zip(HEADERS, (dates, centres, places, names, value), strict=True))), kinds
