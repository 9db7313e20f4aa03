"""What a build says of a feed is one line a column, however many files and reasons there are."""

from __future__ import annotations

import datetime as dt

from citybrain.ingest import Batch, findings_of
from tests.ingest.returned_city import HEADER, ReturnedCity, visit

NOW = dt.datetime(2020, 2, 10, tzinfo=dt.UTC)


def batch(number: int, findings: tuple[str, ...] = (), **blanked: int) -> Batch:
    counts = {why.replace("__", ":").replace("_dot_", "."): rows for why, rows in blanked.items()}
    return Batch(number, "a.b", "f", "f", "", "0", 1, NOW, NOW, "r", findings=findings, blanked=counts)


def test_rows_are_added_up_over_files_and_reasons_the_most_frequent_first() -> None:
    batches = [
        batch(1, ("Column 'x' is new.",), resident_id__resident_id_dot_birth_date=5, resident_id__resident_id_dot_checksum=3),
        batch(2, ("Column 'x' is new.",), resident_id__resident_id_dot_checksum=7, phone__phone_dot_digits=1),
        batch(3),
    ]  # fmt: skip
    assert findings_of(batches) == (
        "Column 'x' is new.",
        "`resident_id` could not be read in 15 rows of 2 files and was left empty there (checksum 10, birth_date 5).",
        "`phone` could not be read in 1 row of 1 file and was left empty there (digits 1).",
    )


def test_a_build_says_one_line_for_many_files(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    contract = small_city.root / "connectors/health/clinic.toml"
    lenient = contract.read_text(encoding="utf-8").replace('"体温"', '{ from = "体温", invalid = "blank" }')
    contract.write_text(lenient, encoding="utf-8")
    for n in range(1, 4):
        small_city.deliver(
            f"clinic_{n}.csv", HEADER + visit(make_resident_id(n), "高烧") + visit(make_resident_id(n + 9))
        )
    fresh = ReturnedCity(small_city).take().fresh
    assert findings_of(fresh) == (
        "`temperature_c` could not be read in 3 rows of 3 files and was left empty there (unreadable 3).",
    )
