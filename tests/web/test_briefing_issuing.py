"""Issuing a briefing from its preview: one number for one paper, progress that every process knows, and what is refused."""

from __future__ import annotations

import fcntl
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from citybrain.briefing import compose_briefing, issue_briefing, list_issues, parse_week, pinned_city
from citybrain.errors import AccessError, BuildError
from citybrain.project import BriefingSettings
from citybrain.query import AccessContext, local_user
from citybrain.web import build_app
from citybrain.web.briefings.issuing import Issuing, Paper, Progress, Step
from tests.query import tiny_city as tiny
from tests.web.visitor import Visitor

SETTINGS = BriefingSettings(headline=("screened",))
DRAFT = "/briefings/draft?week=2020-W07&lang=en"
PAPER = Paper("2020-W07", tiny.COUNTY, "en", "s")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    tiny.write_snapshot(tmp_path / "snapshots")
    return tmp_path


def visitor_of(data: Path, access: AccessContext | None = None) -> Visitor:
    return Visitor(build_app(data / "snapshots", access, briefing=SETTINGS))


def until_over(visitor: Visitor, address: str) -> str:
    """Where the progress page leads at last."""
    wait_for_threads()
    answer = visitor.get(address)
    assert answer.status_code == 303
    return answer.headers["location"]


def wait_for_threads() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("issuing-"):
            thread.join()


def test_what_was_previewed_is_issued_with_its_papers_and_the_page_leads_to_it(data: Path) -> None:
    visitor = visitor_of(data)
    preview = visitor.get(DRAFT).text
    assert "Issue as No. 1" in preview
    answer = visitor.send("/briefings?lang=en", {})
    assert answer.status_code == 303
    place = until_over(visitor, answer.headers["location"])
    assert place == f"/briefings/2020-001-{tiny.COUNTY}-en?issued=1"
    assert "Issued as No. 1" in visitor.get(place).text
    kept = {file.name for file in (data / "briefings" / f"2020-001-{tiny.COUNTY}-en").iterdir()}
    assert kept == {"briefing.docx", "briefing.pdf", "briefing.html", "briefing.json"}
    again = visitor.get(DRAFT).text
    assert "Issue as" not in again
    assert "issued as No. 1" in again
    listed = visitor.get("/briefings?lang=en").text
    assert f'href="/briefings/2020-001-{tiny.COUNTY}-en"' in listed


def test_the_snapshot_of_the_preview_is_issued_though_another_is_served_by_then(data: Path) -> None:
    visitor = visitor_of(data)
    visitor.get(DRAFT)
    shown = visitor.hidden["snapshot"]
    tiny.write_snapshot(data / "snapshots", "newer")
    visitor.send("/briefings?lang=en", {})
    wait_for_threads()
    (issue,) = list_issues(data / "briefings")
    assert issue.briefing.snapshot == shown != "newer"


def test_two_clicks_and_two_people_in_two_processes_make_one_issue(data: Path) -> None:
    people = [visitor_of(data), visitor_of(data)]
    for person in people:
        person.get(DRAFT)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: people[n % 2].send("/briefings?lang=en", {}), range(4)))
    assert {a.status_code for a in answers} == {303}
    assert len({a.headers["location"] for a in answers}) == 1
    wait_for_threads()
    assert [i.number for i in list_issues(data / "briefings")] == [1]


def test_weeks_and_languages_issued_at_once_never_share_a_number(data: Path) -> None:
    with pinned_city(data / "snapshots") as city:
        drafts = [
            compose_briefing(city, local_user(), parse_week(week), language=language, settings=SETTINGS)
            for week, language in (("2020-W06", "zh"), ("2020-W07", "en"))
        ]
    with ThreadPoolExecutor(2) as pool:
        issues = list(pool.map(lambda draft: issue_briefing(data / "briefings", draft, SETTINGS), drafts))
    assert sorted(i.number for i in issues) == [1, 2]


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://elsewhere"}, {"Origin": "http://here", "Sec-Fetch-Site": "cross-site"}]
)
def test_another_origin_a_missing_ticket_and_a_get_issue_nothing(data: Path, headers: dict[str, str]) -> None:
    visitor = visitor_of(data)
    visitor.get(DRAFT)
    assert visitor.send("/briefings", {}, headers).status_code == 403
    assert visitor.send("/briefings", {"ticket": "x"}).status_code == 403
    fields = "&".join(f"{k}={v}" for k, v in visitor.hidden.items())
    assert visitor.get(f"/briefings?{fields}").status_code == 200
    assert not (data / "briefings").exists()


def test_only_the_office_issues_and_others_see_the_preview_without_a_button(data: Path) -> None:
    clerk = visitor_of(data, AccessContext("x", "township", area_root=tiny.TOWNSHIPS[0]))
    page = clerk.get(DRAFT).text
    assert "Preview: not issued." in page
    assert "<form" not in page
    assert "ticket" not in clerk.hidden
    assert clerk.send("/briefings", {"week": "2020-W07"}).status_code == 403


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"area": "1"}, 404), ({"area": ""}, 404), ({"snapshot": ""}, 404), ({"week": ""}, 404)],
)
def test_a_form_that_names_nothing_known_is_answered_with_a_sentence(
    data: Path, fields: dict[str, str], status: int
) -> None:
    visitor = visitor_of(data)
    visitor.get(DRAFT)
    answer = visitor.send("/briefings", fields)
    assert answer.status_code == status
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("fields", [{"week": "nonsense"}, {"snapshot": "gone"}, {"week": "1999-W01"}])
def test_what_fails_on_the_way_is_said_on_the_page_of_the_progress(data: Path, fields: dict[str, str]) -> None:
    visitor = visitor_of(data)
    visitor.get(DRAFT)
    place = visitor.send("/briefings?lang=en", fields).headers["location"]
    wait_for_threads()
    page = visitor.get(place)
    assert page.status_code == 200
    assert "The briefing was not issued" in page.text
    assert fields.get("week", fields.get("snapshot", "")) in page.text
    assert list_issues(data / "briefings") == []


def test_progress_tells_each_step_and_a_second_request_joins_in(tmp_path: Path) -> None:
    told: list[Step] = []
    asked, go_on = threading.Event(), threading.Event()
    ran: list[str] = []

    def work(paper: Paper, tell: object) -> str:
        assert callable(tell)
        ran.append(paper.week)
        tell("docx")
        asked.set()
        assert go_on.wait(30)
        return "2020-001-1-en"

    here, there = Issuing(tmp_path, work), Issuing(tmp_path, work)
    run = here.start(PAPER)
    assert asked.wait(30)
    assert there.start(PAPER) == run
    told.append(there.progress(run).step)
    go_on.set()
    wait_for_threads()
    assert there.progress(run) == Progress(PAPER, Step.DONE, issue="2020-001-1-en")
    assert told == [Step.DOCX]
    assert ran == ["2020-W07"]


def test_a_run_whose_process_died_is_said_to_be_broken_and_can_be_begun_again(tmp_path: Path) -> None:
    runs = Issuing(tmp_path, lambda paper, tell: "2020-001-1-en")
    run = runs.start(PAPER)
    wait_for_threads()
    file = tmp_path / ".issuing" / f"{run}.json"
    said = json.loads(file.read_text())
    file.write_text(json.dumps({**said, "step": "pdf", "issue": ""}))
    assert runs.progress(run).step is Step.BROKEN
    file.write_text("")
    with pytest.raises(AccessError):
        runs.progress(run)
    runs.start(PAPER)
    wait_for_threads()
    assert runs.progress(run).step is Step.DONE


def test_an_unexpected_error_is_logged_and_said_without_its_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def work(paper: Paper, tell: object) -> str:
        raise RuntimeError("inside")

    runs = Issuing(tmp_path, work)
    run = runs.start(PAPER)
    wait_for_threads()
    assert runs.progress(run) == Progress(PAPER, Step.FAILED)
    assert "could not be issued" in caplog.text


def test_unknown_runs_and_a_folder_that_cannot_be_written_are_said(tmp_path: Path) -> None:
    runs = Issuing(tmp_path, lambda paper, tell: "")
    for name in ("0" * 20, "../../etc", "gate"):
        with pytest.raises(AccessError):
            runs.progress(name)
    (tmp_path / "file").write_text("")
    with pytest.raises(BuildError):
        Issuing(tmp_path / "file", lambda paper, tell: "").start(PAPER)


def test_the_steps_of_the_page_are_all_that_are_told(data: Path) -> None:
    visitor = visitor_of(data)
    visitor.get(DRAFT)
    place = visitor.send("/briefings?lang=en", {}).headers["location"]
    wait_for_threads()
    file = next((data / "briefings" / ".issuing").glob("*.json"))
    said = json.loads(file.read_text())
    names = []
    with file.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for step in (Step.COMPOSE, Step.DOCX, Step.PDF, Step.HTML):
            file.write_text(json.dumps({**said, "step": step}))
            names += re.findall(
                r'aria-current="step"><span aria-hidden="true">◐</span>([^<]+)', visitor.get(place).text
            )
    assert len(set(names)) == 4


def test_the_form_suggests_the_last_week_that_has_data(data: Path) -> None:
    page = visitor_of(data).get("/briefings?lang=en").text
    assert 'value="2020-W07"' in page
    assert f'<option value="{tiny.TOWNSHIPS[0]}">' in page
