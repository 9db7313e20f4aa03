"""Contracts written by a test into a folder of connectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

GOOD = """
title    = "发热门诊筛查登记"
record   = "screening"
delivery = "append"
[owner]
legal_basis = "传染病防治法"
purposes    = ["epidemic_control"]
[source]
path = "health/fever_clinic_*.csv"
[due]
every = "1d"
by    = "10:00"
[columns]
resident_id = ["身份证号", "证件号码"]
screened_at = { from = "就诊时间", timezone = "Asia/Shanghai" }
area        = { from = "现住址", as = "address", level = "township" }
address     = "现住址"
[scope]
"城市" = ["东莞市"]
[ignore]
columns = ["备注", "其他*"]
[expect]
rows = { min = 10, max = 5000 }
quarantined_pct = { max = 50 }
[replace.area]
"城关鎮" = "城关镇"
"""


@dataclass(frozen=True)
class Level:
    """An area level, as far as contracts look at it."""

    code: str


@dataclass(frozen=True)
class Folder:
    """A city project, as far as contracts look at it."""

    root: Path
    levels: tuple[Level, ...] = (Level("county"), Level("township"))

    def write(self, name: str, text: str) -> Path:
        """Writes a file below connectors/."""
        file = self.root / "connectors" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An empty project folder."""
    return Folder(tmp_path)


@pytest.fixture
def good() -> str:
    """A contract that uses every section."""
    return GOOD


@pytest.fixture
def changed() -> Callable[[str, str], str]:
    """The good contract with one text replaced; fails if the text is not there."""

    def change(old: str, new: str) -> str:
        assert old in GOOD, f"the good contract does not hold {old!r}"
        return GOOD.replace(old, new)

    return change
