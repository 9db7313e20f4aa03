"""The files of the epidemic: clinics, cases, daily reports, beds, and the truth of each."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from citybrain.demo.cases import write_case_files
from citybrain.demo.clinic import write_clinic_files
from citybrain.demo.daily_counts import count_days
from citybrain.demo.daily_reports import write_daily_reports
from citybrain.demo.faults import Fault
from citybrain.demo.geography import County
from citybrain.demo.hospital import write_bed_files


def write_epidemic_files(
    seed: int, county: County, visits: pl.DataFrame, cases: pl.DataFrame, days: int, extracts: Path, truth: Path
) -> list[Fault]:
    """Writes what health and townships deliver below `extracts`, and what is true of it into `truth`.

    `visits` and `cases` are those of `Illness`, of all townships. Truth: `visits.parquet` and `cases.parquet` (their
    columns and `area_code` of the village), `false_zero_townships.parquet` (see `DailyCounts.false_zeros`).
    Returns every fault that was planted; the product must find those that spoil a row.
    """
    counts = count_days(seed, county, visits, days)
    truth.mkdir(parents=True, exist_ok=True)
    codes = pl.Series([v.code for v in county.villages])
    for name, frame in (("visits", visits), ("cases", cases)):
        frame.with_columns(area_code=codes.gather(frame["village"])).write_parquet(truth / f"{name}.parquet")
    counts.false_zeros.write_parquet(truth / "false_zero_townships.parquet")
    return [
        *write_clinic_files(seed, county, visits, days, extracts),
        *write_case_files(seed, county, cases, days, extracts),
        *write_daily_reports(seed, county, counts, extracts),
        *write_bed_files(seed, county, visits, cases, days, extracts),
    ]
