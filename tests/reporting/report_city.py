"""A small city whose three townships owe reports in several feeds; every case of a report has a day of its own."""

from __future__ import annotations

from typing import Any

from tests.conftest import SmallCity

CONTRACT = """title = "日报"
record = "observation"
delivery = "append"
[owner]
purposes = ["epidemic_control"]
[source]
path = "{feed}_*.csv"
part = '{feed}_(\\d{{8}})'
[due]
every = "{every}"
by = "18:00"
each = "township"
[columns]
area = {{ from = "乡镇", as = "name", level = "township" }}
period_on = "日期"
filed_at = "上报时间"
[values]
fever_reported = "发热人数"
people_checked = "排查人数"
"""
CHENGGUAN, HEKOU, SHANQIAN = "379901100", "379901101", "379901200"
NAMES = {CHENGGUAN: "城关镇", HEKOU: "河口镇", SHANQIAN: "山前乡"}
Row = tuple[str, str, object, object, str]
"""Township, day, fevers, people checked, time of filing."""


class ReportCity:
    """The small city; its feeds deliver sheets."""

    def __init__(self, city: SmallCity) -> None:
        self.city = city

    def feed(self, feed: str, every: str = "1d", *changes: tuple[str, str]) -> None:
        """Writes the contract of `township.<feed>`, with parts of the text replaced."""
        text = CONTRACT.format(feed=feed, every=every)
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.city.contract(f"township.{feed}", text)

    def sheet(self, rows: list[Row], received: str, feed: str = "daily", ending: str = "") -> None:
        """Delivers one sheet; it is named after the day of its first row."""
        lines = ["乡镇,日期,发热人数,排查人数,上报时间"]
        lines += [f"{NAMES.get(t, t)},{on},{fevers},{checked},{filed}" for t, on, fevers, checked, filed in rows]
        name = f"{feed}_{rows[0][1].replace('-', '')}{ending}.csv"
        self.city.deliver(name, "\n".join(lines) + "\n", received)

    def reports(
        self, columns: str = "state", feed: str = "daily", snapshot: str = "current"
    ) -> dict[tuple[str, str], Any]:
        """What became of each report, by area and day: one value, or a list of several columns."""
        rows = self.city.rows(
            f"SELECT area_code, period_on::VARCHAR, {columns} FROM shared.reports WHERE feed = 'township.{feed}' ORDER BY ALL",
            snapshot,
        )
        return {(area, on): rest[0] if len(rest) == 1 else rest for area, on, *rest in rows}


def at(on: str, time: str) -> str:
    """A local time of the small city as deliveries are stamped."""
    return f"{on}T{time}:00+08:00"


def full_sheet(on: str, first: int = 1) -> list[Row]:
    """All three townships, in time, with figures of their own."""
    own = 100 + int(on[-2:])
    return [(t, on, first + n, own + 40 * n + first, f"{on} 17:00") for n, t in enumerate((CHENGGUAN, HEKOU, SHANQIAN))]
