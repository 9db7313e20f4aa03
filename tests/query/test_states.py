"""States that other evidence tells, and small counts hidden from those without the right."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from citybrain.query import AccessContext, City, local_user, open_city
from tests.query import tiny_city as tiny

WEEK = tiny.FIRST
CLERK = AccessContext("clerk", "township")


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Screenings are counts of people of at least five; one township filed a zero that is not true."""
    indicators = [{**i, "minimum_cell": 5} if i["indicator"] == "screened_fever" else i for i in tiny.INDICATORS]
    path = tiny.write_snapshot(tmp_path, indicators=indicators)
    with duckdb.connect(str(path)) as con:
        con.execute("ALTER TABLE marts.indicators ADD COLUMN IF NOT EXISTS minimum_cell INTEGER")
        con.execute("UPDATE marts.indicators SET minimum_cell = 5 WHERE indicator = 'screened_fever'")
        con.execute(
            "INSERT INTO marts.suppressed SELECT indicator, period_type, area_code, period_on, TRUE FROM marts.cells"
            " WHERE indicator = 'screened_fever' AND value > 0 AND value < 5"
        )
        con.execute(
            "INSERT INTO marts.value_states VALUES ('reported_fever', 'week', ?, ?, 'implausible_zero'),"
            " ('reported_fever', 'week', ?, ?, 'late')",
            [tiny.TOWNSHIPS[1], WEEK, tiny.TOWNSHIPS[2], WEEK],
        )
    return open_city(tmp_path)


def weekly(city: City, who: AccessContext, indicator: str, level: str = "township") -> dict[str, dict[str, object]]:
    rows = city.values(who, [indicator], level=level, period_type="week", period_from=WEEK, period_to=WEEK)
    return {r["area_code"]: r for r in rows.iter_rows(named=True)}


def test_evidence_changes_the_state_of_zeros_and_gaps_only(city: City) -> None:
    told = weekly(city, local_user(), "reported_fever")
    assert [told[t]["state"] for t in tiny.TOWNSHIPS] == ["value", "implausible_zero", "late"]
    assert told[tiny.TOWNSHIPS[1]]["value"] == 0
    assert told[tiny.TOWNSHIPS[2]]["value"] is None


def test_small_counts_are_hidden_without_the_right_and_shown_with_it(city: City) -> None:
    open_values, hidden = (weekly(city, who, "screened_fever", "village") for who in (local_user(), CLERK))
    small = {a for a, r in open_values.items() if r["value"] and r["value"] < 5}
    assert small
    for area, row in hidden.items():
        assert (row["state"] == "suppressed") == (area in small)
        assert row["value"] == (None if area in small else open_values[area]["value"])


def test_a_ratio_is_hidden_with_its_parts(city: City) -> None:
    hidden = weekly(city, CLERK, "screened_fever", "village")
    for area, row in weekly(city, CLERK, "fever_rate", "village").items():
        if hidden[area]["state"] == "suppressed":
            assert (row["state"], row["value"], row["numerator"]) == ("suppressed", None, None)


def test_an_explanation_does_not_tell_what_is_hidden(city: City) -> None:
    area = next(a for a, r in weekly(city, CLERK, "screened_fever", "village").items() if r["state"] == "suppressed")
    told = city.explain(CLERK, "screened_fever", area, "week", WEEK)
    assert (told.value, told.state) == (None, "suppressed")
    assert [(m.value, m.rows, m.lines) for m in told.measures] == [(None, 0, ())]
    assert city.explain(local_user(), "screened_fever", area, "week", WEEK).measures[0].lines
