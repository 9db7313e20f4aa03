"""Whatever happens to files, disk or process: nothing lost, the served snapshot whole, the next build right."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from citybrain.errors import BuildError, ContractError

HEADER = "证件号,姓名,时间,住址,体温\n"


BUILD = (
    "import sys; from pathlib import Path; from citybrain.build import build; "
    "from citybrain.project import load_project; build(load_project(Path(sys.argv[1])))"
)
"""A build in a process of its own."""


def visits(make_resident_id, first: int, many: int) -> str:  # type: ignore[no-untyped-def]
    towns = ("城关镇", "河口镇", "山前乡")
    return HEADER + "".join(
        f"{make_resident_id(n % 1000, born=f'{1950 + n // 1000}0101')},某人,2020-02-03 09:00,{towns[n % 3]},36.5\n"
        for n in range(first, first + many)
    )


BAD_FILES = {
    "empty.csv": b"",
    "binary.csv": bytes(range(256)) * 64,
    "truncated.csv": (HEADER + '110101194912310025,"某人,2020-02-03 09:00,城关镇').encode(),
    "foreign.csv": b"a,b,c\n1,2,3\n",
    "wide.csv": (",".join(f"c{n}" for n in range(10_000)) + "\n").encode(),
    "zip.xlsx": b"PK\x03\x04 this is no workbook",
    "encrypted.xlsx": bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 4096,
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_named_and_stops_nobody_else(small_city, make_resident_id, name: str) -> None:  # type: ignore[no-untyped-def]
    small_city.screening(path="clinic_*")
    small_city.deliver("clinic_good.csv", visits(make_resident_id, 0, 5))
    small_city.deliver(f"clinic_{name}", BAD_FILES[name], received="2020-02-11T08:00:00+00:00")
    report = small_city.build()
    assert small_city.rows("SELECT count(*) FROM shared.screenings") == [(5,)]
    (error,) = report.feeds[0].errors
    assert f"clinic_{name}" in error
    assert "Traceback" not in error


def test_a_refused_delivery_is_reported_until_it_is_put_right(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    small_city.deliver("clinic_1.csv", "a,b\n1,2\n")
    assert small_city.build().feeds[0].errors
    assert small_city.build().feeds[0].errors, "it still stands"
    small_city.deliver("clinic_1.csv", visits(make_resident_id, 0, 3), received="2020-02-11T08:00:00+00:00")
    assert not small_city.build().feeds[0].errors
    assert small_city.rows("SELECT count(*) FROM shared.screenings") == [(3,)]


def test_a_header_without_rows_is_an_empty_delivery(small_city) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    small_city.deliver("clinic_1.csv", HEADER)
    report = small_city.build()
    assert not report.feeds[0].errors
    assert small_city.rows("SELECT rows_in FROM shared.batches") == [(0,)]


def test_a_file_that_two_feeds_claim_is_taken_by_neither(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    (small_city.root / "connectors/health/second.toml").write_text(
        (small_city.root / "connectors/health/clinic.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    small_city.deliver("clinic_1.csv", visits(make_resident_id, 0, 3))
    report = small_city.build()
    assert any("clinic_1.csv" in f and "health.clinic" in f and "health.second" in f for f in report.findings)
    assert small_city.rows("SELECT count(*) FROM shared.batches") == [(0,)]


def test_a_file_that_no_feed_claims_is_a_finding(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    small_city.deliver("clinic_1.csv", visits(make_resident_id, 0, 3))
    small_city.deliver("other.csv", "a\n1\n")
    assert any(f.startswith("other.csv") for f in small_city.build().findings)


def test_a_wrong_contract_stops_the_build_before_anything_is_read(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.contract("health.clinic", 'title = "x"\nrecord = "screning"\n')
    small_city.deliver("clinic_1.csv", visits(make_resident_id, 0, 3))
    with pytest.raises(ContractError, match="screening"):
        small_city.build()
    assert not list((small_city.root / "data" / "archive").glob("*/*"))


def test_two_builds_at_once(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    from citybrain.build import build_lock
    from citybrain.project import load_project

    small_city.screening()
    small_city.deliver("clinic_1.csv", visits(make_resident_id, 0, 3))
    with build_lock(load_project(small_city.root).paths), pytest.raises(BuildError, match="another build"):
        small_city.build()
    assert small_city.build().published


def test_rows_outside_the_expected_number_stop_the_delivery_not_the_build(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    small_city.screening()
    contract = small_city.root / "connectors/health/clinic.toml"
    contract.write_text(contract.read_text(encoding="utf-8") + "[expect]\nrows = { min = 4 }\n", encoding="utf-8")
    small_city.deliver("clinic_1.csv", visits(make_resident_id, 0, 3))
    small_city.deliver("clinic_2.csv", visits(make_resident_id, 10, 4))
    report = small_city.build()
    assert "3 rows" in report.feeds[0].errors[0]
    assert small_city.rows("SELECT count(*) FROM shared.screenings") == [(4,)]


@pytest.mark.parametrize("room", [2_000, 20_000, 300_000])
def test_a_full_disk_is_an_error_with_a_remedy_and_the_next_build_is_right(
    small_city, make_resident_id, room: int
) -> None:  # type: ignore[no-untyped-def]
    """No file may grow beyond `room` bytes: the write that does fails as on a full disk."""
    small_city.screening()
    small_city.deliver("clinic_1.csv", visits(make_resident_id, 0, 3))
    small_city.build()
    small_city.deliver("clinic_2.csv", visits(make_resident_id, 1000, 500))
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room})); {BUILD}"
    failed = subprocess.run(
        [sys.executable, "-c", limited, str(small_city.root)], capture_output=True, text=True, check=False
    )
    assert failed.returncode != 0
    assert "citybrain.errors.BuildError" in failed.stderr.splitlines()[-1]
    assert small_city.rows("SELECT count(*) FROM shared.screenings") == [(3,)]
    small_city.build()
    assert small_city.rows("SELECT count(*) FROM shared.screenings") == [(503,)]


def test_a_folder_that_cannot_be_written_is_an_error_with_a_remedy(small_city) -> None:  # type: ignore[no-untyped-def]
    """/proc takes no folder from anybody, not even from the superuser that CI runs as."""
    city = small_city.root / "city.toml"
    city.write_text(city.read_text(encoding="utf-8") + '[paths]\ndata = "/proc/citybrain"\n', encoding="utf-8")
    with pytest.raises(BuildError, match=r"/proc/citybrain: .*cannot be written.*right to write"):
        small_city.build()


def test_killed_at_any_moment_nothing_is_lost(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    """Kills builds at random moments spread over a whole build; readers see a whole snapshot after each."""
    small_city.screening()
    small_city.deliver("clinic_0.csv", visits(make_resident_id, 0, 50))
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", BUILD, str(small_city.root)], check=True)
    whole = time.monotonic() - began
    rng = random.Random(2020)
    for attempt in range(1, 13):
        small_city.deliver(f"clinic_{attempt}.csv", visits(make_resident_id, 100 * attempt, 50))
        before = small_city.rows("SELECT count(*) FROM shared.screenings")[0][0]
        process = subprocess.Popen([sys.executable, "-c", BUILD, str(small_city.root)])
        try:
            process.wait(timeout=whole * rng.uniform(0.3, 1.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        served = small_city.rows("SELECT count(*) FROM shared.screenings")[0][0]
        cells = small_city.rows(
            "SELECT sum(value) FROM marts.cells WHERE indicator = 'screening_visits' AND period_type = 'day' AND depth = 0"
        )
        assert served in (before, *range(before, 50 * (attempt + 1) + 1, 50))
        assert cells == [(float(served),)]
    small_city.build()
    assert small_city.rows("SELECT count(*), count(DISTINCT person_key) FROM shared.screenings") == [(650, 650)]
    assert small_city.rows("SELECT sum(rows_in), sum(accepted) FROM shared.batches") == [(650, 650)]
    data = small_city.root / "data"
    assert [f.name for f in (data / "work").iterdir() if not f.name.startswith("areas-")] == ["declarations.json"]
    ledger = {f.stem for f in (data / "batches").glob("*/*/*.json")}
    assert {f.name[:6] for f in (data / "accepted").glob("*/*/*.parquet")} == ledger


def test_the_archive_holds_the_original_bytes(small_city, make_resident_id) -> None:  # type: ignore[no-untyped-def]
    import hashlib

    small_city.screening()
    file = small_city.deliver("clinic_1.csv", visits(make_resident_id, 0, 3))
    small_city.build()
    kept = [p for p in (small_city.root / "data" / "archive").glob("*/*") if p.is_file()]
    assert [p.read_bytes() for p in kept] == [file.read_bytes()]
    assert Path(kept[0]).name == hashlib.sha256(file.read_bytes()).hexdigest()
