"""Everything the screen shows of one snapshot, in one document: the browser only places it."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from citybrain.project import ScreenChoice
from citybrain.query import AccessContext, City, SnapshotInfo
from citybrain.query.screen import read_deliveries
from citybrain.web.numbers import instant_text, known_words, number_text
from citybrain.web.screen.asked import ScreenRequest
from citybrain.web.screen.layers import read_layer
from citybrain.web.screen.panels import read_panels
from citybrain.web.screen.scope import Scope, read_scope
from citybrain.web.screen.tiles import read_tiles

TICKER_DELIVERIES = 12


def read_state(city: City, access: AccessContext, choice: ScreenChoice, asked: ScreenRequest) -> dict[str, Any]:
    """The document. All of it is of one snapshot: where another one is published meanwhile, it is read again."""
    while True:
        info = city.snapshot_info(access)
        state = _read(read_scope(city, access, choice, asked), info)
        if city.snapshot_info(access).snapshot == info.snapshot:
            return state


def _read(scope: Scope, info: SnapshotInfo) -> dict[str, Any]:
    _ = scope._
    known_at = info.as_of or info.built_at
    return {
        "snapshot": info.snapshot,
        "project": info.project,
        "area": scope.area.name,
        "level": scope.level_title,
        "timezone": info.timezone,
        "known_at": known_at.replace(tzinfo=dt.UTC).timestamp() if known_at else None,
        "as_of": " · ".join(f"{name} {words}" for name, words in known_words(info, _)),
        "geometry": _geometry(scope, info.snapshot),
        "places": [
            [a.code, a.name, a.label_lon, a.label_lat]
            for a in scope.city.areas(scope.access, scope.area.code, scope.level)
        ],
        "tiles": read_tiles(scope),
        "layers": [read_layer(scope, indicator) for indicator in scope.layers],
        "panels": read_panels(scope),
        "feeds": [[f.feed, f.state, f.title] for f in scope.city.feeds_status(scope.access)],
        "ticker": _ticker(scope, info.timezone),
    }


def _geometry(scope: Scope, snapshot: str) -> dict[str, str]:
    """Where the shapes lie, and what they are: the browser asks for them again only when they change."""
    shapes = scope.city.boundaries(scope.access, scope.area.code, scope.level)
    return {
        "url": f"/geometry/{snapshot}/{scope.area.code}/{scope.level}.json",
        "content": hashlib.sha256(shapes.encode()).hexdigest()[:16],
    }


def _ticker(scope: Scope, timezone: str) -> list[list[str]]:
    """[tone, words] of the newest deliveries, newest first."""
    _, found = scope._, []
    for d in read_deliveries(scope.city, scope.access, TICKER_DELIVERIES):
        said = {"time": instant_text(d.received_at, timezone)[5:], "feed": d.title, "rows": number_text(d.rows_in, 0)}
        if d.is_refused:
            found.append(["bad", _("{time} {feed}: refused", **said)])
        elif d.quarantined:
            said["quarantined"] = number_text(d.quarantined, 0)
            found.append(["warn", _("{time} {feed}: {rows} rows, {quarantined} in quarantine", **said)])
        else:
            found.append(["good", _("{time} {feed}: {rows} rows", **said)])
    return found
