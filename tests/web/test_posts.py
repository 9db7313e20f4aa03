"""What changes something is taken from the server's own pages only."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from citybrain.query import AccessContext, local_user
from citybrain.web.posts import COOKIE, FIELD, MOST_BYTES, accept_posts
from tests.web.visitor import Visitor

HOST = "http://here"


def server_of(snapshots: Path, access: AccessContext | None = None) -> FastAPI:
    """One page that hands a ticket out and takes a form in."""
    server = FastAPI()
    posts = accept_posts(server, snapshots, access or local_user())

    @server.get("/desk")
    def page(request: Request) -> Response:
        ticket = posts.ticket(request)
        answer = Response(ticket.signed)
        ticket.hand_out(request, answer)
        return answer

    @server.post("/desk")
    async def take(request: Request) -> Response:
        return JSONResponse(await posts.said(request))

    return server


@pytest.fixture
def visitor(tmp_path: Path) -> Visitor:
    return Visitor(server_of(tmp_path / "snapshots"))


def test_a_form_of_the_own_page_is_taken_without_its_ticket_among_the_fields(visitor: Visitor) -> None:
    ticket = visitor.get("/desk").text
    answer = visitor.send("/desk", {FIELD: ticket, "text": "邻县 & <b>"})
    assert answer.status_code == 200
    assert json.loads(answer.text) == {"text": "邻县 & <b>"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://elsewhere"},
        {"Origin": "null"},
        {"Origin": "http://here:8051"},
        {"Origin": "http://here.elsewhere"},
        {"Origin": HOST, "Sec-Fetch-Site": "cross-site"},
        {"Origin": HOST, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://elsewhere", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_another_origin_is_refused_with_a_sentence_even_with_cookie_and_ticket(
    visitor: Visitor, headers: dict[str, str]
) -> None:
    ticket = visitor.get("/desk").text
    answer = visitor.send("/desk?lang=en", {FIELD: ticket}, headers)
    assert answer.status_code == 403
    assert "not sent from a page of this server" in answer.text


@pytest.mark.parametrize("headers", [{"Origin": HOST}, {"Sec-Fetch-Site": "same-origin"},
                                     {"Origin": "https://here", "Sec-Fetch-Site": "same-origin"}])  # fmt: skip
def test_what_the_browser_says_of_the_own_origin_is_enough(visitor: Visitor, headers: dict[str, str]) -> None:
    assert visitor.send("/desk", {FIELD: visitor.get("/desk").text}, headers).status_code == 200


def test_a_ticket_is_good_with_its_own_cookie_only(visitor: Visitor) -> None:
    mine = visitor.get("/desk").text
    stranger = Visitor(visitor.app)
    assert stranger.send("/desk", {FIELD: mine}).status_code == 403
    stranger.get("/desk")
    assert stranger.send("/desk", {FIELD: mine}).status_code == 403
    for stated in (mine[:-1] + "g", "邻", ""):
        assert visitor.send("/desk", {FIELD: stated}).status_code == 403
    assert visitor.send("/desk", {}).status_code == 403


def test_a_ticket_is_good_in_every_process_of_the_project_and_in_no_other_project(tmp_path: Path) -> None:
    one = Visitor(server_of(tmp_path / "a" / "snapshots"))
    ticket = one.get("/desk").text
    same = Visitor(server_of(tmp_path / "a" / "snapshots"), cookies=one.cookies)
    other = Visitor(server_of(tmp_path / "b" / "snapshots"), cookies=one.cookies)
    assert same.send("/desk", {FIELD: ticket}).status_code == 200
    assert other.send("/desk", {FIELD: ticket}).status_code == 403


def test_a_ticket_of_one_user_is_not_good_for_another(tmp_path: Path) -> None:
    one = Visitor(server_of(tmp_path / "snapshots"))
    ticket = one.get("/desk").text
    two = Visitor(server_of(tmp_path / "snapshots", AccessContext("clerk", "township")), cookies=one.cookies)
    assert two.send("/desk", {FIELD: ticket}).status_code == 403


def test_the_cookie_is_for_the_server_only_and_kept_over_visits(visitor: Visitor) -> None:
    first = visitor.get("/desk").headers["set-cookie"].lower()
    assert "httponly" in first
    assert "samesite=lax" in first
    assert "secure" not in first
    assert "set-cookie" not in visitor.get("/desk").headers
    assert "set-cookie" in Visitor(visitor.app, cookies={COOKIE: "short"}).get("/desk").headers


def test_over_https_the_cookie_is_secure(visitor: Visitor) -> None:
    assert "secure" in Visitor(visitor.app, scheme="https").get("/desk").headers["set-cookie"].lower()


def test_only_forms_of_a_size_that_a_person_fills_are_read(visitor: Visitor) -> None:
    ticket, own = visitor.get("/desk").text, {"Origin": HOST}
    said = json.dumps({FIELD: ticket}).encode()
    assert visitor.ask("POST", "/desk", own, said, "application/json").status_code == 403
    assert visitor.ask("POST", "/desk", own, b"ticket=\xff").status_code == 403
    assert visitor.send("/desk", {FIELD: ticket, "text": "x" * MOST_BYTES}).status_code == 413
    assert visitor.send("/desk", {FIELD: ticket, **{f"field{n}": "" for n in range(60)}}).status_code == 403


def test_the_key_is_kept_for_the_owner_only(visitor: Visitor, tmp_path: Path) -> None:
    visitor.get("/desk")
    assert (tmp_path / "keys" / "forms.key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0


def test_many_first_visits_at_once_agree_on_one_key(tmp_path: Path) -> None:
    apps = [server_of(tmp_path / "snapshots") for _ in range(4)]
    people = [Visitor(apps[n % 4], cookies={COOKIE: "a" * 43}) for n in range(16)]
    with ThreadPoolExecutor(16) as pool:
        tickets = set(pool.map(lambda person: person.get("/desk").text, people))
    assert len(tickets) == 1
