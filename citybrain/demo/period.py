"""The eight weeks of the demo: days, the Spring Festival and when files are handed over."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from zoneinfo import ZoneInfo

FIRST_DAY = dt.date(2020, 1, 6)
"""Monday of ISO week 2020-W02."""
SPRING_FESTIVAL = dt.date(2020, 1, 25)
LOCAL = ZoneInfo("Asia/Shanghai")


def day(number: int) -> dt.date:
    """The date of day `number`, from 0."""
    return FIRST_DAY + dt.timedelta(days=int(number))


def day_number(date: dt.date) -> int:
    """Days since the first day."""
    return (date - FIRST_DAY).days


def local_instant(number: int, minutes: int) -> dt.datetime:
    """The local instant `minutes` after midnight of day `number`."""
    return dt.datetime.combine(day(number), dt.time(), LOCAL) + dt.timedelta(minutes=int(minutes))


def deliver(path: Path, number: int, clock: str) -> Path:
    """Stamps a file as handed over on day `number` at the local time `HH:MM`."""
    hours, minutes = clock.split(":")
    stamp = local_instant(number, int(hours) * 60 + int(minutes)).timestamp()
    os.utime(path, (stamp, stamp))
    return path
