"""One ASGI server for pages, API, geometry and exports: FastAPI, with Dash as its page maker."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from dash import Dash, html
from dash.development.base_component import Component
from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from citybrain.project import BriefingSettings, ScreenChoice
from citybrain.query import AccessContext, City, local_user, open_city
from citybrain.web.api import add_api
from citybrain.web.briefings import add_briefings
from citybrain.web.catalogue import add_catalogue
from citybrain.web.explore.callbacks import add_callbacks
from citybrain.web.explore.export import add_exports
from citybrain.web.explore.page import page_frame, page_layout
from citybrain.web.geometry import add_geometry
from citybrain.web.pages import Page, PageAddresses
from citybrain.web.quality import add_quality
from citybrain.web.reconciliation import add_reconciliation
from citybrain.web.screen import add_screen
from citybrain.web.scripts import KeptScripts
from citybrain.web.selection import Selection
from citybrain.web.texts import texts

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


PAGES: dict[str, Page] = {
    "/explore": Page(page_layout, page_frame, add_callbacks),
}
"""Addresses that Dash makes the pages of; `/` leads to the first one."""


def build_app(
    snapshots: Path,
    access: AccessContext | None = None,
    screen: ScreenChoice | None = None,
    briefing: BriefingSettings | None = None,
) -> FastAPI:
    """The ASGI application that serves the snapshots of a folder; the folder may still be empty.

    `access` is what every visitor may see; without it, what the local user may. `screen` and `briefing`
    are the tables of that name in city.toml.
    """
    city, asker = open_city(snapshots), access or local_user()
    # FastAPI's own documentation pages load scripts from the internet; the description itself is enough.
    server = FastAPI(title=PRODUCT, docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    add_api(server, city, asker)
    add_geometry(server, city, asker)
    add_exports(server, city, asker, snapshots.parent / "fonts")
    add_screen(server, city, asker, screen or ScreenChoice())
    add_briefings(server, city, asker, snapshots, briefing)
    departments = (briefing or BriefingSettings()).departments
    add_quality(server, city, asker, departments)
    add_reconciliation(server, city, asker, snapshots, departments)
    add_catalogue(server, city, asker, departments)
    _add_dash(server, city, asker)
    server.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    server.add_middleware(PageAddresses, pages=PAGES)
    server.add_middleware(_Headers)
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
    app.layout = lambda: _asked_layout(app, city, access)
    # Dash checks callbacks against these specimens: no page has the components of all, and none without a snapshot.
    app.validation_layout = html.Div([page.specimen(texts("en"), "") for page in PAGES.values()])
    for page in PAGES.values():
        page.add_callbacks(app, city, access)


def _log(error: Exception) -> None:
    """A callback failed by our fault: the visitor keeps what was shown, the log says why."""
    logging.getLogger(__name__).error("a callback failed", exc_info=error)


def _asked_layout(app: Dash, city: City, access: AccessContext) -> Component:
    """The page that asks for its layout, in the language of its URL; the first one where nobody asks (at start)."""
    asked = urlsplit("")
    if app.backend.has_request_context():
        asked = urlsplit(app.backend.request_adapter().headers.get("referer", ""))
    page = PAGES.get(asked.path) or next(iter(PAGES.values()))
    return page.layout(city, access, Selection.from_query(asked.query).lang)


class _Headers:
    """Adds the headers of every answer that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with the headers."""

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with if scope["type"] == "http" else send)


def serve(
    snapshots: Path,
    host: str = "127.0.0.1",
    port: int = 8050,
    screen: ScreenChoice | None = None,
    briefing: BriefingSettings | None = None,
) -> None:
    """Serve the pages and the API until interrupted."""
    # Without lifespan: Dash would add its catch-all there.
    app = build_app(snapshots, screen=screen, briefing=briefing)
    uvicorn.run(app, host=host, port=port, lifespan="off", log_level="warning")
