"""The demo as a whole: the same seed makes the same bytes, the map is a map, the sample is what the demo makes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import openpyxl
import polars as pl
import pytest
import shapely

from citybrain.demo import make_county
from citybrain.demo.county import township_count
from citybrain.demo.sample import write_sample
from citybrain.errors import ContractError

ROOT = Path(__file__).resolve().parents[2]
RESIDENTS = 3_000


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("county")
    make_county(root, residents=RESIDENTS, seed=3, weeks=2)
    return root


def files_of(root: Path) -> dict[str, Path]:
    return {p.relative_to(root).as_posix(): p for p in sorted(root.rglob("*")) if p.is_file()}


def shapes(county: Path, name: str) -> list[tuple[dict[str, str], shapely.Geometry]]:
    text = (county / "data" / "boundaries" / f"{name}.geojson").read_text(encoding="utf-8")
    return [(f["properties"], shapely.from_geojson(json.dumps(f["geometry"]))) for f in json.loads(text)["features"]]


def test_the_same_seed_makes_the_same_bytes_and_times(county: Path, tmp_path: Path) -> None:
    make_county(tmp_path, residents=RESIDENTS, seed=3, weeks=2)
    one, two = files_of(county), files_of(tmp_path)
    assert one.keys() == two.keys()
    for name in one:
        assert one[name].read_bytes() == two[name].read_bytes(), name
        if "/extracts/" in name:
            assert one[name].stat().st_mtime == two[name].stat().st_mtime < 1.6e9, name


def test_another_seed_replaces_the_county_by_another(county: Path, tmp_path: Path) -> None:
    make_county(tmp_path, residents=RESIDENTS, seed=3, weeks=2)
    make_county(tmp_path, residents=RESIDENTS, seed=4, weeks=2)
    one, two = files_of(county), files_of(tmp_path)
    assert (
        one["data/boundaries/townships.geojson"].read_bytes() != two["data/boundaries/townships.geojson"].read_bytes()
    )


def test_files_of_another_hand_are_left_alone(tmp_path: Path) -> None:
    real = tmp_path / "data" / "extracts" / "health" / "real.csv"
    real.parent.mkdir(parents=True)
    real.write_text("a,b\n")
    with pytest.raises(ContractError, match="no demo made"):
        make_county(tmp_path, residents=1_000)
    assert real.read_text() == "a,b\n"


def test_the_summary_counts_what_was_made_and_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int, str]] = []
    summary = make_county(tmp_path, residents=1_000, seed=1, weeks=1, progress=lambda *step: told.append(step))
    assert (summary.residents, summary.townships, summary.villages) == (1_000, 16, 280)
    truth = tmp_path / "data" / "truth"
    assert summary.faults == pl.read_parquet(truth / "faults.parquet").height
    assert pl.read_parquet(truth / "residents.parquet")["residents"].sum() == 1_000
    assert all(done <= total for _, done, total, _ in told)
    assert all(a[1] <= b[1] for a, b in pairwise(told[1:]))
    assert told[-1][1] == told[-1][2]


def test_the_number_of_townships_grows_with_a_city() -> None:
    assert [township_count(n) for n in (1_000, 60_000, 2_000_000)] == [16, 16, 16]
    assert township_count(3_300_000) == 100
    assert township_count(10_000_000) == 300


def test_villages_tile_townships_and_townships_the_county(county: Path) -> None:
    [(_, whole)] = shapes(county, "county")
    townships, villages = shapes(county, "townships"), shapes(county, "villages")
    assert (len(townships), len(villages)) == (16, 280)
    for outer in (whole, *(g for _, g in townships), *(g for _, g in villages)):
        assert outer.is_valid
        assert outer.geom_type == "Polygon"
    for level in (townships, villages):
        geometries = [g for _, g in level]
        assert shapely.coverage_is_valid(geometries)
        assert abs(shapely.union_all(geometries).symmetric_difference(whole).area / whole.area) < 1e-9


def test_areas_have_codes_of_their_parents_and_names_of_their_kind(county: Path) -> None:
    townships = {p["code"]: p["name"] for p, _ in shapes(county, "townships")}
    assert len(set(townships.values())) == 16
    for properties, _ in shapes(county, "villages"):
        assert properties["parent"] in townships
        assert properties["code"][:9] == properties["parent"]
        assert len(properties["code"]) == 12
        is_community = int(properties["code"][9:]) < 200
        assert properties["name"].endswith("社区" if is_community else "村")
    text = (county / "data" / "boundaries" / "areas.csv").read_bytes().decode("gb18030")
    assert len(text.splitlines()) == 1 + 1 + 16 + 280


def content(path: Path) -> Iterator[object]:
    """Text as it is; of a workbook its cells, because its compression depends on the machine."""
    if path.suffix != ".xlsx":
        yield path.read_bytes()
        return
    for sheet in openpyxl.load_workbook(path):
        yield from ([cell.value for cell in row] for row in sheet.iter_rows())


def test_the_sample_in_the_repository_is_what_the_demo_makes(tmp_path: Path) -> None:
    write_sample(tmp_path)
    kept, made = files_of(ROOT / "data" / "sample"), files_of(tmp_path)
    remedy = "run: python -m citybrain.demo.sample"
    assert kept.keys() == made.keys(), remedy
    for name in made:
        assert list(content(kept[name])) == list(content(made[name])), f"{name}: {remedy}"


def test_every_feed_of_the_repository_has_a_sample() -> None:
    departments = {path.parent.name for path in (ROOT / "connectors").glob("*/*.toml")}
    kept = files_of(ROOT / "data" / "sample")
    assert departments == {name.split("/")[0] for name in kept}
    assert len(kept) == len(list((ROOT / "connectors").glob("*/*.toml")))
    assert sum(path.stat().st_size for path in kept.values()) < 500_000
