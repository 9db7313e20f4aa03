"""What visitors send to change something: taken from this server's own pages only.

Three things must agree, each of which a foreign page cannot provide: the browser says that the request comes from this origin
(`Sec-Fetch-Site`, `Origin`), the visitor's cookie is sent at all (`SameSite`), and the form carries the ticket that belongs to
the cookie. Tickets are signed with a secret of the project, so that each server process knows those of all others.
Source: OWASP, Cross-Site Request Forgery Prevention, signed double-submit cookie.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from fastapi import FastAPI, Request, Response

from citybrain.query import AccessContext
from citybrain.query.form_key import form_key
from citybrain.web.elements import Markup, element
from citybrain.web.navigation import Visit, frame

COOKIE = "citybrain_forms"
FIELD = "ticket"
"""Name of the hidden field."""
MOST_BYTES = 32_768
_FORM = "application/x-www-form-urlencoded"
_VISITOR = re.compile(r"[A-Za-z0-9_-]{43}")


class PostRefusedError(Exception):
    """The request did not come from a form of this server, or is longer than any of them; nothing was changed."""

    def __init__(self, status: int = 403) -> None:
        self.status = status
        super().__init__(f"refused with {status}")


@dataclass(frozen=True)
class Ticket:
    """What one visitor's forms carry."""

    visitor: str
    """Random; the value of the cookie. It says nothing about who the visitor is."""
    signed: str
    is_new: bool

    @property
    def field(self) -> Markup:
        """The hidden field."""
        return element("input", type="hidden", name=FIELD, value=self.signed)

    def hand_out(self, request: Request, response: Response) -> None:
        """Gives the browser the cookie, unless it has it."""
        if self.is_new:
            is_secure = request.url.scheme == "https"
            # Lax, not strict: who follows a link from elsewhere keeps the cookie, and the forms of other tabs stay good.
            response.set_cookie(COOKIE, self.visitor, httponly=True, samesite="lax", secure=is_secure)


class Posts:
    """Gives tickets out and takes forms in, for one asker."""

    def __init__(self, snapshots: Path, access: AccessContext) -> None:
        self._snapshots, self._user = snapshots, access.user
        self._key = b""
        self._reading = threading.Lock()

    def ticket(self, request: Request) -> Ticket:
        """The ticket of a visitor. Raises BuildError where the project's folder of keys cannot be written."""
        known = request.cookies.get(COOKIE, "")
        is_new = not _VISITOR.fullmatch(known)
        visitor = secrets.token_urlsafe(32) if is_new else known
        return Ticket(visitor, self._sign(visitor), is_new)

    async def said(self, request: Request) -> dict[str, str]:
        """The fields of a form that was sent. Raises PostRefusedError unless it came from a page of this server."""
        _check_origin(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            raise PostRefusedError
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > MOST_BYTES:
                raise PostRefusedError(413)
        fields = _fields(bytes(body))
        visitor, stated = request.cookies.get(COOKIE, ""), fields.pop(FIELD, "")
        if not _VISITOR.fullmatch(visitor) or not hmac.compare_digest(stated.encode(), self._sign(visitor).encode()):
            raise PostRefusedError
        return fields

    def _sign(self, visitor: str) -> str:
        with self._reading:
            self._key = self._key or form_key(self._snapshots)
        return hmac.new(self._key, f"{self._user}\n{visitor}".encode(), hashlib.sha256).hexdigest()


def accept_posts(server: FastAPI, snapshots: Path, access: AccessContext) -> Posts:
    """The gate of a server's forms; what it refuses is answered with 403 and a sentence."""

    @server.exception_handler(PostRefusedError)
    async def refuse(request: Request, error: PostRefusedError) -> Response:
        return _refusal(Visit.of(request, "/" + request.url.path.split("/")[1]), error.status)

    return Posts(snapshots, access)


def _check_origin(request: Request) -> None:
    """Browsers send `Origin` with every form, and `Sec-Fetch-Site` besides over HTTPS; both name whose page it was."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is None and origin is None:
        raise PostRefusedError
    if site not in (None, "same-origin"):
        raise PostRefusedError
    # Without the scheme: a proxy that speaks HTTPS to the browser speaks HTTP to this server.
    if origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower():
        raise PostRefusedError


def _fields(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50))
    except ValueError:
        raise PostRefusedError from None


def _refusal(visit: Visit, status: int) -> Response:
    _ = visit._
    title = _("Nothing was changed")
    foreign = _("This was not sent from a page of this server, or the browser has forgotten that it opened the page.")
    body = element(
        "div", element("h1", title), element("p", _("This is longer than can be taken.") if status == 413 else foreign),
        element("p", _("Open the page again and send the form from there."), class_="muted"),
        element("a", _("Back to the start"), href=visit.link(visit.place), class_="button"), class_="empty-page",
    )  # fmt: skip
    return frame(visit, title, body, None, status)
