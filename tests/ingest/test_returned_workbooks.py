"""A workbook of quarantined rows that was corrected and came back: what counts then, by delivery mode."""

from __future__ import annotations

import shutil

import pytest

from tests.ingest.returned_city import BAD, HEADER, ReturnedCity, visit


@pytest.fixture
def city(small_city):  # type: ignore[no-untyped-def]
    return ReturnedCity(small_city)


def deliver_two_bad_rows(city, make_resident_id, delivery="append"):  # type: ignore[no-untyped-def]
    city.city.screening(delivery=delivery)
    one, two, three = (make_resident_id(n) for n in (1, 2, 3))
    city.city.deliver("clinic_1.csv", HEADER + visit(one) + visit(two, BAD) + visit(three, BAD))
    city.take()


@pytest.mark.parametrize("delivery", ["append", "upsert", "full"])
def test_corrected_rows_count_and_the_others_stay_in_quarantine(city, make_resident_id, delivery) -> None:  # type: ignore[no-untyped-def]
    deliver_two_bad_rows(city, make_resident_id, delivery)
    city.send_back(city.send_out(), {2: {"体温": "38.2"}})
    city.take()
    assert city.counting("temperature_c, batch, source_line") == [(36.5, 1, 2), (38.2, 2, 2)]
    assert city.waiting() == [("clinic_1.csv", 4)]
    assert city.counts() == [(3, 1, 2, 0), (2, 1, 0, 1)]


@pytest.mark.parametrize("delivery", ["append", "upsert", "full"])
def test_the_same_workbook_again_changes_nothing_under_any_name(city, make_resident_id, delivery) -> None:  # type: ignore[no-untyped-def]
    deliver_two_bad_rows(city, make_resident_id, delivery)
    city.send_back(city.send_out(), {2: {"体温": "38.2"}})
    city.take()
    folder = city.root / "data/extracts/health/returned"
    shutil.copyfile(folder / "returned.xlsx", folder / "again.xlsx")
    assert city.take().fresh == ()
    assert city.take().fresh == ()
    assert city.counting() == [36.5, 38.2]


@pytest.mark.parametrize("delivery", ["append", "upsert", "full"])
def test_a_workbook_may_come_back_several_times(city, make_resident_id, delivery) -> None:  # type: ignore[no-untyped-def]
    deliver_two_bad_rows(city, make_resident_id, delivery)
    out = city.send_out()
    city.send_back(out, {2: {"体温": "38.2"}}, name="first.xlsx")
    city.take()
    city.send_back(out, {2: {"体温": "38.4"}, 3: {"体温": "37.0"}}, "second.xlsx", "2020-02-21T08:00:00+00:00")
    city.take()
    assert city.counting() == [36.5, 37.0, 38.4]
    assert city.waiting() == []


@pytest.mark.parametrize("delivery", ["append", "full"])
def test_a_newer_file_replaces_the_corrections_of_the_older_one(city, make_resident_id, delivery) -> None:  # type: ignore[no-untyped-def]
    deliver_two_bad_rows(city, make_resident_id, delivery)
    city.send_back(city.send_out(), {2: {"体温": "38.2"}, 3: {"体温": "37.0"}})
    city.take()
    text = HEADER + visit(make_resident_id(1)) + visit(make_resident_id(2), "39.0")
    city.city.deliver("clinic_1.csv", text, received="2020-02-25T08:00:00+00:00")
    city.take()
    assert city.counting() == [36.5, 39.0]


def test_a_correction_of_an_old_row_does_not_override_a_newer_upsert(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    deliver_two_bad_rows(city, make_resident_id, "upsert")
    out = city.send_out()
    newer = HEADER + visit(make_resident_id(2), "36.9")
    city.city.deliver("clinic_2.csv", newer, received="2020-02-12T08:00:00+00:00")
    city.take()
    city.send_back(out, {2: {"体温": "38.2"}, 3: {"体温": "37.0"}})
    city.take()
    assert city.counting() == [36.5, 36.9, 37.0], "the file of the 12th says more lately what row 2 says"
    assert city.waiting() == []


def test_a_row_corrected_wrongly_waits_anew_and_can_be_sent_out_again(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    deliver_two_bad_rows(city, make_resident_id)
    city.send_back(city.send_out(), {2: {"体温": "热"}}, "first.xlsx")
    city.take()
    assert city.waiting() == [("clinic_1.csv", 4), ("first.xlsx", 2)]
    city.send_back(city.send_out(name="next.xlsx"), {3: {"体温": "38.2"}}, "second.xlsx", "2020-02-21T08:00:00+00:00")
    city.take()
    assert city.counting() == [36.5, 38.2]
    assert city.waiting() == [("clinic_1.csv", 4)]
    city.counts()


def test_two_workbooks_with_the_same_row_count_it_once(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    deliver_two_bad_rows(city, make_resident_id)
    first, second = city.send_out(name="a.xlsx"), city.send_out(name="b.xlsx")
    city.send_back(first, {2: {"体温": "38.2"}, 3: {"体温": "37.0"}}, "a.xlsx")
    city.take()
    city.send_back(second, {2: {"体温": "38.2"}, 3: {"体温": "37.9"}}, "b.xlsx", "2020-02-21T08:00:00+00:00")
    city.take()
    assert city.counting() == [36.5, 37.0, 38.2]
    assert city.waiting() == [("b.xlsx", 3)], "the second says otherwise of one row: nothing tells who is right"
    assert city.counts() == [(3, 1, 2, 0), (2, 2, 0, 0), (2, 0, 1, 1)]


def test_a_full_feed_keeps_one_row_a_key(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    deliver_two_bad_rows(city, make_resident_id, "full")
    city.send_back(city.send_out(), {2: {"证件号": make_resident_id(1), "体温": "38.2"}})
    city.take()
    assert city.counting() == [36.5]
    assert ("returned.xlsx", 2) in city.waiting()


def test_an_emptied_row_is_withdrawn(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    deliver_two_bad_rows(city, make_resident_id)
    city.send_back(city.send_out(), {2: dict.fromkeys(("证件号", "姓名", "时间", "住址", "体温"), "")})
    city.take()
    assert city.counting() == [36.5]
    assert city.waiting() == [("clinic_1.csv", 4)]


def test_a_row_that_a_changed_contract_accepts_does_not_count_twice(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    deliver_two_bad_rows(city, make_resident_id)
    city.send_back(city.send_out(), {2: {"体温": "38.2"}})
    city.take()
    contract = city.root / "connectors/health/clinic.toml"
    contract.write_text(
        contract.read_text(encoding="utf-8") + f'[replace.temperature_c]\n"{BAD}" = "38.2"\n', encoding="utf-8"
    )
    city.take()
    assert city.counting() == [36.5, 38.2, 38.2], "three rows of the file; the correction repeats one of them"
    assert city.waiting() == []
    assert [b.duplicate for b in city.batches()] == [0, 2]


def test_a_workbook_finds_its_delivery_in_a_ledger_made_anew(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    deliver_two_bad_rows(city, make_resident_id)
    city.send_back(city.send_out(), {2: {"体温": "38.2"}})
    for zone in ("batches", "accepted", "quarantine"):
        shutil.rmtree(city.root / "data" / zone, ignore_errors=True)
    # A file before it takes the number that the workbook says.
    other = HEADER + visit(make_resident_id(9), BAD)
    city.city.deliver("clinic_0.csv", other, received="2020-02-01T08:00:00+00:00")
    city.take()
    assert city.counting() == [36.5, 38.2]
    assert city.waiting() == [("clinic_0.csv", 2), ("clinic_1.csv", 4)]


def test_a_killed_build_takes_the_rest_of_a_workbook_next_time(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    city.city.screening()
    for n in (1, 2):
        city.city.deliver(f"clinic_{n}.csv", HEADER + visit(make_resident_id(n), BAD))
    city.take()
    city.send_back(city.send_out(), {2: {"体温": "38.1"}, 3: {"体温": "38.2"}})
    city.take()
    last = city.batches()[-1]
    # As if it had been killed before the commit of the last one; the notes on files seen are written at the very end.
    (city.root / f"data/batches/health/clinic/{last.batch:06d}.json").unlink()
    (city.root / "data/batches/seen.json").unlink()
    assert len(city.take().fresh) == 1
    assert city.counting() == [38.1, 38.2]


def test_in_the_folder_of_deliveries_it_is_refused_and_loads_nothing(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    city.city.screening(path="clinic_*", delivery="full")
    city.city.deliver("clinic_1.csv", HEADER + visit(make_resident_id(1)) + visit(make_resident_id(2), BAD))
    city.take()
    shutil.copyfile(city.send_out(), city.root / "data/extracts/clinic_2.xlsx")
    ((_, error),) = city.take().errors
    assert "returned" in error
    assert city.counting() == [36.5]


@pytest.mark.parametrize("damage", ["number", "header", "column"])
def test_a_workbook_that_was_torn_apart_is_refused_in_words(city, make_resident_id, damage) -> None:  # type: ignore[no-untyped-def]
    deliver_two_bad_rows(city, make_resident_id)
    out = city.send_out()
    header = {
        "number": {3: {"编号（请勿改动）": "第二行"}},
        "header": {1: {"体温": "温度"}},
        "column": {1: {"住址": ""}},
    }
    city.send_back(out, {2: {"体温": "38.2"}, **header[damage]})
    errors = city.take().errors
    assert len(errors) == 1 and "returned.xlsx" in errors[0][1]
    assert make_resident_id(2) not in errors[0][1]
    assert city.counting() == [36.5]
    assert len(city.waiting()) == 2


def test_one_workbook_of_a_township_corrects_several_feeds_and_files(city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    city.city.screening()
    text = (city.root / "connectors/health/clinic.toml").read_text(encoding="utf-8")
    city.city.contract("health.second", text.replace("clinic_*", "second_*").replace("发热门诊", "第二门诊"))
    for name, first in (("clinic_1.csv", 1), ("clinic_2.csv", 3), ("second_1.csv", 5)):
        near, far = visit(make_resident_id(first), BAD), visit(make_resident_id(first + 1), BAD, "河口镇")
        city.city.deliver(name, HEADER + near + far)
    city.take()
    out = city.send_out("--department", "health", "--area", "379901100", feed="")
    fixed = {2: {"体温": "38.1"}, 3: {"体温": "38.2"}}
    city.send_back(out, fixed)
    back = city.root / "data/extracts/health/returned/returned.xlsx"
    city.send_back(back, {2: {"体温": "38.5"}}, sheet=2)
    city.take()
    assert city.counting() == [38.1, 38.2]
    assert city.counting(feed="health.second") == [38.5]
    assert city.waiting() == [("clinic_1.csv", 3), ("clinic_2.csv", 3)]
    assert city.waiting("health.second") == [("second_1.csv", 3)]
