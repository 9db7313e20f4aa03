"""CI may not pass because tests were skipped: the conftest of this project turns such skips into failures."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "test_real_data": "def test_real(real_data): pass\n",
    "test_browser": "import pytest\ndef test_page(): pytest.skip('no browser')\n",
    "test_module": "import pytest\npytest.skip('no server', allow_module_level=True)\n",
    "test_xfail": "import pytest\n@pytest.mark.xfail(reason='known')\ndef test_known(): assert False\n",
    "test_good": "def test_good(): pass\n",
}


def failed_files(folder: Path, environment: dict[str, str]) -> set[str]:
    """Names of the test files that neither passed nor skipped, in a run with this environment."""
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    for name, source in FILES.items():
        (folder / f"{name}.py").write_text(source)
    decided_here = {"CI", "CITYBRAIN_REQUIRE_REAL_DATA", "PYTEST_ADDOPTS"}
    settings = {name: value for name, value in os.environ.items() if name not in decided_here}
    settings |= {"CITYBRAIN_REAL_DATA": str(folder / "absent"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-rfE",
        "--continue-on-collection-errors",
        "-p",
        "no:cacheprovider",
    ]
    run = subprocess.run(
        [*command, "--rootdir", str(folder), str(folder)],
        env=settings | environment, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "1 passed" in run.stdout, run.stdout + run.stderr
    bad = [line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR "))]
    return {name for name in FILES if any(name in line for line in bad)}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        pytest.param({}, set(), id="at a desk every skip is allowed"),
        pytest.param({"CI": "true"}, {"test_browser", "test_module"}, id="in CI only absent real data"),
        pytest.param(
            {"CI": "true", "CITYBRAIN_REQUIRE_REAL_DATA": "1"},
            {"test_real_data", "test_browser", "test_module"},
            id="in CI beside real data nothing",
        ),
    ],
)
def test_skips_fail_where_they_would_hide_something(
    tmp_path: Path, environment: dict[str, str], expected: set[str]
) -> None:
    assert failed_files(tmp_path, environment) == expected
