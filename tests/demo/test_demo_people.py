"""The people of the demo: numbers that are right and unique, households that could exist."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from citybrain.demo.geography import County, lay_out
from citybrain.demo.identifiers import credit_codes
from citybrain.demo.people import people_of

RESIDENTS = 20_000


@pytest.fixture(scope="module")
def county() -> County:
    return lay_out(7, 16)


@pytest.fixture(scope="module")
def people(county: County) -> pl.DataFrame:
    return pl.concat([people_of(7, county, t, RESIDENTS) for t in range(16)])


def is_resident_id(text: str) -> bool:
    """GB 11643-1999, digit by digit."""
    weights = [2 ** (17 - i) % 11 for i in range(17)]
    check = "10X98765432"[sum(w * int(d) for w, d in zip(weights, text[:17], strict=True)) % 11]
    return len(text) == 18 and text[17] == check


def test_the_townships_add_up_to_the_county(people: pl.DataFrame) -> None:
    assert people["person"].sort().to_list() == list(range(RESIDENTS))
    assert people.null_count().sum_horizontal().item() == 0


def test_every_number_is_valid_unique_and_of_no_real_county(people: pl.DataFrame) -> None:
    numbers = people["resident_id"]
    assert numbers.n_unique() == RESIDENTS
    assert all(is_resident_id(number) for number in numbers)
    assert numbers.str.starts_with("3799").all()


def test_numbers_agree_with_birth_date_and_sex(people: pl.DataFrame) -> None:
    for number, born, is_male in people.select("resident_id", "birth_on", "is_male").head(3000).iter_rows():
        assert number[6:14] == f"{born:%Y%m%d}"
        assert int(number[16]) % 2 == is_male


def test_days_lie_in_order(people: pl.DataFrame) -> None:
    days = people.select("birth_on", "registered_on")
    assert (days["birth_on"] <= days["registered_on"]).all()
    assert days["registered_on"].max() <= dt.date(2020, 1, 5)
    assert days["birth_on"].min() > dt.date(1915, 1, 1)


def test_a_household_lives_in_one_village_and_has_a_grown_up(people: pl.DataFrame) -> None:
    homes = people.group_by("household").agg(pl.col("village").n_unique(), pl.col("birth_on").min(), size=pl.len())
    assert homes["village"].max() == 1
    assert homes["size"].max() <= 6
    assert homes["birth_on"].max() < dt.date(2002, 1, 1)


def test_villages_hold_their_share_of_the_people(county: County, people: pl.DataFrame) -> None:
    counts = dict(people.group_by("village").len().iter_rows())
    for village, weight in enumerate(county.weights):
        assert abs(counts.get(village, 0) - weight * RESIDENTS) <= 7


def test_names_hold_rare_characters_and_dots(people: pl.DataFrame) -> None:
    names = people["person_name"]
    assert names.str.contains("·").any()
    assert names.str.contains("[㛃䶮𬸦]").any()
    assert names.str.len_chars().min() >= 2


def test_a_township_is_the_same_whoever_comes_before_it(county: County, people: pl.DataFrame) -> None:
    alone = people_of(7, county, 9, RESIDENTS)
    assert alone.equals(people.filter(pl.col("person").is_in(alone["person"].implode())))


def test_a_large_county_has_order_codes_for_everyone(county: County) -> None:
    largest = max(range(16), key=lambda t: county.weights[county.villages_of(t)].sum())
    people = people_of(7, county, largest, 2_000_000)
    assert people["resident_id"].n_unique() == people.height > 200_000


def test_credit_codes_are_valid_and_unique() -> None:
    import numpy as np
    from stdnum.cn import uscc

    codes = credit_codes(pl.Series(["91", "92", "93"] * 1000), "379901", np.arange(3000))
    assert codes.n_unique() == 3000
    assert all(uscc.is_valid(code) for code in codes)
