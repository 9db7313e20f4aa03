"""Pages that Dash makes, each at its own address, with one set of scripts for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dash import Dash
from dash.development.base_component import Component
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from citybrain.query import AccessContext, City
from citybrain.web.texts import Texts


@dataclass(frozen=True)
class Page:
    """One page: what it shows first, a specimen that holds all its components, and what makes it move.

    Component ids are unique across pages: Dash checks all callbacks against all specimens together.
    """

    layout: Callable[[City, AccessContext, str], Component]
    """The page for the city, the asker and the language (`zh` or `en`)."""
    specimen: Callable[[Texts, str], Component]
    """The page without data, for a language and the name of a project."""
    add_callbacks: Callable[[Dash, City, AccessContext], None]


class PageAddresses:
    """Leads `/` to the first page, and the addresses of pages to Dash, which answers at `/` only.

    Dash's own way, a catch-all route, would answer every unknown address with an empty page instead of 404.
    """

    def __init__(self, app: ASGIApp, pages: Mapping[str, Page]) -> None:
        self.app = app
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, under another path if it is for a page."""
        if scope["type"] == "http" and scope["path"] == "/":
            await RedirectResponse(next(iter(self._pages)))(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] in self._pages:
            scope = {**scope, "path": "/", "raw_path": b"/"}
        await self.app(scope, receive, send)
