"""`/quality`: feeds, reports by area, and why rows were set aside, on a city built from files."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from citybrain.query import AccessContext, local_user, open_city
from citybrain.query.reports import REPORT_STATES
from citybrain.web.quality.words import REPORT_SIGNS
from tests.query import tiny_city as tiny
from tests.reporting.report_city import CHENGGUAN, HEKOU, SHANQIAN
from tests.web.told_city import SECRET

TAGS = re.compile(r"<[^>]+>")


def text_of(page: str) -> str:
    """The words of a page, without marks and with single spaces."""
    return " ".join(TAGS.sub(" ", page).split())


def test_every_feed_is_listed_with_its_rows_and_state(told_client: Any, told_snapshots: Path) -> None:
    page = told_client.get("/quality").text
    for feed in open_city(told_snapshots).feeds_status(local_user()):
        row = re.search(rf'<tr><th scope="row"><a href="/quality/feeds/{feed.feed}">.*?</tr>', page)
        assert row, feed.feed
        assert f"{feed.title} {feed.feed}" in text_of(row[0])
        numbers = [text_of(cell) for cell in re.findall(r'<td class="number">(.*?)</td>', row[0])]
        assert numbers[:2] == [f"{feed.rows_in:,}", f"{feed.accepted:,}"]
        assert numbers[2].split(" · ")[0] == f"{feed.quarantined:,}"


def test_the_matrix_says_what_became_of_each_report(told_snapshots: Path) -> None:
    matrix = open_city(told_snapshots).report_matrix(local_user(), "township.daily")
    third, fourth, fifth = (dt.date(2020, 2, day) for day in (3, 4, 5))
    states = {(a.area.code, day): cell.state for a in matrix.areas for day, cell in a.cells.items()}
    assert states == {
        (CHENGGUAN, third): "on_time", (CHENGGUAN, fourth): "copied",
        (HEKOU, third): "late", (HEKOU, fourth): "copied",
        (SHANQIAN, third): "on_time", (SHANQIAN, fourth): "missing",
        (CHENGGUAN, fifth): "missing", (HEKOU, fifth): "missing", (SHANQIAN, fifth): "missing",
    }  # fmt: skip
    assert {a.area.code: (a.owed, a.come, a.on_time, a.doubtful) for a in matrix.areas} == {
        CHENGGUAN: (3, 2, 2, 1), HEKOU: (3, 2, 0, 1), SHANQIAN: (3, 1, 1, 0),
    }  # fmt: skip


def test_a_shorter_matrix_is_the_end_of_the_longer_one(told_snapshots: Path) -> None:
    city = open_city(told_snapshots)
    whole = city.report_matrix(local_user(), "township.daily")
    last = city.report_matrix(local_user(), "township.daily", periods=1)
    first = city.report_matrix(local_user(), "township.daily", last_on=dt.date(2020, 2, 3))
    assert last.periods == whole.periods[-1:]
    assert first.periods == whole.periods[:1]
    assert (last.first_on, last.last_on) == (whole.first_on, whole.last_on)


def test_each_cell_shows_its_state_by_class_sign_and_words(told_client: Any, told_snapshots: Path) -> None:
    page = told_client.get("/quality?lang=en").text
    shown = Counter(re.findall(r'<td class="report (\w+)">', page))
    cells = [
        c
        for a in open_city(told_snapshots).report_matrix(local_user(), "township.daily").areas
        for c in a.cells.values()
    ]
    assert shown == Counter(c.state for c in cells)
    assert f'href="/explore?area={SHANQIAN}&amp;on=2020-02-04&amp;period=day&amp;lang=en"' in page
    assert f'aria-label="{REPORT_SIGNS["missing"]} 2020-02-04: missing; nothing filed"' in page
    for state in REPORT_STATES:
        assert f'class="report {state}" aria-hidden="true"' in page, "the legend names every state"


def test_a_feed_page_counts_reasons_and_names_the_command_but_shows_no_row(told_client: Any) -> None:
    page = told_client.get("/quality/feeds/health.clinic?lang=en").text
    assert "citybrain quarantine health.clinic --out health.clinic.xlsx" in page
    reason = re.search(r"<tr><th scope=\"row\"><code>temperature_c</code>.*?</tr>", page)
    assert reason
    assert text_of(reason[0]).endswith("decimal.unreadable 1")
    assert "很热" not in page
    assert SECRET not in page
    assert "clinic_1.csv" in page


def test_the_state_filter_lives_in_the_url(told_client: Any) -> None:
    late = told_client.get("/quality?state=late").text
    assert "/quality/feeds/township.daily" in late
    assert "/quality/feeds/health.clinic" not in late
    assert "没有处于该状态的数据资源。" in told_client.get("/quality?state=never").text


def test_whoever_sees_one_area_sees_its_reports_only(told_snapshots: Path) -> None:
    clerk = AccessContext("clerk", "township", area_root=HEKOU)
    matrix = open_city(told_snapshots).report_matrix(clerk, "township.daily")
    assert [a.area.code for a in matrix.areas] == [HEKOU]


@pytest.mark.parametrize(
    "query", ["?until=nonsense", "?periods=0", "?feed=%22%3E%3Cscript%3E", "?order=worst&periods=56"]
)
def test_a_query_that_makes_no_sense_is_not_an_error_and_never_becomes_markup(told_client: Any, query: str) -> None:
    answer = told_client.get(f"/quality{query}")
    assert answer.status_code == 200
    assert "<script" not in answer.text


def test_an_unknown_feed_is_404_with_the_nearest_one(told_client: Any) -> None:
    answer = told_client.get("/quality/feeds/health.clinik")
    assert answer.status_code == 404
    assert "health.clinic" in answer.text


def test_a_snapshot_built_before_there_were_reports_still_has_a_page(client: Any) -> None:
    page = client.get("/quality?lang=en").text
    assert "No feed asks every area" in page
    assert "No reported zero is judged implausible." in page
    assert tiny.NAMES[tiny.COUNTY] in page
    assert "This snapshot does not tell the reasons." in client.get("/quality/feeds/health.screening?lang=en").text


def test_without_a_snapshot_the_page_says_what_to_do(served: Any, tmp_path: Path) -> None:
    answer = served(tmp_path / "snapshots").get("/quality")
    assert answer.status_code == 503
    assert "citybrain build" in answer.text


def test_the_page_of_a_feed_says_which_columns_changed(told_client: Any) -> None:
    page = text_of(told_client.get("/quality/feeds/township.list").text)
    assert "字段变动 历次交付的字段一致，且均在约定之中。" in page
