"""Addresses of the server: pages, API, geometry, exports."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest

from citybrain.query import AccessContext, local_user, open_city
from citybrain.web.explore.content import CONTENT, read_content, read_fixed, read_summary, read_why
from citybrain.web.selection import Selection
from tests.query import tiny_city as tiny

SNAPSHOT = "20200220T000000-a"
WEEK = "?indicator=fever_rate&period=week&on=2020-02-10"


def test_the_root_leads_to_the_explorer_and_unknown_addresses_are_not_found(client: Any) -> None:
    assert client.get("/").headers["location"] == "/explore"
    assert "react-entry-point" in client.get("/explore").text
    assert client.get("/exlpore").status_code == 404
    assert client.get("/api/v1/nothing").status_code == 404


def test_the_page_names_no_other_host_and_forbids_the_browser_to_ask_any(client: Any) -> None:
    page = client.get("/explore")
    assert "http://" not in page.text.replace("http://www.w3.org/2000/svg", "")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "http" not in page.headers["content-security-policy"]


def test_health_says_which_snapshot_is_served(client: Any, served: Any, tmp_path: Path) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "snapshot": SNAPSHOT}
    empty = served(tmp_path)
    assert empty.get("/healthz").status_code == 503
    assert "citybrain build" in empty.get("/api/v1/areas").json()["error"]


def test_the_api_gives_the_numbers_of_the_query_layer(client: Any, snapshots: Path) -> None:
    asked = {"indicator": "fever_rate", "level": "township", "period_type": "week", "period_from": "2020-W07"}
    answer = client.get("/api/v1/values", params=asked).json()
    ranked = open_city(snapshots).ranking(
        local_user(), "fever_rate", "week", tiny.dt.date(2020, 2, 10), level="township"
    )
    assert answer["snapshot"] == SNAPSHOT
    assert {r["area_code"]: r["value"] for r in answer["values"]} == dict(ranked.select("area_code", "value").rows())


def test_the_api_describes_itself_and_explains(client: Any) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert {f"/api/v1/{p}" for p in ("snapshot", "indicators", "areas", "values", "explain")} <= set(paths)
    assert client.get("/api/v1/indicators", params={"lang": "en"}).json()[0]["title"] == "Fever-clinic visits"
    assert [a["name"] for a in client.get("/api/v1/areas", params={"parent": tiny.COUNTY}).json()] == [
        "城关镇",
        "柳河乡",
        "石桥镇",
    ]
    asked = {"indicator": "screened", "area": tiny.COUNTY, "period_type": "week", "period": "2020-W07"}
    told = client.get("/api/v1/explain", params=asked).json()
    assert told["feeds"] == ["health.screening"]
    assert told["measures"][0]["lines"][0].keys() == {"file_name", "source_line", "batch"}


def test_a_wrong_question_is_answered_with_what_is_wrong(client: Any) -> None:
    answer = client.get("/api/v1/explain?indicator=screend&area=x&period_type=week&period=2020-W07")
    assert answer.status_code == 400
    assert "not in the area tree" in answer.json()["error"]


def test_geometry_is_kept_by_the_browser_for_as_long_as_the_snapshot(client: Any) -> None:
    url = f"/geometry/{SNAPSHOT}/{tiny.COUNTY}/township.json"
    first = client.get(url)
    assert len(first.json()["features"]) == 2
    assert "immutable" in first.headers["cache-control"]
    assert client.get(url, headers={"if-none-match": first.headers["etag"]}).status_code == 304
    assert client.get(url.replace(SNAPSHOT, "older")).headers["cache-control"] == "no-store"
    assert client.get(f"/geometry/{SNAPSHOT}/nowhere/township.json").status_code == 404


def test_the_csv_opens_in_spreadsheets_and_says_what_it_is(client: Any) -> None:
    answer = client.get(f"/explore/export.csv{WEEK}")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {r["区域"] for r in rows} == {"城关镇", "柳河乡", "石桥镇"}
    assert [float(r["就诊发热率"]) for r in rows] == sorted((float(r["就诊发热率"]) for r in rows), reverse=True)
    assert (rows[0]["数据截至"], rows[0]["所知时点"]) == ("2020-02-19", "2020-02-20 10:00")
    assert rows[0]["定义"].startswith("发热人次")
    assert "青溪县" in unquote(answer.headers["content-disposition"])


def test_no_cell_of_an_export_is_a_formula(served: Any, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(tiny.NAMES, tiny.TOWNSHIPS[0], "=HYPERLINK(1)")
        tiny.write_snapshot(tmp_path)
    client = served(tmp_path)
    assert "\n330300101000,'=HYPERLINK(1)," in client.get(f"/explore/export.csv{WEEK}").text.replace("\r", "")
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/explore/export.xlsx{WEEK}").content))
    assert {c.data_type for row in book.worksheets[0].iter_rows() for c in row} <= {"s", "n"}


def test_the_workbook_holds_the_table_and_what_it_means(client: Any) -> None:
    answer = client.get(f"/explore/export.xlsx{WEEK}&lang=en")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    table, about = book.worksheets
    assert [c.value for c in table[1]][:4] == ["Code", "Area", "Fever rate", "State"]
    assert table.max_row == 4
    assert {r[0].value: r[1].value for r in about.iter_rows()}["Snapshot"] == SNAPSHOT


@pytest.mark.parametrize("area", [tiny.COUNTY, tiny.TOWNSHIPS[0], tiny.TOWNSHIPS[2], tiny.VILLAGES[5]])
@pytest.mark.parametrize("indicator", [i["indicator"] for i in tiny.INDICATORS])
@pytest.mark.parametrize("period", ["day", "month"])
def test_every_selection_has_content(snapshots: Path, area: str, indicator: str, period: str) -> None:
    city, said = open_city(snapshots), Selection(area=area, indicator=indicator, period=period, why=area)
    content = read_content(city, local_user(), said)
    fixed = read_fixed(city, local_user(), said)
    assert {*content, *fixed} == set(CONTENT)
    assert not set(content) & set(fixed)
    assert content["rows"]
    assert content["map"]["data"]
    assert len(read_summary(city, local_user(), said)[1]) == len(tiny.INDICATORS)
    assert read_why(city, local_user(), said)[1] == "why open"


def test_an_area_outside_the_scope_shows_an_error_and_the_way_back(snapshots: Path) -> None:
    clerk = AccessContext("clerk", "township", area_root=tiny.TOWNSHIPS[0])
    said = Selection(area=tiny.COUNTY)
    headline, cards = read_summary(open_city(snapshots), clerk, said)
    assert "outside the areas that may be seen" in headline[1].children
    assert cards == read_content(open_city(snapshots), clerk, said)["rows"] == []
