"""Rules that compare totals: reports that hold one another, and what is in a state at the end of a day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.reconciliation.small_tables import cells, connect, reconcile, write_rule

DAY = [dt.date(2020, 2, d) for d in range(1, 8)]
BEDS = 'from = "shared.state_changes"\nvalue = "sum(change)"\nwhere = "state = \'bed_taken\'"\non = "changed_on"\n'
BEDS += "running = true\n"
REPORT = 'from = "shared.observations"\nvalue = "sum(value)"\nwhere = "measure = \'beds\'"\non = "period_on"\n'


def test_beds_taken_run_on_from_day_to_day(tmp_path: Path) -> None:
    rule = write_rule(tmp_path / "r", "beds", 'period = "day"', BEDS, REPORT)
    changes = [(0, 1), (0, 1), (2, -1), (4, 1)]
    states = [{"state": "bed_taken", "area_code": "11", "changed_on": DAY[d], "change": c} for d, c in changes]
    said = [
        {"area_code": "11", "measure": "beds", "period_on": DAY[d], "value": v}
        for d, v in ((0, 2.0), (1, 2.0), (2, 2.0), (3, 1.0), (5, 9.0))
    ]
    other = [{"area_code": "12", "measure": "beds", "period_on": DAY[1], "value": 3.0}]
    with connect({"state_changes": states, "observations": said + other}) as con:
        reconcile(con, rule)
        found = cells(con, "beds")
    taken = {d: found["11", str(DAY[d])]["left_count"] for d in (0, 1, 2, 3)}
    assert taken == {0: 2, 1: 2, 2: 1, 3: 1}
    assert [found["11", str(DAY[d])]["status"] for d in (0, 1, 2, 3)] == ["agrees", "agrees", "differs", "agrees"]
    # Nobody knows of a bed in the second township, nor of one after the last change, and nobody reported the fifth day.
    assert found["12", str(DAY[1])]["status"] == "left_missing"
    assert found["11", str(DAY[5])]["status"] == "left_missing"
    assert found["11", str(DAY[4])]["status"] == "right_missing"


def test_a_township_report_already_holds_those_of_its_villages(tmp_path: Path) -> None:
    left = 'from = "shared.follow_ups"\nvalue = "count(*)"\non = "screened_on"\n'
    rule = write_rule(tmp_path / "r", "reports", 'period = "day"', left, REPORT)
    listed = [{"person_key": n, "area_code": "111", "screened_on": DAY[0]} for n in range(5)]
    listed += [{"person_key": 9, "area_code": "121", "screened_on": DAY[0]}]
    reports = [("11", 5.0), ("111", 3.0), ("112", 2.0), ("121", 1.0), ("1", 6.0)]
    said = [{"area_code": a, "measure": "beds", "period_on": DAY[0], "value": v} for a, v in reports]
    with connect({"follow_ups": listed, "observations": said}) as con:
        reconcile(con, rule)
        found = cells(con, "reports")
    assert {area: (c["left_count"], c["right_count"]) for (area, _), c in found.items()} == {"11": (5, 5), "12": (1, 1)}


def test_no_row_in_a_log_is_a_zero_and_no_report_is_none(tmp_path: Path) -> None:
    left = 'from = "shared.follow_ups"\nvalue = "count(*)"\non = "screened_on"\n'
    rule = write_rule(tmp_path / "r", "zeros", 'period = "day"', left, REPORT)
    listed = [{"person_key": n, "area_code": "11", "screened_on": DAY[d]} for n, d in enumerate((0, 1, 3))]
    said = [
        {"area_code": "11", "measure": "beds", "period_on": DAY[d], "value": v}
        for d, v in ((0, 1.0), (2, 0.0), (3, 1.0))
    ]
    with connect({"follow_ups": listed, "observations": said}) as con:
        reconcile(con, rule)
        found = cells(con, "zeros")
    assert [found["11", str(DAY[d])]["status"] for d in range(4)] == ["agrees", "right_missing", "agrees", "agrees"]
    assert found["11", str(DAY[2])]["left_count"] == 0
    assert found["11", str(DAY[1])]["right_count"] is None
