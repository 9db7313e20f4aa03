"""Asks the application itself, without a server between, as one browser would: with cookies, and with the form it opened last."""

from __future__ import annotations

import asyncio
import html
import re
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote, urlencode

from fastapi import FastAPI

FORM = "application/x-www-form-urlencoded"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


@dataclass(frozen=True)
class Answer:
    status_code: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


@dataclass
class Visitor:
    """One browser at one application."""

    app: FastAPI
    scheme: str = "http"
    cookies: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"{self.scheme}://here"

    def get(self, address: str) -> Answer:
        """A page; its hidden fields are sent with the next form."""
        answer = self.ask("GET", address)
        found = _HIDDEN.findall(answer.text) if "html" in answer.headers.get("content-type", "") else []
        self.hidden = {name: html.unescape(value) for name, value in found}
        return answer

    def send(self, address: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
        """The form with its hidden fields, from the own origin unless the headers say otherwise."""
        body = urlencode({**self.hidden, **fields}).encode()
        return self.ask("POST", address, {"Origin": self.origin} if headers is None else headers, body)

    def ask(
        self, method: str, address: str, headers: dict[str, str] | None = None, body: bytes = b"", kind: str = FORM
    ) -> Answer:
        """Any request."""
        sent = {"host": "here", "content-type": kind, **(headers or {})}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        answer = asyncio.run(self._ask(method, address, sent, body))
        kept = SimpleCookie(answer.headers.get("set-cookie", ""))
        self.cookies.update({name: morsel.value for name, morsel in kept.items()})
        return answer

    async def _ask(self, method: str, address: str, headers: dict[str, str], body: bytes) -> Answer:
        path, _mark, query = address.partition("?")
        scope: dict[str, Any] = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": self.scheme,
            "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        }  # fmt: skip
        sent: list[dict[str, Any]] = []
        asked = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if asked.is_set():
                await asyncio.Future()  # the visitor stays until the answer is complete
            asked.set()
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        answered = {k.decode().lower(): v.decode() for k, v in sent[0]["headers"]}
        return Answer(sent[0]["status"], answered, b"".join(m.get("body", b"") for m in sent[1:]))
