"""The workbook that goes back to a department: marked cells, reasons, original text, nothing that runs."""

from __future__ import annotations

import stat

import openpyxl
import pytest
from typer.testing import CliRunner

from citybrain.cli import returned_workbook
from citybrain.cli.app import app
from tests.ingest.returned_city import BAD, HEADER, ReturnedCity, visit

FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def city(small_city, make_resident_id) -> ReturnedCity:  # type: ignore[no-untyped-def]
    small_city.screening()
    formula = f'12345,"{FORMULA}",2020-02-03 09:00,城关镇,36.5\n'
    small_city.deliver("clinic_1.csv", HEADER + visit(make_resident_id(1), BAD) + formula)
    city = ReturnedCity(small_city)
    city.take()
    return city


@pytest.mark.parametrize(
    ("language", "guide", "word"), [("zh", "填写说明", "读不出数值"), ("en", "what to do", "number")]
)
def test_the_wrong_cell_is_marked_with_its_reason_in_the_language(city, language, guide, word) -> None:  # type: ignore[no-untyped-def]
    book = openpyxl.load_workbook(city.send_out("--lang", language))
    assert book.sheetnames[0] == guide
    rows = book["发热门诊"]
    assert [c.value for c in rows[1]][4:] == HEADER.strip().split(",")
    assert [c.value for c in rows[2]][5:] == ["某人", "2020-02-03 09:00", "城关镇某村", BAD]
    assert word in rows["I2"].comment.text and word in rows["D2"].value
    assert rows["D2"].value.startswith("体温: ")
    assert rows["I2"].fill.start_color.rgb != rows["F2"].fill.start_color.rgb
    assert rows["F2"].comment is None


def test_nothing_in_it_is_a_formula_and_the_text_is_the_original(city) -> None:  # type: ignore[no-untyped-def]
    file = city.send_out()
    cells = [c for sheet in openpyxl.load_workbook(file) for row in sheet for c in row if c.value is not None]
    assert {c.data_type for c in cells} == {"s"}
    (formula,) = [c for c in cells if c.value == FORMULA]
    assert formula.quotePrefix
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_guide_names_feed_batch_time_and_basis(city) -> None:  # type: ignore[no-untyped-def]
    contract = city.root / "connectors/health/clinic.toml"
    text = contract.read_text(encoding="utf-8").replace("[owner]", '[owner]\nlegal_basis = "传染病防治法 第三十条"')
    contract.write_text(text, encoding="utf-8")
    guide = openpyxl.load_workbook(city.send_out()).worksheets[0]
    said = {str(c.value) for row in guide for c in row if c.value}
    assert {"health.clinic", "1（clinic_1.csv）", "2", "传染病防治法 第三十条"} <= said
    assert any("Asia/Shanghai" in text for text in said)


def test_a_sheet_has_room_for_a_million_rows_and_the_guide_says_what_is_left_out(city, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(returned_workbook, "SHEET_ROWS", 1)
    book = openpyxl.load_workbook(city.send_out())
    assert book["发热门诊"].max_row == 2
    assert "1 / 2" in {c.value for row in book.worksheets[0] for c in row}


def test_rows_outside_the_area_are_left_out(city) -> None:  # type: ignore[no-untyped-def]
    assert openpyxl.load_workbook(city.send_out("--area", "379901101"))["发热门诊"].max_row == 1
    assert openpyxl.load_workbook(city.send_out("--area", "379901100"))["发热门诊"].max_row == 3


@pytest.mark.parametrize("options", [("--department", "nobody"), ("--area", "000000")])
def test_an_unknown_department_or_area_is_the_askers_mistake(city, options) -> None:  # type: ignore[no-untyped-def]
    asked = ["quarantine", "--project", str(city.root), "--to", str(city.root / "x.xlsx"), *options]
    assert CliRunner().invoke(app, asked).exit_code == 5
