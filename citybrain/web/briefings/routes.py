"""Addresses of the briefings: `/briefings`, `/briefings/<id>`, its files, and `/briefings/draft?week=…&area=…`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response

from citybrain.briefing import (
    FORMATS,
    Briefing,
    Issue,
    ReportingWeek,
    compose_briefing,
    list_issues,
    parse_week,
    pinned_city,
    read_issue,
    render,
    week_of,
)
from citybrain.errors import AccessError, CityBrainError
from citybrain.project import BriefingSettings
from citybrain.query import AccessContext, City
from citybrain.web.briefings.page import briefing_page, error_page, list_page
from citybrain.web.texts import known_language, texts


def add_briefings(
    server: FastAPI, city: City, access: AccessContext, snapshots: Path, settings: BriefingSettings | None = None
) -> None:
    """Register the pages and files. Issues lie in `briefings` and fonts of the project in `fonts`, beside `snapshots`."""
    desk = _Desk(city, access, snapshots, settings or BriefingSettings())
    # Files first: `draft.pdf` would else be taken for the id of an issue.
    _add_files(server, desk)
    _add_pages(server, desk)


class _Desk:
    """Issues and drafts, within what the asker may see."""

    def __init__(self, city: City, access: AccessContext, snapshots: Path, settings: BriefingSettings) -> None:
        self._city, self._access, self._snapshots, self._settings = city, access, snapshots, settings
        self.fonts = snapshots.parent / "fonts"
        self._archive = snapshots.parent / "briefings"

    def issues(self, language: str) -> list[Issue]:
        """Issues of areas in the asker's scope, newest first."""
        return [i for i in list_issues(self._archive) if i.briefing.language == language and self._is_seen(i)]

    def issue(self, identity: str) -> Issue:
        """One of them. Raises AccessError."""
        issue = read_issue(self._archive, identity)
        self._city.area(self._access, issue.briefing.area)
        return issue

    def draft(self, week: str, area: str, language: str) -> Briefing:
        """A briefing that was not issued. Raises AccessError and BuildError."""
        asked = parse_week(week, self._settings.week_begins) if week else self.last_week()
        with pinned_city(self._snapshots) as city:
            return compose_briefing(
                city, self._access, asked, area or None, language=language, settings=self._settings
            )  # fmt: skip

    def last_week(self) -> ReportingWeek:
        """The last whole week before what the snapshot knew. Raises BuildError without a snapshot."""
        info = self._city.snapshot_info(self._access)
        known_at = (info.as_of or info.built_at or dt.datetime.now(dt.UTC)).replace(tzinfo=dt.UTC)
        return week_of(known_at.astimezone(ZoneInfo(info.timezone)).date(), self._settings.week_begins).before

    def _is_seen(self, issue: Issue) -> bool:
        try:
            self._city.area(self._access, issue.briefing.area)
        except AccessError:
            return False
        return True


def _add_pages(server: FastAPI, desk: _Desk) -> None:
    @server.get("/briefings", include_in_schema=False)
    def archive(lang: str = "") -> Response:
        _ = texts(known_language(lang))
        try:
            return HTMLResponse(list_page(desk.issues(_.language), desk.last_week().code, _))
        except CityBrainError as error:
            return _refused(error, _.language)

    @server.get("/briefings/draft", include_in_schema=False)
    def draft(week: str = "", area: str = "", lang: str = "") -> Response:
        _ = texts(known_language(lang))
        try:
            briefing = desk.draft(week, area, _.language)
        except CityBrainError as error:
            return _refused(error, _.language)
        query = urlencode({"week": briefing.week, "area": briefing.area, "lang": _.language})
        return HTMLResponse(briefing_page(briefing, f"/briefings/draft?{query}", _))

    @server.get("/briefings/{identity}", include_in_schema=False)
    def issue(identity: str) -> Response:
        try:
            found = desk.issue(identity)
        except CityBrainError as error:
            return _refused(error, "")
        _ = texts(known_language(found.briefing.language))
        return HTMLResponse(briefing_page(found.briefing, f"/briefings/{quote(identity)}/briefing", _))


def _add_files(server: FastAPI, desk: _Desk) -> None:
    @server.get("/briefings/draft.{form}", include_in_schema=False)
    def draft_file(form: str, week: str = "", area: str = "", lang: str = "") -> Response:
        language = known_language(lang)
        try:
            _check_form(form)
            briefing = desk.draft(week, area, language)
            paper = render(briefing, form, desk.fonts)
        except CityBrainError as error:
            return _refused(error, language)
        name = f"briefing-{briefing.week}-{briefing.area}-{language}.{form}"
        headers = {"Content-Disposition": f"attachment; filename={quote(name)}"}
        return Response(paper, media_type=FORMATS[form], headers=headers)

    @server.get("/briefings/{identity}/briefing.{form}", include_in_schema=False)
    def issued_file(identity: str, form: str) -> Response:
        try:
            _check_form(form)
            found = desk.issue(identity)
        except CityBrainError as error:
            return _refused(error, "")
        return FileResponse(found.file(form), media_type=FORMATS[form], filename=f"briefing-{identity}.{form}")


def _check_form(form: str) -> None:
    if form not in FORMATS:
        raise AccessError("briefing", "no such file", found=f"'{form}'", expected=" or ".join(FORMATS))


def _refused(error: CityBrainError, language: str) -> Response:
    status = 404 if isinstance(error, AccessError) else 503
    return HTMLResponse(error_page(error.sentence(), texts(known_language(language))), status_code=status)
