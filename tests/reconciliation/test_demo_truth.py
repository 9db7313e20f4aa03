"""What was planted in a demo county and built through the production code is found again, kind by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.reconciliation.scoring import KINDS, Score, found_discrepancies, overall, score

if TYPE_CHECKING:
    from tests.demo_county import DemoCity

LEAST = 0.95


@pytest.fixture(scope="module")
def scores(demo_city: DemoCity) -> dict[str, Score]:
    with duckdb.connect(str((demo_city.snapshots / "current").resolve()), read_only=True) as con:
        return overall(score(demo_city.truth("discrepancies"), found_discrepancies(con)))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_recovered_from_the_files_of_a_county(scores: dict[str, Score], kind: str) -> None:
    found = scores[kind]
    assert found.planted > 0
    # Of fewer than twenty a single one is more than five in a hundred.
    assert found.planted - found.right <= max(1, (1 - LEAST) * found.planted)
    assert found.found - found.right <= max(1, (1 - LEAST) * found.found)
    assert found.right > 0


def test_all_kinds_together_are_recovered(scores: dict[str, Score]) -> None:
    planted, found, right = (sum(getattr(scores[k], n) for k in KINDS) for n in ("planted", "found", "right"))
    assert planted > 100
    assert right / planted >= LEAST
    assert right / found >= LEAST


def test_every_record_of_the_county_closes_its_cell(demo_city: DemoCity) -> None:
    open_cells = demo_city.ask("""
    WITH listed AS (
      SELECT rule, area_code, period_on, coalesce(sum(amount) FILTER (side = 'left'), 0) AS l,
        coalesce(sum(amount) FILTER (side = 'right'), 0) AS r
      FROM marts.reconciliation_records GROUP BY ALL
    )
    SELECT c.rule, c.area_code, c.period_on FROM marts.reconciliations AS c
    LEFT JOIN listed AS s ON s.rule = c.rule AND s.area_code = c.area_code AND s.period_on IS NOT DISTINCT FROM c.period_on
    WHERE c.status NOT IN ('left_missing', 'right_missing')
      AND (c.left_only <> coalesce(s.l, 0) OR c.right_only <> coalesce(s.r, 0)
        OR c.left_count - c.right_count <> c.left_only - c.right_only)""")
    assert open_cells.is_empty(), open_cells
