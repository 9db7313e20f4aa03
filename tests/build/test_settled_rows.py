"""A row that a returned workbook settled waits no more: in the counts of the snapshot, in its reasons and in its reports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from citybrain.cli.app import app
from citybrain.query import local_user, open_city
from tests.conftest import SmallCity
from tests.ingest.returned_city import ReturnedCity
from tests.reporting.report_city import CHENGGUAN, HEKOU, SHANQIAN, ReportCity, Row, at

DAY, FEED = "2020-02-03", "township.daily"


class SettledCity(ReportCity):
    """Daily reports of one day: those of two townships cannot be read."""

    def __init__(self, city: SmallCity) -> None:
        super().__init__(city)
        self.back = ReturnedCity(city)
        self.feed("daily")
        rows: list[Row] = [
            (t, DAY, n, checked, f"{DAY} 17:00")
            for t, n, checked in ((CHENGGUAN, 2, 40), (HEKOU, "没有几个", "很多"), (SHANQIAN, "若干", "不少"))
        ]
        self.sheet(rows, at(DAY, "17:30"))
        self.city.build()

    def correct(self, texts: dict[int, dict[str, str]], name: str = "one.xlsx") -> None:
        """Sends the workbook out, corrects it, puts it back and builds."""
        self.back.send_back(self.back.send_out(feed=FEED), texts, name)
        self.city.build()

    def counts(self) -> list[tuple[int, ...]]:
        """Rows in, accepted, quarantined, duplicate and waiting of every batch."""
        rows = self.city.rows(
            "SELECT rows_in, accepted, quarantined, duplicate, waiting FROM shared.batches ORDER BY batch"
        )
        assert all(rows_in == accepted + aside + twice for rows_in, accepted, aside, twice, _ in rows)
        return rows

    def reasons(self) -> dict[str, int]:
        """Rows by column and reason."""
        rows = self.city.rows(
            "SELECT column_name || ':' || reason, sum(rows)::INTEGER FROM marts.quarantine_reasons GROUP BY 1"
        )
        return dict(rows)

    def states(self) -> dict[str, str]:
        """By area, of the day of the reports."""
        return {area: state for (area, on), state in self.reports().items() if on == DAY}

    def quality(self) -> Any:
        """What the page shows of the feed."""
        return open_city(self.city.root / "data" / "snapshots").feed_quality(local_user(), FEED)


@pytest.fixture
def city(tmp_path: Path) -> SettledCity:
    return SettledCity(SmallCity(tmp_path))


def test_what_a_workbook_corrects_leaves_the_original_count_and_waits_no_more(city: SettledCity) -> None:
    # A wide sheet is unrolled: each line that cannot be read is two rows, one a number.
    assert city.counts() == [(6, 2, 4, 0, 4)]
    assert city.states() == {CHENGGUAN: "on_time", HEKOU: "quarantined", SHANQIAN: "quarantined"}
    assert city.reasons() == {"value:decimal.unreadable": 4}
    city.correct({2: {"发热人数": "1", "排查人数": "30"}})
    assert city.counts() == [(6, 2, 4, 0, 2), (3, 2, 0, 1, 0)], "the delivery had four, and its rows still add up"
    assert city.reasons() == {"value:decimal.unreadable": 2}
    assert city.states() == {CHENGGUAN: "on_time", HEKOU: "on_time", SHANQIAN: "quarantined"}
    quality = city.quality()
    assert (quality.status.quarantined, quality.status.waiting) == (4, 2)
    assert [d.waiting for d in quality.deliveries] == [0, 2]


def test_a_row_still_wrong_waits_in_the_workbook_and_not_twice(city: SettledCity) -> None:
    city.correct({2: {"发热人数": "三五个", "排查人数": "三十来个"}})
    assert [row[4] for row in city.counts()] == [2, 2]
    assert city.reasons() == {"value:decimal.unreadable": 4}
    assert city.states()[HEKOU] == "quarantined"


def test_a_withdrawn_report_is_missing_and_not_unreadable(city: SettledCity) -> None:
    city.correct({2: dict.fromkeys(("乡镇", "日期", "发热人数", "排查人数", "上报时间"), "")})
    assert city.counts()[0] == (6, 2, 4, 0, 2)
    # The last thing that is known of the city is the workbook, long after the report was due.
    assert city.states()[HEKOU] == "missing" and city.states()[SHANQIAN] == "quarantined"


def test_status_and_snapshot_agree_on_what_waits(city: SettledCity) -> None:
    city.correct({2: {"发热人数": "1", "排查人数": "30"}})
    done = CliRunner().invoke(app, ["status", "--project", str(city.city.root)])
    assert done.exit_code == 0 and "waiting" in done.stdout
    waiting = sum(row[4] for row in city.counts())
    assert waiting == city.quality().status.waiting == len(city.back.waiting(FEED))


def test_a_newer_file_takes_its_waiting_rows_with_it(city: SettledCity) -> None:
    city.correct({2: {"发热人数": "1", "排查人数": "30"}})
    rows: list[Row] = [(t, DAY, 2, 40, f"{DAY} 17:00") for t in (CHENGGUAN, HEKOU, SHANQIAN)]
    city.sheet(rows, at(DAY, "23:00"))
    city.city.build()
    assert [row[4] for row in city.counts()] == [0, 0, 0]
    assert city.reasons() == {} and set(city.states().values()) == {"on_time"}
