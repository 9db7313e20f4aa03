"""A project folder made of a few lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from citybrain.project import Project, load_project

HEAD = """
name = "清河县"
[[levels]]
code = "county"
title = "县"
[[levels]]
code = "township"
title = "乡镇"
[[levels]]
code = "village"
title = "村"
"""
ROOT_AREA = """
[[areas]]
rows = [{ code = "370201", name = "清河县", level = "county" }]
"""

MakeProject = Callable[..., Project]


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Writes city.toml (levels county, township, village; the county as root unless `root=False`) and loads it."""

    def make(areas: str = "", *, root: bool = True, head: str = HEAD) -> Project:
        (tmp_path / "city.toml").write_text(head + (ROOT_AREA if root else "") + areas, encoding="utf-8")
        return load_project(tmp_path)

    return make
