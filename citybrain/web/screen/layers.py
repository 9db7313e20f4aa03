"""The layers of the map: classed values of every area, legend, ranking and course, as the browser places them."""

from __future__ import annotations

from typing import Any

from citybrain.figures import Classes, classify
from citybrain.figures.map import class_colour
from citybrain.query.definitions import Indicator
from citybrain.query.periods import period_name
from citybrain.schema.value_state import ValueState
from citybrain.web.explore.headline import change_tone
from citybrain.web.numbers import number_text, short_change_text, value_text
from citybrain.web.screen.scope import Scope

CLASSES = 5
TREND_PERIODS = {"day": 42, "week": 26, "month": 24}


def read_layer(scope: Scope, indicator: Indicator) -> dict[str, Any]:
    """One layer; `values` by area code as [text, class, change, tone], `order` the codes from the largest value down."""
    on = scope.latest(indicator)
    rows = read_rows(scope, indicator)
    classes = classify([r["value"] for r in rows], CLASSES, indicator.decimals)
    whole = scope.change([indicator]).get(indicator.code)
    return {
        "code": indicator.code,
        "title": indicator.title(scope.lang),
        "unit": indicator.unit(scope.lang),
        "when": period_name(scope.period, on) if on else "",
        "whole": _cell(whole, indicator, classes, scope) if whole else None,
        "is_partial": bool(whole and whole["is_partial"]),
        "values": {r["area_code"]: _cell(r, indicator, classes, scope) for r in rows},
        "order": [r["area_code"] for r in rows],
        "shares": _shares(rows),
        "legend": _legend(rows, classes, indicator, scope),
        "bars": indicator.kind in ("flow", "distinct"),
        "trend": _trend(scope, indicator),
        "explore": scope.explore(indicator=indicator.code),
    }


def read_rows(scope: Scope, indicator: Indicator) -> list[dict[str, Any]]:
    """Rows of `City.ranking` for the areas on the map at the latest period; none before the first delivery."""
    on = scope.latest(indicator)
    if on is None:
        return []
    asked = scope.city.ranking(
        scope.access, indicator.code, scope.period, on, level=scope.level, within=scope.area.code
    )
    return asked.to_dicts()


def _cell(row: dict[str, Any], indicator: Indicator, classes: Classes, scope: Scope) -> list[str]:
    change = short_change_text(row["difference"], row["change_pct"], indicator.decimals)
    return [
        state_text(row, indicator, scope),
        area_class(row, classes),
        change,
        change_tone(row["difference"], indicator.better),
    ]


def state_words(scope: Scope) -> dict[str, str]:
    """What is said of a value that nobody can show or believe, by its state."""
    return {
        ValueState.NO_DATA: scope._("No data"),
        ValueState.LATE: scope._("Report late"),
        ValueState.QUARANTINED: scope._("In quarantine"),
        ValueState.SUPPRESSED: scope._("Suppressed"),
        ValueState.IMPLAUSIBLE_ZERO: scope._("Implausible zero"),
    }


def state_text(row: dict[str, Any], indicator: Indicator, scope: Scope) -> str:
    """The value, or why there is none: never an empty place and never a 0 that nobody stated."""
    if row["value"] is None:
        return state_words(scope).get(row["state"], scope._("No data"))
    return number_text(row["value"], indicator.decimals)


def area_class(row: dict[str, Any], classes: Classes) -> str:
    """`c1` … `c5` for values, spread over all colours where there are fewer classes; else the state itself."""
    if row["state"] != "value" or not row["value"]:
        return str(row["state"])
    return f"c{1 + class_colour(classes.of(row['value']), len(classes.edges), CLASSES)}"


def _shares(rows: list[dict[str, Any]]) -> list[float]:
    """Length of each bar of the ranking, 0 to 1, in its order."""
    largest = max((abs(r["value"]) for r in rows if r["value"] is not None), default=0) or 1
    return [round(abs(r["value"] or 0) / largest, 4) for r in rows]


def _legend(rows: list[dict[str, Any]], classes: Classes, indicator: Indicator, scope: Scope) -> list[list[str]]:
    """[class, words] in order: what is no value and zero, where they occur, then the classes."""
    words = {**state_words(scope), ValueState.ZERO: number_text(0, 0)}
    states = {r["state"] for r in rows}
    entries = [[str(state), said] for state, said in words.items() if state in states]
    for n, (low, high) in enumerate(classes.bounds()):
        said = number_text(low, indicator.decimals)
        if high > low:
            said += f"–{number_text(high, indicator.decimals)}"
        entries.append([f"c{1 + class_colour(n, len(classes.edges), CLASSES)}", said])
    return entries


def _trend(scope: Scope, indicator: Indicator) -> list[list[Any]]:
    """[period, value, text, whether it is partial], oldest first; a null value is no data."""
    return [
        [
            period_name(scope.period, r["period_on"]),
            r["value"],
            value_text(r["value"], indicator.decimals, scope._),
            r["is_partial"],
        ]
        for r in scope.series(indicator, TREND_PERIODS[scope.period])
    ]
