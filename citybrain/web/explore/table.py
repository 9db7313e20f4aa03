"""The table of the listed areas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from citybrain.query.definitions import Indicator
from citybrain.query.periods import period_name
from citybrain.web.explore.answers import Rows
from citybrain.web.explore.headline import change_tone
from citybrain.web.explore.limits import SIGNS, reached, reached_words
from citybrain.web.explore.links import RowLinks
from citybrain.web.explore.states import shown, state_reasons, state_words
from citybrain.web.explore.view import View
from citybrain.web.numbers import number_text, signed_text
from citybrain.web.texts import Texts


def table_columns(view: View, has_year: bool, _: Texts) -> list[dict[str, Any]]:
    """Column definitions; numbers sort as numbers and show as texts made by the server."""
    unit = view.indicator.unit(_.language)
    columns = [
        {"field": "rank", "headerName": _("Rank"), "width": 78, "minWidth": 78, "type": "rightAligned"},
        {"field": "area_name", "headerName": _("Area"), "cellRenderer": "AreaLink", "minWidth": 130, "pinned": "left"},
        _number("value", f"{view.indicator.title(_.language)} ({unit})", "cell-value", 170),
        *[
            _number(f"more_{i.code}", f"{i.title(_.language)} ({i.unit(_.language)})", "cell-more", 150)
            for i in view.more
        ],
        _number("previous", _("Previous period"), "", 110),
        _number("difference", _("Difference"), "cell-change", 100),
        _number("change_pct", _("Change %"), "cell-change", 100),
    ]
    if has_year:
        columns += [
            _number("last_year", _("Same period last year"), "", 120),
            _number("year_change_pct", _("Change on last year %"), "cell-change", 110),
        ]
    if view.against_on is not None:
        named = period_name(view.selection.period, view.against_on)
        columns += [
            _number("against", named, "", 120),
            _number("against_difference", _("Difference from {name}", name=named), "cell-change", 140),
        ]
    if view.beside is not None:
        columns.append(_number("beside", _("Difference from {name}", name=view.beside.name), "", 140))
    if view.indicator.is_ratio:
        columns += [_number("numerator", _("Numerator"), "", 100), _number("denominator", _("Denominator"), "", 100)]
    return [
        *columns,
        {"field": "state_text", "headerName": _("State"), "minWidth": 120, "tooltipField": "state_reason"},
        {"field": "area_code", "headerName": _("Code"), "minWidth": 130, "cellClass": "code"},
        {
            "field": "why",
            "headerName": _("Why?"),
            "cellRenderer": "WhyLink",
            "cellRendererParams": {"words": _("Why?")},
            "sortable": False,
            "minWidth": 100,
        },
    ]


def _number(field: str, title: str, kind: str, width: int) -> dict[str, Any]:
    return {
        "field": field,
        "headerName": title,
        "type": "rightAligned",
        "valueFormatter": {"function": f"params.data.{field}_text"},
        "cellClass": {"function": f"'{kind} number ' + params.data.{field}_class"} if kind else "number",
        "minWidth": width,
    }


def table_rows(
    rows: Rows, view: View, more: Mapping[tuple[str, str], dict[str, Any]], beside: float | None, _: Texts
) -> list[dict[str, Any]]:
    """Rows for the grid: every number as it is, and as it is written; `beside` is the value of the second area."""
    has_year, links = any(r["last_year"] is not None for r in rows), RowLinks(view.selection)
    return [
        {
            **_own_cells(row, view, links, _),
            **_compared_cells(row, view, beside, has_year),
            **{key: cell for i in view.more for key, cell in _more_cells(i, more[i.code, row["area_code"]], _).items()},
        }
        for row in rows
    ]


def _own_cells(row: dict[str, Any], view: View, links: RowLinks, _: Texts) -> dict[str, Any]:
    indicator, words = view.indicator, state_words(_)
    kind = reached(row["value"], indicator)
    cells = {
        "rank": row["rank"],
        "area_code": row["area_code"],
        "area_name": row["area_name"],
        "value": row["value"],
        "value_text": SIGNS[kind] + shown(row, indicator.decimals, _),
        "value_class": f"{row['state']} {kind}".strip(),
        "state_text": " · ".join(filter(None, [words.get(row["state"], ""), *_doubts(row, _)])),
        "state_reason": reached_words(kind, indicator, _) if kind else state_reasons(_).get(row["state"], ""),
        "drill": links.drill(row["area_code"]),
        "why": links.why(row["area_code"]),
    }
    if indicator.is_ratio:
        for name in ("numerator", "denominator"):
            cells |= {name: row[name], f"{name}_text": _text(row[name], 0)}
    return cells


def _doubts(row: dict[str, Any], _: Texts) -> list[str]:
    """What keeps a number from being compared."""
    found = [_("not complete")] if row["is_partial"] else []
    return [*found, *([_("definition changed")] if row["is_redefined"] else [])]


def _compared_cells(row: dict[str, Any], view: View, beside: float | None, has_year: bool) -> dict[str, Any]:
    """The period before, the year before, a second period, a second area."""
    decimals, better = view.indicator.decimals, view.indicator.better
    cells: dict[str, Any] = {"previous": row["previous"], "previous_text": _text(row["previous"], decimals)}
    changes = [("difference", decimals, ""), ("change_pct", 1, "%")]
    if has_year:
        cells |= {"last_year": row["last_year"], "last_year_text": _text(row["last_year"], decimals)}
        changes.append(("year_change_pct", 1, "%"))
    if view.against_on is not None:
        cells |= {"against": row["against"], "against_text": _text(row["against"], decimals)}
        changes.append(("against_difference", decimals, ""))
    for name, digits, sign in changes:
        value = row[name]
        cells |= {
            name: value,
            f"{name}_text": "" if value is None else signed_text(value, digits) + sign,
            f"{name}_class": change_tone(value, better),
        }
    if view.beside is not None:
        apart = None if beside is None or row["value"] is None else row["value"] - beside
        cells |= {"beside": apart, "beside_text": "" if apart is None else signed_text(apart, decimals)}
    return cells


def _more_cells(indicator: Indicator, row: dict[str, Any], _: Texts) -> dict[str, Any]:
    kind, name = reached(row["value"], indicator), f"more_{indicator.code}"
    return {
        name: row["value"],
        f"{name}_text": SIGNS[kind] + shown(row, indicator.decimals, _),
        f"{name}_class": f"{row['state']} {kind}".strip(),
    }


def _text(value: float | None, decimals: int) -> str:
    return "" if value is None else number_text(value, decimals)


def export_links(view: View, _: Texts) -> list[Any]:
    """Downloads of table and map with definition and as-of."""
    query = view.selection.but().query()
    table, picture = _("The table, with definition and as-of"), _("The map, with legend, definition and as-of")
    said = (("XLSX", table), ("CSV", table), ("PNG", picture), ("SVG", picture), ("GeoJSON", picture))
    return [
        html.A(
            _("Export {format}", format=name), href=f"/explore/export.{name.lower()}{query}", className="button",
            download="", title=about,
        )
        for name, about in said
    ]  # fmt: skip
