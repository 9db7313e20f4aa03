"""What a newer delivery does to an older one, by delivery mode, and what was known at which time."""

from __future__ import annotations

import datetime as dt

HEADER = "证件号,姓名,时间,住址,体温\n"


def visit(resident: str, hour: int = 9, area: str = "城关镇", temperature: str = "36.5", day: int = 3) -> str:
    return f"{resident},某人,2020-02-{day:02d} {hour:02d}:00,{area}某村,{temperature}\n"


def counted(city) -> int:  # type: ignore[no-untyped-def]
    return city.rows("SELECT count(*) FROM shared.screenings")[0][0]


def test_the_same_files_again_change_nothing(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    small_city.deliver("clinic_1.csv", HEADER + visit(make_resident_id(1)))
    first = small_city.build()
    again = small_city.build()
    assert first.published
    assert not again.published
    assert again.snapshot == first.snapshot
    assert sum(f.batches_new for f in again.feeds) == 0


def test_append_adds_files_and_the_same_name_again_corrects_its_file(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    small_city.deliver("clinic_1.csv", HEADER + visit(make_resident_id(1)) + visit(make_resident_id(2)))
    small_city.deliver("clinic_2.csv", HEADER + visit(make_resident_id(3)))
    small_city.build()
    assert counted(small_city) == 3
    small_city.deliver("clinic_1.csv", HEADER + visit(make_resident_id(1)), received="2020-02-11T08:00:00+00:00")
    small_city.build()
    assert counted(small_city) == 2


def test_exact_duplicates_count_once_within_and_across_files(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    row = visit(make_resident_id(1))
    small_city.deliver("clinic_1.csv", HEADER + row + row)
    small_city.deliver("clinic_2.csv", HEADER + row + visit(make_resident_id(2)), received="2020-02-11T08:00:00+00:00")
    small_city.build()
    assert counted(small_city) == 2
    batches = small_city.rows("SELECT rows_in, accepted, quarantined, duplicate FROM shared.batches ORDER BY batch")
    assert batches == [(2, 1, 0, 1), (2, 1, 0, 1)]


def test_a_duplicate_counts_again_when_the_file_it_repeats_is_corrected(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    row = visit(make_resident_id(1))
    small_city.deliver("clinic_1.csv", HEADER + row)
    small_city.deliver("clinic_2.csv", HEADER + row, received="2020-02-11T08:00:00+00:00")
    small_city.deliver("clinic_3.csv", HEADER + row, received="2020-02-12T08:00:00+00:00")
    small_city.build()
    assert counted(small_city) == 1
    small_city.deliver("clinic_1.csv", HEADER + visit(make_resident_id(9)), received="2020-02-13T08:00:00+00:00")
    small_city.build()
    assert counted(small_city) == 2, "one for the correction, and one for the row that files 2 and 3 still state"


def test_full_replaces_what_was_there(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening(delivery="full")
    small_city.deliver("clinic_1.csv", HEADER + visit(make_resident_id(1)) + visit(make_resident_id(2)))
    small_city.deliver("clinic_2.csv", HEADER + visit(make_resident_id(3)), received="2020-02-11T08:00:00+00:00")
    small_city.build()
    assert counted(small_city) == 1


def test_upsert_keeps_the_newest_row_of_a_key(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening(delivery="upsert")
    small_city.deliver("clinic_1.csv", HEADER + visit(make_resident_id(1)) + visit(make_resident_id(2)))
    small_city.deliver(
        "clinic_2.csv", HEADER + visit(make_resident_id(1), temperature="38.1"), received="2020-02-11T08:00:00+00:00"
    )
    small_city.build()
    assert small_city.rows("SELECT temperature_c FROM shared.screenings ORDER BY 1") == [(36.5,), (38.1,)]


def test_one_key_with_two_contents_keeps_the_last_and_quarantines_the_others(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening(delivery="full")
    one = make_resident_id(1)
    small_city.deliver("clinic_1.csv", HEADER + visit(one) + visit(one, temperature="38.1"))
    small_city.build()
    assert small_city.rows("SELECT temperature_c, source_line FROM shared.screenings") == [(38.1, 3)]
    assert small_city.rows("SELECT rows_in, accepted, quarantined FROM shared.batches") == [(2, 1, 1)]


def test_as_of_shows_what_was_known_then(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    small_city.deliver("clinic_1.csv", HEADER + visit(make_resident_id(1)))
    small_city.deliver("clinic_1.csv", HEADER + visit(make_resident_id(1)), received="2020-02-10T08:00:00+00:00")
    small_city.build()
    small_city.deliver("clinic_1.csv", HEADER + visit(make_resident_id(7)) * 1, received="2020-02-12T08:00:00+00:00")
    small_city.deliver("clinic_2.csv", HEADER + visit(make_resident_id(2)), received="2020-02-13T08:00:00+00:00")
    small_city.build()
    served = counted(small_city)
    report = small_city.build(as_of=dt.datetime(2020, 2, 11, tzinfo=dt.UTC))
    past = small_city.rows("SELECT person_key FROM shared.screenings", report.snapshot)
    now = small_city.rows("SELECT person_key FROM shared.screenings")
    assert not report.published
    assert served == 2 == len(now)
    assert len(past) == 1
    assert past[0] not in now
