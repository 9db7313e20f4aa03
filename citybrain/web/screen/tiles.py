"""The figures of the whole area: value, change against the period before and a year before, course."""

from __future__ import annotations

from typing import Any

from citybrain.query.definitions import Indicator
from citybrain.query.periods import period_name
from citybrain.web.explore.headline import change_tone
from citybrain.web.numbers import short_change_text
from citybrain.web.screen.layers import state_text
from citybrain.web.screen.scope import Scope

SPARK_PERIODS = 21


def read_tiles(scope: Scope) -> list[dict[str, Any]]:
    """One tile per indicator of the scope."""
    changes = scope.change(scope.tiles)
    return [_tile(scope, indicator, changes.get(indicator.code)) for indicator in scope.tiles]


def _tile(scope: Scope, indicator: Indicator, row: dict[str, Any] | None) -> dict[str, Any]:
    on = scope.latest(indicator)
    difference = row["difference"] if row else None
    change = short_change_text(difference, row["change_pct"], indicator.decimals) if row else ""
    return {
        "code": indicator.code,
        "title": indicator.title(scope.lang),
        "unit": indicator.unit(scope.lang),
        "value": state_text(row, indicator, scope) if row else scope._("No data"),
        "state": row["state"] if row else "no_data",
        "change": change or scope._("no comparison"),
        "tone": change_tone(difference, indicator.better),
        "year": short_change_text(row["year_difference"], row["year_change_pct"], indicator.decimals) if row else "",
        "when": period_name(scope.period, on) if on else "",
        "spark": [r["value"] for r in scope.series(indicator, SPARK_PERIODS)],
        "bars": indicator.kind in ("flow", "distinct"),
        "href": scope.explore(indicator=indicator.code, why=scope.area.code),
    }
