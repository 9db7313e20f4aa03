"""No hidden count can be computed from its total and the numbers beside it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from types import SimpleNamespace

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from citybrain.indicators.suppression import NESTED, build_suppressed
from citybrain.query.periods import period_start

PARENTS = {"C": None, "T1": "C", "T2": "C", "T3": "C", "V11": "T1", "V12": "T1", "V13": "T1", "V21": "T2", "V22": "T2"}
LEAST = 5
Key = tuple[str, str, dt.date]


def rolled_up(events: dict[tuple[str, dt.date], int]) -> dict[Key, int]:
    """Cells of a flow at every area and period, from the counts of villages by day."""
    cells: dict[Key, int] = defaultdict(int)
    for (village, day), count in events.items():
        area: str | None = village
        while area:
            for kind in ("day", "week", "month", "quarter", "year"):
                cells[kind, area, period_start(kind, day)] += count
            area = PARENTS[area]
    return dict(cells)


def hidden_of(cells: dict[Key, int]) -> dict[Key, bool]:
    """What the product hides: key -> whether it is small itself."""
    return hidden_in({"few": cells})["few"]


def hidden_in(versions: dict[str, dict[Key, int]]) -> dict[str, dict[Key, bool]]:
    """The same of several versions of one indicator, the present one first."""
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA marts; CREATE SCHEMA shared")
        con.execute(
            "CREATE TABLE shared.area_ancestors (area_code VARCHAR, ancestor_code VARCHAR, ancestor_depth INTEGER)"
        )
        con.executemany("INSERT INTO shared.area_ancestors VALUES (?, ?, ?)", list(ancestors()))
        con.execute(
            "CREATE TABLE marts.cells (indicator VARCHAR, period_type VARCHAR, area_code VARCHAR, period_on DATE, value DOUBLE)"
        )
        for name, cells in versions.items():
            con.executemany("INSERT INTO marts.cells VALUES (?, ?, ?, ?, ?)", [(name, *k, v) for k, v in cells.items()])
        present, *_ = versions
        told = [
            SimpleNamespace(id=n, name=present, version_of="" if n == present else present, minimum_cell=LEAST)
            for n in versions
        ]
        build_suppressed(con, told)  # type: ignore[arg-type]
        rows = con.execute("SELECT * FROM marts.suppressed").fetchall()
    return {n: {(p, a, d): primary for name, p, a, d, primary in rows if name == n} for n in versions}


def ancestors() -> Iterator[tuple[str, str, int]]:
    """Every area with each area above it, itself first."""
    for area in list(PARENTS):
        path = [area]
        while above := PARENTS[path[-1]]:
            path.append(above)
        yield from ((area, code, len(path) - 1 - n) for n, code in enumerate(path))


def totals(cells: dict[Key, int]) -> list[list[Key]]:
    """The parts of every total that is shown: areas below one another, days of a week and the like."""
    parts: dict[object, list[Key]] = defaultdict(list)
    for key in cells:
        kind, area, on = key
        if PARENTS[area]:
            parts["areas", kind, PARENTS[area], on].append(key)
        for longer, shorter in NESTED:
            if kind == shorter:
                parts["time", longer, area, period_start(longer, on)].append(key)
    return list(parts.values())


days = st.integers(0, 40).map(lambda n: dt.date(2020, 1, 20) + dt.timedelta(days=n))
villages = st.sampled_from(["V11", "V12", "V13", "V21", "V22", "T3"])


events_of = st.dictionaries(st.tuples(villages, days), st.integers(1, 30), min_size=1, max_size=14)


def check_hidden(cells: dict[Key, int], hidden: dict[Key, bool]) -> None:
    """No hidden part of a total is alone, or small together with the others."""
    assert {k for k, v in cells.items() if 0 < v < LEAST} == {k for k, primary in hidden.items() if primary}
    for parts in totals(cells):
        mine = [k for k in parts if k in hidden]
        if mine and len(mine) < len(parts):
            assert len(mine) > 1
            assert sum(cells[k] for k in mine) >= LEAST


@settings(max_examples=30, deadline=None)
@given(events_of)
def test_nothing_hidden_is_alone_or_small_together(events: dict[tuple[str, dt.date], int]) -> None:
    cells = rolled_up(events)
    check_hidden(cells, hidden_of(cells))


@settings(max_examples=8, deadline=None)
@given(events_of, events_of)
def test_no_version_tells_what_another_one_hides(
    events: dict[tuple[str, dt.date], int], more: dict[tuple[str, dt.date], int]
) -> None:
    wider = {k: events.get(k, 0) + more.get(k, 0) for k in events | more}
    cells = {"few": rolled_up(wider), "few__v1": rolled_up(events)}
    hidden = hidden_in(cells)
    for name, counted in cells.items():
        check_hidden(counted, hidden[name])
    both = cells["few"].keys() & cells["few__v1"].keys()
    assert both & hidden["few"].keys() == both & hidden["few__v1"].keys()


def test_large_counts_stay_open() -> None:
    cells = rolled_up({("V11", dt.date(2020, 2, 3)): 40, ("V12", dt.date(2020, 2, 3)): 50})
    assert hidden_of(cells) == {}
