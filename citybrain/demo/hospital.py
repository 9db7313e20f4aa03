"""卫健: beds and masks of the hospitals by township, one long file a week in the encoding of an old spreadsheet (UTF-16)."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.departments import DISCREPANCY_COLUMNS, Planted, World
from citybrain.demo.facilities import COUNTY_HOSPITALS, health_centre, seat_township, slow_hospital
from citybrain.demo.faults import Fault, fault_table
from citybrain.demo.period import day, deliver
from citybrain.demo.randomness import stream

FOLDER = "health/beds"
RULE = "admissions_beds"
HEADERS = ("日期", "医疗机构", "乡镇", "指标", "数值")
MEASURES = ("床位总数", "占用床位", "口罩库存")
BY_HABIT = ("开放床位", "已占用床位", "口罩库存（只）")
"""What some centres call the measures."""
HABIT_SHARE, ERROR_SHARE, BLANK_SHARE, UNIT_SHARE = 0.15, 0.002, 0.004, 0.03
OBSERVATION_DAYS, OBSERVATION_BEDS = (21, 41), 0.15
"""From and to which day the hospitals of the seat count people under observation as patients, and how many more."""
YESTERDAY_SINCE = 28
"""From this day the slow health centre states the occupancy of the day before."""
CLOCK = "09:40"


def write_bed_files(world: World, hospitals: pl.DataFrame, occupied: np.ndarray, masks: np.ndarray) -> Planted:
    """Writes one file a week below the extracts, on the Monday after it, one row a day, township and measure.

    `occupied` and `masks` are by hospital and day, as they truly were at the end of the day. Two townships state an
    occupancy that is not that of their stays.
    """
    rng = stream(world.seed, "beds")
    stocks = _by_township(world, hospitals, occupied, masks)
    truth = stocks[:, 1].copy()
    seat, slow = seat_township(world.county), slow_hospital(world.county)
    first, last = OBSERVATION_DAYS
    stocks[seat, 1, first : last + 1] += np.ceil(truth[seat, first : last + 1] * OBSERVATION_BEDS).astype(np.int64)
    stocks[slow, 1, YESTERDAY_SINCE:] = truth[slow, YESTERDAY_SINCE - 1 : -1]
    (world.extracts / FOLDER).mkdir(parents=True, exist_ok=True)
    faults = []
    for begin in range(0, world.days, 7):
        end = min(begin + 6, world.days - 1)
        year, week, _ = day(begin).isocalendar()
        file = f"{FOLDER}/beds_{year}-W{week:02d}.csv"
        rows, kinds = _rows(rng, world, stocks[:, :, begin : end + 1], begin)
        text = rows.write_csv(separator=";", line_terminator="\r\n")
        (world.extracts / file).write_bytes(text.encode("utf-16"))
        deliver(world.extracts / file, end + 1, CLOCK)
        faults += [Fault(file, 2 + int(i), str(kinds[i])) for i in np.flatnonzero(kinds.astype(bool))]
    return Planted(fault_table(faults), discrepancies=_discrepancies(world, truth, stocks[:, 1]))


def _by_township(world: World, hospitals: pl.DataFrame, occupied: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Township, measure, day -> value at the end of the day, of all hospitals of the township."""
    at = hospitals["township"].to_numpy()
    stocks = np.zeros((len(world.county.townships), 3, world.days), dtype=np.int64)
    np.add.at(stocks[:, 0], at, np.repeat(hospitals["beds"].to_numpy()[:, None], world.days, axis=1))
    np.add.at(stocks[:, 1], at, occupied)
    np.add.at(stocks[:, 2], at, masks)
    return stocks


def _discrepancies(world: World, truth: np.ndarray, stated: np.ndarray) -> pl.DataFrame:
    """Township-days whose occupancy is not that of the stays: definition in the seat, date_shift in the slow township."""
    township, number = np.nonzero(truth != stated)
    seat = seat_township(world.county)
    return pl.DataFrame({
        "rule": [RULE] * len(township),
        "area_code": [world.county.townships[t].code for t in township],
        "period_on": [day(int(n)) for n in number],
        "kind": ["definition" if t == seat else "date_shift" for t in township],
        "left_ref": [str(truth[t, n]) for t, n in zip(township, number, strict=True)],
        "right_ref": [str(stated[t, n]) for t, n in zip(township, number, strict=True)],
    }, schema=DISCREPANCY_COLUMNS)  # fmt: skip


def _rows(rng: np.random.Generator, world: World, stocks: np.ndarray, first: int) -> tuple[pl.DataFrame, np.ndarray]:
    """The rows of a file (day, hospitals of a township, measure) and the kind of slip in each ("" for none)."""
    county, seat = world.county, seat_township(world.county)
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
    centres = pl.Series(
        [f"{COUNTY_HOSPITALS[0]}医共体" if t == seat else health_centre(county, t) for t in range(townships)]
    ).gather(township)
    places = pl.Series([t.name for t in county.townships]).gather(township)
    return pl.DataFrame(dict(zip(HEADERS, (dates, centres, places, names, value), strict=True))), kinds
