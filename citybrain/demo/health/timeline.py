"""What becomes of a reported case: the card is pushed to the township, taken over, the person reached, the answer sent.

Most answers come within two days; one township leaves them lying for weeks and some are never sent, so that whoever
looks at the closed cases alone finds a delay that is too short.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.departments import World
from citybrain.demo.facilities import COUNTY_HOSPITALS, health_centre, slow_hospital
from citybrain.demo.outbreak import DAY_MINUTES, in_office_hours
from citybrain.demo.period import FIRST_DAY
from citybrain.demo.randomness import stream

PUSH_HOURS = ((12, 16.0), (22, 8.0), (30, 3.0), (56, 2.0))
"""Median hours from the card to its push, by day: at first by telephone, later by itself."""
RECEIPT_HOURS, CONTACT_HOURS, ANSWER_HOURS = 1.5, 5.0, 22.0
SLOW_RECEIPT_HOURS, SLOW_ANSWER_HOURS = 40.0, 480.0
SPREAD = 0.8
NEVER_ANSWERED, NEVER = 0.06, 200 * DAY_MINUTES
STAGES = (
    ("onset_to_visit", "onset_at", "visit_at"),
    ("visit_to_confirmed", "visit_at", "confirmed_at"),
    ("confirmed_to_reported", "confirmed_at", "reported_at"),
    ("reported_to_pushed", "reported_at", "pushed_at"),
    ("pushed_to_received", "pushed_at", "received_at"),
    ("received_to_contacted", "received_at", "contacted_at"),
    ("contacted_to_feedback", "contacted_at", "feedback_at"),
)
"""Stage, and where it begins and ends."""


def with_way(world: World, cases: pl.DataFrame) -> pl.DataFrame:
    """The cases with `township`, `facility` (who reports), and in minutes from the first midnight `onset_at`,
    `pushed_at`, `received_at`, `contacted_at`, `feedback_at`, as they truly were, beyond the end of the period too.
    """
    rng, count = stream(world.seed, "way of the cases"), cases.height
    township = world.county.township_of[cases["village"].to_numpy()]
    is_slow = township == slow_hospital(world.county)
    centres = pl.Series([health_centre(world.county, t) for t in range(len(world.county.townships))])
    reported = cases["reported_at"].to_numpy()
    push_hours = np.interp(reported / DAY_MINUTES, *np.array(PUSH_HOURS).T)
    pushed = in_office_hours(rng, reported + _minutes(rng, push_hours))
    received = in_office_hours(rng, pushed + _minutes(rng, np.where(is_slow, SLOW_RECEIPT_HOURS, RECEIPT_HOURS)))
    contacted = received + _minutes(rng, np.full(count, CONTACT_HOURS))
    feedback = contacted + _minutes(rng, np.where(is_slow, SLOW_ANSWER_HOURS, ANSWER_HOURS))
    feedback += np.where(rng.random(count) < NEVER_ANSWERED, NEVER, 0)
    return cases.with_columns(
        township=pl.Series(township.astype(np.int32)),
        facility=pl.when("at_centre").then(centres.gather(township)).otherwise(pl.lit(COUNTY_HOSPITALS[0])),
        onset_at=pl.col("onset_day").cast(pl.Int64) * DAY_MINUTES,
        pushed_at=pl.Series(pushed),
        received_at=pl.Series(received),
        contacted_at=pl.Series(contacted),
        feedback_at=pl.Series(feedback),
    )


def delays(world: World, cases: pl.DataFrame) -> pl.DataFrame:
    """What `delays.parquet` holds, one row a case and stage, of the cases with their way.

    Columns: case_no, stage, area_code (township), facility, started_at, ended_at (true local instants, also after the
    end of the period), is_open (it began in the period and did not end in it). A case that was reported while still
    suspected has a confirmed_to_reported that ends before it starts.
    """
    end = world.days * DAY_MINUTES
    codes = pl.Series([t.code for t in world.county.townships])
    first = pl.lit(FIRST_DAY).cast(pl.Datetime("ms"))
    parts = [
        cases.select(
            "case_no",
            stage=pl.lit(stage),
            area_code=codes.gather(cases["township"]),
            facility="facility",
            started_at=first + pl.duration(minutes=pl.col(begins)),
            ended_at=first + pl.duration(minutes=pl.col(ends)),
            is_open=(pl.col(begins) < end) & (pl.col(ends) >= end),
        )
        for stage, begins, ends in STAGES
    ]
    return pl.concat(parts).sort("case_no", "started_at", "stage")


def _minutes(rng: np.random.Generator, hours: np.ndarray) -> np.ndarray:
    """Log-normal durations in minutes around these medians."""
    return (hours * 60 * rng.lognormal(0.0, SPREAD, len(hours))).astype(np.int64)
