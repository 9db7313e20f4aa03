"""The SQL that fills the sparse cube, against a slow and obvious twin in plain Python, on random snapshots."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.query import local_user, open_city
from citybrain.query.periods import next_period, period_end, period_start
from tests.query import tiny_city as tiny

DEPTHS = {r["area_code"]: r["depth"] for r in tiny.area_rows()}
JANUARY = dt.date(2020, 1, 1)


def naive_base(base: dict[str, Any], cells: list[dict[str, Any]], cover: Any, area: str, kind: str, on: dt.date) -> Any:
    """Value of a base indicator, written as the sentences of docs/architecture.md."""
    end = period_end(kind, on)
    mine = [c for c in cells if c["indicator"] == base["indicator"] and c["area_code"] == area]
    if base["carry"] == "none":
        for cell in mine:
            if cell["period_type"] == kind and cell["period_on"] == on:
                return cell["value"]
    else:
        days = sorted((c for c in mine if c["period_type"] == "day"), key=lambda c: c["period_on"])
        before = [c for c in days if c["period_on"] <= end]
        if before:
            return before[-1]["value"]
        if base["carry"] == "both" and days:
            return days[0]["value"]
    if base["absent"] == "zero" and cover and DEPTHS[area] <= cover["depth"]:
        overlaps = end >= cover["first_on"] and on <= cover["last_on"]
        if {"none": overlaps, "forward": end >= cover["first_on"], "both": True}[base["carry"]]:
            return 0.0
    return None


def naive_value(
    code: str,
    indicators: list[dict[str, Any]],
    cells: list[dict[str, Any]],
    coverage: list[dict[str, Any]],
    area: str,
    kind: str,
    on: dt.date,
) -> tuple[float | None, str]:
    """Value and state of any indicator."""
    by_code = {i["indicator"]: i for i in indicators}
    covers = {c["indicator"]: c for c in coverage}

    def base(name: str) -> Any:
        return naive_base(by_code[name], cells, covers.get(name), area, kind, on)

    entry = by_code[code]
    if entry["kind"] == "ratio":
        n, d = base(entry["numerator"]), base(entry["denominator"])
        value = None if n is None or d is None or d == 0 else entry["scale"] * n / d
    else:
        value = base(code)
    return value, "no_data" if value is None else "zero" if value == 0 else "value"


@st.composite
def snapshots(draw: st.DrawFn) -> dict[str, Any]:
    """Two base indicators of any carry and absence, their ratio, and a few cells at any depth."""
    days = st.integers(0, 70).map(lambda n: JANUARY + dt.timedelta(days=n))
    indicators, coverage = [], []
    for code in ("a", "b"):
        carry = draw(st.sampled_from(["none", "forward", "both"]))
        absent = draw(st.sampled_from(["zero", "no_data"]))
        indicators.append({"indicator": code, "kind": "flow", "carry": carry, "absent": absent})
        if draw(st.booleans()):
            first, last = sorted([draw(days), draw(days)])
            coverage.append({"indicator": code, "depth": draw(st.integers(0, 2)), "first_on": first, "last_on": last})
    indicators.append(
        {
            "indicator": "r",
            "kind": "ratio",
            "numerator": "a",
            "denominator": "b",
            "scale": draw(st.sampled_from([1.0, 100.0, 100000.0])),
        }
    )
    keys = st.tuples(
        st.sampled_from(["a", "b"]),
        st.sampled_from(["day", "week", "month", "quarter", "year"]),
        st.sampled_from(list(tiny.NAMES)),
        days,
    )
    cells = [
        {
            "indicator": i,
            "period_type": p,
            "area_code": a,
            "depth": DEPTHS[a],
            "period_on": period_start(p, d),
            "value": v,
        }
        for (i, p, a, d), v in draw(st.dictionaries(keys, st.sampled_from([0.0, 1.0, 7.0]), max_size=25)).items()
    ]
    unique = {(c["indicator"], c["period_type"], c["area_code"], c["period_on"]): c for c in cells}
    return {"indicators": indicators, "coverage_rows": coverage, "cell_rows": list(unique.values())}


@settings(max_examples=40, deadline=None)
@given(
    made=snapshots(),
    kind=st.sampled_from(["day", "week", "month", "quarter", "year"]),
    start=st.integers(-10, 60),
    n=st.integers(0, 3),
)
def test_every_value_and_state_equals_the_naive_twin(made: dict[str, Any], kind: str, start: int, n: int) -> None:
    first = JANUARY + dt.timedelta(days=start)
    with tempfile.TemporaryDirectory() as folder:
        tiny.write_snapshot(Path(folder), **made)
        answer = open_city(Path(folder)).values(
            local_user(),
            ["a", "r", "b"],
            areas=list(tiny.NAMES),
            period_type=kind,
            period_from=first,
            period_to=next_period(kind, first, n),
        )
    expected = [
        (
            code,
            area,
            on,
            *naive_value(code, made["indicators"], made["cell_rows"], made["coverage_rows"], area, kind, on),
        )
        for code in ("a", "r", "b")
        for area in tiny.NAMES
        for on in (next_period(kind, first, k) for k in range(n + 1))
    ]
    assert answer.select("indicator", "area_code", "period_on", "value", "state").rows() == expected


def test_sparse_flow_shows_zero_where_the_source_was_silent_and_no_data_outside(tmp_path: Path) -> None:
    tiny.write_snapshot(tmp_path)
    city, me = open_city(tmp_path), local_user()
    silent = tiny.VILLAGES[-1]
    before, last = tiny.FIRST - dt.timedelta(days=1), tiny.LAST + dt.timedelta(days=1)
    rows = city.series(me, "screened", silent, "day", before, last)
    assert rows["state"].to_list() == ["no_data", *["zero"] * (rows.height - 2), "no_data"]


def test_areas_deeper_than_the_source_reaches_have_no_data(tmp_path: Path) -> None:
    tiny.write_snapshot(tmp_path)
    city, me = open_city(tmp_path), local_user()
    weeks = {"period_type": "week", "period_from": tiny.FIRST, "period_to": tiny.FIRST}
    townships = city.values(me, ["reported_fever"], level="township", **weeks)
    villages = city.values(me, ["reported_fever"], level="village", **weeks)
    assert townships["state"].to_list() == ["value", "zero", "no_data"]
    assert set(villages["state"]) == {"no_data"}


def test_a_ratio_is_a_ratio_of_sums_not_a_mean_of_ratios(tmp_path: Path) -> None:
    tiny.write_snapshot(tmp_path)
    month = dt.date(2020, 2, 1)
    answer = open_city(tmp_path).values(
        local_user(), ["fever_rate"], areas=[tiny.COUNTY], period_type="month", period_from=month, period_to=month
    )
    visits = [v for v in tiny.screenings() if v["screened_on"] >= month]
    fever = sum(v["is_fever"] for v in visits)
    row = answer.row(0, named=True)
    assert (row["numerator"], row["denominator"]) == (fever, len(visits))
    assert row["value"] == 100 * fever / len(visits)


def test_weeks_begin_on_monday_and_the_unfinished_one_is_marked_partial(tmp_path: Path) -> None:
    tiny.write_snapshot(tmp_path)
    weeks = open_city(tmp_path).series(local_user(), "screened", tiny.COUNTY, "week", tiny.FIRST, tiny.LAST)
    assert all(d.weekday() == 0 for d in weeks["period_on"])
    assert weeks["is_partial"].to_list() == [False, False, False, True]
