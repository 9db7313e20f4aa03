"""Every report that was owed has one row that says what became of it."""

from __future__ import annotations

import datetime as dt

import pytest

from citybrain.build import BuildReport
from tests.conftest import SmallCity
from tests.reporting.report_city import CHENGGUAN, HEKOU, SHANQIAN, ReportCity, Row, at, full_sheet

LATE, UNREAD, CONFLICT, LACKING = "2020-02-01", "2020-02-02", "2020-02-03", "2020-02-04"
ZEROS, COPIED, COPY, COPY_AGAIN = "2020-02-05", "2020-02-06", "2020-02-07", "2020-02-08"
CORRECTED, IN_TIME, TWICE, WITHDRAWN, TODAY = "2020-02-10", "2020-02-11", "2020-02-12", "2020-02-13", "2020-02-20"


def sheet(on: str, *rows: tuple[str, object, object], time: str = "17:00") -> list[Row]:
    return [(township, on, fevers, checked, f"{on} {time}") for township, fevers, checked in rows]


def deliver_faults(city: ReportCity) -> None:
    """Days on which single reports are late, missing, unreadable, incomplete, zero or copied."""
    late = [(CHENGGUAN, LATE, 2, 300, f"{LATE} 18:00"), (HEKOU, LATE, 1, 200, f"{LATE} 18:01")]
    city.sheet(late, at(UNREAD, "09:00"))
    city.sheet([*sheet(UNREAD, (CHENGGUAN, "若干", "很多")), *full_sheet(UNREAD)[1:]], at(CONFLICT, "09:00"))
    city.sheet(
        [*sheet(CONFLICT, (CHENGGUAN, 1, 100), (CHENGGUAN, 9, 900)), *full_sheet(CONFLICT)[1:]], at(CONFLICT, "17:30")
    )
    city.sheet([*sheet(LACKING, (CHENGGUAN, 117, "—")), *full_sheet(LACKING)[1:]], at(LACKING, "17:30"))
    city.sheet(sheet(ZEROS, (CHENGGUAN, "—", 117), (HEKOU, 0, 0), (SHANQIAN, 0, 50)), at(ZEROS, "17:30"))
    for day in (COPIED, COPY, COPY_AGAIN):
        rows = sheet(day, (CHENGGUAN, 3, 120), (HEKOU, 0, 4), (SHANQIAN, 5, 90))
        # The third township files on the first and the third day only, the same both times.
        city.sheet(rows[:2] if day == COPY else rows, at(day, "17:30"))


def deliver_versions(city: ReportCity) -> None:
    """Days whose sheet comes more than once, or holds a report twice."""
    city.sheet(full_sheet(CORRECTED), at(CORRECTED, "17:30"))
    mended = [(CHENGGUAN, CORRECTED, 6, 140, f"{IN_TIME} 10:00"), *full_sheet(CORRECTED)[1:]]
    city.sheet(mended, at(IN_TIME, "11:00"), ending="_更正")
    city.sheet(full_sheet(IN_TIME), at(IN_TIME, "15:00"))
    city.sheet(full_sheet(IN_TIME, first=4), at(IN_TIME, "16:00"), ending="_a")
    again = [*full_sheet(IN_TIME, first=4)[:2], *sheet(IN_TIME, (SHANQIAN, 9, 1))]
    city.sheet(again, at(TWICE, "16:00"), ending="_b")
    city.sheet([*full_sheet(TWICE), full_sheet(TWICE)[1]], at(TWICE, "17:30"))
    city.sheet(full_sheet(WITHDRAWN)[:1], at(WITHDRAWN, "17:30"))
    city.sheet(full_sheet(WITHDRAWN), at("2020-02-14", "08:40"), ending="_补报")
    city.sheet(full_sheet(TODAY)[:1], at(TODAY, "10:00"))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[ReportCity, BuildReport]:
    """The city with every case, and what was known of it in the evening of WITHDRAWN."""
    city = ReportCity(SmallCity(tmp_path_factory.mktemp("reports")))
    city.feed("daily")
    city.feed(
        "unstamped", "1d", ('filed_at = "上报时间"\n', ""), ("[values]", '[ignore]\ncolumns = ["上报时间"]\n[values]')
    )
    city.feed("register", "1d", ('"append"', '"full"'), ("part = 'register_(\\d{8})'\n", ""))
    city.feed("unowed", "1d", ('each = "township"\n', ""))
    deliver_faults(city)
    deliver_versions(city)
    city.sheet(full_sheet(LATE), at(LATE, "17:59"), "unstamped")
    city.sheet(full_sheet(UNREAD), at(UNREAD, "18:05"), "unstamped")
    city.sheet([*full_sheet(LATE), *sheet(LATE, (CHENGGUAN, 50, 900))], at(LATE, "17:00"), "register")
    city.sheet(full_sheet(LATE), at(LATE, "17:00"), "unowed")
    city.city.build()
    return city, city.city.build(as_of=dt.datetime(2020, 2, 13, 12, tzinfo=dt.UTC))


@pytest.fixture(scope="module")
def city(built: tuple[ReportCity, BuildReport]) -> ReportCity:
    return built[0]


def test_a_report_is_on_time_late_or_missing(city: ReportCity) -> None:
    told = city.reports("state, is_on_time, has_come, due_at, filed_at")
    due, late = dt.datetime(2020, 2, 1, 10), dt.datetime(2020, 2, 1, 10, 1)
    assert told[CHENGGUAN, LATE] == ["on_time", True, True, due, due]
    assert told[HEKOU, LATE] == ["late", False, True, due, late]
    assert told[SHANQIAN, LATE] == ["missing", False, False, due, None]


def test_where_nobody_says_when_a_report_was_filed_its_delivery_counts(city: ReportCity) -> None:
    told = city.reports(feed="unstamped")
    come = {(on, state) for (_, on), state in told.items() if state != "missing"}
    assert come == {(LATE, "on_time"), (UNREAD, "late")}


def test_every_day_between_is_owed_even_if_nobody_reports(city: ReportCity) -> None:
    told = city.reports()
    assert {told[t, "2020-02-16"] for t in (CHENGGUAN, HEKOU, SHANQIAN)} == {"missing"}
    # Of the last day, which is not over, only what has come.
    assert [key for key in told if key[1] == TODAY] == [(CHENGGUAN, TODAY)]
    assert len(told) == 19 * 3 + 1


def test_a_report_that_came_and_cannot_be_read_is_quarantined_and_not_missing(city: ReportCity) -> None:
    assert city.reports("state, has_come, is_on_time")[CHENGGUAN, UNREAD] == ["quarantined", False, False]


def test_of_two_reports_that_contradict_each_other_the_last_counts_and_is_marked(city: ReportCity) -> None:
    assert city.reports("state, is_duplicated", "register")[CHENGGUAN, LATE] == ["on_time", True]
    assert city.reports("state, is_duplicated")[CHENGGUAN, CONFLICT] == ["on_time", True]


def test_two_feeds_that_state_the_same_number_are_two_reports(city: ReportCity) -> None:
    assert city.reports(feed="register")[HEKOU, LATE] == "on_time"
    assert city.reports()[HEKOU, LATE] == "late"


def test_a_report_that_lacks_numbers_is_incomplete(city: ReportCity) -> None:
    told = city.reports("state, is_incomplete, measures")
    assert told[CHENGGUAN, LACKING] == ["on_time", True, 1]
    assert told[HEKOU, LACKING] == ["on_time", False, 2]


def test_a_report_of_nothing_but_zeros_is_all_zero(city: ReportCity) -> None:
    told = city.reports("is_all_zero, zeros")
    assert told[HEKOU, ZEROS] == [True, 2]
    assert told[SHANQIAN, ZEROS] == [False, 1]
    assert told[SHANQIAN, LATE] == [False, 0]


def test_a_report_is_copied_if_it_says_what_the_period_before_said(city: ReportCity) -> None:
    copied = {key for key, is_copied in city.reports("is_copied").items() if is_copied}
    # Small numbers repeat by chance, what was not sent the day before cannot be copied from it, and the same number of
    # another measure is no copy.
    assert copied == {(CHENGGUAN, COPY), (CHENGGUAN, COPY_AGAIN)}


def test_only_figures_that_change_after_the_due_time_are_a_late_correction(city: ReportCity) -> None:
    told = city.reports("state, is_corrected_late")
    assert told[CHENGGUAN, CORRECTED] == ["on_time", True]
    # Sent again without a change; corrected in time, and sent again later; corrected again after the due time.
    assert told[HEKOU, CORRECTED] == told[HEKOU, IN_TIME] == ["on_time", False]
    assert told[SHANQIAN, IN_TIME] == ["on_time", True]
    assert sum(late for _, late in told.values()) == 2


def test_a_report_that_one_file_holds_twice_is_duplicated(city: ReportCity) -> None:
    twice = {key for key, is_twice in city.reports("is_duplicated").items() if is_twice}
    assert twice == {(HEKOU, TWICE), (CHENGGUAN, CONFLICT)}
    assert city.reports()[HEKOU, TWICE] == "on_time"


def test_the_past_knows_nothing_of_what_came_later(built: tuple[ReportCity, BuildReport]) -> None:
    city, past = built
    assert city.reports()[HEKOU, WITHDRAWN] == "on_time"
    told = city.reports(snapshot=past.snapshot)
    assert (told[CHENGGUAN, WITHDRAWN], told[HEKOU, WITHDRAWN]) == ("on_time", "missing")


def test_a_report_leads_to_its_file_and_line(city: ReportCity) -> None:
    batch, line = city.reports("batch, source_line")[SHANQIAN, TWICE]
    [(name,)] = city.city.rows(f"SELECT file_name FROM shared.batches WHERE batch = {batch}")
    assert (name, line) == (f"daily_{TWICE.replace('-', '')}.csv", 4)


def test_a_feed_that_no_area_owes_has_no_reports(city: ReportCity) -> None:
    assert city.reports(feed="unowed") == {}
