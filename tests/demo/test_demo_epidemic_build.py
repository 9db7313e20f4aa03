"""What the demo plants into the files of the epidemic is what the product finds, row by row, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import duckdb
import polars as pl
import pytest

from citybrain.build import build
from citybrain.contracts import load_contracts
from citybrain.demo.faults import Fault
from citybrain.demo.period import FIRST_DAY, day
from citybrain.ingest import load_batches, quarantined_rows
from citybrain.project import load_project
from tests.demo.epidemic_world import World, make_project, make_world, without_first_days

REASONS: dict[str, str | dict[str, str]] = {
    "time_impossible": {
        "fever_clinic": "screened_at:instant.impossible",
        "consultations": "visited_at:instant.impossible",
    },
    "area_missing": "area:required.missing",
    "area_other_province": "area:area.outside",
    "area_other_county": "area:area.no_place_in_address",
    "township_missing": "area:required.missing",
    "village_unknown": "area:area.unknown_name",
    "card_twice": "key.conflict",
    "township_unknown": "area:area.unknown_name",
    "report_date_impossible": "period_on:date.impossible",
    "checked_vague": "value:decimal.unreadable",
    "observed_dash": "value:required.missing",
    "value_error": "value:decimal.unreadable",
    "value_blank": "value:required.missing",
    "met_impossible": "met_on:date.impossible",
    "result_unreadable": "result:code.unknown_word",
    "stock_unreadable": "quantity:decimal.unreadable",
}
"""Kinds of faults that cost the row, and the reason that the product should give (by feed where it differs)."""
HARMLESS = {
    "duplicate", "id_masked", "id_passport", "id_spaced", "time_slashes", "temperature_comma", "temperature_word",
    "temperature_unit", "phone_short", "age_placeholder", "phone_placeholder", "village_missing",
    "township_short", "township_by_habit", "township_traditional", "observed_blank", "fever_unit", "value_unit",
}  # fmt: skip
"""Kinds that the product must see through."""
OF_FILES = {
    "missing_file", "late_file", "superseded", "township_absent", "report_late", "report_corrected", "report_copied"
}  # fmt: skip

LEFT_BLANK = ("resident_id:", "phone:", "age:", "temperature_c:")
"""Columns whose bad values cost no row; where the row is lost for another reason, they are listed with it."""
DAYS, FIRST_KEPT = 42, 28
"""Day from which the daily files are read; the truth speaks of all days."""
Found = set[tuple[str, int | None, str]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = without_first_days(make_world(tmp_path_factory.mktemp("city"), 11, 4, 80_000, DAYS), FIRST_KEPT)
    make_project(made)
    build(load_project(made.root))
    return made


@pytest.fixture(scope="module")
def snapshot(world: World) -> Iterator[duckdb.DuckDBPyConnection]:
    file = (world.root / "data" / "snapshots" / "current").resolve()
    with duckdb.connect(str(file), read_only=True) as con:
        yield con


def replaced_files(world: World) -> set[str]:
    """Files whose rows no longer count because a correction took their place."""
    return {f.file for f in world.faults if f.kind == "superseded"}


def reason_of(fault: Fault) -> str:
    """The reason that the product should give for a fault."""
    reason = REASONS[fault.kind]
    return reason if isinstance(reason, str) else reason[fault.file.split("/")[1]]


def quarantined(world: World) -> Found:
    """File below the extracts, line and reason of every row in quarantine, but for what is left blank everywhere."""
    project = load_project(world.root)
    paths = {(b.feed, b.file_name): b.path for b in load_batches(project.paths)}
    return {
        (paths[contract.feed, row.file_name], row.line, reason)
        for contract in load_contracts(project)
        for row in quarantined_rows(project, contract)
        for reason in row.reasons
        if not reason.startswith(LEFT_BLANK)
    }


def test_every_kind_of_fault_is_known_to_this_test(world: World) -> None:
    assert {f.kind for f in world.faults} <= REASONS.keys() | HARMLESS | OF_FILES


def test_quarantine_holds_what_was_planted_with_its_reason_and_nothing_else(world: World) -> None:
    replaced = replaced_files(world)
    planted = {(f.file, f.line, reason_of(f)) for f in world.faults if f.kind in REASONS and f.file not in replaced}
    assert len(planted) > 100
    assert quarantined(world) == planted


def test_no_delivery_is_refused(world: World) -> None:
    project = load_project(world.root)
    batches = load_batches(project.paths)
    assert [b.error for b in batches if b.error] == []
    assert len(batches) == sum(1 for p in world.extracts.rglob("*") if p.is_file())


def test_planted_repeats_are_the_duplicates(world: World) -> None:
    project = load_project(world.root)
    corrected = {f.detail for f in world.faults if f.kind == "superseded"}
    found = {b.path: b.duplicate for b in load_batches(project.paths) if b.duplicate and b.path not in corrected}
    planted: dict[str, int] = {}
    for fault in world.faults:
        if fault.kind == "duplicate" and fault.file not in corrected:
            planted[fault.file] = planted.get(fault.file, 0) + 1
    assert found == planted


def test_every_visit_that_was_delivered_and_readable_counts_once(
    world: World, snapshot: duckdb.DuckDBPyConnection
) -> None:
    replaced = replaced_files(world)
    clinic = [f for f in world.faults if "fever_clinic" in f.file]
    missing_days = [f.file[-14:-4] for f in clinic if f.kind == "missing_file"]
    lost = sum(f.kind in REASONS and f.file not in replaced for f in clinic)
    dated = world.visits.with_columns(on=pl.lit(FIRST_DAY) + pl.duration(days="day"))
    delivered = dated.filter(~pl.col("on").cast(pl.String).is_in(missing_days))
    assert snapshot.execute("SELECT count(*) FROM shared.screenings").fetchone() == (len(delivered) - lost,)


def test_accepted_visits_lie_in_the_village_or_township_where_the_person_lives(world: World) -> None:
    accepted = world.root / "data/accepted/health/fever_clinic/*.parquet"
    rows = duckdb.sql(f"SELECT resident_id, screened_at, area FROM read_parquet('{accepted}') WHERE _state = 0").pl()
    rows = rows.filter(pl.col("resident_id").is_not_null())
    assert len(rows) > 1_000
    truth = pl.read_parquet(world.truth / "visits.parquet").with_columns(
        screened_at=pl.lit(FIRST_DAY).cast(pl.Datetime("us"))
        + pl.duration(days="day", minutes=pl.col("minute") - 8 * 60)
    )
    both = rows.join(truth, on=["resident_id", "screened_at"])
    assert len(both) == len(rows)
    # 幸福里 is an estate, and 幸福社区 a community of the same town: no program can be right every time.
    is_right = pl.col("area_code").str.starts_with(pl.col("area"))
    assert both.select(is_right.mean()).item() > 0.998


def test_cases_hold_the_newest_version_of_every_card(world: World, snapshot: duckdb.DuckDBPyConnection) -> None:
    known = dict(snapshot.execute("SELECT case_no, confirmed_on FROM shared.cases").fetchall())
    cards = pl.read_parquet(world.truth / "cards.parquet")
    spoilt = ("township_missing", "village_unknown")
    lost_for_good = {f.detail for f in world.faults if f.kind in spoilt and "/cases" in f.file} - known.keys()
    assert known.keys() | lost_for_good == set(cards["case_no"])
    last_week = max(p.stem for p in world.extracts.glob("health/cases/*.json"))
    assert len(lost_for_good) <= sum(last_week in f.file for f in world.faults)
    confirmed = {
        number: (day(0) + dt.timedelta(minutes=at)) if at is not None else None
        for number, at in cards.select("case_no", "confirmed_at").iter_rows()
    }
    for number, on in known.items():
        right = confirmed[number]
        assert on == right or (on is None and (right is None or right > day(DAYS - 1)))


def test_reported_fevers_are_those_of_the_sheets_and_a_false_zero_is_a_zero(
    world: World, snapshot: duckdb.DuckDBPyConnection
) -> None:
    truth = pl.read_parquet(world.truth / "zeros.parquet").filter(pl.col("period_on") >= day(FIRST_KEPT))
    false = truth.filter("is_false_zero")
    assert false["area_code"].n_unique() == 2
    reported = snapshot.sql(
        "SELECT area_code, period_on, value FROM shared.observations WHERE measure = 'fever_reported'"
    ).pl()
    hidden = false.join(reported, on=["area_code", "period_on"])
    assert len(hidden) >= 0.8 * len(false)
    assert (hidden["value"] == 0).all()
    filed_zeros = reported.filter((pl.col("value") == 0) & (pl.col("period_on") >= day(FIRST_KEPT)))
    assert len(filed_zeros.join(truth, on=["area_code", "period_on"], how="anti")) == 0


def test_measures_are_those_of_the_dictionary(snapshot: duckdb.DuckDBPyConnection) -> None:
    measures = {row[0] for row in snapshot.execute("SELECT DISTINCT measure FROM shared.observations").fetchall()}
    assert measures == {
        "fever_reported", "people_checked", "under_observation", "beds_total", "beds_occupied", "masks_in_stock",
    }  # fmt: skip
