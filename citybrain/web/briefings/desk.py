"""Issues and drafts, within what the asker may see."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from citybrain.briefing import (
    Briefing,
    Issue,
    ReportingWeek,
    compose_briefing,
    find_issue,
    issue_briefing,
    last_whole_week,
    list_issues,
    parse_week,
    pinned_city,
    read_issue,
)
from citybrain.errors import AccessError
from citybrain.project import BriefingSettings
from citybrain.query import AccessContext, City, SnapshotInfo
from citybrain.query.areas import Area


class Desk:
    """The archive of a project, and what could be added to it."""

    def __init__(self, city: City, access: AccessContext, snapshots: Path, settings: BriefingSettings) -> None:
        self.city, self.access, self._snapshots, self._settings = city, access, snapshots, settings
        self.fonts = snapshots.parent / "fonts"
        self.archive = snapshots.parent / "briefings"
        """Folder of the issues."""

    def issues(self, language: str) -> list[Issue]:
        """Issues of areas in the asker's scope, newest first."""
        return [i for i in list_issues(self.archive) if i.briefing.language == language and self._is_seen(i)]

    def issue(self, identity: str) -> Issue:
        """One of them. Raises AccessError."""
        issue = read_issue(self.archive, identity)
        self.check_area(issue.briefing.area)
        return issue

    def areas(self) -> list[Area]:
        """Areas that a briefing is written of: the highest one that may be seen, and those of the level below."""
        top = self.city.areas(self.access)[0]
        return [top, *self.city.areas(self.access, top.code)]

    def check_area(self, area: str) -> None:
        """Raises AccessError for an area that the asker may not see."""
        self.city.area(self.access, area)

    def draft(self, week: str, area: str, language: str, snapshot: str = "") -> Briefing:
        """A briefing that was not issued, of the served snapshot unless one is named. Raises AccessError and BuildError."""
        asked = parse_week(week, self._settings.week_begins) if week else self.last_week()
        with pinned_city(self._snapshots, snapshot) as city:
            return compose_briefing(
                city, self.access, asked, area or None, language=language, settings=self._settings
            )  # fmt: skip

    def place(self, draft: Briefing) -> tuple[Issue | None, int]:
        """The issue that the draft is already, if it is one, and the number that it has or would get."""
        return find_issue(self.archive, draft)

    def issue_draft(self, draft: Briefing, told: Callable[[str], None]) -> Issue:
        """Numbers it and keeps it with its papers; `told` hears which one is being made. Raises BuildError."""
        return issue_briefing(self.archive, draft, self._settings, self.fonts, told)

    def last_week(self) -> ReportingWeek:
        """The last week that is over and that there are data of. Raises BuildError without a snapshot."""
        return last_whole_week(self.info(), self._settings.week_begins)

    def info(self) -> SnapshotInfo:
        """What is served. Raises BuildError without a snapshot."""
        return self.city.snapshot_info(self.access)

    def _is_seen(self, issue: Issue) -> bool:
        try:
            self.check_area(issue.briefing.area)
        except AccessError:
            return False
        return True
