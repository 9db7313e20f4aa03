"""乡镇: the daily report of all townships, one workbook a day, put together by a clerk."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np

from citybrain.demo.daily_counts import DailyCounts
from citybrain.demo.daily_sheet import FIRST_ROW, SheetRow, write_daily_sheet
from citybrain.demo.faults import Fault
from citybrain.demo.geography import County, Township
from citybrain.demo.names import TRADITIONAL
from citybrain.demo.period import day, deliver
from citybrain.demo.randomness import stream

FOLDER = "township/daily_report"
LATE_SHARE, ABSENT_SHARE, ONE_DATE_SHARE, WITHOUT_YEAR_SHARE = 0.08, 0.1, 0.25, 0.3
"""Days whose file is late, lacks a township, or states its date once; rows whose date has no year."""
SLIPS = {
    "township_unknown": 0.002, "township_short": 0.04, "township_traditional": 0.05, "report_date_impossible": 0.0015,
    "checked_vague": 0.004, "observed_dash": 0.005, "observed_blank": 0.006, "fever_unit": 0.02,
}  # fmt: skip
"""Kind -> share of rows. `township_by_habit` takes the place of `township_short` for the seat of the county."""
SEAT, SEAT_BY_HABIT = "城关镇", "县城"
CORRECTED_DAY = 30
"""5 February: the day after, the clerk sends the whole sheet again."""
ON_TIME, CORRECTION_TIME, LATE_TIME = "17:20", "15:40", "11:30"


def write_daily_reports(seed: int, county: County, counts: DailyCounts, extracts: Path) -> list[Fault]:
    """Writes the workbook of every day below `extracts`; returns what was planted."""
    faults = []
    (extracts / FOLDER).mkdir(parents=True, exist_ok=True)
    for number in range(counts.fevers.shape[1]):
        rng = stream(seed, f"daily report {number}")
        file, came, clock = _file(number), number, ON_TIME
        if rng.random() < LATE_SHARE:
            came, clock = number + 1, LATE_TIME
            faults.append(Fault(file, 0, "late_file", "1 day"))
        absent = int(rng.integers(len(county.townships))) if rng.random() < ABSENT_SHARE else -1
        if number == CORRECTED_DAY:
            corrected = _file(number, "_更正")
            faults.append(Fault(file, 0, "superseded", corrected))
            faults += _write_report(rng, county, counts, number, extracts, corrected)
            deliver(extracts / corrected, number + 1, CORRECTION_TIME)
        if absent >= 0:
            faults.append(Fault(file, 0, "township_absent", county.townships[absent].code))
        faults += _write_report(rng, county, counts, number, extracts, file, absent)
        deliver(extracts / file, came, clock)
    return faults


def _file(number: int, ending: str = "") -> str:
    return f"{FOLDER}/日报_{day(number):%Y%m%d}{ending}.xlsx"


def _write_report(
    rng: np.random.Generator, county: County, counts: DailyCounts, number: int, extracts: Path, file: str,
    absent: int = -1,
) -> list[Fault]:  # fmt: skip
    """Writes one workbook; returns its slips."""
    has_one_date = bool(rng.random() < ONE_DATE_SHARE)
    rows: list[SheetRow] = []
    faults: list[Fault] = []
    for t, township in enumerate(county.townships):
        if t == absent:
            continue
        figures = (int(counts.fevers[t, number]), int(counts.checked[t, number]), int(counts.observed[t, number]))
        row, kind = _row(rng, township, number, figures)
        if kind == "report_date_impossible" and has_one_date:
            kind = ""
        if kind:
            faults.append(Fault(file, FIRST_ROW + 1 + len(rows), kind, township.code))
        rows.append(row)
    write_daily_sheet(extracts / file, day(number), rows, has_one_date=has_one_date)
    return faults


def _row(
    rng: np.random.Generator, township: Township, number: int, figures: tuple[int, int, int]
) -> tuple[SheetRow, str]:
    """The row of a township and the kind of slip in it ("" for none)."""
    kind = [*SLIPS, ""][rng.choice(len(SLIPS) + 1, p=[*SLIPS.values(), 1 - sum(SLIPS.values())])]
    fevers, checked, observed = figures
    name = township.name
    if kind == "township_short" and name == SEAT:
        kind = "township_by_habit"
    if kind == "township_traditional" and name.translate(TRADITIONAL) == name:
        kind = ""
    names = {
        "township_unknown": "工业园管委会",
        "township_short": township.short_name,
        "township_by_habit": SEAT_BY_HABIT,
        "township_traditional": name.translate(TRADITIONAL),
    }
    on: dt.date | str = day(number)
    if rng.random() < WITHOUT_YEAR_SHARE:
        on = f"{day(number).month}月{day(number).day}日"
    figures_as_written = (
        f"{fevers}人" if kind == "fever_unit" else fevers,
        f"约{checked}" if kind == "checked_vague" else f"{checked:,}" if checked > 999 else checked,
        {"observed_dash": "—", "observed_blank": None}.get(kind, observed),
    )
    return SheetRow(
        names.get(kind, name), "2月30日" if kind == "report_date_impossible" else on, figures_as_written
    ), kind
