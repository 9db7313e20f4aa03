"""乡镇: the daily report of all townships, one workbook a day, put together by a clerk.

Townships file until 18:00. Whoever files later is missing from the sheet and comes with the next morning's (补报), which
holds the whole day again; on some days figures are corrected after the deadline (更正).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from citybrain.demo.daily_counts import DailyCounts
from citybrain.demo.daily_sheet import FIRST_ROW, SheetRow, write_daily_sheet
from citybrain.demo.departments import World
from citybrain.demo.faults import Fault
from citybrain.demo.geography import Township
from citybrain.demo.names import TRADITIONAL
from citybrain.demo.outbreak import DAY_MINUTES
from citybrain.demo.period import day, deliver
from citybrain.demo.randomness import stream

FOLDER = "township/daily_report"
LATE_FILE_SHARE, ABSENT_SHARE, ONE_DATE_SHARE, WITHOUT_YEAR_SHARE = 0.08, 0.15, 0.25, 0.3
"""Days whose file is late, lacks a township, or states its date once; rows whose date has no year."""
LATE_DAYS = (9, 17, 22, 27, 34, 41, 50)
"""Days on which some townships filed after the deadline."""
LATE_TOWNSHIPS = 0.2
CORRECTED_DAYS = (30, 38, 45)
"""5, 13 and 20 February: the day after, the clerk sends the whole sheet again, with figures that had been too low."""
CORRECTED_TOWNSHIPS = 0.15
SLIPS = {
    "township_unknown": 0.002, "township_short": 0.04, "township_traditional": 0.05, "report_date_impossible": 0.0015,
    "checked_vague": 0.004, "observed_dash": 0.005, "observed_blank": 0.006, "fever_unit": 0.02,
}  # fmt: skip
"""Kind -> share of rows. `township_by_habit` takes the place of `township_short` for the seat of the county."""
SEAT, SEAT_BY_HABIT = "城关镇", "县城"
ON_TIME, CORRECTION_TIME, LATE_TIME, SUPPLEMENT_TIME = "17:50", "15:40", "11:30", "08:40"
MENDED_AFTER = 17 * 60
"""Minutes after which a township files better figures: the next morning."""
OPENS, CLOSES = 14 * 60 + 30, 17 * 60 + 45
"""Minutes of the day between which townships file in time."""


@dataclass(frozen=True)
class _Day:
    """One day's sheet: which townships file when (minutes after midnight), who is missing, whose figures come too low."""

    number: int
    filed: np.ndarray
    is_late: np.ndarray
    absent: int
    is_low: np.ndarray
    is_file_late: bool


def write_daily_reports(world: World, counts: DailyCounts) -> list[Fault]:
    """Writes the workbook of every day below the extracts; returns what was planted."""
    (world.extracts / FOLDER).mkdir(parents=True, exist_ok=True)
    faults = []
    for number in range(world.days):
        faults += _write_day(world, counts, _plan(world, number))
    copied = zip(*np.nonzero(counts.copied), strict=True)
    faults += [Fault(_file(d), 0, "report_copied", world.county.townships[t].code) for t, d in copied]
    return faults


def _plan(world: World, number: int) -> _Day:
    rng, count = stream(world.seed, f"daily filing {number}"), len(world.county.townships)
    is_late = (rng.random(count) < LATE_TOWNSHIPS) & (number in LATE_DAYS)
    filed = np.where(is_late, rng.integers(19 * 60, 23 * 60, count), rng.integers(OPENS, CLOSES, count))
    absent = int(rng.integers(count)) if rng.random() < ABSENT_SHARE else -1
    is_low = (rng.random(count) < CORRECTED_TOWNSHIPS) & (number in CORRECTED_DAYS)
    return _Day(number, filed, is_late, absent, is_low, bool(rng.random() < LATE_FILE_SHARE))


def _write_day(world: World, counts: DailyCounts, plan: _Day) -> list[Fault]:
    number, townships = plan.number, world.county.townships
    file, came, clock = _file(number), number, ON_TIME
    is_corrected, is_supplemented = number in CORRECTED_DAYS, bool(plan.is_late.any())
    faults = [Fault(file, 0, "report_late", townships[t].code) for t in np.flatnonzero(plan.is_late)]
    faults += [Fault(file, 0, "report_corrected", townships[t].code) for t in np.flatnonzero(plan.is_low)]
    if plan.absent >= 0:
        faults.append(Fault(file, 0, "township_absent", townships[plan.absent].code))
    if plan.is_file_late and not is_supplemented and not is_corrected:
        came, clock = number + 1, LATE_TIME
        faults.append(Fault(file, 0, "late_file", "1 day"))
    if is_corrected or is_supplemented:
        whole = _file(number, "_更正" if is_corrected else "_补报")
        faults.append(Fault(file, 0, "superseded", whole))
        faults += _write_report(world, counts, plan, whole, is_final=True)
        deliver(world.extracts / whole, number + 1, CORRECTION_TIME if is_corrected else SUPPLEMENT_TIME)
    faults += _write_report(world, counts, plan, file, is_final=False)
    deliver(world.extracts / file, came, clock)
    return faults


def _file(number: int, ending: str = "") -> str:
    return f"{FOLDER}/日报_{day(number):%Y%m%d}{ending}.xlsx"


def _write_report(world: World, counts: DailyCounts, plan: _Day, file: str, *, is_final: bool) -> list[Fault]:
    """Writes one workbook, the final one of its day or the one of the evening; returns its slips."""
    number = plan.number
    rng = stream(world.seed, f"daily report {number} {is_final}")
    has_one_date = bool(rng.random() < ONE_DATE_SHARE)
    rows: list[SheetRow] = []
    faults: list[Fault] = []
    for t, township in enumerate(world.county.townships):
        if t == plan.absent or (plan.is_late[t] and not is_final):
            continue
        filed = int(plan.filed[t])
        figures = (int(counts.fevers[t, number]), int(counts.checked[t, number]), int(counts.observed[t, number]))
        if plan.is_low[t] and is_final:
            filed += MENDED_AFTER
        elif plan.is_low[t]:
            figures = (figures[0] // 2, figures[1] // 2, figures[2])
        row, kind = _row(rng, township, number, figures, filed)
        if kind == "report_date_impossible" and has_one_date:
            kind = ""
        if kind:
            faults.append(Fault(file, FIRST_ROW + 1 + len(rows), kind, township.code))
        rows.append(row)
    write_daily_sheet(world.extracts / file, day(number), rows, has_one_date=has_one_date)
    return faults


def _row(
    rng: np.random.Generator, township: Township, number: int, figures: tuple[int, int, int], filed: int
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
    filed_on = day(number + filed // DAY_MINUTES)
    hour, minute = divmod(filed % DAY_MINUTES, 60)
    return SheetRow(
        names.get(kind, name), "2月30日" if kind == "report_date_impossible" else on, figures_as_written,
        f"{filed_on} {hour:02d}:{minute:02d}",
    ), kind  # fmt: skip
