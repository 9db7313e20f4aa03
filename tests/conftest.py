"""What every test may use: the folder of real data, if this machine has it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def real_data_folder() -> Path | None:
    """`CITYBRAIN_REAL_DATA`, or `../shared/data` beside the checkout, or None."""
    folder = Path(os.environ.get("CITYBRAIN_REAL_DATA", ROOT.parent / "shared" / "data"))
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; skips the test where it is absent, and fails in CI when it is stated but absent."""
    folder = real_data_folder()
    if folder is None:
        pytest.skip("real data not here: set CITYBRAIN_REAL_DATA or put it at ../shared/data")
    return folder
