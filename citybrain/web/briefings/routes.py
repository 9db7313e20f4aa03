"""Addresses of the briefings: `/briefings`, `/briefings/<id>`, its files, `/briefings/draft?week=…&area=…`, and issuing one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from citybrain.briefing import FORMATS, render
from citybrain.errors import AccessError, BuildError, CityBrainError
from citybrain.project import BriefingSettings
from citybrain.query import AccessContext, City
from citybrain.web.briefings.desk import Desk
from citybrain.web.briefings.issuing import Issuing, Paper, Step
from citybrain.web.briefings.listing import list_page
from citybrain.web.briefings.page import briefing_page, draft_notice, issued_notice
from citybrain.web.briefings.progress import progress_page
from citybrain.web.elements import element
from citybrain.web.navigation import Visit, frame, refusal
from citybrain.web.posts import Posts, Ticket, accept_posts
from citybrain.web.rights import may_issue
from citybrain.web.texts import known_language, texts

PLACE = "/briefings"


def add_briefings(
    server: FastAPI, city: City, access: AccessContext, snapshots: Path, settings: BriefingSettings | None = None
) -> None:
    """Register the pages and files. Issues lie in `briefings` and fonts of the project in `fonts`, beside `snapshots`."""
    desk = Desk(city, access, snapshots, settings or BriefingSettings())
    posts = accept_posts(server, snapshots, access)
    # Files first: `draft.pdf` would else be taken for the id of an issue.
    _add_files(server, desk)
    _add_drafts(server, desk, posts)
    _add_issuing(server, desk, posts)
    _add_pages(server, desk)


def _add_drafts(server: FastAPI, desk: Desk, posts: Posts) -> None:
    @server.get(PLACE + "/draft", include_in_schema=False)
    def draft(request: Request, week: str = "", area: str = "") -> Response:
        visit = Visit.of(request, PLACE)
        try:
            briefing = desk.draft(week, area, visit._.language)
            ticket = _ticket(request, desk, posts)
            notice = draft_notice(briefing, *desk.place(briefing), ticket, visit._)
        except CityBrainError as error:
            return _refused(visit, desk, error)
        address = _draft_address(briefing.week, briefing.area, visit._.language)
        page = HTMLResponse(briefing_page(briefing, address, visit._, notice), headers=_FRESH)
        if ticket:
            ticket.hand_out(request, page)
        return page


def _ticket(request: Request, desk: Desk, posts: Posts) -> Ticket | None:
    """For whoever may issue; a preview can be read where nothing can be written."""
    try:
        return posts.ticket(request) if may_issue(desk.access) else None
    except BuildError:
        return None


def _add_issuing(server: FastAPI, desk: Desk, posts: Posts) -> None:
    def work(paper: Paper, told: Callable[[str], None]) -> str:
        return desk.issue_draft(desk.draft(paper.week, paper.area, paper.language, paper.snapshot), told).id

    runs = Issuing(desk.archive, work)

    def begin(visit: Visit, form: dict[str, str]) -> Response:
        _ = visit._
        if not may_issue(desk.access):
            words = _("Briefings are issued by another office.")
            return frame(visit, words, element("section", element("h1", words), class_="panel"), desk.info(), 403)
        try:
            paper = Paper(form.get("week", ""), form.get("area", ""), _.language, form.get("snapshot", ""))
            if not paper.week or not paper.snapshot:
                raise AccessError(
                    "briefing", "nothing was named", expected="`week`, `area` and `snapshot` of a preview"
                )
            desk.check_area(paper.area)
            run = runs.start(paper)
        except CityBrainError as error:
            return _refused(visit, desk, error)
        # The answer to a form is an address, so that going back or loading again issues nothing.
        return RedirectResponse(visit.link(f"{PLACE}/issuing/{run}"), status_code=303)

    @server.post(PLACE, include_in_schema=False)
    async def issue_it(request: Request) -> Response:
        return await run_in_threadpool(begin, Visit.of(request, PLACE), await posts.said(request))

    @server.get(PLACE + "/issuing/{run}", include_in_schema=False)
    def issuing(request: Request, run: str) -> Response:
        visit = Visit.of(request, PLACE)
        try:
            progress, info = runs.progress(run), desk.info()
            desk.check_area(progress.paper.area)
        except CityBrainError as error:
            return _refused(visit, desk, error)
        if progress.step is Step.DONE:
            return RedirectResponse(f"{PLACE}/{quote(progress.issue)}?issued=1", status_code=303)
        again = _draft_address(progress.paper.week, progress.paper.area, progress.paper.language)
        return frame(visit, *progress_page(progress, again, visit._), info)


def _add_pages(server: FastAPI, desk: Desk) -> None:
    @server.get(PLACE, include_in_schema=False)
    def archive(request: Request) -> Response:
        visit = Visit.of(request, PLACE)
        try:
            info, areas = desk.info(), {area.code: area.name for area in desk.areas()}
            issues, week = desk.issues(visit._.language), desk.last_week()
            body = list_page(visit, issues, week, areas, info, may_issue(desk.access))
        except CityBrainError as error:
            return _refused(visit, desk, error)
        return frame(visit, visit._("Weekly briefings"), body, info)

    @server.get(PLACE + "/{identity}", include_in_schema=False)
    def issue(request: Request, identity: str, issued: str = "") -> Response:
        try:
            found = desk.issue(identity)
        except CityBrainError as error:
            return _refused(Visit.of(request, PLACE), desk, error)
        _ = texts(known_language(found.briefing.language))
        notice = issued_notice(found, _) if issued else None
        return HTMLResponse(briefing_page(found.briefing, f"{PLACE}/{quote(identity)}/briefing", _, notice))


def _draft_address(week: str, area: str, language: str) -> str:
    return f"{PLACE}/draft?{urlencode({'week': week, 'area': area, 'lang': language})}"


_FRESH = {"Cache-Control": "no-store"}
"""A page whose button depends on what was issued meanwhile."""


def _add_files(server: FastAPI, desk: Desk) -> None:
    @server.get(PLACE + "/draft.{form}", include_in_schema=False)
    def draft_file(request: Request, form: str, week: str = "", area: str = "") -> Response:
        visit = Visit.of(request, PLACE)
        try:
            _check_form(form)
            briefing = desk.draft(week, area, visit._.language)
            paper = render(briefing, form, desk.fonts)
        except CityBrainError as error:
            return _refused(visit, desk, error)
        name = f"briefing-{briefing.week}-{briefing.area}-{briefing.language}.{form}"
        headers = {"Content-Disposition": f"attachment; filename={quote(name)}"}
        return Response(paper, media_type=FORMATS[form], headers=headers)

    @server.get(PLACE + "/{identity}/briefing.{form}", include_in_schema=False)
    def issued_file(request: Request, identity: str, form: str) -> Response:
        try:
            _check_form(form)
            found = desk.issue(identity)
        except CityBrainError as error:
            return _refused(Visit.of(request, PLACE), desk, error)
        return FileResponse(found.file(form), media_type=FORMATS[form], filename=f"briefing-{identity}.{form}")


def _check_form(form: str) -> None:
    if form not in FORMATS:
        raise AccessError("briefing", "no such file", found=f"'{form}'", expected=" or ".join(FORMATS))


def _refused(visit: Visit, desk: Desk, error: CityBrainError) -> Response:
    return refusal(visit, error, desk.city, desk.access)
