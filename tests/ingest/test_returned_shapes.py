"""Corrections of files that are no plain list: wide sheets, several sheets, a contract's own SELECT, a snapshot over all."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.ingest.returned_city import BAD, HEADER, ReturnedCity, visit

WIDE = """title = "日报"
record = "observation"
delivery = "{delivery}"
[source]
path = "daily_*.csv"
[columns]
area = {{ from = "乡镇", as = "name" }}
period_on = "日期"
[values]
fever_reported = "发热人数"
beds_total = "床位"
"""


@pytest.fixture
def city(small_city):  # type: ignore[no-untyped-def]
    return ReturnedCity(small_city)


@pytest.mark.parametrize("delivery", ["append", "upsert", "full"])
def test_of_a_wide_row_only_the_corrected_cell_is_new(city, delivery) -> None:  # type: ignore[no-untyped-def]
    city.city.contract("health.daily", WIDE.format(delivery=delivery))
    city.city.deliver("daily_1.csv", "乡镇,日期,发热人数,床位\n城关镇,2020-02-03,三个,40\n河口镇,2020-02-03,1,20\n")
    city.take()
    out = city.send_out(feed="health.daily")
    assert openpyxl.load_workbook(out)["日报"]["G2"].comment is not None, "the cell of the measure is marked"
    city.send_back(out, {2: {"发热人数": "3"}})
    city.take()
    counting = [(m, float(v), b) for m, v, b in city.counting("measure, value, batch", "health.daily")]
    assert counting == [
        ("beds_total", 20, 1),
        ("beds_total", 40, 1),
        ("fever_reported", 1, 1),
        ("fever_reported", 3, 2),
    ]
    assert city.waiting("health.daily") == []
    assert [(b.rows_in, b.accepted, b.duplicate) for b in city.batches()] == [(4, 3, 0), (2, 1, 1)]


def test_rows_of_several_sheets_are_told_apart(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    city.city.screening(path="clinic_*.xlsx")
    contract = city.root / "connectors/health/clinic.toml"
    contract.write_text(contract.read_text(encoding="utf-8").replace("[columns]", 'sheet = "*"\n[columns]'), "utf-8")
    book = openpyxl.Workbook()
    for n, sheet in enumerate((book.active, book.create_sheet("二月")), start=1):
        for line in (HEADER, visit(make_resident_id(n), BAD), visit(make_resident_id(n + 5))):
            sheet.append(line.strip().split(","))
    stream = io.BytesIO()
    book.save(stream)
    city.city.deliver("clinic_1.xlsx", stream.getvalue())
    city.take()
    city.send_back(city.send_out(), {3: {"体温": "38.2"}})
    city.take()
    assert city.counting() == [36.5, 36.5, 38.2]
    assert len(city.waiting()) == 1


def test_what_a_contracts_select_gave_goes_out_and_comes_back_past_it(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    city.city.screening()
    select = city.root / "connectors/health/clinic.sql"
    select.write_text(
        'SELECT "号" AS "证件号", "姓名", "时间", "住址", "度" AS "体温", source_line FROM source', "utf-8"
    )
    header = HEADER.replace("证件号", "号").replace("体温", "度")
    city.city.deliver("clinic_1.csv", header + visit(make_resident_id(1), BAD) + visit(make_resident_id(2)))
    city.take()
    city.send_back(city.send_out(), {2: {"体温": "38.2"}})
    city.take()
    assert city.counting() == [36.5, 38.2]
    assert city.waiting() == []


def test_cells_beyond_the_header_go_out_and_a_row_put_right_is_taken(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    city.city.screening()
    shifted = visit(make_resident_id(1)).replace("某人", "某,人")
    city.city.deliver("clinic_1.csv", HEADER + shifted + visit(make_resident_id(2)))
    city.take()
    right = dict(zip(HEADER.strip().split(","), visit(make_resident_id(1), "37.1").strip().split(","), strict=True))
    city.send_back(city.send_out(), {2: right | {"（表头以外的内容）": ""}})
    city.take()
    assert city.counting() == [36.5, 37.1]


def test_the_snapshot_serves_the_correction_and_says_where_it_stands(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    city.city.screening()
    city.city.deliver("clinic_1.csv", HEADER + visit(make_resident_id(1)) + visit(make_resident_id(2), BAD))
    city.take()
    city.send_back(city.send_out(), {2: {"体温": "38.2"}})
    city.city.build()
    assert city.city.rows(
        "SELECT s.temperature_c, b.file_name, s.source_line FROM shared.screenings AS s JOIN shared.batches AS b USING (batch)"
        " ORDER BY 1"
    ) == [(36.5, "clinic_1.csv", 2), (38.2, "returned.xlsx", 2)]
    counts = city.city.rows(
        "SELECT rows_in, accepted, quarantined, duplicate FROM shared.batches WHERE is_current ORDER BY batch"
    )
    assert counts == [(2, 1, 1, 0), (1, 1, 0, 0)]
