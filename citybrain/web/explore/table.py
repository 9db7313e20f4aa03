"""The table of the listed areas."""

from __future__ import annotations

from typing import Any

from dash import html

from citybrain.web.explore.headline import change_tone
from citybrain.web.explore.view import View
from citybrain.web.numbers import number_text, signed_text, value_text
from citybrain.web.texts import Texts


def state_words(_: Texts) -> dict[str, str]:
    """What each state of a value is called."""
    return {"value": _("value"), "zero": _("zero"), "no_data": _("No data")}


def table_columns(view: View, _: Texts) -> list[dict[str, Any]]:
    """Column definitions; numbers sort as numbers and show as texts made by the server."""
    unit = view.indicator.unit(_.language)
    columns = [
        {"field": "rank", "headerName": _("Rank"), "minWidth": 84, "type": "rightAligned"},
        {"field": "area_name", "headerName": _("Area"), "cellRenderer": "AreaLink", "minWidth": 150},
        _number("value", f"{view.indicator.title(_.language)} ({unit})", "cell-value", 170),
        _number("previous", _("Previous period"), "", 120),
        _number("difference", _("Difference"), "cell-change", 110),
        _number("change_pct", _("Change %"), "cell-change", 110),
    ]
    if view.indicator.is_ratio:
        columns += [_number("numerator", _("Numerator"), "", 110), _number("denominator", _("Denominator"), "", 110)]
    return [
        *columns,
        {"field": "state_text", "headerName": _("State"), "minWidth": 120},
        {"field": "area_code", "headerName": _("Code"), "minWidth": 140, "cellClass": "code"},
        {
            "field": "why",
            "headerName": "",
            "cellRenderer": "WhyLink",
            "cellRendererParams": {"words": _("Why?")},
            "sortable": False,
            "minWidth": 110,
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


def table_rows(rows: list[dict[str, Any]], view: View, _: Texts) -> list[dict[str, Any]]:
    """Rows for the grid: every number as it is, and as it is written."""
    decimals, states = view.indicator.decimals, state_words(_)
    better = view.indicator.better
    return [
        {
            "rank": row["rank"],
            "area_code": row["area_code"],
            "area_name": row["area_name"],
            "value": row["value"],
            "value_text": value_text(row["value"], decimals, _),
            "value_class": row["state"],
            "previous": row["previous"],
            "previous_text": _text(row["previous"], decimals),
            "difference": row["difference"],
            "difference_text": "" if row["difference"] is None else signed_text(row["difference"], decimals),
            "difference_class": change_tone(row["difference"], better),
            "change_pct": row["change_pct"],
            "change_pct_text": "" if row["change_pct"] is None else signed_text(row["change_pct"], 1) + "%",
            "change_pct_class": change_tone(row["change_pct"], better),
            "numerator": row["numerator"],
            "numerator_text": _text(row["numerator"], 0),
            "denominator": row["denominator"],
            "denominator_text": _text(row["denominator"], 0),
            "state_text": states[row["state"]] + (" · " + _("not complete") if row["is_partial"] else ""),
            "drill": view.selection.href(area=row["area_code"], level=""),
            "why": view.selection.href(why=row["area_code"]),
        }
        for row in rows
    ]


def _text(value: float | None, decimals: int) -> str:
    return "" if value is None else number_text(value, decimals)


def export_links(view: View, _: Texts) -> list[Any]:
    """Downloads of the table with definition and as-of."""
    query = view.selection.but().query()
    return [
        html.A(_("Export {format}", format=name), href=f"/explore/export.{end}{query}", className="button", download="")
        for name, end in (("XLSX", "xlsx"), ("CSV", "csv"))
    ]
