"""What every test may use: the folder of real data, if this machine has it. And: in CI no test skips unseen."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from citybrain.build import BuildReport
    from tests.demo_county import DemoCity

ROOT = Path(__file__).resolve().parent.parent
NO_REAL_DATA = "real data not here: set CITYBRAIN_REAL_DATA or put it at ../shared/data"


def real_data_folder() -> Path | None:
    """`CITYBRAIN_REAL_DATA`, or `../shared/data` beside the checkout, or None."""
    folder = Path(os.environ.get("CITYBRAIN_REAL_DATA", ROOT.parent / "shared" / "data"))
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; skips the test where it is absent."""
    folder = real_data_folder()
    if folder is None:
        pytest.skip(NO_REAL_DATA)
    return folder


def may_skip(reason: str) -> bool:
    """Whether a test may be skipped for this reason: in CI only for real data that nobody promised.

    `.ci/run` promises it (`CITYBRAIN_REQUIRE_REAL_DATA=1`) where `../shared/data` is there. Browser and database
    are installed by `make test`, so in CI a test that misses them hides a broken set-up.
    """
    if NO_REAL_DATA in reason:
        return os.environ.get("CITYBRAIN_REQUIRE_REAL_DATA") != "1"
    return os.environ.get("CI", "").lower() not in {"1", "true"}


def fail_hidden_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turns a skip that CI does not allow into a failure that says why it was skipped."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not may_skip(reason):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow here. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Every test: no hidden skip in CI."""
    report = yield
    fail_hidden_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Every test file: no hidden skip of the whole file in CI."""
    report = yield
    fail_hidden_skip(report)
    return report


CITY = """name = "试验县"
timezone = "Asia/Shanghai"
[[levels]]
code = "county"
title = "县"
[[levels]]
code = "township"
title = "乡镇"
[[areas]]
rows = [
  { code = "379901", name = "试验县", level = "county" },
  { code = "379901100", name = "城关镇", level = "township" },
  { code = "379901101", name = "河口镇", level = "township" },
  { code = "379901200", name = "山前乡", level = "township" },
]
"""

SCREENING = """title = "发热门诊"
record = "screening"
delivery = "{delivery}"
[owner]
purposes = ["epidemic_control"]
[source]
path = "{path}"
[columns]
resident_id = "证件号"
person_name = "姓名"
screened_at = "时间"
area = {{ from = "住址", as = "address" }}
temperature_c = "体温"
"""


class SmallCity:
    """A city project of one county and three townships in a temporary folder, to be filled by a test."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "city.toml").write_text(CITY, encoding="utf-8")
        self.extracts = root / "data" / "extracts"
        self.extracts.mkdir(parents=True)

    def contract(self, feed: str, text: str) -> None:
        """Writes the contract of `department.feed`."""
        file = self.root.joinpath("connectors", *feed.split(".")).with_suffix(".toml")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def screening(self, path: str = "clinic_*.csv", delivery: str = "append", feed: str = "health.clinic") -> None:
        """Writes the contract of a feed of screenings."""
        self.contract(feed, SCREENING.format(path=path, delivery=delivery))

    def deliver(self, name: str, content: str | bytes, received: str = "2020-02-10T08:00:00+00:00") -> Path:
        """Writes an extract with the time at which it was received."""
        file = self.extracts / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        instant = dt.datetime.fromisoformat(received).timestamp()
        os.utime(file, (instant, instant))
        return file

    def build(self, as_of: dt.datetime | None = None) -> BuildReport:
        """Builds through the production code."""
        from citybrain.build import build
        from citybrain.project import load_project

        return build(load_project(self.root), as_of=as_of)

    def rows(self, sql: str, snapshot: str = "current") -> list[tuple[Any, ...]]:
        """Asks a snapshot."""
        import duckdb

        folder = self.root / "data" / "snapshots"
        file = folder / "current" if snapshot == "current" else folder / f"{snapshot}.duckdb"
        con = duckdb.connect(str(file.resolve()), read_only=True)
        try:
            return con.execute(sql).fetchall()
        finally:
            con.close()


def resident_id(serial: int, area: str = "379901", born: str = "19800101") -> str:
    """A resident ID with a right check digit, for invented persons (GB 11643-1999)."""
    digits = f"{area}{born}{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11]


@pytest.fixture
def small_city(tmp_path: Path) -> SmallCity:
    """An empty small city."""
    return SmallCity(tmp_path)


@pytest.fixture(scope="session")
def make_resident_id() -> Callable[..., str]:
    """`resident_id`, for tests that cannot import it."""
    return resident_id


@pytest.fixture(scope="session")
def demo_city(tmp_path_factory: pytest.TempPathFactory) -> DemoCity:
    """A small demo county, built once for all tests; it takes about a minute and is only to be read."""
    from tests.demo_county import build_demo_city

    return build_demo_city(tmp_path_factory.mktemp("demo_city"))
