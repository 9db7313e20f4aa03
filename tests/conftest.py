"""What every test may use: the folder of real data, if this machine has it. And: in CI no test skips unseen."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

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
