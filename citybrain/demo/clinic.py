"""卫健: the registers of the fever clinics, one CSV a day for all clinics, quoted, UTF-8 with a byte order mark."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citybrain.demo.clinic_slips import write_slips
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.facilities import fever_clinics
from citybrain.demo.faults import Fault, fault_table
from citybrain.demo.mentions import mention_table, written_people
from citybrain.demo.period import day, deliver
from citybrain.demo.present_addresses import present_addresses
from citybrain.demo.randomness import stream

FOLDER = "health/fever_clinic"
HEADERS = {
    "number": "登记号", "name_written": "姓名", "sex_written": "性别", "id_written": "证件号码", "phone_written": "联系电话",
    "screened_at": "就诊时间", "facility": "就诊机构", "address": "现住址", "temperature": "体温(℃)",
    "outcome": "处置", "note": "备注",
}  # fmt: skip
NEW_SOFTWARE_DAY = 42
NEW_HEADERS = {"id_written": "身份证号", "temperature": "体温（℃）"}
"""What the software of the clinics calls two columns since 17 February."""
OUTCOMES = ("对症处理，居家观察", "取药后离院", "留院观察", "转县人民医院隔离病区")
NOTES = ("", "", "", "", "", "", "有外出史", "咳嗽", "咽痛", "陪同就诊", "已嘱佩戴口罩")
DUPLICATE_SHARE = 0.004
LATE_WEEK = 2
"""In this week (from 0) every file came two days late."""
CORRECTED_DAY = 35
"""10 February: one clinic was forgotten, and the whole day delivered again the day after."""
MISSING_DAYS, MISSING_BEFORE = 2, 14
"""The software failed twice in the first weeks, before townships were told of every fever."""
ON_TIME, CORRECTION_TIME = "08:20", "11:05"


@dataclass(frozen=True)
class Calendar:
    """Which days have no file, and which came late."""

    missing: frozenset[int]
    late: frozenset[int]


def write_clinic_files(world: World, visits: pl.DataFrame) -> tuple[pl.DataFrame, Planted]:
    """Writes the register of every day below the extracts.

    Returns the rows that count in the end, one a visit (file, line, kind and the columns of `visits`), and what was
    planted: faults of lines and files, and who is meant on each line.
    """
    calendar = _calendar(world.seed, world.days)
    faults = [Fault(_file(d), 0, "missing_file") for d in sorted(calendar.missing)]
    faults += [Fault(_file(d), 0, "late_file", "2 days") for d in sorted(calendar.late)]
    (world.extracts / FOLDER).mkdir(parents=True, exist_ok=True)
    by_day = visits.sort("day", "minute", "person").partition_by("day", as_dict=True)
    written: list[pl.DataFrame] = []
    superseded: list[pl.DataFrame] = []
    for number in range(world.days):
        if number in calendar.missing or (number,) not in by_day:
            continue
        register = _register(world, by_day[number,], number)
        if number == CORRECTED_DAY:
            # The second clinic was forgotten at first.
            corrected = _file(number, "_更正")
            faults.append(Fault(_file(number), 0, "superseded", corrected))
            written.append(_write(world, register, number, corrected))
            deliver(world.extracts / corrected, number + 2, CORRECTION_TIME)
            register = register.filter(pl.col("facility") != fever_clinics(world.county)[1])
        kept = superseded if number == CORRECTED_DAY else written
        kept.append(_write(world, register, number, _file(number)))
        deliver(world.extracts / _file(number), number + 3 if number in calendar.late else number + 1, ON_TIME)
    planted = [Planted(fault_table(faults)), *map(_planted_in, [*written, *superseded])]
    counting = pl.concat(written).filter(pl.col("kind") != "duplicate")
    return counting.drop("number", "facility", "outcome", "note"), merge(planted)


def _planted_in(rows: pl.DataFrame) -> Planted:
    slips = rows.filter(pl.col("kind") != "").select("file", "line", "kind", detail="right")
    return Planted(slips, mention_table(rows["file"], rows["line"], rows["person"], rows["mention_fault"]))


def _calendar(seed: int, days: int) -> Calendar:
    late = frozenset(range(7 * LATE_WEEK, min(7 * LATE_WEEK + 7, days)))
    others = range(min(days, MISSING_BEFORE))
    chosen = stream(seed, "clinic calendar").choice(others, MISSING_DAYS, replace=False)
    return Calendar(frozenset(int(d) for d in chosen), late)


def _file(number: int, ending: str = "") -> str:
    return f"{FOLDER}/fever_clinic_{day(number)}{ending}.csv"


def _register(world: World, visits: pl.DataFrame, number: int) -> pl.DataFrame:
    """The rows of a day as text, with `kind` and `right` (what should stand there) where a slip was made."""
    rng, county = stream(world.seed, f"clinic {number}"), world.county
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
    register = written_people(rng, visits).with_columns(
        number=pl.lit(f"FR{day(number):%Y%m%d}") + serial,
        screened_at=pl.lit(f"{day(number)} ") + clock,
        facility=pl.Series(fever_clinics(county)).gather(clinic),
        address=address,
        temperature_c=pl.col("temperature"),
        temperature=pl.col("temperature").cast(pl.String),
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


def _write(world: World, register: pl.DataFrame, number: int, file: str) -> pl.DataFrame:
    """Writes one file; returns the rows with `file` and `line`."""
    headers = HEADERS | NEW_HEADERS if number >= NEW_SOFTWARE_DAY else HEADERS
    rows = register.select(pl.col(name).alias(header) for name, header in headers.items())
    rows.write_csv(world.extracts / file, include_bom=True, quote_style="always", line_terminator="\r\n")
    return register.with_columns(file=pl.lit(file), line=pl.int_range(2, pl.len() + 2, dtype=pl.Int64))
