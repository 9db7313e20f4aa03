"""Boundaries by URL: fetched once per snapshot by each browser, and kept there."""

from __future__ import annotations

import hashlib

from fastapi import FastAPI, Request, Response

from citybrain.errors import AccessError, BuildError
from citybrain.query import AccessContext, City

FOREVER = "public, max-age=31536000, immutable"


def add_geometry(server: FastAPI, city: City, access: AccessContext) -> None:
    """Register `/geometry/<snapshot>/<parent>/<level>.json`."""

    @server.get("/geometry/{snapshot}/{parent}/{level}.json", include_in_schema=False)
    def geometry(request: Request, snapshot: str, parent: str, level: str) -> Response:
        try:
            text = city.boundaries(access, parent, level)
            served = city.snapshot_info(access).snapshot
        except (AccessError, BuildError) as error:
            return Response(error.sentence(), status_code=404, media_type="text/plain")
        # A page of the snapshot before still gets its shapes, but must not keep them under the old name.
        headers = {"Cache-Control": FOREVER if served == snapshot else "no-store"}
        headers["ETag"] = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(text, media_type="application/geo+json", headers=headers)
