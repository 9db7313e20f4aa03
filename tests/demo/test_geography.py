"""The townships of the demo county, however many."""

from __future__ import annotations

import pytest

from citybrain.demo.geography import name_townships
from citybrain.demo.randomness import stream
from citybrain.demo.sites import choose_sites

RANGES = {"街道": range(1, 100), "镇": range(100, 200), "乡": range(200, 400)}


@pytest.mark.parametrize("count", [16, 150, 300])
def test_every_township_has_a_code_of_its_own_in_the_range_of_its_kind(count: int) -> None:
    townships = name_townships(stream(3, "geography"), choose_sites(stream(3, "sites"), count, 2 * count))
    assert len(townships) == len({t.code for t in townships}) == len({t.name for t in townships}) == count
    assert all(int(t.code[6:9]) in RANGES[t.kind] for t in townships)
