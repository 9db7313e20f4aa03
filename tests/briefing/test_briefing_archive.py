"""The archive: numbers within the year, whole issues, and the same numbers when made again."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import duckdb
import pytest

from citybrain.briefing import issue_briefing, list_issues, plain_text, read_issue, remake_briefing, render
from citybrain.briefing.stored import from_json, to_json
from citybrain.errors import AccessError, BuildError
from citybrain.query import AccessContext, local_user
from tests.briefing.conftest import SETTINGS
from tests.query import tiny_city as tiny


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty archive; setting the papers is tested elsewhere and takes its time."""
    monkeypatch.setattr("citybrain.briefing.archive.render", lambda briefing, form, fonts: form.encode())
    return tmp_path / "briefings"


@pytest.fixture
def own_snapshots(briefed: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return Path(shutil.copytree(briefed, tmp_path / "snapshots", symlinks=True))


def test_issues_are_numbered_within_their_year(compose, archive: Path) -> None:
    weeks = ("2020-W06", "2020-W07", "2020-W05")
    issues = [issue_briefing(archive, compose(week=week), SETTINGS) for week in weeks]
    assert [i.number for i in issues] == [1, 2, 3]
    assert [i.id for i in issues] == [f"2020-00{n}-{tiny.COUNTY}-zh" for n in (1, 2, 3)]
    assert [i.id for i in list_issues(archive)] == [i.id for i in reversed(issues)]
    assert plain_text(issues[1].briefing.issue_line) == "第 2 期"
    assert issue_briefing(archive, compose(week="2019-W05"), SETTINGS).number == 1


def test_areas_count_for_themselves(compose, archive: Path) -> None:
    issue_briefing(archive, compose(), SETTINGS)
    assert issue_briefing(archive, compose(area=tiny.TOWNSHIPS[0]), SETTINGS).number == 1


def test_the_same_again_is_the_same_issue(compose, archive: Path) -> None:
    first = issue_briefing(archive, compose(), SETTINGS)
    assert issue_briefing(archive, compose(), SETTINGS) == first
    assert len(list_issues(archive)) == 1


def test_another_language_of_an_issue_has_its_number(compose, archive: Path) -> None:
    issue_briefing(archive, compose(week="2020-W06"), SETTINGS)
    chinese = issue_briefing(archive, compose(), SETTINGS)
    english = issue_briefing(archive, compose("en"), SETTINGS)
    assert (chinese.number, english.number) == (2, 2)
    assert chinese.id != english.id


def test_other_numbers_of_the_same_week_are_another_issue(compose, archive: Path) -> None:
    first = issue_briefing(archive, compose(), SETTINGS)
    other = dataclasses.replace(compose(), sections=compose().sections[:-1])
    assert issue_briefing(archive, other, SETTINGS).number == first.number + 1


def test_an_issue_is_read_back_with_every_type(compose, archive: Path) -> None:
    briefing = compose()
    assert from_json(json.loads(json.dumps(to_json(briefing)))) == briefing
    issue = issue_briefing(archive, briefing, SETTINGS)
    assert read_issue(archive, issue.id) == issue
    assert issue.briefing.sections == briefing.sections
    record = json.loads((issue.folder / "briefing.json").read_text(encoding="utf-8"))
    said = {name: record[name] for name in ("snapshot", "week", "area", "language")}
    assert said == {"snapshot": briefing.snapshot, "week": "2020-W07", "area": tiny.COUNTY, "language": "zh"}
    assert issue.file("pdf").read_bytes() == b"pdf"


def test_made_again_it_is_the_same_bit_for_bit(compose, archive: Path, briefed: Path) -> None:
    issue = issue_briefing(archive, compose(), SETTINGS)
    again = remake_briefing(issue, briefed, local_user())
    assert json.dumps(to_json(again)) == json.dumps(to_json(issue.briefing))
    assert render(again, "html") == render(issue.briefing, "html")


def test_another_snapshot_that_is_served_changes_nothing(compose, archive: Path, own_snapshots: Path) -> None:
    issue = issue_briefing(archive, compose(), SETTINGS)
    tiny.write_snapshot(own_snapshots, "20200301T000000-b", cell_rows=[])
    assert remake_briefing(issue, own_snapshots, local_user()) == issue.briefing


def test_without_its_snapshot_the_message_says_how_to_rebuild_it(compose, archive: Path, tmp_path: Path) -> None:
    issue = issue_briefing(archive, compose(), SETTINGS)
    with pytest.raises(BuildError) as refused:
        remake_briefing(issue, tmp_path / "nothing", local_user())
    assert "citybrain build --as-of 2020-02-20T02:00:00+00:00" in refused.value.sentence()


def test_a_snapshot_rebuilt_as_of_then_will_do(compose, archive: Path, own_snapshots: Path) -> None:
    issue = issue_briefing(archive, compose(), SETTINGS)
    file = own_snapshots / f"{issue.briefing.snapshot}.duckdb"
    file.rename(own_snapshots / "asof-20200220T020000-1a2b3c4d.duckdb")
    assert remake_briefing(issue, own_snapshots, local_user()).sections[:-1] == issue.briefing.sections[:-1]


def test_a_number_that_changed_is_not_passed_over(compose, archive: Path, own_snapshots: Path) -> None:
    issue = issue_briefing(archive, compose(), SETTINGS)
    with duckdb.connect(str(own_snapshots / f"{issue.briefing.snapshot}.duckdb")) as con:
        con.execute("UPDATE marts.cells SET value = value + 1 WHERE indicator = 'screened' AND period_type = 'week'")
    with pytest.raises(BuildError, match="other numbers"):
        remake_briefing(issue, own_snapshots, local_user())


def test_what_is_no_issue_is_refused(archive: Path) -> None:
    for identity in ("2020-001-1-zh", "../snapshots", ""):
        with pytest.raises(AccessError, match="no such issue"):
            read_issue(archive, identity)


def test_a_crash_while_writing_leaves_no_issue(compose, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_given: object) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("citybrain.briefing.archive.render", killed)
    with pytest.raises(KeyboardInterrupt):
        issue_briefing(archive, compose(), SETTINGS)
    assert [p.name for p in archive.iterdir()] == [".lock"]


def test_areas_outside_the_scope_are_refused(briefed: Path, archive: Path, compose) -> None:
    issue = issue_briefing(archive, compose(), SETTINGS)
    elsewhere = AccessContext("x", "township", area_root=tiny.TOWNSHIPS[1])
    with pytest.raises(AccessError, match="outside"):
        remake_briefing(issue, briefed, elsewhere)
