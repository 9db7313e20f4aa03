"""`citybrain brief`: files, formats, the archive, and what it says of mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from citybrain.cli.app import app
from tests.query import tiny_city as tiny

CITY = 'name = "青溪县"\n[[levels]]\ncode = "county"\ntitle = "县"\n[briefing]\nheadline = ["screened"]\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the snapshot of the tiny city."""
    (tmp_path / "city.toml").write_text(CITY, encoding="utf-8")
    tiny.write_snapshot(tmp_path / "data" / "snapshots")
    return tmp_path


def run(project: Path, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["brief", "--project", str(project), "--out", str(project / "out"), *words])
    assert done.exit_code == code, done.output
    return done.output


def test_a_draft_is_written_in_the_formats_asked_for(project: Path) -> None:
    said = run(project, "--week", "2020-W07", "--format", "html,docx")
    files = sorted(p.name for p in (project / "out").iterdir())
    assert files == [f"briefing-2020-W07-{tiny.COUNTY}-zh.{form}" for form in ("docx", "html")]
    assert "草稿" in said
    assert all(name in said for name in files)
    assert not (project / "data" / "briefings").exists()


def test_without_a_week_it_is_the_last_whole_one(project: Path) -> None:
    told = json.loads(run(project, "--format", "html", "--json", "--lang", "en"))
    assert (told["week"], told["area"], told["id"], told["number"]) == ("2020-W07", tiny.COUNTY, None, None)
    assert told["content"]["kind"] == "Briefing"


def test_an_issue_is_kept_and_made_again(project: Path) -> None:
    told = json.loads(run(project, "--week", "2020-W07", "--format", "html", "--issue", "--json"))
    assert told["number"] == 1
    [first] = [Path(f).read_bytes() for f in told["files"]]
    again = json.loads(run(project, "--again", told["id"], "--format", "html", "--json"))
    assert again["content"] == told["content"]
    assert Path(again["files"][0]).read_bytes() == first


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--week", "2020-08"), 5, "2020-W08"),
        (("--week", "2020-W07", "--area", "1"), 5, "area tree"),
        (("--format", "doc"), 2, "docx"),
        (("--again", "2020-001-1-zh"), 5, "no such issue"),
        (("--snapshot", "nope"), 5, "no such snapshot"),
        (("--week", "2018-W07"), 5, "no indicator"),
    ],
)
def test_mistakes_are_told_in_a_sentence(project: Path, words: tuple[str, ...], code: int, says: str) -> None:
    assert says in run(project, *words, code=code)
