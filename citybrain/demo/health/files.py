"""The files of health, of the townships' reports and of the emergency goods, all taken from one course of events."""

from __future__ import annotations

import numpy as np
import polars as pl

from citybrain.demo.cases import write_case_files
from citybrain.demo.clinic import write_clinic_files
from citybrain.demo.daily_counts import DailyCounts, by_township_and_day, count_days, feverish_visitors
from citybrain.demo.daily_reports import write_daily_reports
from citybrain.demo.departments import Planted, World, merge
from citybrain.demo.faults import fault_table
from citybrain.demo.health.admissions import all_stays, stays_of, write_admissions
from citybrain.demo.health.consultations import consultations_of, write_consultations
from citybrain.demo.health.contacts import contacts_of, write_contacts, write_exposure_sites
from citybrain.demo.health.facility_lists import write_facility_lists
from citybrain.demo.health.follow_ups import FIRST_LISTED, FollowUps, write_follow_ups
from citybrain.demo.health.institutions import hospitals, institutions
from citybrain.demo.health.laboratory import write_tests
from citybrain.demo.health.receipts import write_receipts
from citybrain.demo.health.silence import silent_townships, zero_table
from citybrain.demo.health.supplies import ITEMS, simulate
from citybrain.demo.health.supply_files import write_supply_files
from citybrain.demo.health.suspects import report_cards
from citybrain.demo.health.timeline import delays
from citybrain.demo.hospital import write_bed_files
from citybrain.demo.mentions import FIRST_OUTSIDER, outsiders
from citybrain.demo.outbreak import Illness
from citybrain.demo.randomness import stream

GUESTS, FIRST_GUEST = 0.015, 3_100_000
"""Visitors of fever clinics who live elsewhere and stay with relatives, by visit; the first of their numbers."""
MOST_GUESTS = 900_000


class HealthFiles:
    """Everything that clinics, hospitals, laboratories and townships hand over about people's health, and the goods."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._visits: list[pl.DataFrame] = []
        self._cases: list[pl.DataFrame] = []
        self._consultations: list[pl.DataFrame] = []
        self._contacts: list[pl.DataFrame] = []
        self._stays: list[pl.DataFrame] = []

    def add(self, township: int, people: pl.DataFrame, illness: Illness) -> None:
        """Keeps the events of a township's people."""
        rng, days = stream(self._world.seed, f"health of {township}"), self._world.days
        self._visits.append(illness.visits)
        self._cases.append(illness.cases)
        self._consultations.append(consultations_of(rng, people, illness.visits, days))
        self._contacts.append(contacts_of(rng, people, illness.cases))
        self._stays.append(stays_of(rng, people, days))

    def finish(self) -> Planted:
        """Writes the files below the extracts; truth as `_write_truth` says."""
        world = self._world
        cases, contacts = pl.concat(self._cases), pl.concat(self._contacts)
        visits = _with_guests(world, pl.concat(self._visits))
        cards = report_cards(world, cases, visits)
        consultations = pl.concat(self._consultations)
        register, of_clinics = write_clinic_files(world, visits)
        unheard = consultations.filter("has_fever").join(visits, on="person", how="anti")
        counts, of_townships = _townships(world, register, visits, unheard)
        contacts, of_contacts = write_contacts(world, contacts)
        planted = [
            of_clinics,
            of_townships,
            of_contacts,
            write_case_files(world, cards),
            write_receipts(world, cards, unheard),
            write_consultations(world, consultations),
            write_exposure_sites(world, cards),
            write_tests(world, register, cards, contacts),
            _hospitals(world, pl.concat(self._stays), cards),
        ]
        _write_truth(world, visits, cases, cards, counts)
        return merge(planted)


def _with_guests(world: World, visits: pl.DataFrame) -> pl.DataFrame:
    """The visits, and those of people of other counties who stay in the county."""
    rng = stream(world.seed, "guests")
    count = min(round(GUESTS * len(visits)), MOST_GUESTS)
    like = visits[np.sort(rng.choice(len(visits), count, replace=False))]
    who = outsiders(rng, FIRST_GUEST, count).drop("origin")
    guests = pl.concat([like.drop(who.columns), who], how="horizontal").with_columns(is_case=pl.lit(value=False))
    return pl.concat([visits, guests.select(visits.columns)])


def _townships(
    world: World, register: pl.DataFrame, visits: pl.DataFrame, unheard: pl.DataFrame
) -> tuple[DailyCounts, Planted]:
    """Writes the lists of the townships and the daily reports drawn from them."""
    found = feverish_visitors(world.county, visits.filter(pl.col("person") < FIRST_OUTSIDER), world.days)
    silent = silent_townships(world, found)
    lists = write_follow_ups(world, register, unheard, silent)
    counts = count_days(world, found, _listed(world, found, lists), silent.hidden, silent.copied)
    faults = fault_table(write_daily_reports(world, counts))
    return counts, merge([lists.planted, Planted(faults, zeros=zero_table(world, counts.table()))])


def _listed(world: World, found: np.ndarray, lists: FollowUps) -> np.ndarray:
    """Lines of the townships' lists by day; before the lists began, what the clinics told by telephone."""
    rows = lists.rows
    on_list = by_township_and_day(world.county, rows["township"].to_numpy(), rows["seen_day"], world.days)
    by_telephone = np.arange(world.days) < FIRST_LISTED
    return np.where(by_telephone[None, :], found, on_list)


def _hospitals(world: World, ordinary: pl.DataFrame, cards: pl.DataFrame) -> Planted:
    """Writes institutions, stays, beds and goods."""
    table = institutions(world)
    wards = hospitals(table)
    stays = all_stays(world, ordinary, cards, wards)
    supplies = simulate(world, wards["beds"].to_numpy())
    occupied = stays.open_at_end_of(world.days, len(wards))
    return merge([
        write_facility_lists(world, table),
        write_admissions(world, stays, wards),
        write_bed_files(world, wards, occupied, supplies.stock[:, ITEMS.index("口罩")]),
        write_supply_files(world, wards, supplies),
    ])  # fmt: skip


def _write_truth(
    world: World, visits: pl.DataFrame, cases: pl.DataFrame, cards: pl.DataFrame, counts: DailyCounts
) -> None:
    """`visits.parquet` and `cases.parquet` (columns of `Illness`, and `area_code` of the village), `cards.parquet` (all
    report cards with their way, `is_suspect` for those never confirmed), `delays.parquet` (see `delays`) and
    `daily_counts.parquet` (see `DailyCounts.table`).
    """
    world.truth.mkdir(parents=True, exist_ok=True)
    codes = pl.Series([v.code for v in world.county.villages])
    for name, frame in (("visits", visits), ("cases", cases), ("cards", cards)):
        frame.with_columns(area_code=codes.gather(frame["village"])).write_parquet(world.truth / f"{name}.parquet")
    delays(world, cards.filter(~pl.col("is_suspect"))).write_parquet(world.truth / "delays.parquet")
    counts.table().write_parquet(world.truth / "daily_counts.parquet")
