"""卫健: the registers of the fever clinics, one CSV a day for all clinics, quoted, UTF-8 with a byte order mark."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from citybrain.demo.clinic_slips import write_slips
from citybrain.demo.facilities import fever_clinics
from citybrain.demo.faults import Fault
from citybrain.demo.geography import County
from citybrain.demo.period import day, deliver
from citybrain.demo.present_addresses import present_addresses
from citybrain.demo.randomness import stream

FOLDER = "health/fever_clinic"
HEADERS = {
    "number": "登记号", "person_name": "姓名", "sex": "性别", "resident_id": "证件号码", "phone": "联系电话",
    "screened_at": "就诊时间", "facility": "就诊机构", "address": "现住址", "temperature": "体温(℃)",
    "outcome": "处置", "note": "备注",
}  # fmt: skip
NEW_SOFTWARE_DAY = 42
NEW_HEADERS = {"resident_id": "身份证号", "temperature": "体温（℃）"}
"""What the software of the clinics calls two columns since 17 February."""
OUTCOMES = ("对症处理，居家观察", "取药后离院", "留院观察", "转县人民医院隔离病区")
NOTES = ("", "", "", "", "", "", "有外出史", "咳嗽", "咽痛", "陪同就诊", "已嘱佩戴口罩")
DUPLICATE_SHARE = 0.004
LATE_WEEK = 2
"""In this week (from 0) every file came two days late."""
CORRECTED_DAY = 35
"""10 February: one clinic was forgotten, and the whole day delivered again the day after."""
MISSING_DAYS = 2
ON_TIME, CORRECTION_TIME = "08:20", "11:05"


@dataclass(frozen=True)
class Calendar:
    """Which days have no file, and which came late."""

    missing: frozenset[int]
    late: frozenset[int]


def write_clinic_files(seed: int, county: County, visits: pl.DataFrame, days: int, extracts: Path) -> list[Fault]:
    """Writes the register of every day below `extracts`; returns what was planted."""
    calendar = _calendar(seed, days)
    faults = [Fault(_file(d), 0, "missing_file") for d in sorted(calendar.missing)]
    (extracts / FOLDER).mkdir(parents=True, exist_ok=True)
    by_day = visits.sort("day", "minute", "person").partition_by("day", as_dict=True)
    for number in range(days):
        if number in calendar.missing or (number,) not in by_day:
            continue
        register = _register(seed, county, by_day[number,], number)
        came = number + 3 if number in calendar.late else number + 1
        if number == CORRECTED_DAY:
            # The second clinic was forgotten at first.
            whole, register = register, register.filter(pl.col("facility") != fever_clinics(county)[1])
            corrected = _file(number, "_更正")
            faults += [Fault(_file(number), 0, "superseded", corrected), *_write(whole, number, extracts, corrected)]
            deliver(extracts / corrected, number + 2, CORRECTION_TIME)
        if number in calendar.late:
            faults.append(Fault(_file(number), 0, "late_file", "2 days"))
        faults += _write(register, number, extracts, _file(number))
        deliver(extracts / _file(number), came, ON_TIME)
    return faults


def _calendar(seed: int, days: int) -> Calendar:
    late = frozenset(range(7 * LATE_WEEK, min(7 * LATE_WEEK + 7, days)))
    others = [d for d in range(days) if d not in late and d != CORRECTED_DAY]
    chosen = stream(seed, "clinic calendar").choice(others, MISSING_DAYS, replace=False)
    return Calendar(frozenset(int(d) for d in chosen), late)


def _file(number: int, ending: str = "") -> str:
    return f"{FOLDER}/fever_clinic_{day(number)}{ending}.csv"


def _register(seed: int, county: County, visits: pl.DataFrame, number: int) -> pl.DataFrame:
    """The rows of a day as text, with `kind` and `right` (what should stand there) where a slip was made."""
    rng = stream(seed, f"clinic {number}")
    count = len(visits)
    address, address_kind = present_addresses(rng, county, visits["village"].to_numpy())
    clinic = visits["clinic"].to_numpy().astype(np.int64)
    hour, minute = np.divmod(visits["minute"].to_numpy(), 60)
    outcome = np.select(
        [visits["is_case"].to_numpy(), rng.random(count) < 0.1, rng.random(count) < 0.4],
        [np.where(rng.random(count) < 0.7, 3, 2), 2, 1], 0,
    )  # fmt: skip
    clock = pl.Series(hour).cast(pl.String).str.zfill(2) + ":" + pl.Series(minute).cast(pl.String).str.zfill(2)
    serial = pl.Series(np.arange(1, count + 1)).cast(pl.String).str.zfill(4)
    register = visits.select("person_name", "resident_id", "phone").with_columns(
        number=pl.lit(f"FR{day(number):%Y%m%d}") + serial,
        sex=pl.Series(["女", "男"]).gather(visits["is_male"].to_numpy().astype(np.int64)),
        screened_at=pl.lit(f"{day(number)} ") + clock,
        facility=pl.Series(fever_clinics(county)).gather(clinic),
        address=address,
        temperature=visits["temperature"].cast(pl.String),
        outcome=pl.Series(OUTCOMES).gather(outcome),
        note=pl.Series(NOTES).gather(rng.integers(0, len(NOTES), count)),
        kind=address_kind,
    )
    return _with_repeats(rng, write_slips(rng, register))


def _with_repeats(rng: np.random.Generator, register: pl.DataFrame) -> pl.DataFrame:
    """A few clean rows twice, one under the other."""
    twice = (rng.random(len(register)) < DUPLICATE_SHARE) & (register["kind"] == "").to_numpy()
    position = np.repeat(np.arange(len(register)), 1 + twice)
    is_copy = np.concatenate([[False], np.diff(position) == 0])[: len(position)]
    kind = pl.when(pl.Series(is_copy)).then(pl.lit("duplicate")).otherwise(pl.col("kind"))
    return register[position].with_columns(kind=kind)


def _write(register: pl.DataFrame, number: int, extracts: Path, file: str) -> list[Fault]:
    """Writes one file; returns the slips with their lines."""
    headers = HEADERS | NEW_HEADERS if number >= NEW_SOFTWARE_DAY else HEADERS
    rows = register.select(pl.col(name).alias(header) for name, header in headers.items())
    rows.write_csv(extracts / file, include_bom=True, quote_style="always", line_terminator="\r\n")
    slips = register.with_row_index("line", offset=2).filter(pl.col("kind") != "").select("line", "kind", "right")
    return [Fault(file, *slip) for slip in slips.iter_rows()]
