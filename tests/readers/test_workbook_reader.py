"""Workbooks: sheets, merged cells, dates, numbers that lost digits, files that must not be opened."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from citybrain.errors import ContractError, DeliveryError


@pytest.fixture
def book(tmp_path: Path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        yield_to = workbook
        sheet = yield_to.add_worksheet("登记")
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        instant = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        clock = workbook.add_format({"num_format": "hh:mm"})
        # The table begins in column C, below titles: neither may shift rows or merged ranges.
        sheet.merge_range("C2:I2", "某县发热门诊登记表")
        sheet.merge_range("C4:C5", "乡镇")
        sheet.merge_range("D4:D5", "村")
        sheet.merge_range("E4:F4", "发热人数")
        sheet.write("E5", "男")
        sheet.write("F5", "女")
        for column, name in zip("GHI", ["证件号", "日期", "时间"], strict=True):
            sheet.merge_range(f"{column}4:{column}5", name)
        sheet.merge_range("C6:C7", "城关镇")
        sheet.write_row("D6", ["东关村", 12, 0.5])
        sheet.write_string("G6", "370123199001010011")
        sheet.write_datetime("H6", dt.datetime(2020, 1, 24), day)
        sheet.write_datetime("I6", dt.time(8, 30), clock)
        sheet.write_row("D7", ["西关村", 3.0, True, 370123199001010011.0])
        sheet.write_datetime("H7", dt.datetime(2020, 1, 24, 8, 30), instant)
        sheet.write_row("C9", ["合计", None, 15])
        hidden = workbook.add_worksheet("旧")
        hidden.write_row(0, 0, ["a", "b"])
        hidden.hide()
    return path


def test_a_sheet_with_titles_and_merged_headers_is_a_table(read, book):
    found = read(book)
    assert found.table.headers == ("乡镇", "村", "发热人数/男", "发热人数/女", "证件号", "日期", "时间")
    assert found.rows[0] == ["城关镇", "东关村", "12", "0.5", "370123199001010011", "2020-01-24", "08:30:00"]
    assert found.rows[1] == ["城关镇", "西关村", "3", "TRUE", "3.7012319900101E+17", "2020-01-24 08:30:00", ""]
    assert found.rows[3][0] == "合计"
    assert found.lines == [6, 7, 8, 9]
    assert [r.kind for r in found.table.layout] == ["blank", "title", "blank", "header", "header"]


def test_a_hidden_sheet_is_read_only_when_stated(read, book):
    assert read(book).table.sheet == "登记"
    found = read(book, sheet="旧", header_row=1)
    assert found.table.headers == ("a", "b")
    assert any("hidden" in f for f in found.table.findings)
    assert read(book, sheet="2", header_row=1).table.sheet == "旧"


def test_an_unknown_sheet_is_an_error_of_the_contract_with_a_hint(read, book):
    with pytest.raises(ContractError, match="Did you mean '登记'"):
        read(book, sheet="登记表")


def test_every_visible_sheet_with_the_same_headers(read, tmp_path):
    path = tmp_path / "sheets.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in {
            "一月": [["村", "人数"], ["东关", 1]],
            "说明": [["字段", "含义", "x"], ["a", "b", "c"]],
            "二月": [["二月报表"], ["人数", "村"], [2, "西关"]],
        }.items():
            sheet = workbook.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    found = read(path, sheet="*")
    assert found.table.sheet_column == "sheet"
    assert (found.rows, found.lines) == ([["东关", "1"], ["西关", "2"]], [2, 3])
    assert any("'说明'" in f for f in found.table.findings)


def test_formulas_without_value_and_error_cells_are_reported(read, tmp_path):
    path = tmp_path / "formulas.xlsx"
    workbook = openpyxl.Workbook()
    workbook.active.append(["a", "b"])
    workbook.active.append([1, "=A2+1"])
    workbook.active["A3"] = "#N/A"
    workbook.active["B3"] = "x"
    workbook.save(path)
    findings = " ".join(read(path).table.findings)
    assert "1 formulas hold no computed value" in findings
    assert "1 cells hold an error" in findings


def test_macro_workbooks_are_read(read, book):
    assert read(book.read_bytes(), "macro.xlsm").table.sheet == "登记"


def test_the_kind_is_found_by_content_not_by_name(read, book):
    assert read(book.read_bytes(), "book.csv").table.kind == "workbook"
    assert read(b"id,name\n1,a\n", "plain.xlsx").table.kind == "text"


def test_a_truncated_workbook_is_refused(read, book):
    data = book.read_bytes()
    with pytest.raises(DeliveryError, match="damaged"):
        read(data[: len(data) // 2], "cut.xlsx")


def test_a_workbook_with_a_broken_part_is_refused(read, book):
    data = bytearray(book.read_bytes())
    place = data.find(b"xl/worksheets/sheet1.xml") + 60
    data[place : place + 40] = bytes(40)
    with pytest.raises(DeliveryError, match="damaged"):
        read(bytes(data), "broken.xlsx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(read):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(80):
            part.write(bytes(1 << 20))
    with pytest.raises(DeliveryError, match="unpacks to far more"):
        read(out.getvalue(), "bomb.xlsx")


def test_a_password_protected_workbook_is_refused(read):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    with pytest.raises(DeliveryError, match="password"):
        read(ole, "secret.xlsx")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<html><body><table><tr><td>1</td></tr></table>", "web page"),
        (b'<?xml version="1.0"?><Workbook/>', "XML"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x1f\x8b\x08\x00", "gzip"),
    ],
)
def test_other_files_under_the_name_of_a_workbook_are_refused_with_a_remedy(read, data, what):
    with pytest.raises(DeliveryError, match=what) as caught:
        read(data, "table.xls")
    assert caught.value.remedy
