"""Issued briefings: numbered within the year, kept with their files, and made again from their snapshot.

`data/briefings/<id>/briefing.json` names the snapshot and holds the whole content; the papers lie beside it. An issue is
written aside and moved in place whole, so that a crash leaves none behind; one is issued at a time, so that each has a number
of its own.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
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


def issue_briefing(
    folder: Path,
    draft: Briefing,
    settings: BriefingSettings,
    fonts: Path | None = None,
    told: Callable[[str], None] | None = None,
) -> Issue:
    """Number the draft, make its papers and keep them. The same week, area and numbers again are the same issue.

    Another language of one week, area and snapshot shares its number. `told` hears of each paper (`docx`, `pdf`, `html`) when
    it is begun. Raises BuildError where it cannot be written.
    """
    with _alone(folder):
        while True:
            same, number = find_issue(folder, draft)
            written = same or _write(folder, number, draft, settings, fonts, told)
            # None only on a disk that knows no locks; then the name of the folder decides.
            if written is not None:
                return written


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One issue at a time: two languages of two weeks would else take one number."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("a", encoding="ascii")
    except OSError as error:
        raise BuildError(str(folder), "the issue cannot be kept", found=error.strerror or "") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def find_issue(folder: Path, draft: Briefing) -> tuple[Issue | None, int]:
    """The issue that the draft is already, if it is one, and the number that it has or would get."""
    year = _year(draft)
    earlier = [i for i in list_issues(folder) if i.year == year and i.briefing.area == draft.area]
    same = [i for i in earlier if (i.briefing.week, i.briefing.snapshot) == (draft.week, draft.snapshot)]
    taken = [i for i in same if i.briefing.language == draft.language]
    for issue in taken:
        if _content(issue.briefing) == _content(draft):
            return issue, issue.number
    return None, same[0].number if same and not taken else 1 + max((i.number for i in earlier), default=0)


def _year(draft: Briefing) -> int:
    return parse_week(draft.week).year


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
    folder: Path,
    number: int,
    draft: Briefing,
    settings: BriefingSettings,
    fonts: Path | None,
    told: Callable[[str], None] | None,
) -> Issue | None:
    """The issue in its place; None where somebody else took the number meanwhile."""
    briefing = replace(draft, number=number, issue_line=_issue_line(draft, number))
    year = _year(draft)
    identity = f"{year}-{number:03d}-{draft.area}-{draft.language}"
    beside = Path(tempfile.mkdtemp(prefix=".issue-", dir=folder))
    try:
        papers = {}
        for form in FORMATS:
            if told:
                told(form)
            papers[form] = render(briefing, form, fonts)
            (beside / f"briefing.{form}").write_bytes(papers[form])
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
