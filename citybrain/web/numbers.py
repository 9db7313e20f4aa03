"""Numbers, changes and periods as people read them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from citybrain.query import SnapshotInfo
from citybrain.query.periods import period_end, period_start
from citybrain.web.texts import Texts


def number_text(value: float, decimals: int) -> str:
    """`12,345` or `3.70`, with a true minus sign."""
    return f"{value:,.{decimals}f}".replace("-", "−")


def value_text(value: float | None, decimals: int, _: Texts) -> str:
    """The value, or the words for no data: never an empty place and never a 0 that nobody stated."""
    return _("No data") if value is None else number_text(value, decimals)


def signed_text(value: float, decimals: int) -> str:
    """`+3`, `−3` or `0`."""
    rounded = round(value, decimals) + 0.0  # -0.0 + 0.0 is 0.0
    return ("+" if rounded > 0 else "") + number_text(rounded, decimals)


def change_text(
    difference: float | None, change_pct: float | None, decimals: int, _: Texts, *, is_redefined: bool = False
) -> str:
    """The change against the previous period with its direction in words: colour alone says nothing."""
    if is_redefined:
        return _("not comparable, the definition changed")
    if difference is None:
        return _("no comparison")
    if round(difference, decimals) == 0:
        return _("unchanged")
    arrow = "▲" if difference > 0 else "▼"
    percent = "" if change_pct is None else f" ({signed_text(change_pct, 1)}%)"
    return f"{arrow} {signed_text(difference, decimals)}{percent}"


def short_change_text(difference: float | None, change_pct: float | None, decimals: int) -> str:
    """`▲ +6.8%`, or without a percentage `▼ −4`, `±0`; empty where nothing can be compared."""
    if difference is None:
        return ""
    if round(difference, decimals) == 0:
        return "±0"
    words = signed_text(difference, decimals) if change_pct is None else f"{signed_text(change_pct, 1)}%"
    return f"{'▲' if difference > 0 else '▼'} {words}"


def period_text(period_type: str, day: dt.date, _: Texts) -> str:
    """`2020-02-20`, `2020 week 8 (02-17 to 02-23)` or `2020-02` in the words of the language."""
    start, end = period_start(period_type, day), period_end(period_type, day)
    if period_type == "week":
        year, week, _weekday = start.isocalendar()
        return _(
            "Week {week} of {year} ({start} to {end})", year=year, week=week, start=f"{start:%m-%d}", end=f"{end:%m-%d}"
        )
    if period_type == "month":
        return _("{month}/{year}", year=start.year, month=start.month)
    if period_type == "quarter":
        return _("Quarter {quarter} of {year}", year=start.year, quarter=start.month // 3 + 1)
    if period_type == "year":
        return _("Year {year}", year=start.year)
    return start.isoformat()


def instant_text(instant: dt.datetime | None, timezone: str) -> str:
    """A UTC instant in local time, to the minute; empty without one."""
    if instant is None:
        return ""
    return instant.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M")


def known_words(info: SnapshotInfo, _: Texts) -> list[tuple[str, str]]:
    """Of when the data are, in names and words: the last day that any delivery covers, and when that was known or built."""
    parts = [(_("Data to"), info.last_day.isoformat())] if info.last_day else []
    if info.as_of:
        return [*parts, (_("As known at"), instant_text(info.as_of, info.timezone))]
    return [*parts, (_("Built"), instant_text(info.built_at, info.timezone))]
