"""Local time to UTC and back in SQL, whatever the time zone of the session."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from citybrain.sql import literal

FIRST_YEAR, LAST_YEAR = 1800, 2199
"""Years outside are refused as slips of the pen or as stand-ins for "for ever"."""


def sql_to_utc(local: str, zone: str) -> str:
    """The UTC TIMESTAMP of a local TIMESTAMP. In the hour that a clock change repeats, the later (standard) time."""
    return f"timezone('UTC', timezone({literal(zone)}, {local}))"


def sql_from_utc(utc: str, zone: str) -> str:
    """The local TIMESTAMP of a UTC TIMESTAMP."""
    return f"timezone({literal(zone)}, timezone('UTC', {utc}))"


@lru_cache
def settled_offset(zone: str) -> tuple[int, int] | None:
    """(first year, seconds east of UTC) since when the zone keeps one offset, or None where clocks still change.

    Subtracting a constant is ten times faster than a look-up in the time zone tables.
    """
    place = ZoneInfo(zone)
    offsets = [_offsets_of(place, year) for year in range(1900, 2038)]
    if len(offsets[-1]) > 1:
        return None
    last = offsets[-1]
    settled = next((year for year in range(2037, 1899, -1) if offsets[year - 1900] != last), 1899) + 1
    return settled, last.pop()


def _offsets_of(place: ZoneInfo, year: int) -> set[int]:
    days = (dt.datetime(year, 1, 1, tzinfo=place) + dt.timedelta(days=d) for d in range(-1, 367))
    return {int(offset.total_seconds()) for day in days if (offset := day.utcoffset()) is not None}
