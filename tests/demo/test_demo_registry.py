"""The list of people: faults stand where the truth says, and the product finds them and nothing else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import polars as pl
import pytest

from citybrain.build import build
from citybrain.contracts import load_contracts
from citybrain.demo.boundaries import write_boundaries
from citybrain.demo.departments import World, write_truth
from citybrain.demo.firms import firms_of
from citybrain.demo.geography import County, lay_out
from citybrain.demo.outbreak import Illness
from citybrain.demo.people import people_of
from citybrain.demo.registry import FILE, HEADERS, NOTE, TITLE, HouseholdRegistry
from citybrain.demo.registry_faults import AREA, BORN, ID, NAME, RATES, SEX
from citybrain.ingest import load_batches, quarantined_rows
from citybrain.project import load_project

ROOT = Path(__file__).resolve().parents[2]
SEED, TOWNSHIPS, RESIDENTS = 5, 6, 30_000
NOBODY_ILL = Illness(pl.DataFrame(), pl.DataFrame())
COLUMN = {"id": ID, "birth": BORN, "area": AREA, "name": NAME, "sex": SEX}
REGISTRY_REASONS = {
    "id_wrong_digit": "resident_id",
    "id_transposed_digits": "resident_id",
    "id_missing": "resident_id",
    "birth_date_impossible": "birth_on",
    "area_unknown": "area",
    "conflicting_duplicate": "key.conflict",
}
"""Kinds of faults that cost the row, and the column (or rule) that the product should name."""


@pytest.fixture(scope="module")
def county() -> County:
    return lay_out(SEED, TOWNSHIPS)


@pytest.fixture(scope="module")
def project(county: County, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own declarations over a county of one feed, built."""
    root = tmp_path_factory.mktemp("county")
    shutil.copy(ROOT / "city.toml", root)
    (root / "connectors" / "public_security").mkdir(parents=True)
    feed = "public_security/household_registry.toml"
    shutil.copy(ROOT / "connectors" / feed, root / "connectors" / feed)
    data = root / "data"
    write_boundaries(data / "boundaries", county)
    firms = firms_of(SEED, county, RESIDENTS)
    world = World(SEED, county, RESIDENTS, 7, data / "extracts", data / "truth", firms)
    registry = HouseholdRegistry(world)
    for township in range(TOWNSHIPS):
        registry.add(township, people_of(SEED, county, township, RESIDENTS), NOBODY_ILL)
    write_truth(data / "truth", registry.finish())
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


def test_the_truth_says_who_stands_on_every_line(project: Path, county: County, lines: list[list[str]]) -> None:
    mentions = pl.read_parquet(project / "data" / "truth" / "mentions.parquet")
    people = pl.concat([people_of(SEED, county, t, RESIDENTS) for t in range(TOWNSHIPS)])
    number = dict(people.select("person", "resident_id").iter_rows())
    assert mentions["line"].to_list() == list(range(3, len(lines) - 1))
    for line, person, fault in mentions.select("line", "person", "fault").iter_rows():
        assert (lines[line - 1][0] == number[person]) == (not fault.startswith("id_"))


def test_attributes_stated_otherwise_are_in_the_truth(project: Path, lines: list[list[str]]) -> None:
    attributes = pl.read_parquet(project / "data" / "truth" / "attributes.parquet")
    assert set(attributes["attribute"]) == {"birth_on", "sex"}
    for line, attribute, written, right in attributes.select("line", "attribute", "written", "right").iter_rows():
        cells = dict(zip(HEADERS, lines[line - 1], strict=True))
        if attribute == "sex":
            assert (cells[SEX], {"男", "女"}) == (written, {written, right})
        else:
            assert re.sub(r"\D", "", cells[BORN]) == written.replace("-", "") != right.replace("-", "")


def test_the_product_sets_aside_the_planted_people_and_nobody_else(project: Path, faults: pl.DataFrame) -> None:
    expected = planted(faults, FILE, REGISTRY_REASONS)
    assert len(expected) > 80
    assert found(project, "public_security.household_registry") == expected


def test_repeated_lines_are_the_duplicates(project: Path, faults: pl.DataFrame) -> None:
    repeats = faults.filter(pl.col("kind") == "duplicate")["file"].value_counts()
    assert {b.path: b.duplicate for b in load_batches(load_project(project).paths)} == dict(repeats.iter_rows())
