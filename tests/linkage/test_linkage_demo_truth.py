"""Linkage as the whole build does it, scored on the demo county's truth: who each row of each department speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

if TYPE_CHECKING:
    from tests.demo_county import DemoCity

TABLES = (
    "residents", "residence_permits", "lodgings", "assistance", "employments", "departures", "cadres", "screenings",
    "follow_ups", "consultations", "cases", "case_receipts", "contacts", "test_samples", "admissions", "grid_workers",
)  # fmt: skip
"""Every shared table of which one row is one delivered row about one person."""


@pytest.fixture(scope="module")
def mentions(demo_city: DemoCity) -> pl.DataFrame:
    """One row a delivered row: table, person_key, the true person, the planted fault."""
    selects = [f"SELECT '{t}' AS mentioned, person_key, batch, source_line FROM shared.{t}" for t in TABLES]
    rows = demo_city.people_of(demo_city.ask(" UNION ALL ".join(selects)))
    return rows.filter(pl.col("person").is_not_null())


@pytest.fixture(scope="module")
def registered(mentions: pl.DataFrame) -> pl.DataFrame:
    """True person and key of everybody in the registry."""
    return mentions.filter(pl.col("mentioned") == "residents").select("person", home_key="person_key").unique("person")


def pairs(counts: pl.Series) -> int:
    """Pairs within groups of these sizes."""
    return int((counts * (counts - 1) // 2).sum())


def test_truth_names_rows_of_every_department(mentions: pl.DataFrame) -> None:
    assert set(mentions["mentioned"]) == set(TABLES)


def test_no_row_is_given_to_another_person(mentions: pl.DataFrame, registered: pl.DataFrame) -> None:
    owner = registered.rename({"person": "owner", "home_key": "person_key"})
    linked = mentions.join(owner, on="person_key", how="inner")
    wrong = linked.filter(pl.col("owner") != pl.col("person"))
    assert wrong.height <= 0.0005 * linked.height, wrong.select("mentioned", "fault").to_dicts()[:10]


def test_rows_with_a_damaged_number_find_their_person(mentions: pl.DataFrame, registered: pl.DataFrame) -> None:
    damaged = ["id_substitution", "id_transposition", "id_truncated", "id_15", "id_lower_case", "id_full_width"]
    rows = mentions.filter(pl.col("fault").is_in(damaged)).join(registered, on="person")
    found = rows.filter(pl.col("person_key") == pl.col("home_key"))
    assert rows.height > 50
    assert found.height >= 0.97 * rows.height


def test_pairs_of_all_departments_are_precise_and_complete(mentions: pl.DataFrame) -> None:
    keyed = mentions.filter(pl.col("person_key").is_not_null())
    true_pairs = pairs(keyed.group_by("person_key", "person").len()["len"])
    assert true_pairs >= 0.9995 * pairs(keyed.group_by("person_key").len()["len"])
    assert true_pairs >= 0.985 * pairs(mentions.group_by("person").len()["len"])


def test_an_exact_join_alone_would_miss_them(mentions: pl.DataFrame) -> None:
    """What linkage is for: without it, rows whose number is damaged belong to nobody."""
    shares = mentions.filter(pl.col("mentioned") != "residents")["fault"].str.starts_with("id_")
    assert 0.02 < float(shares.sum()) / len(shares) < 0.2
