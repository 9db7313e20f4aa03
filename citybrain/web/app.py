"""One ASGI server for pages, API, geometry and exports: FastAPI, with Dash as its page maker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import uvicorn
from dash import Dash, dcc, html
from dash.backends._fastapi import reset_current_request, set_current_request
from fastapi import FastAPI, Request, Response
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import RedirectResponse

from citybrain.query import AccessContext, City, local_user, open_city
from citybrain.web.api import add_api
from citybrain.web.explore.callbacks import add_callbacks
from citybrain.web.explore.export import add_exports
from citybrain.web.explore.ids import Ids
from citybrain.web.explore.page import explore_page
from citybrain.web.geometry import add_geometry
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


def build_app(snapshots: Path, access: AccessContext | None = None) -> FastAPI:
    """The ASGI application that serves the snapshots of a folder; the folder may still be empty.

    `access` is what every visitor may see; without it, what the local user may.
    """
    city, asker = open_city(snapshots), access or local_user()
    # FastAPI's own documentation pages load scripts from the internet; the description itself is enough.
    server = FastAPI(title=PRODUCT, docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    server.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)
    _add_headers(server)
    add_api(server, city, asker)
    add_geometry(server, city, asker)
    add_exports(server, city, asker)
    _add_pages(server, _dash(server, city, asker))
    return server


def _dash(server: FastAPI, city: City, access: AccessContext) -> Dash:
    @server.get("/", include_in_schema=False)
    def start() -> RedirectResponse:
        return RedirectResponse("/explore")

    app = Dash(
        __name__,
        server=server,
        title=PRODUCT,
        update_title=None,
        assets_folder=str(HERE / "assets"),
        index_string=(HERE / "index.html").read_text(encoding="utf-8"),
        serve_locally=True,
        add_log_handler=False,
    )
    frame: list[Any] = [
        # The URL is the state: it is read from here, and written through it, without loading the page again.
        dcc.Location(id=Ids.URL, refresh="callback-nav"),
        dcc.Store(id=Ids.LANGUAGE),
        dcc.Store(id=Ids.SHOWN),
        html.Div(id=Ids.PAGE),
    ]
    app.layout = html.Div(frame)
    # The page itself is made in the visitor's language; Dash checks callbacks against this specimen of it.
    app.validation_layout = html.Div([*frame, explore_page(texts("en"), "")])
    add_callbacks(app, city, access)
    return app


def _add_pages(server: FastAPI, app: Dash) -> None:
    # A route of our own instead of Dash's catch-all, so that unknown addresses are 404 and not an empty page.
    async def explore(request: Request) -> Response:
        token = set_current_request(request)
        try:
            return Response(app.index(), media_type="text/html")
        finally:
            reset_current_request(token)

    server.add_api_route("/explore", explore, methods=["GET"], include_in_schema=False)


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
