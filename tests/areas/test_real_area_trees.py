"""The area trees of the example cities, from real code lists and boundaries; skipped where the data are not here."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import duckdb
import polars as pl
import pytest

from citybrain.areas import REASONS, AreaTree, load_areas, place_texts
from citybrain.project import load_project

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def example_tree(name: str, real_data: Path, work: Path) -> AreaTree:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CITYBRAIN_REAL_DATA", str(real_data))
        project = load_project(EXAMPLES / name)
    return load_areas(dataclasses.replace(project, paths=dataclasses.replace(project.paths, work=work)))


@pytest.fixture(scope="module")
def dongguan(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> AreaTree:
    return example_tree("dongguan", real_data, tmp_path_factory.mktemp("dongguan"))


@pytest.fixture(scope="module")
def zhejiang(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> AreaTree:
    return example_tree("zhejiang", real_data, tmp_path_factory.mktemp("zhejiang"))


def counts(tree: AreaTree) -> dict[str, int]:
    return dict(tree.areas.group_by("level").len().iter_rows())


def test_dongguan_has_towns_below_the_city_and_no_county(dongguan: AreaTree) -> None:
    assert counts(dongguan) == {"city": 1, "town": 36, "village": 609}
    assert dongguan.areas.filter(level="town")["parent_code"].unique().to_list() == ["441900"]
    towns = set(dongguan.areas.filter(level="town")["area_code"])
    assert set(dongguan.areas.filter(level="village")["parent_code"]) <= towns


def test_dongguan_draws_32_towns_and_reports_what_it_cannot_draw(dongguan: AreaTree) -> None:
    towns = dongguan.areas.filter(level="town")
    assert towns["has_boundary"].sum() == dongguan.boundaries.height == 32
    finding = next(f for f in dongguan.findings if f.startswith("town: 4 of 36"))
    assert all(name in finding for name in ("松山湖", "东莞港", "东莞生态园", "东莞滨海湾新区"))
    assert set(dongguan.overlays.select("name", "area_code").iter_rows()) == {
        ("松山湖园区", "441900401"),
        ("东莞生态园", "441900403"),
    }
    # 2,460 km² by the statistical yearbook.
    assert dongguan.areas["area_km2"][0] == pytest.approx(2460, rel=0.02)
    assert dongguan.areas.filter(area_code="441900006")["aliases"].to_list() == [["莞城区"]]


@pytest.fixture(scope="module")
def enterprises(dongguan: AreaTree, real_data: Path) -> pl.DataFrame:
    """One row an enterprise: address, area_code, reason."""
    con = duckdb.connect()
    file = real_data / "dongguan" / "enterprises" / "dongguan_enterprises.csv"
    con.read_csv(str(file), all_varchar=True, header=True).create("enterprises")
    con.execute('CREATE TEMP TABLE texts AS SELECT DISTINCT "注册地址" AS text FROM enterprises')
    table = place_texts(con, dongguan, "texts", "address", "town")
    placed = f'SELECT text, area_code, reason FROM enterprises JOIN "{table}" ON text = "注册地址"'
    return con.sql(placed).pl()


def test_dongguan_addresses_lie_in_one_town_or_have_a_reason(enterprises: pl.DataFrame) -> None:
    assert enterprises.height == 23_294
    placed = enterprises["area_code"].is_not_null()
    assert placed.mean() >= 0.979
    assert (placed == enterprises["reason"].is_null()).all()
    assert set(enterprises["reason"].drop_nulls()) <= set(REASONS)


def test_an_address_with_one_full_town_name_lies_there(dongguan: AreaTree, enterprises: pl.DataFrame) -> None:
    towns = {
        name: code
        for code, name in dongguan.areas.filter(level="town").select("area_code", "area_name").iter_rows()
        if name.endswith(("镇", "街道"))
    }
    named = 0
    for text, code, _ in enterprises.unique().iter_rows():
        full = {towns[name] for name in towns if name in text}
        if len(full) == 1:
            named += 1
            assert code in full
        if len(full) > 1:
            assert code is None
    assert named > 15_000


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("东莞市城区新芬路", "area.no_place_in_address"),
        ("东莞市东城中路辉煌大厦", "area.no_place_in_address"),
        ("即石碣镇民丰路", "area.several_places_in_address"),
        ("虎门港麻涌港区", "area.several_places_in_address"),
    ],
)
def test_dongguan_addresses_that_must_not_be_guessed(enterprises: pl.DataFrame, part: str, reason: str) -> None:
    found = enterprises.filter(pl.col("text").str.contains(part, literal=True))
    assert found["area_code"].null_count() == found.height > 0
    assert found["reason"].unique().to_list() == [reason]


def test_zhejiang_has_its_divisions_and_the_towns_its_cases_name(zhejiang: AreaTree) -> None:
    found = counts(zhejiang)
    assert (found["province"], found["city"]) == (1, 11)
    stated = zhejiang.areas.filter(pl.col("area_code").str.contains(r"^\d{6}$"), pl.col("level") == "county")
    assert stated.height == 90
    zones = zhejiang.areas.filter(~pl.col("area_code").str.contains(r"^\d+$"), pl.col("level") == "county")
    assert set(zones["area_name"]) == {"东钱湖旅游度假区", "高新区", "杭州湾新区", "浙南产业集聚区", "经开区"}
    assert found["town"] == 93
    town = zhejiang.areas.row(by_predicate=pl.col("area_name") == "横河镇", named=True)
    assert (town["parent_code"], town["aliases"]) == ("330282", ["址横河镇"])
    assert any("武汉人" in finding and "安庆户籍" in finding for finding in zhejiang.findings)


def test_zhejiang_cases_lie_where_their_columns_say(zhejiang: AreaTree, real_data: Path) -> None:
    con = duckdb.connect()
    con.read_json(str(real_data / "zhejiang_cases" / "cases.json")).create("cases")
    joined = "concat_ws('/', trim(city), trim(district), trim(street))"
    con.execute(f"CREATE TEMP TABLE texts AS SELECT DISTINCT {joined} AS text FROM cases")
    table = place_texts(con, zhejiang, "texts", "name")
    cases = con.sql(f'SELECT trim(city) AS city, text, area_code, reason FROM cases JOIN "{table}" ON text = {joined}')
    placed = cases.pl()
    unplaced = placed.filter(pl.col("area_code").is_null(), pl.col("city") != "")
    assert set(unplaced["text"]) == {"温州市/武汉人/", "嘉兴市/安庆户籍/"}
    assert set(unplaced["reason"]) == {"area.unknown_name"}
    cities = zhejiang.ancestors.filter(ancestor_depth=1).join(
        zhejiang.areas.select(ancestor_code="area_code", area_name="area_name"), on="ancestor_code"
    )
    by_city = placed.join(cities, on="area_code").group_by("area_name").len()
    assert dict(by_city.iter_rows())["宁波市"] == 155
    stated = placed.filter(pl.col("area_code").is_not_null()).with_columns(pl.col("city").str.strip_suffix("市"))
    assert {name.removesuffix("市"): n for name, n in by_city.iter_rows()} == dict(
        stated.group_by("city").len().iter_rows()
    )
