"""Trees from code lists, boundary files and nesting columns; and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import geopandas
import openpyxl
import polars as pl
import pytest
import shapely

from citybrain.areas import AreaTree, load_areas
from citybrain.areas.datum import gcj02_from_wgs84
from citybrain.areas.tree import AREA_COLUMNS
from citybrain.errors import ContractError
from citybrain.project import Project

MakeProject = Callable[..., Project]
LIST = '[[areas]]\npath = "list.csv"\ncode = "code"\nname = "name"\nlevel = "prefix"\n'
TOWNS = "code,name\n370201001,东关街道\n370201100000,虎山镇\n370201100201,河东村民委员会\n370201001001,东关社区\n"


def parents(tree: AreaTree) -> dict[str, str | None]:
    return dict(tree.areas.select("area_name", "parent_code").iter_rows())


def levels(tree: AreaTree) -> dict[str, str]:
    return dict(tree.areas.select("area_name", "level").iter_rows())


def refusal(project: Project) -> str:
    with pytest.raises(ContractError) as error:
        load_areas(project)
    return str(error.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_code_list_tells_levels_and_parents_by_prefix(
    make_project: MakeProject, tmp_path: Path, encoding: str
) -> None:
    (tmp_path / "list.csv").write_text(TOWNS, encoding=encoding)
    tree = load_areas(make_project(LIST))
    assert levels(tree) == {
        "清河县": "county", "东关街道": "township", "东关社区": "village", "虎山镇": "township", "河东村民委员会": "village",
    }  # fmt: skip
    assert parents(tree)["河东村民委员会"] == "370201100000"
    assert tree.areas["area_name"].to_list()[:3] == ["清河县", "东关街道", "东关社区"]
    assert list(tree.shared_areas().columns) == list(AREA_COLUMNS)


def test_a_workbook_is_a_code_list_too(make_project: MakeProject, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["代码", "名称"], [370201001, "东关街道"], ["370201100", "虎山镇"]):
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    declared = '[[areas]]\npath = "list.xlsx"\ncode = "代码"\nname = "名称"\nlevel = "township"\n'
    assert parents(load_areas(make_project(declared)))["东关街道"] == "370201"


def test_levels_and_parents_may_stand_in_columns(make_project: MakeProject, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("id,n,kind,up\nA,清河县,1,\nB,虎山镇,2,A\nC,河东村,3,B\n", encoding="utf-8")
    declared = """
[[areas]]
path = "list.csv"
code = "id"
name = "n"
parent = "up"
level_column = "kind"
level_map = { 1 = "county", 2 = "township", 3 = "village" }
"""
    tree = load_areas(make_project(declared, root=False))
    assert parents(tree) == {"清河县": None, "虎山镇": "A", "河东村": "B"}


def test_a_level_may_be_missing(make_project: MakeProject, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(TOWNS + "370201400498,农场社区\n", encoding="utf-8")
    tree = load_areas(make_project(LIST))
    village = tree.areas.row(by_predicate=pl.col("area_name") == "农场社区", named=True)
    assert (village["parent_code"], village["depth"]) == ("370201", 2)
    assert tree.depth_of("village") == 2


def test_each_area_is_its_own_ancestor_too(make_project: MakeProject, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(TOWNS, encoding="utf-8")
    tree = load_areas(make_project(LIST))
    found = tree.ancestors.filter(pl.col("area_code") == "370201100201").sort("ancestor_depth")
    assert found.select("ancestor_code", "ancestor_depth").rows() == [
        ("370201", 0), ("370201100000", 1), ("370201100201", 2),
    ]  # fmt: skip


def test_a_later_source_adds_names_and_what_is_missing(make_project: MakeProject, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(TOWNS, encoding="utf-8")
    (tmp_path / "more.csv").write_text(
        "code,name,old\n370201001000,城关街道,城关镇;老城\n370201100,虎山镇,\n370201102,南河乡,\n", encoding="utf-8"
    )
    more = '[[areas]]\npath = "more.csv"\ncode = "code"\nname = "name"\naliases = ["old"]\nlevel = "township"\n'
    tree = load_areas(make_project(LIST + more))
    town = tree.areas.row(by_predicate=pl.col("area_code") == "370201001", named=True)
    assert (town["area_name"], town["aliases"]) == ("东关街道", ["城关街道", "城关镇", "老城"])
    assert "南河乡" in parents(tree)
    assert tree.areas.height == 6


def test_periods_of_one_code_are_one_area(make_project: MakeProject, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(
        "code,name,from,to\n370201100,虎山乡,1990-01-01,2015-06-30\n370201100,虎山镇,2015-07-01,\n370201101,西河乡,,20180101\n",
        encoding="utf-8",
    )
    tree = load_areas(make_project(LIST + 'valid_from = "from"\nvalid_to = "to"\n'))
    town = tree.areas.row(by_predicate=pl.col("area_code") == "370201100", named=True)
    assert (town["area_name"], town["aliases"], town["is_current"]) == ("虎山镇", ["虎山乡"], True)
    assert str(town["valid_from"]) == "1990-01-01", "the place was there before it was renamed"
    former = tree.areas.row(by_predicate=pl.col("area_code") == "370201101", named=True)
    assert (former["is_current"], str(former["valid_to"])) == (False, "2018-01-01")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (TOWNS + "370201001000,西关街道\n", ["list.csv", "370201001", "2 areas"]),
        (TOWNS + "379999001,无名镇\n", ["list.csv", "379999001", "no known parent"]),
        (TOWNS + "3702011,无名镇\n", ["list.csv", "3702011", "7 significant digits"]),
        ("kode,name\n1,x\n", ["list.csv", "There is no column 'code'", "Did you mean 'kode'"]),
    ],
)
def test_a_wrong_code_list_names_file_and_code(
    make_project: MakeProject, tmp_path: Path, content: str, expected: list[str]
) -> None:
    (tmp_path / "list.csv").write_text(content, encoding="utf-8")
    message = refusal(make_project(LIST))
    assert all(part in message for part in expected), message


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("A,清河县,county,\nB,虎山镇,township,Z\n", ["B", "Z", "not known"]),
        ("A,清河县,county,\nB,虎山镇,township,C\nC,河东村,village,B\n", ["cycle"]),
        ("A,清河县,county,\nB,虎山镇,township,C\nC,河东村,village,A\n", ["B", "wider level"]),
        ("A,清河县,county,\nB,清江县,county,\n", ["2 areas without a parent"]),
    ],
)
def test_wrong_parents_name_file_and_code(
    make_project: MakeProject, tmp_path: Path, content: str, expected: list[str]
) -> None:
    (tmp_path / "list.csv").write_text("id,n,level,up\n" + content, encoding="utf-8")
    declared = '[[areas]]\npath = "list.csv"\ncode = "id"\nname = "n"\nparent = "up"\nlevel_column = "level"\n'
    message = refusal(make_project(declared, root=False))
    assert all(part in message for part in ["list.csv", *expected]), message


def test_a_missing_file_is_named_with_its_neighbour(make_project: MakeProject, tmp_path: Path) -> None:
    (tmp_path / "lists.csv").write_text(TOWNS, encoding="utf-8")
    assert "Did you mean 'lists.csv'?" in refusal(make_project(LIST))


def square(x: float, y: float, size: float = 0.1) -> shapely.Polygon:
    return shapely.box(x, y, x + size, y + size)


def towns_frame() -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(
        {"code": ["370201001", "370201100"], "name": ["东关街道", "虎山镇"]},
        geometry=[square(120.0, 36.0), square(120.1, 36.0)],
        crs="EPSG:4326",
    )


GEO = 'code = "code"\nname = "name"\nlevel = "township"\n'


@pytest.mark.parametrize(
    ("name", "crs", "options"),
    [
        ("towns.geojson", "EPSG:4326", {}),
        ("towns.gpkg", "EPSG:3857", {"driver": "GPKG"}),
        ("towns.shp", "EPSG:4547", {"encoding": "GBK"}),
        ("towns.gpkg", "EPSG:4490", {"driver": "GPKG"}),
    ],
)
def test_boundaries_of_any_format_and_reference_system(
    make_project: MakeProject, tmp_path: Path, name: str, crs: str, options: dict[str, str]
) -> None:
    towns_frame().to_crs(crs).to_file(tmp_path / name, **options)
    encoding = 'encoding = "GBK"\n' if name.endswith("shp") else ""
    tree = load_areas(make_project(f'[[areas]]\npath = "{name}"\n{GEO}{encoding}'))
    assert tree.areas["area_name"].to_list() == ["清河县", "东关街道", "虎山镇"]
    drawn = shapely.from_geojson(tree.boundaries["geojson"].to_list())
    assert shapely.hausdorff_distance(drawn[0], square(120.0, 36.0)) < 2e-5
    # 0.1° by 0.1° at 36° N.
    assert tree.areas["area_km2"].to_list() == pytest.approx([200.1, 100.05, 100.05], abs=0.5)


def test_topojson_is_read(make_project: MakeProject, tmp_path: Path) -> None:
    topology = {
        "type": "Topology",
        "arcs": [[[120, 36], [120, 36.1], [120.1, 36.1], [120.1, 36], [120, 36]]],
        "objects": {
            "towns": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0]], "properties": {"code": "370201001", "name": "东关街道"}}
                ],
            }
        },
    }
    (tmp_path / "towns.topojson").write_text(json.dumps(topology), encoding="utf-8")
    tree = load_areas(make_project(f'[[areas]]\npath = "towns.topojson"\n{GEO}'))
    assert tree.areas["has_boundary"].to_list() == [False, True]


def test_a_shifted_datum_is_put_right(make_project: MakeProject, tmp_path: Path) -> None:
    shifted = towns_frame()
    shifted["geometry"] = [shapely.transform(g, gcj02_from_wgs84) for g in shifted.geometry]
    shifted.to_file(tmp_path / "towns.geojson")
    tree = load_areas(make_project(f'[[areas]]\npath = "towns.geojson"\ndatum = "gcj02"\n{GEO}'))
    drawn = shapely.from_geojson(tree.boundaries["geojson"][0])
    assert shapely.hausdorff_distance(drawn, square(120.0, 36.0)) < 2e-5


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_metres_without_a_reference_system_are_refused(make_project: MakeProject, tmp_path: Path) -> None:
    towns_frame().to_crs("EPSG:3857").set_crs(None, allow_override=True).to_file(tmp_path / "towns.shp")
    project = make_project(f'[[areas]]\npath = "towns.shp"\n{GEO}')
    assert "coordinate reference system" in refusal(project)
    project = make_project(f'[[areas]]\npath = "towns.shp"\ncrs = "EPSG:3857"\n{GEO}')
    assert load_areas(project).areas["has_boundary"].sum() == 2


def test_polygons_that_are_no_areas_become_overlays(make_project: MakeProject, tmp_path: Path) -> None:
    frame = geopandas.GeoDataFrame(
        {
            "code": ["370201001", "370201100", "370201401", None],
            "name": ["东关街道", "虎山镇", "湖滨园区", "生态园"],
            "kind": ["8", "8", "9", "9"],
        },
        geometry=[square(120.0, 36.0), square(120.1, 36.0), square(120.05, 36.05), square(120.15, 36.05)],
        crs="EPSG:4326",
    )
    frame.to_file(tmp_path / "towns.geojson")
    (tmp_path / "list.csv").write_text("code,name\n370201401,湖滨\n370201402,生态园\n", encoding="utf-8")
    declared = f'[[areas]]\npath = "towns.geojson"\nwhere = {{ kind = ["8"] }}\notherwise = "overlay"\n{GEO}'
    tree = load_areas(make_project(LIST + declared))
    assert sorted(tree.overlays.select("name", "area_code").rows()) == [
        ("湖滨园区", "370201401"), ("生态园", "370201402"),
    ]  # fmt: skip
    assert tree.boundaries.height == 2
    assert any("湖滨园区" in finding and "生态园" in finding for finding in tree.findings)
    assert any(finding.startswith("township: 2 of 4") and "湖滨、生态园" in finding for finding in tree.findings)


NESTED = """
[[areas]]
path = "cases.json"
nesting = ["district", "street"]
nesting_levels = ["township", "village"]
"""


def write_cases(folder: Path, rows: list[tuple[str, str]]) -> None:
    records = [{"id": n, "district": a, "street": b} for n, (a, b) in enumerate(rows)]
    (folder / "cases.json").write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")


def test_nesting_columns_grow_the_tree(make_project: MakeProject, tmp_path: Path) -> None:
    rows = [("虎山", "河东村"), ("虎山镇\u200b", "河东村 "), ("新村镇", ""), ("", ""), ("虎山镇", "虎山镇河西村")]
    write_cases(tmp_path, rows)
    (tmp_path / "list.csv").write_text(TOWNS.partition("370201100201")[0], encoding="utf-8")
    tree = load_areas(make_project(LIST + NESTED))
    assert parents(tree)["河东村"] == "370201100000"
    assert parents(tree)["河西村"] == "370201100000"
    assert parents(tree)["新村镇"] == "370201"
    assert tree.areas.height == 6
    codes = dict(tree.areas.select("area_name", "area_code").iter_rows())
    assert codes["河东村"].startswith("370201100000-")
    # The same name has the same code whatever else the file holds.
    write_cases(tmp_path, [("别镇", "x村"), *rows[::-1]])
    again = dict(load_areas(make_project(LIST + NESTED)).areas.select("area_name", "area_code").iter_rows())
    assert again["河东村"] == codes["河东村"]


def test_names_that_do_not_end_like_areas_are_reported(make_project: MakeProject, tmp_path: Path) -> None:
    write_cases(tmp_path, [("虎山镇", "河东村"), ("外地人", ""), ("址虎山镇", "河西村")])
    options = 'endings = ["镇", "村"]\nreplace = { "址虎山镇" = "虎山镇" }\n'
    tree = load_areas(make_project(NESTED + options))
    assert set(parents(tree)) == {"清河县", "虎山镇", "河东村", "河西村"}
    assert any("外地人" in finding for finding in tree.findings)
    assert tree.areas.row(by_predicate=pl.col("area_name") == "虎山镇", named=True)["aliases"] == ["址虎山镇"]


def test_an_unchanged_tree_is_read_from_the_last_time(
    make_project: MakeProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.csv").write_text(TOWNS, encoding="utf-8")
    project = make_project(LIST)
    first = load_areas(project)
    monkeypatch.setattr("citybrain.areas.loading.make_tree", lambda *_: pytest.fail("made again"))
    kept = load_areas(project)
    assert kept.fingerprint == first.fingerprint
    assert kept.findings == first.findings
    for name in ("areas", "ancestors", "boundaries", "overlays"):
        assert getattr(kept, name).equals(getattr(first, name))
        assert getattr(kept, name).schema == getattr(first, name).schema


def test_a_changed_source_or_declaration_changes_the_fingerprint(make_project: MakeProject, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(TOWNS, encoding="utf-8")
    prints = {load_areas(make_project(LIST)).fingerprint, load_areas(make_project(LIST)).fingerprint}
    assert len(prints) == 1
    prints.add(load_areas(make_project(LIST + 'delimiter = ","\n')).fingerprint)
    (tmp_path / "list.csv").write_text(TOWNS + "370201101,西河乡\n", encoding="utf-8")
    prints.add(load_areas(make_project(LIST)).fingerprint)
    assert len(prints) == 3


def test_a_kept_tree_needs_no_geometry_library(make_project: MakeProject, tmp_path: Path) -> None:
    towns_frame().to_file(tmp_path / "towns.geojson")
    load_areas(make_project(f'[[areas]]\npath = "towns.geojson"\n{GEO}'))
    program = (
        "import sys; from pathlib import Path; from citybrain.areas import load_areas; "
        "from citybrain.project import load_project; load_areas(load_project(Path(sys.argv[1]))); "
        "print([name for name in ('geopandas', 'shapely', 'pyproj', 'pandas') if name in sys.modules])"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    repository = Path(__file__).resolve().parents[2]
    assert subprocess.run(command, cwd=repository, check=True, capture_output=True, text=True).stdout.strip() == "[]"
