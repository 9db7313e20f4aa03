"""The lists of people and of firms: faults stand where the truth says, and the product finds them and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from citybrain.build import build
from citybrain.contracts import load_contracts
from citybrain.demo.boundaries import write_boundaries
from citybrain.demo.enterprises import write_enterprises
from citybrain.demo.faults import write_truth
from citybrain.demo.geography import County, lay_out
from citybrain.demo.people import people_of
from citybrain.demo.registry import FILE, HEADERS, NOTE, TITLE, open_registry
from citybrain.demo.registry_faults import AREA, BORN, ID, NAME, RATES
from citybrain.ingest import load_batches, quarantined_rows
from citybrain.project import load_project

ROOT = Path(__file__).resolve().parents[2]
SEED, TOWNSHIPS, RESIDENTS = 5, 6, 30_000
COLUMN = {"id": ID, "birth": BORN, "area": AREA, "name": NAME}
REGISTRY_REASONS = {
    "id_wrong_digit": "resident_id",
    "id_transposed_digits": "resident_id",
    "id_missing": "resident_id",
    "birth_date_impossible": "birth_on",
    "area_unknown": "area",
    "conflicting_duplicate": "key.conflict",
}
ENTERPRISE_REASONS = {
    "code_wrong_character": "credit_code",
    "code_15_digits": "credit_code",
    "town_unknown": "area",
    "town_missing": "area",
    "date_impossible": "registered_on",
}
"""Kinds of faults that cost the row, and the column (or rule) that the product should name."""


@pytest.fixture(scope="module")
def county() -> County:
    return lay_out(SEED, TOWNSHIPS)


@pytest.fixture(scope="module")
def project(county: County, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own declarations over a county of two feeds, built."""
    root = tmp_path_factory.mktemp("county")
    shutil.copy(ROOT / "city.toml", root)
    for department in ("public_security", "market"):
        shutil.copytree(ROOT / "connectors" / department, root / "connectors" / department)
    data = root / "data"
    write_boundaries(data / "boundaries", county)
    with open_registry(data / "extracts", SEED, county, "gb18030") as registry:
        faults = [registry.add(t, people_of(SEED, county, t, RESIDENTS)) for t in range(TOWNSHIPS)]
    faults.append(write_enterprises(data / "extracts", data / "truth", SEED, county, 4 * RESIDENTS))
    write_truth(data / "truth", faults)
    build(load_project(root))
    return root


@pytest.fixture(scope="module")
def faults(project: Path) -> pl.DataFrame:
    return pl.read_parquet(project / "data" / "truth" / "faults.parquet")


@pytest.fixture(scope="module")
def lines(project: Path) -> list[list[str]]:
    """The cells of the registry, by line from 0."""
    text = (project / "data" / "extracts" / FILE).read_bytes().decode("gb18030")
    return [line.split(",") for line in text.split("\r\n")]


def found(project: Path, feed: str) -> set[tuple[int | None, str]]:
    """Line and what each quarantined row of a feed is reproached with: a column, or a rule on keys."""
    city = load_project(project)
    contract = next(c for c in load_contracts(city) if c.feed == feed)
    return {
        (row.line, reason if reason.startswith("key.") else reason.split(":")[0])
        for row in quarantined_rows(city, contract)
        for reason in row.reasons
    }


def planted(faults: pl.DataFrame, prefix: str, reasons: dict[str, str]) -> set[tuple[int, str]]:
    """The same as it should be found; of two lines that contradict each other the first is the one set aside."""
    chosen = faults.filter(pl.col("file").str.starts_with(prefix), pl.col("kind").is_in(list(reasons)))
    return {
        (int(before) if kind == "conflicting_duplicate" else line, reasons[kind])
        for line, kind, before in chosen.select("line", "kind", "detail").iter_rows()
    }


def test_the_registry_has_a_title_a_header_and_a_note(lines: list[list[str]]) -> None:
    assert lines[0][0] == TITLE
    assert tuple(lines[1]) == HEADERS
    assert lines[-2][0] == NOTE
    assert {len(line) for line in lines[:-1]} == {len(HEADERS)}


def test_every_fault_stands_on_its_line_and_says_what_was_there(lines: list[list[str]], faults: pl.DataFrame) -> None:
    for line, kind, before in faults.filter(pl.col("file") == FILE).select("line", "kind", "detail").iter_rows():
        cells = dict(zip(HEADERS, lines[line - 1], strict=True))
        if kind in ("duplicate", "conflicting_duplicate"):
            original = lines[int(before) - 1]
            assert original[0] == cells[ID]
            assert (original == lines[line - 1]) == (kind == "duplicate")
        else:
            assert cells[COLUMN[kind.split("_")[0]]] != before


def test_faults_come_at_the_stated_rates(faults: pl.DataFrame) -> None:
    counts = dict(faults.filter(pl.col("file") == FILE)["kind"].value_counts().iter_rows())
    for kind in ("id_wrong_digit", "id_transposed_digits", "id_full_width", "area_unknown", "duplicate"):
        expected = RATES[kind] * RESIDENTS
        assert abs(counts[kind] - expected) < 5 * expected**0.5
    assert counts.keys() == RATES.keys() | {"id_lower_case_x"}


def test_the_product_sets_aside_the_planted_people_and_nobody_else(project: Path, faults: pl.DataFrame) -> None:
    expected = planted(faults, FILE, REGISTRY_REASONS)
    assert len(expected) > 80
    assert found(project, "public_security.household_registry") == expected


def test_the_product_sets_aside_the_planted_firms_and_no_others(project: Path, faults: pl.DataFrame) -> None:
    expected = planted(faults, "market/", ENTERPRISE_REASONS)
    assert {column for _, column in expected} == set(ENTERPRISE_REASONS.values())
    assert found(project, "market.enterprises") == expected


def test_repeated_lines_are_the_duplicates(project: Path, faults: pl.DataFrame) -> None:
    repeats = faults.filter(pl.col("kind") == "duplicate")["file"].value_counts()
    assert {b.path: b.duplicate for b in load_batches(load_project(project).paths)} == dict(repeats.iter_rows())


def test_accepted_firms_are_as_they_truly_are(project: Path) -> None:
    """Capital in a dozen spellings, dates in six and towns in five come out as the one true value."""
    with duckdb.connect(str((project / "data" / "snapshots" / "current").resolve()), read_only=True) as con:
        columns = ["source_line", "credit_code", "area_code", "registered_on", "capital_yuan", "staff"]
        found = con.execute(f"SELECT {', '.join(columns)} FROM shared.enterprises").fetchall()
    rows = pl.DataFrame(found, schema=columns, orient="row", infer_schema_length=None)
    truth = pl.read_parquet(project / "data" / "truth" / "enterprises.parquet")
    both = rows.join(truth, left_on="source_line", right_on="line", suffix="_true")
    assert both.height == rows.height > 2_800
    assert both["credit_code"].equals(both["credit_code_true"].alias("credit_code"))
    assert both["area_code"].str.slice(0, 9).equals(both["township_code"].alias("area_code"))
    assert both["registered_on"].equals(both["registered_on_true"].alias("registered_on"))
    assert both["staff"].cast(pl.Int64).equals(both["staff_true"].cast(pl.Int64).alias("staff"))
    stated = both.filter(pl.col("capital_yuan").is_not_null())
    assert ((stated["capital_yuan"] - stated["capital_wan"] * 10_000).abs() < 0.01).all()
    assert 0 < both.height - stated.height < 0.01 * both.height


def test_a_list_too_long_for_a_workbook_comes_in_parts(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("citybrain.demo.enterprises.MOST_WORKBOOK_ROWS", 100)
    monkeypatch.setattr("citybrain.demo.enterprises.ROWS_A_PART", 150)
    shutil.copy(ROOT / "city.toml", tmp_path)
    shutil.copytree(ROOT / "connectors" / "market", tmp_path / "connectors" / "market")
    data = tmp_path / "data"
    write_boundaries(data / "boundaries", county)
    write_truth(data / "truth", [write_enterprises(data / "extracts", data / "truth", SEED, county, 16_000)])
    build(load_project(tmp_path))
    batches = sorted(load_batches(load_project(tmp_path).paths), key=lambda b: b.path)
    assert [(Path(b.path).name, b.rows_in) for b in batches[:2]] == [
        ("enterprises_part_1.csv", 150), ("enterprises_part_2.csv", 150)
    ]  # fmt: skip
    truth = pl.read_parquet(data / "truth" / "enterprises.parquet")
    assert sum(b.accepted + b.quarantined for b in batches) == truth.height == 400
    with duckdb.connect(str((data / "snapshots" / "current").resolve()), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM shared.enterprises").fetchone() == (sum(b.accepted for b in batches),)
