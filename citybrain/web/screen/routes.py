"""Addresses of the screen: page, scripts, pulse and state."""

from __future__ import annotations

import hashlib
import json
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from citybrain.errors import CityBrainError
from citybrain.project import ScreenChoice
from citybrain.query import AccessContext, City
from citybrain.web.geometry import FOREVER
from citybrain.web.screen.asked import ScreenRequest
from citybrain.web.screen.page import page_html
from citybrain.web.screen.state import read_state

STATIC = Path(__file__).parent / "static"
TYPES = {".js": "text/javascript", ".css": "text/css"}
KEPT_STATES = 64


def add_screen(server: FastAPI, city: City, access: AccessContext, choice: ScreenChoice) -> None:
    """Register `/screen` and what it asks for."""
    files = {path.name: path.read_bytes() for path in sorted(STATIC.iterdir()) if path.suffix in TYPES}
    version = hashlib.sha256(b"".join(files.values())).hexdigest()[:12]

    @server.get("/screen", include_in_schema=False)
    def screen(request: Request) -> Response:
        asked = ScreenRequest.from_query(request.url.query)
        return HTMLResponse(page_html(asked, version, choice.stale_hours), headers={"Cache-Control": "no-cache"})

    @server.get("/screen/static/{kept}/{name}", include_in_schema=False)
    def static(kept: str, name: str) -> Response:
        if name not in files:
            return Response(status_code=404)
        # A page of the release before gets today's files, but must not keep them under the old name.
        headers = {"Cache-Control": FOREVER if kept == version else "no-store"}
        return Response(files[name], media_type=TYPES[Path(name).suffix], headers=headers)

    @server.get("/screen/pulse.json", include_in_schema=False)
    def pulse() -> Response:
        """What a screen asks every two seconds: is there something new, and what time is it."""
        answer = {"snapshot": "", "version": version, "now": time.time()}
        try:
            answer["snapshot"] = city.snapshot_info(access).snapshot
        except CityBrainError as error:
            answer["problem"] = error.sentence()
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    _add_state(server, city, access, choice)


def _add_state(server: FastAPI, city: City, access: AccessContext, choice: ScreenChoice) -> None:
    @lru_cache(maxsize=KEPT_STATES)
    def read(_snapshot: str, asked: ScreenRequest) -> str:
        # The snapshot asked for only makes the key: the document names the one that it was read from.
        state: dict[str, Any] = read_state(city, access, choice, asked)
        return json.dumps(state, ensure_ascii=False, separators=(",", ":"))

    @server.get("/screen/state.json", include_in_schema=False)
    def state(request: Request) -> Response:
        """Everything of the served snapshot that the screen shows."""
        text = read(city.snapshot_info(access).snapshot, ScreenRequest.from_query(request.url.query))
        tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        headers = {"Cache-Control": "no-cache", "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(text, media_type="application/json", headers=headers)
