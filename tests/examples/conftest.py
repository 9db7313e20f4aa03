"""The example cities, built once from the real data by the production code."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from citybrain.build import BuildReport, build
from citybrain.project import Project, load_project

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def built(example: str, real_data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Project, BuildReport]:
    """Copies the configuration (no data) into a temporary folder and builds it there."""
    root = folder / example
    shutil.copytree(EXAMPLES / example, root, ignore=shutil.ignore_patterns("data"))
    monkeypatch.setenv("CITYBRAIN_REAL_DATA", str(real_data))
    project = load_project(root)
    return project, build(project)


@pytest.fixture(scope="session")
def dongguan(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, BuildReport]:
    with pytest.MonkeyPatch.context() as patch:
        return built("dongguan", real_data, tmp_path_factory.mktemp("city"), patch)


@pytest.fixture(scope="session")
def zhejiang(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, BuildReport]:
    with pytest.MonkeyPatch.context() as patch:
        return built("zhejiang", real_data, tmp_path_factory.mktemp("city"), patch)
