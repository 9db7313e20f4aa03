"""Table and map as files, with the definition and the as-of time in them."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import quote

import xlsxwriter
from fastapi import FastAPI, Request, Response

from citybrain.query import AccessContext, City
from citybrain.query.periods import period_name
from citybrain.web.explore.about import about_export
from citybrain.web.explore.answers import read_more, read_ranking
from citybrain.web.explore.map_content import MapContent, geojson_text, read_map_content
from citybrain.web.explore.map_picture import map_png, map_svg
from citybrain.web.explore.states import state_words
from citybrain.web.explore.view import View, read_view
from citybrain.web.selection import Selection
from citybrain.web.texts import Texts, texts

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that begins so is a formula to a spreadsheet program (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def add_exports(server: FastAPI, city: City, access: AccessContext, fonts: Path) -> None:
    """Register `/explore/export.<format>`: csv, xlsx, png, svg, geojson; their query is that of the page.

    `fonts` is a folder of font files beside those of the machine, for the pictures.
    """
    _add_tables(server, city, access)
    _add_maps(server, city, access, fonts)


def _add_tables(server: FastAPI, city: City, access: AccessContext) -> None:

    def read(request: Request) -> tuple[View, list[dict[str, Any]], Texts]:
        view = read_view(city, access, Selection.from_query(request.url.query))
        more = read_more(city, access, view)
        rows = [
            {**row, **{i.code: more[i.code, row["area_code"]]["value"] for i in view.more}}
            for row in read_ranking(city, access, view)
        ]
        return view, rows, texts(view.selection.lang)

    @server.get("/explore/export.csv", include_in_schema=False)
    def export_csv(request: Request) -> Response:
        view, rows, _ = read(request)
        return _download(view, csv_bytes(view, rows, _), "csv", "text/csv; charset=utf-8", _)

    @server.get("/explore/export.xlsx", include_in_schema=False)
    def export_xlsx(request: Request) -> Response:
        view, rows, _ = read(request)
        return _download(view, xlsx_bytes(view, rows, _), "xlsx", XLSX, _)


def _add_maps(server: FastAPI, city: City, access: AccessContext, fonts: Path) -> None:
    def read(request: Request) -> tuple[View, MapContent, Texts]:
        view = read_view(city, access, Selection.from_query(request.url.query))
        return view, read_map_content(city, access, view), texts(view.selection.lang)

    @server.get("/explore/export.png", include_in_schema=False)
    def export_png(request: Request) -> Response:
        view, content, _ = read(request)
        return _download(view, map_png(view, content, fonts, _), "png", "image/png", _)

    @server.get("/explore/export.svg", include_in_schema=False)
    def export_svg(request: Request) -> Response:
        view, content, _ = read(request)
        return _download(view, map_svg(view, content, _).encode(), "svg", "image/svg+xml", _)

    @server.get("/explore/export.geojson", include_in_schema=False)
    def export_geojson(request: Request) -> Response:
        view, content, _ = read(request)
        return _download(view, geojson_text(view, content, _).encode(), "geojson", "application/geo+json", _)


def _download(view: View, content: bytes, ending: str, media_type: str, _: Texts) -> Response:
    period = view.period_on.isoformat() if view.period_on else ""
    name = quote(f"{view.area.name}-{view.indicator.title(_.language)}-{period}.{ending}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


def csv_bytes(view: View, rows: list[dict[str, Any]], _: Texts) -> bytes:
    """UTF-8 with a byte-order mark, as Excel and WPS expect; definition and as-of stand in every row."""
    about = [words for _name, words in about_export(view, _)]
    names = [name for name, _words in about_export(view, _)]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([title for title, _field in _columns(view, _)] + names)
    for row in _rows(view, rows, _):
        writer.writerow([_harmless(c) for c in [*row, *about]])
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(view: View, rows: list[dict[str, Any]], _: Texts) -> bytes:
    """A sheet with the table and one with what it means."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format(
            {"bold": True, "bg_color": "#134a86", "font_color": "#ffffff", "border": 1, "text_wrap": True}
        )
        decimals = view.indicator.decimals
        number = book.add_format({"num_format": "#,##0" + ("." + "0" * decimals if decimals else "")})
        sheet = book.add_worksheet(_("Table"))
        sheet.freeze_panes(1, 2)
        for c, (title, _field) in enumerate(_columns(view, _)):
            sheet.write_string(0, c, title, head)
        for r, row in enumerate(_rows(view, rows, _), start=1):
            for c, cell in enumerate(row):
                if isinstance(cell, int | float):
                    sheet.write_number(r, c, cell, number)
                elif cell is not None:
                    sheet.write_string(r, c, str(cell))
        sheet.set_column(0, len(_columns(view, _)), 16)
        about = book.add_worksheet(_("About"))
        about.set_column(0, 0, 18)
        about.set_column(1, 1, 90)
        for r, (name, words) in enumerate(about_export(view, _)):
            about.write_string(r, 0, name, head)
            about.write_string(r, 1, words)
    return out.getvalue()


def _columns(view: View, _: Texts) -> list[tuple[str, str]]:
    columns = [
        (_("Code"), "area_code"),
        (_("Area"), "area_name"),
        (view.indicator.title(_.language), "value"),
        (_("State"), "state"),
        (_("Previous period"), "previous"),
        (_("Difference"), "difference"),
        (_("Change %"), "change_pct"),
        (_("Same period last year"), "last_year"),
        (_("Change on last year %"), "year_change_pct"),
    ]
    if view.against_on is not None:
        named = period_name(view.selection.period, view.against_on)
        columns += [(named, "against"), (_("Difference from {name}", name=named), "against_difference")]
    columns += [(f"{i.title(_.language)} ({i.unit(_.language)})", i.code) for i in view.more]
    if len(view.versions) > 1:
        columns.append((_("Version"), "version"))
    if view.indicator.is_ratio:
        columns += [(_("Numerator"), "numerator"), (_("Denominator"), "denominator")]
    return columns


def _rows(view: View, rows: list[dict[str, Any]], _: Texts) -> list[list[Any]]:
    states = state_words(_)
    return [
        [states[row[field]] if field == "state" else row[field] for _title, field in _columns(view, _)] for row in rows
    ]


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
