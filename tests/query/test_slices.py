"""Cells that are held in memory say the same as those read for each question; few statements read them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from citybrain.query import City, local_user, open_city, slices
from citybrain.query.periods import next_period
from citybrain.query.slices import Slice
from citybrain.query.snapshot import OpenSnapshot
from tests.query import tiny_city as tiny

KINDS = ("day", "week", "month")


def all_values(city: City) -> pl.DataFrame:
    """Every indicator at every level, for some periods around the first week."""
    who = local_user()
    codes, top = [i.code for i in city.indicators(who)], city.areas(who)[0].code
    frames = [
        city.values(
            who, codes, level=level, period_type=kind, period_from=next_period(kind, tiny.FIRST, -1),
            period_to=next_period(kind, tiny.FIRST, 2),
        )
        for kind in KINDS
        for level in city.levels(who, top)
    ]  # fmt: skip
    frames += [
        city.series(who, code, top, kind, tiny.FIRST, next_period(kind, tiny.FIRST, 3))
        for code in codes
        for kind in KINDS
    ]
    return pl.concat(frames)


@pytest.mark.parametrize("limits", [{"MOST_ROWS": 0}, {"MOST_ROWS": 0, "FEW": 0}, {"AHEAD_ROWS": 0}])
def test_answers_do_not_depend_on_what_is_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int]
) -> None:
    tiny.write_snapshot(tmp_path)
    expected = all_values(open_city(tmp_path))
    for name, limit in limits.items():
        monkeypatch.setattr(slices, name, limit)
    assert_frame_equal(all_values(open_city(tmp_path)), expected)
    assert expected["value"].drop_nulls().len()


def test_other_periods_and_levels_of_an_indicator_are_read_with_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny.write_snapshot(tmp_path)
    city, who = open_city(tmp_path), local_user()
    read: list[str] = []
    plain = OpenSnapshot.read

    def listen(self: OpenSnapshot, sql: str) -> pl.DataFrame:
        read.append(sql)
        return plain(self, sql)

    monkeypatch.setattr(OpenSnapshot, "read", listen)
    top = city.areas(who)[0].code
    for kind in KINDS:
        for level in city.levels(who, top):
            city.ranking(who, "screened_fever", kind, tiny.FIRST, level=level)
    assert len([sql for sql in read if "area_code" in sql]) == 1


class Kind(StrEnum):
    """As the command line names them."""

    WEEK = "week"


def test_a_period_type_may_be_a_member_of_an_enumeration(tmp_path: Path) -> None:
    tiny.write_snapshot(tmp_path)
    told = [
        open_city(tmp_path).ranking(local_user(), "fever_rate", kind, tiny.FIRST, level="township")
        for kind in ("week", Kind.WEEK)
    ]
    assert_frame_equal(*told)


def test_a_slice_finds_what_is_stated_and_what_is_carried() -> None:
    rows: list[tuple[int, int, float]] = [(5, 3, 1.0), (2, 9, 7.0), (2, 4, 0.0), (5, 8, 2.0)]
    cells = Slice.of(*(np.array(column) for column in zip(*rows, strict=True)))
    places, days = np.array([2, 3, 5]), np.array([3, 4, 8, 9])

    def naive(place: int, day: int, how: str) -> float | None:
        mine = sorted((d, v) for p, d, v in rows if p == place)
        before: list[Any] = [v for d, v in mine if (d == day if how == "stated" else d <= day)]
        if before:
            return float(before[-1])
        return mine[0][1] if how == "backwards" and mine else None

    found = {
        "stated": cells.stated(places, days),
        "forward": cells.carried(places, days, backwards=False),
        "backwards": cells.carried(places, days, backwards=True),
    }
    for how, grid in found.items():
        told = [[None if np.isnan(v) else v for v in row] for row in grid.tolist()]
        assert told == [[naive(p, d, how) for d in days.tolist()] for p in places.tolist()], how
