"""Issued briefings: numbered within the year, kept with their files, and made again from their snapshot.

`data/briefings/<id>/briefing.json` names the snapshot and holds the whole content; the papers lie beside it. An issue is
written aside and moved in place whole, so that a crash leaves none behind and two issues never get one number.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from citybrain.briefing.compose import compose_briefing
from citybrain.briefing.content import Briefing, Text, When, numbers_in
from citybrain.briefing.pinned import pinned_city
from citybrain.briefing.render import FORMATS, render
from citybrain.briefing.stored import from_json, to_json
from citybrain.briefing.week import parse_week
from citybrain.briefing.words import words
from citybrain.errors import AccessError, BuildError, nearest
from citybrain.project import BriefingSettings
from citybrain.query import AccessContext

FILE = "briefing.json"
_ID = re.compile(r"\d{4}-\d{3,}-[A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Issue:
    """An issued briefing and where its files lie."""

    id: str
    """`2020-003-330300-zh`: year, number within it, area, language."""
    year: int
    number: int
    issued_at: str
    """UTC, ISO 8601."""
    settings: BriefingSettings
    """What the project said when it was issued."""
    briefing: Briefing
    folder: Path

    def file(self, form: str) -> Path:
        """One of its papers: docx, pdf or html."""
        return self.folder / f"briefing.{form}"


def list_issues(folder: Path) -> list[Issue]:
    """Every issue, newest first."""
    found = [_read(file.parent) for file in folder.glob(f"*/{FILE}") if _ID.fullmatch(file.parent.name)]
    return sorted(found, key=lambda issue: (issue.year, issue.number, issue.issued_at, issue.id), reverse=True)


def read_issue(folder: Path, identity: str) -> Issue:
    """One issue. Raises AccessError where there is none of this id."""
    known = [file.parent.name for file in folder.glob(f"*/{FILE}")]
    if identity not in known:
        raise AccessError(
            f"briefing {identity}", "no such issue", remedy=f"The archive lists them.{nearest(identity, known)}"
        )
    return _read(folder / identity)


def issue_briefing(folder: Path, draft: Briefing, settings: BriefingSettings, fonts: Path | None = None) -> Issue:
    """Number the draft, make its papers and keep them. The same week, area and numbers again are the same issue.

    Another language of one week, area and snapshot shares its number. Raises BuildError where it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    year = parse_week(draft.week).year
    while True:
        earlier = [i for i in list_issues(folder) if i.year == year and i.briefing.area == draft.area]
        same = [i for i in earlier if (i.briefing.week, i.briefing.snapshot) == (draft.week, draft.snapshot)]
        for issue in same:
            if issue.briefing.language == draft.language and _content(issue.briefing) == _content(draft):
                return issue
        taken = [i for i in same if i.briefing.language == draft.language]
        number = same[0].number if same and not taken else 1 + max((i.number for i in earlier), default=0)
        written = _write(folder, year, number, draft, settings, fonts)
        if written is not None:
            return written


def remake_briefing(issue: Issue, snapshots: Path, access: AccessContext) -> Briefing:
    """The issue composed once more from its snapshot, or from one that was rebuilt as of the same instant.

    Raises BuildError where no such snapshot is kept, and where a number comes out differently.
    """
    old = issue.briefing
    with pinned_city(snapshots, _snapshot_of(issue, snapshots)) as city:
        week = parse_week(old.week, issue.settings.week_begins)
        new = compose_briefing(
            city, access, week, old.area, language=old.language, settings=issue.settings, number=old.number
        )
    # A later version may say more than the issue did, but no number of it differently.
    printed, again = set(numbers_in(old)), set(numbers_in(new))
    if printed - again:
        raise BuildError(
            f"briefing {issue.id}",
            "made again, it has other numbers",
            found=f"{len(printed - again)} of {len(printed)} numbers that differ or are missing",
            remedy="Definitions have changed since; the issue as it was stands in the archive",
        )
    return new


def _snapshot_of(issue: Issue, snapshots: Path) -> str:
    as_of = dt.datetime.fromisoformat(issue.briefing.as_of)
    if (snapshots / f"{issue.briefing.snapshot}.duckdb").exists():
        return issue.briefing.snapshot
    rebuilt = sorted(snapshots.glob(f"asof-{as_of:%Y%m%dT%H%M%S}-*.duckdb"))
    if rebuilt:
        return rebuilt[-1].stem
    raise BuildError(
        f"briefing {issue.id}",
        f"its snapshot {issue.briefing.snapshot} is no longer kept",
        remedy=f"Rebuild what was known then with `citybrain build --as-of {as_of.isoformat()}+00:00`, and ask again",
    )


def _content(briefing: Briefing) -> tuple[Any, ...]:
    """What makes two briefings one issue: everything but the number."""
    return tuple(getattr(replace(briefing, number=None, issue_line=()), name) for name in ("title", "sections"))


def _write(
    folder: Path, year: int, number: int, draft: Briefing, settings: BriefingSettings, fonts: Path | None
) -> Issue | None:
    """The issue in its place; None where somebody else took the number meanwhile."""
    briefing = replace(draft, number=number, issue_line=_issue_line(draft, number))
    identity = f"{year}-{number:03d}-{draft.area}-{draft.language}"
    beside = Path(tempfile.mkdtemp(prefix=".issue-", dir=folder))
    try:
        papers = {form: render(briefing, form, fonts) for form in FORMATS}
        for form, paper in papers.items():
            (beside / f"briefing.{form}").write_bytes(paper)
        record = {
            "id": identity,
            "year": year,
            "number": number,
            "issued_at": dt.datetime.now(dt.UTC).replace(microsecond=0).isoformat(),
            "week": briefing.week,
            "area": briefing.area,
            "language": briefing.language,
            "snapshot": briefing.snapshot,
            "as_of": briefing.as_of,
            "files": {f"briefing.{form}": hashlib.sha256(paper).hexdigest() for form, paper in papers.items()},
            # What was chosen for page one stays chosen, whatever the dictionary holds by then.
            "settings": asdict(replace(settings, headline=tuple(code.text for code in briefing.headline))),
            "content": to_json(briefing),
        }
        (beside / FILE).write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
        beside.chmod(0o755)
        if (folder / identity).exists():
            return None
        beside.rename(folder / identity)
        return _read(folder / identity)
    except OSError as error:
        if (folder / identity).exists():
            return None
        raise BuildError(str(folder), "the issue cannot be kept", found=error.strerror or "") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _issue_line(briefing: Briefing, number: int) -> Text:
    return words(briefing.language)("No. {number}", number=When(str(number)))


def _read(folder: Path) -> Issue:
    try:
        record: Mapping[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
        said = {**record["settings"], "headline": tuple(record["settings"]["headline"])}
        return Issue(
            record["id"],
            record["year"],
            record["number"],
            record["issued_at"],
            BriefingSettings(**said),
            from_json(record["content"]),
            folder,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BuildError(
            str(folder / FILE),
            "the issue cannot be read",
            found=type(error).__name__,
            remedy="Put the file back from a backup, or remove the folder",
        ) from error
