"""One ASGI server for pages, API, geometry and exports: FastAPI, with Dash as its page maker."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from dash import Dash
from fastapi import FastAPI, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from citybrain.query import AccessContext, City, local_user, open_city
from citybrain.web.api import add_api
from citybrain.web.explore.callbacks import add_callbacks
from citybrain.web.explore.export import add_exports
from citybrain.web.explore.page import page_frame, page_layout
from citybrain.web.geometry import add_geometry
from citybrain.web.scripts import KeptScripts
from citybrain.web.selection import Selection
from citybrain.web.texts import DEFAULT_LANGUAGE, texts

HERE = Path(__file__).parent
PRODUCT = "CityBrain"
_CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'self'; "
    "base-uri 'self'; form-action 'self'"
)
"""The browser itself refuses whatever is not ours. Dash writes its start-up inline, Plotly and the grid compile code."""

_HEADERS = {
    "Content-Security-Policy": _CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


PAGES = frozenset({"/explore"})
"""Addresses that Dash makes the pages of."""


def build_app(snapshots: Path, access: AccessContext | None = None) -> FastAPI:
    """The ASGI application that serves the snapshots of a folder; the folder may still be empty.

    `access` is what every visitor may see; without it, what the local user may.
    """
    city, asker = open_city(snapshots), access or local_user()
    # FastAPI's own documentation pages load scripts from the internet; the description itself is enough.
    server = FastAPI(title=PRODUCT, docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    add_api(server, city, asker)
    add_geometry(server, city, asker)
    add_exports(server, city, asker)
    _add_dash(server, city, asker)
    server.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    server.add_middleware(PageAddresses)
    _add_headers(server)
    server.add_middleware(KeptScripts)
    return server


def _add_dash(server: FastAPI, city: City, access: AccessContext) -> None:
    app = Dash(
        __name__,
        server=server,
        title=PRODUCT,
        update_title=None,
        assets_folder=str(HERE / "assets"),
        index_string=(HERE / "index.html").read_text(encoding="utf-8"),
        serve_locally=True,
        add_log_handler=False,
        on_error=_log,
    )
    # Every callback is a short question: no open socket per visitor, which the proxies of some offices cut anyway.
    app.backend.websocket_capability = False
    app.layout = lambda: page_layout(city, access, _asked_language(app))
    # Dash checks callbacks against this specimen, since the page without a snapshot has none of their components.
    app.validation_layout = page_frame(texts("en"), "")
    add_callbacks(app, city, access)


def _log(error: Exception) -> None:
    """A callback failed by our fault: the visitor keeps what was shown, the log says why."""
    logging.getLogger(__name__).error("a callback failed", exc_info=error)


def _asked_language(app: Dash) -> str:
    """The language in the URL of the page that asks for its layout; the default where nobody asks (at start)."""
    if not app.backend.has_request_context():
        return DEFAULT_LANGUAGE
    page = app.backend.request_adapter().headers.get("referer", "")
    return Selection.from_query(urlsplit(page).query).lang


class PageAddresses:
    """Leads `/` to the explorer, and the addresses of pages to Dash, which answers at `/` only.

    Dash's own way, a catch-all route, would answer every unknown address with an empty page instead of 404.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, under another path if it is for a page."""
        if scope["type"] == "http" and scope["path"] == "/":
            await RedirectResponse("/explore")(scope, receive, send)
            return
        if scope["type"] == "http" and scope["path"] in PAGES:
            scope = {**scope, "path": "/", "raw_path": b"/"}
        await self.app(scope, receive, send)


def _add_headers(server: FastAPI) -> None:
    @server.middleware("http")
    async def secure(request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def serve(snapshots: Path, host: str = "127.0.0.1", port: int = 8050) -> None:
    """Serve the pages and the API until interrupted."""
    # Without lifespan: Dash would add its catch-all there.
    uvicorn.run(build_app(snapshots), host=host, port=port, lifespan="off", log_level="warning")
